// DLE STX .. DLE ETX CRC on RS232, and the bytes beside it. ZVT reference 1.1.
#pragma once

#include <cstdint>
#include <span>

#include "protocol/zvt/error.hpp"

namespace protocol::zvt {

using bytes_view = std::span<const std::uint8_t>;

inline constexpr std::uint8_t ack = 0x06;
inline constexpr std::uint8_t nak = 0x15;
inline constexpr std::uint8_t dle = 0x10;
inline constexpr std::uint8_t stx = 0x02;
inline constexpr std::uint8_t etx = 0x03;

/// Bytes that a frame of this APDU takes at most: every byte doubled, 2 + 2 + 2 around.
[[nodiscard]] constexpr std::size_t max_serial_frame_size(std::size_t apdu_size) noexcept {
    return 2 * apdu_size + 6;
}

/// Frames one APDU into `out`. Errors: buffer_full.
[[nodiscard]] result<bytes_view> write_serial_frame(bytes_view apdu,
                                                    std::span<std::uint8_t> out) noexcept;

}  // namespace protocol::zvt
