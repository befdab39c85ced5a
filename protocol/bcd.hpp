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
#include <utility>

namespace protocol {

/// Digits that always fit 64 bits.
inline constexpr std::size_t max_bcd_bytes = 9;

namespace detail {

/// The nibbles above 9, as the top bit of each; 16 nibbles at once.
[[nodiscard]] constexpr std::uint64_t nibbles_above_nine(std::uint64_t nibbles) noexcept {
    return nibbles & (nibbles << 1U | nibbles << 2U) & 0x8888'8888'8888'8888U;
}

/// 16 decimal digits, one a nibble, as the number they spell: neighbours are joined to pairs, the
/// pairs to fours, and so on.
[[nodiscard]] constexpr std::uint64_t join_digits(std::uint64_t digits) noexcept {
    digits = (digits >> 4U & 0x0F0F'0F0F'0F0F'0F0FU) * 10 + (digits & 0x0F0F'0F0F'0F0F'0F0FU);
    digits = (digits >> 8U & 0x00FF'00FF'00FF'00FFU) * 100 + (digits & 0x00FF'00FF'00FF'00FFU);
    digits = (digits >> 16U & 0x0000'FFFF'0000'FFFFU) * 10'000 + (digits & 0x0000'FFFF'0000'FFFFU);
    return (digits >> 32U) * 100'000'000 + (digits & 0xFFFF'FFFFU);
}

/// One load: compilers see through the shifts.
template <std::size_t Bytes, std::size_t... At>
[[nodiscard]] constexpr std::uint64_t big_endian(const std::uint8_t* bytes,
                                                 std::index_sequence<At...>) noexcept {
    return (std::uint64_t{} | ... | (std::uint64_t{bytes[At]} << 8 * (Bytes - 1 - At)));
}

}  // namespace detail

/// nullopt when a nibble is above 9, or there are more than max_bcd_bytes bytes.
[[nodiscard]] constexpr std::optional<std::uint64_t> read_bcd(
    std::span<const std::uint8_t> bytes) noexcept {
    if (bytes.size() > max_bcd_bytes) return std::nullopt;
    std::uint64_t leading = 0;  // the first of nine bytes does not fit beside the others
    std::uint64_t digits = 0;
    for (const auto byte : bytes) {
        leading = digits >> 56U;
        digits = digits << 8U | byte;
    }
    if ((detail::nibbles_above_nine(digits) | detail::nibbles_above_nine(leading)) != 0) {
        return std::nullopt;
    }
    constexpr std::uint64_t sixteen_digits = 10'000'000'000'000'000;
    return detail::join_digits(leading) * sixteen_digits + detail::join_digits(digits);
}

/// The same for a field whose length is known, without a loop.
template <std::size_t Bytes>
requires(Bytes <= 8) [[nodiscard]] constexpr std::optional<std::uint64_t> read_fixed_bcd(
    std::span<const std::uint8_t, Bytes> bytes) noexcept {
    const auto digits = detail::big_endian<Bytes>(bytes.data(), std::make_index_sequence<Bytes>{});
    if (detail::nibbles_above_nine(digits) != 0) return std::nullopt;
    return detail::join_digits(digits);
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
