// Code tables of ZVT reference section 6: result, intermediate status, terminal status, card type.
// Each lookup returns an empty view for a code that the specification does not assign.
#pragma once

#include <cstdint>
#include <string_view>

namespace protocol::zvt {

/// BMP 27, rc of 06 1E, xx of 84 xx (6.1). 01-63: "host or network code" with the code's meaning in
/// decimal left to the caller.
[[nodiscard]] std::string_view result_code_text(std::uint8_t code) noexcept;
/// 04 FF (6.2); 41-5D, 66, 67 are the text of code - 40 with "remove card".
[[nodiscard]] std::string_view intermediate_status_text(std::uint8_t code) noexcept;
/// 05 01 (6.3).
[[nodiscard]] std::string_view terminal_status_text(std::uint8_t code) noexcept;
/// BMP 8A and tag 41 (6.4).
[[nodiscard]] std::string_view card_type_name(std::uint16_t id) noexcept;

namespace code {  // the ones that decide something
inline constexpr std::uint8_t ok = 0x00;
inline constexpr std::uint8_t aborted = 0x6C;
inline constexpr std::uint8_t not_registered = 0x6B;
inline constexpr std::uint8_t wrong_currency = 0x6F;
inline constexpr std::uint8_t unknown_command = 0x83;
inline constexpr std::uint8_t wait = 0x9C;
inline constexpr std::uint8_t partial_issue = 0x9D;
inline constexpr std::uint8_t receiver_not_ready = 0xA0;
inline constexpr std::uint8_t already_reversed = 0xB4;
inline constexpr std::uint8_t reversal_impossible = 0xB5;
inline constexpr std::uint8_t printer_not_ready = 0xCC;
inline constexpr std::uint8_t card_inserted = 0xDC;
inline constexpr std::uint8_t open_end_of_day = 0xF0;
}  // namespace code

}  // namespace protocol::zvt
