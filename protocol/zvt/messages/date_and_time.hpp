// 06 91 Set Date and Time in PT, 04 01 in ECR, 08 21 Set OPT Point-in-Time: [password] AA date
// 0C time. ZVT reference 2.2, 2.7.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/messages/registration.hpp"

namespace protocol::zvt {

/// The numbers are as sent: a terminal without a clock sends zeros, and no time zone is known.
struct date_and_time {
    command code{};
    std::optional<zvt::password> password{};  // required by 06 91 and 08 21
    std::uint8_t year{};                      // two digits
    std::uint8_t month{};
    std::uint8_t day{};
    std::uint8_t hour{};
    std::uint8_t minute{};
    std::uint8_t second{};
    /// decode() only. While it is there, encode() writes it back as it came.
    std::optional<data_block> block{};

    /// Errors: wrong_command, truncated, bad_bcd, missing_field (date or time) and those of
    /// data_block::parse.
    [[nodiscard]] static result<date_and_time> decode(const apdu_view&) noexcept;
    /// Errors: wrong_command, missing_field (password), value_out_of_range, buffer_full.
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    [[nodiscard]] static bool is_one(command code) noexcept;
};

}  // namespace protocol::zvt
