#include "protocol/zvt/messages/date_and_time.hpp"

#include "protocol/zvt/messages/field_reader.hpp"

namespace protocol::zvt {
namespace {

bool needs_password(command code) noexcept { return code != command::set_date_and_time_in_ecr; }

/// The n-th pair of decimal digits, from the right.
std::uint8_t pair(std::uint64_t digits, int from_right) noexcept {
    for (; from_right > 0; --from_right) digits /= 100;
    return static_cast<std::uint8_t>(digits % 100);
}

std::uint64_t joined(std::uint8_t first, std::uint8_t second, std::uint8_t third) noexcept {
    return (first * 100ULL + second) * 100ULL + third;
}

}  // namespace

bool date_and_time::is_one(command code) noexcept {
    return code == command::set_date_and_time || code == command::set_date_and_time_in_ecr ||
           code == command::set_opt_point_in_time;
}

result<date_and_time> date_and_time::decode(const apdu_view& apdu) noexcept {
    if (!is_one(apdu.code)) return make_error_code(errc::wrong_command);
    field_reader in{apdu.data};
    date_and_time message{.code = apdu.code};
    if (needs_password(apdu.code)) {
        message.password = zvt::password{static_cast<std::uint32_t>(in.bcd(3))};
    }
    in.block(message.block);
    if (in.failure() != errc{}) return make_error_code(in.failure());
    const auto date = message.block->bcd(bmp::date_with_year);
    const auto time = message.block->bcd(bmp::time);
    if (!date || !time) return make_error_code(errc::missing_field);
    message.year = pair(*date, 2);
    message.month = pair(*date, 1);
    message.day = pair(*date, 0);
    message.hour = pair(*time, 2);
    message.minute = pair(*time, 1);
    message.second = pair(*time, 0);
    return message;
}

result<bytes_view> date_and_time::encode(std::span<std::uint8_t> out,
                                         bool extended_length) const noexcept {
    if (!is_one(code)) return make_error_code(errc::wrong_command);
    apdu_writer apdu{out, code};
    if (needs_password(code)) {
        if (!password) return make_error_code(errc::missing_field);
        apdu.raw_bcd(password->value(), 6);
    }
    if (block) {
        block->write_to(apdu);
        return apdu.finish(extended_length);
    }
    for (const auto part : {year, month, day, hour, minute, second}) {
        if (part > 99) return make_error_code(errc::value_out_of_range);
    }
    return apdu.bcd(bmp::date_with_year, joined(year, month, day))
        .bcd(bmp::time, joined(hour, minute, second))
        .finish(extended_length);
}

}  // namespace protocol::zvt
