// Packed decimal digits, two a byte, high nibble first, left-padded with zeros: 12.34 is 00 12 34.
//
//     std::array<std::uint8_t, 6> amount;
//     if (!write_bcd(1234, amount)) …                // more than 12 digits
//     if (const auto value = read_bcd(amount)) …     // empty: a nibble above 9
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace protocol {

/// Digits that always fit 64 bits.
inline constexpr std::size_t max_bcd_bytes = 9;

/// nullopt when a nibble is above 9, or there are more than max_bcd_bytes bytes.
[[nodiscard]] constexpr std::optional<std::uint64_t> read_bcd(
    std::span<const std::uint8_t> bytes) noexcept {
    if (bytes.size() > max_bcd_bytes) return std::nullopt;
    std::uint64_t value = 0;
    for (const std::uint64_t byte : bytes) {
        const auto high = byte >> 4U;
        const auto low = byte & 0x0FU;
        if (high > 9 || low > 9) return std::nullopt;
        value = value * 100 + high * 10 + low;
    }
    return value;
}

/// Fills `out` from the right. False, with `out` undefined, when the value has more digits.
[[nodiscard]] constexpr bool write_bcd(std::uint64_t value, std::span<std::uint8_t> out) noexcept {
    for (auto at = out.size(); at-- > 0;) {
        const auto pair = static_cast<unsigned>(value % 100);
        value /= 100;
        out[at] = static_cast<std::uint8_t>(pair + 6 * (pair / 10));
    }
    return value == 0;
}

}  // namespace protocol
