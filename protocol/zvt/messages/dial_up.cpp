#include "protocol/zvt/messages/dial_up.hpp"

#include <array>
#include <charconv>

namespace protocol::zvt {
namespace {

bytes_view bytes_of(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

result<dial_up> dial_up::decode(const apdu_view& apdu) noexcept {
    if (apdu.code != command::dial_up) return make_error_code(errc::wrong_command);
    constexpr std::size_t most_baudrate_digits = 9;
    const auto bad_form = make_error_code(errc::missing_field);

    dial_up message;
    message.text = {reinterpret_cast<const char*>(apdu.data.data()), apdu.data.size()};
    const auto colon = message.text.find(':');
    if (colon == std::string_view::npos || colon < 2 || colon > 1 + most_baudrate_digits) {
        return bad_form;
    }
    message.mode = message.text[0];
    if (message.mode != 'F' && message.mode != 'P') return bad_form;
    const auto* digits = message.text.data() + 1;
    const auto* digits_end = message.text.data() + colon;
    if (std::from_chars(digits, digits_end, message.baudrate).ptr != digits_end) return bad_form;

    message.number = message.text.substr(colon + 1);
    if (const auto comma = message.number.find(',');
        message.mode == 'P' && comma != std::string_view::npos) {
        message.user_data = message.number.substr(comma + 1);
        message.number = message.number.substr(0, comma);
    }
    if (message.number.empty()) return bad_form;
    return message;
}

result<bytes_view> dial_up::encode(std::span<std::uint8_t> out,
                                   bool extended_length) const noexcept {
    apdu_writer apdu{out, command::dial_up};
    if (!text.empty()) return apdu.raw(bytes_of(text)).finish(extended_length);
    if ((mode != 'F' && mode != 'P') || number.empty()) {
        return make_error_code(errc::missing_field);
    }
    std::array<char, 10> digits{};
    const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), baudrate).ptr;
    apdu.raw_byte(static_cast<std::uint8_t>(mode))
        .raw(bytes_of({digits.data(), static_cast<std::size_t>(end - digits.data())}))
        .raw_byte(':')
        .raw(bytes_of(number));
    if (!user_data.empty()) apdu.raw_byte(',').raw(bytes_of(user_data));
    return apdu.finish(extended_length);
}

bool line_data::is_one(command code) noexcept {
    return code == command::transmit_data_via_dial_up ||
           code == command::receive_data_via_dial_up || code == command::hang_up ||
           code == command::transparent_mode;
}

result<line_data> line_data::decode(const apdu_view& apdu) noexcept {
    if (!is_one(apdu.code)) return make_error_code(errc::wrong_command);
    return line_data{apdu.code, apdu.data};
}

result<bytes_view> line_data::encode(std::span<std::uint8_t> out,
                                     bool extended_length) const noexcept {
    if (!is_one(code)) return make_error_code(errc::wrong_command);
    return apdu_writer{out, code}.raw(data).finish(extended_length);
}

}  // namespace protocol::zvt
