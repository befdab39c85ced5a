// 06 0F Completion, 06 1E Abort, 04 FF Intermediate-Status. ZVT reference 2.4, 2.7.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/zvt/apdu.hpp"

namespace protocol::zvt {

/// 06 0F. Empty; one raw status byte; BMPs; or, as the answer to a status enquiry, LLLVAR software
/// version + status byte + TLV. All four shapes occur for any command (zvt-quirks, Content).
struct completion {
    std::optional<std::uint8_t> status;  // raw byte, or BMP 19
    bytes_view software_version;         // ASCII, from the LLLVAR without BMP id
    std::optional<data_block> block;     // the BMPs behind them, if any

    /// Errors: wrong_command and those of data_block::parse.
    [[nodiscard]] static result<completion> decode(const apdu_view&) noexcept;
};

/// 06 1E: result code (no BMP id), then [CC bare or 49 CC] [04 …] [87] [06 tlv].
struct abort_indication {
    std::uint8_t result_code{};  // code::aborted when the APDU is empty
    std::optional<std::uint16_t> currency;
    std::optional<data_block> block;

    [[nodiscard]] static result<abort_indication> decode(const apdu_view&) noexcept;
    /// B8 with 87 FFFF or an empty list: the answer to 06 23 03 87 FFFF when nothing is open.
};

/// 04 FF: code, [minutes that T4 shall run from now], [06 tlv with the text].
struct intermediate_status {
    std::uint8_t code{};
    std::optional<std::uint8_t> timeout_minutes;
    bytes_view tlv;

    [[nodiscard]] static result<intermediate_status> decode(const apdu_view&) noexcept;
};

}  // namespace protocol::zvt
