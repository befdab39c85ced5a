// The ZVT envelope: control field (2) | length (1, or FF lo hi) | data. ZVT reference 1.3.
//
//     const auto split = split_apdu(bytes_from_tcp);      // truncated: wait for more
//     if (split->apdu.code == command::status_information) …
//
//     std::array<std::uint8_t, 64> buffer;
//     apdu_writer out{buffer, command::authorization};
//     out.amount(1234).currency(978).byte(bmp::payment_type, 0x40);
//     result<std::span<const std::uint8_t>> frame = out.finish();
//
// Nothing here allocates. Views point into the caller's bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "protocol/identifiers.hpp"
#include "protocol/zvt/bmp.hpp"
#include "protocol/zvt/command.hpp"
#include "protocol/zvt/error.hpp"

namespace protocol::zvt {

using bytes_view = std::span<const std::uint8_t>;

/// One APDU: a view into the bytes it was split from.
struct apdu_view {
    command code{};
    bytes_view data;
    /// The length came (or shall be written) as FF lo hi although it may fit one byte.
    bool extended_length{};

    /// 80 00 and 84 00 (ZVT reference 1.3: 84 00 is positive too).
    [[nodiscard]] bool is_positive_response() const noexcept;
    /// 84 xx with xx != 00.
    [[nodiscard]] bool is_negative_response() const noexcept;
    /// 80 xx or 84 xx: an answer, not a command.
    [[nodiscard]] bool is_response() const noexcept;
    /// xx of 84 xx.
    [[nodiscard]] std::uint8_t response_code() const noexcept;
};

struct apdu_split {
    apdu_view apdu;
    std::size_t used{};
};

/// Splits one APDU off `in`. Errors: truncated (wait for more bytes).
[[nodiscard]] result<apdu_split> split_apdu(bytes_view in) noexcept;

/// Writes one APDU into the caller's buffer, field by field; the length is filled in by finish().
/// The first failure sticks (buffer_full, value_out_of_range) and finish() reports it.
class apdu_writer {
public:
    apdu_writer(std::span<std::uint8_t> out, command code) noexcept;

    // Positional bytes without a BMP id.
    apdu_writer& raw(bytes_view bytes) noexcept;
    apdu_writer& raw_byte(std::uint8_t value) noexcept;
    /// `digits` decimal digits packed two a byte, left-padded with 0; value_out_of_range if longer.
    apdu_writer& raw_bcd(std::uint64_t value, int digits) noexcept;

    // A BMP: its id, then its value in the encoding of the BMP table (bmp.hpp).
    apdu_writer& byte(bmp id, std::uint8_t value) noexcept;
    apdu_writer& bcd(bmp id, std::uint64_t value) noexcept;  // fixed-length BCD BMPs
    apdu_writer& value(bmp id, bytes_view bytes) noexcept;   // any BMP; adds LL, LLL or TLV length
    apdu_writer& amount(
        std::int64_t minor) noexcept;  // 04; value_out_of_range if < 0 or > 12 digits
    apdu_writer& currency(std::uint16_t iso_number) noexcept;  // 49
    apdu_writer& receipt(receipt_number) noexcept;             // 87
    apdu_writer& trace(trace_number) noexcept;                 // 0B

    /// The finished APDU: header, length (extended when the data exceed 254 bytes), data.
    [[nodiscard]] result<bytes_view> finish(bool force_extended_length = false) noexcept;

private:
    std::span<std::uint8_t> out_;
    std::size_t used_{};
    errc failure_{};
    command code_{};
};

}  // namespace protocol::zvt
