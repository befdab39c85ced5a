// The terminal telephones through the register: 06 D8 Dial-Up, 06 D9 Transmit, 06 DA Receive,
// 06 DB Hang-Up, 06 DD Transparent Mode. ZVT reference 2.7.
#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/zvt/apdu.hpp"

namespace protocol::zvt {

/// 06 D8: "F9600:0123456789", or "P9600:0123456789,user data" in 7-bit ASCII.
struct dial_up {
    char mode{};                   // F or P
    std::uint32_t baudrate{};      // at most 9 digits
    std::string_view number{};     // as the modem shall dial it
    std::string_view user_data{};  // mode P only: behind the comma
    std::string_view text{};       // decode() only: the whole, which encode() writes back

    /// Errors: wrong_command, missing_field (not of this form).
    [[nodiscard]] static result<dial_up> decode(const apdu_view&) noexcept;
    /// Errors: missing_field (mode or number), buffer_full.
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;
};

/// 06 D9 with the bytes for the line; 06 DA, 06 DB and 06 DD, usually without any.
struct line_data {
    command code{};
    bytes_view data{};

    /// Errors: wrong_command.
    [[nodiscard]] static result<line_data> decode(const apdu_view&) noexcept;
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    [[nodiscard]] static bool is_one(command code) noexcept;
};

}  // namespace protocol::zvt
