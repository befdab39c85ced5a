// The checksum of serial frames: CRC-16/KERMIT (polynomial 8408 reflected, start 0000, no final
// xor). ZVT reference 1.1. The specification calls it XModem, which terminals do not compute.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace protocol::zvt {

namespace detail {

[[nodiscard]] constexpr std::array<std::uint16_t, 256> make_crc16_table() noexcept {
    std::array<std::uint16_t, 256> table{};
    for (unsigned index = 0; index < table.size(); ++index) {
        unsigned crc = index;
        for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1U) ^ 0x8408U : crc >> 1U;
        table[index] = static_cast<std::uint16_t>(crc);
    }
    return table;
}

inline constexpr auto crc16_table = make_crc16_table();

}  // namespace detail

/// The checksum after one more byte.
[[nodiscard]] constexpr std::uint16_t crc16(std::uint16_t crc, std::uint8_t byte) noexcept {
    return static_cast<std::uint16_t>(crc >> 8U ^ detail::crc16_table[(crc ^ byte) & 0xFFU]);
}

/// The checksum of `bytes`, going on from `crc`.
[[nodiscard]] constexpr std::uint16_t crc16(std::span<const std::uint8_t> bytes,
                                            std::uint16_t crc = 0) noexcept {
    for (const auto byte : bytes) crc = crc16(crc, byte);
    return crc;
}

}  // namespace protocol::zvt
