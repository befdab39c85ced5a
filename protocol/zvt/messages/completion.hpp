// 06 0F Completion, 06 1E Abort, 04 FF Intermediate-Status. ZVT reference 2.4, 2.7.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/codes.hpp"

namespace protocol::zvt {

/// Which of its shapes a 06 0F has. All of them occur after any command.
enum class completion_shape : std::uint8_t {
    empty,
    fields,              // BMPs only
    status,              // one raw status byte, [BMPs]
    version_and_status,  // LLLVAR software version, raw status byte, [BMPs]
};

/// 06 0F.
struct completion {
    std::optional<std::uint8_t> status{};  // raw byte, or BMP 19
    bytes_view software_version{};         // ASCII, from the LLLVAR without BMP id
    std::optional<data_block> block{};     // the BMPs behind them, if any
    completion_shape shape{};

    /// Errors: wrong_command and those of data_block::parse.
    [[nodiscard]] static result<completion> decode(const apdu_view&) noexcept;
    /// The shape decides what is written. Errors: missing_field (a shape with a status, and no
    /// status), value_out_of_range, buffer_full.
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;
};

/// 06 1E: result code (no BMP id), then [CC bare or 49 CC] [04 …] [87] [06 tlv].
struct abort_indication {
    std::uint8_t result_code{code::aborted};  // code::aborted also when the APDU is empty
    std::optional<std::uint16_t> currency{};  // bare, or BMP 49
    /// decode() only. While it is there, encode() writes `positional` and it back as they came.
    std::optional<data_block> block{};
    bytes_view positional{};

    /// Errors: wrong_command, bad_bcd and those of data_block::parse.
    [[nodiscard]] static result<abort_indication> decode(const apdu_view&) noexcept;
    /// Result code, and the currency with its BMP id.
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    /// B8 in answer to open_reservations_query is no failure: it lists the open reservations, the
    /// first in BMP 87 (FFFF: none), or all in tag 23.
    /// Calls visit for each; returns how many there were.
    std::size_t for_each_open_reservation(const std::function<void(receipt_number)>& visit) const;
    /// Tag 1F16, at most 8 bytes, big-endian.
    [[nodiscard]] std::optional<std::uint64_t> vendor_code() const noexcept;
    /// Tag 1F17, CP437 or the agreed charset; empty when absent.
    [[nodiscard]] bytes_view vendor_text() const noexcept;
};

/// 04 FF: code, [minutes that T4 shall run from now], [06 tlv with the text].
struct intermediate_status {
    std::uint8_t code{};
    std::optional<std::uint8_t> timeout_minutes{};
    bytes_view tlv{};
    /// decode() only; encode() writes it back instead of `tlv`.
    std::optional<data_block> block{};

    /// Errors: wrong_command, truncated (no code), bad_bcd (minutes), those of data_block::parse.
    [[nodiscard]] static result<intermediate_status> decode(const apdu_view&) noexcept;
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    /// Calls visit for each text line (tags 24/07), in the agreed charset.
    void for_each_line(const std::function<void(bytes_view text)>& visit) const;
};

}  // namespace protocol::zvt
