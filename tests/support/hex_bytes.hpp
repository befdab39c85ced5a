// Bytes as tests like to write them: hex digits, grouped by spaces as the reader likes.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace support {

/// "27 00 | 04 000000001234": spaces and bars are seen through. Throws on anything else, so that a
/// typing error fails the test instead of changing it.
inline std::vector<std::uint8_t> hex(std::string_view text) {
    std::vector<std::uint8_t> bytes;
    int pending = -1;
    for (const char c : text) {
        if (c == ' ' || c == '|' || c == '\n') continue;
        const auto digit = std::string_view{"0123456789ABCDEFabcdef"}.find(c);
        if (digit == std::string_view::npos) throw std::invalid_argument{"not a hex digit"};
        const auto nibble = static_cast<int>(digit < 16 ? digit : digit - 6);
        if (pending < 0) {
            pending = nibble;
        } else {
            bytes.push_back(static_cast<std::uint8_t>(pending << 4 | nibble));
            pending = -1;
        }
    }
    if (pending >= 0) throw std::invalid_argument{"half a byte"};
    return bytes;
}

}  // namespace support
