// The answers 80 00 and 84 xx. What their data mean depends on the command they answer: the bytes
// are kept, and read by the name of what was asked. ZVT reference 1.3, 2.2, 3.1.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/zvt/apdu.hpp"

namespace protocol::zvt {

struct response {
    command code{};
    bytes_view data{};

    [[nodiscard]] bool positive() const noexcept {
        return apdu_view{code, data}.is_positive_response();
    }
    /// xx of 84 xx; 00 is positive.
    [[nodiscard]] std::uint8_t error_code() const noexcept { return instruction_of(code); }

    /// After 06 E1: the key (display.hpp). After 06 E2 a lone byte may be a key or a digit.
    [[nodiscard]] std::optional<std::uint8_t> key() const noexcept;
    /// Content of BMP 06 when the data are one container and nothing else.
    [[nodiscard]] bytes_view tlv() const noexcept;
    /// 84 9D 04 …: what was delivered of the amount.
    [[nodiscard]] std::optional<std::int64_t> delivered_amount() const noexcept;
    /// 84 1E 6F [CC]: registration refused for its currency; the terminal's own, 0 when not told.
    [[nodiscard]] std::optional<std::uint16_t> refused_currency() const noexcept;

    /// Errors: wrong_command (neither 80 00 nor 84 xx).
    [[nodiscard]] static result<response> decode(const apdu_view&) noexcept;
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    [[nodiscard]] static bool is_one(command code) noexcept;
};

}  // namespace protocol::zvt
