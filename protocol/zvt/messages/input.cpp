#include "protocol/zvt/messages/input.hpp"

#include "protocol/bcd.hpp"
#include "protocol/zvt/tags.hpp"

namespace protocol::zvt {
namespace {

std::optional<std::uint8_t> first_byte(std::optional<bytes_view> value) noexcept {
    if (!value || value->empty()) return std::nullopt;
    return (*value)[0];
}

void for_each(bytes_view tlv, tlv_tag wanted, const std::function<void(bytes_view)>& visit) {
    for (tlv_reader in{tlv}; !in.empty();) {
        const auto object = in.next();
        if (!object) return;
        if (object->tag == wanted) visit(object->value);
    }
}

result<bytes_view> write_back(command code, const data_block& block, std::span<std::uint8_t> out,
                              bool extended_length) noexcept {
    apdu_writer apdu{out, code};
    block.write_to(apdu);
    return apdu.finish(extended_length);
}

}  // namespace

result<input_request> input_request::decode(const apdu_view& apdu) noexcept {
    if (apdu.code != command::input_request) return make_error_code(errc::wrong_command);
    input_request message;
    if (const auto parsed = message.block.assign(apdu.data); !parsed) return parsed.error();
    const auto input = find_value(message.block.tlv(), tag::input);
    if (!input) return make_error_code(errc::missing_field);

    message.texts = find_value(*input, tag::display_texts).value_or(bytes_view{});
    message.mode =
        static_cast<input_mode>(first_byte(find_value(*input, tag::input_mode)).value_or(0));
    if (const auto timeout = find_value(*input, tag::input_timeout);
        timeout && timeout->size() == 2) {
        message.timeout_seconds = static_cast<std::uint16_t>((*timeout)[0] << 8U | (*timeout)[1]);
    }
    message.charset = first_byte(find_value(*input, tag::charset));
    if (const auto currency = find_value(*input, tag::currency)) {
        if (const auto number = read_bcd(*currency); number && *number <= 9999) {
            message.currency = static_cast<std::uint16_t>(*number);
        }
    }
    message.decimals = first_byte(find_value(*input, tag::decimals));
    message.preset = find_value(*input, tag::input_result).value_or(bytes_view{});
    return message;
}

result<bytes_view> input_request::encode(std::span<std::uint8_t> out,
                                         bool extended_length) const noexcept {
    return write_back(command::input_request, block, out, extended_length);
}

void input_request::for_each_line(const std::function<void(bytes_view)>& visit) const {
    for_each(texts, tag::text_line, visit);
}

result<menu_request> menu_request::decode(const apdu_view& apdu) noexcept {
    if (apdu.code != command::menu_request) return make_error_code(errc::wrong_command);
    menu_request message;
    if (const auto parsed = message.block.assign(apdu.data); !parsed) return parsed.error();
    const auto menu = find_value(message.block.tlv(), tag::menu);
    if (!menu) return make_error_code(errc::missing_field);

    message.charset = first_byte(find_value(*menu, tag::charset));
    message.language = find_value(*menu, tag::language).value_or(bytes_view{});
    message.context = first_byte(find_value(*menu, tag::menu_context)).value_or(0);
    message.target = first_byte(find_value(*menu, tag::menu_target)).value_or(0);
    message.items = *menu;
    return message;
}

result<bytes_view> menu_request::encode(std::span<std::uint8_t> out,
                                        bool extended_length) const noexcept {
    return write_back(command::menu_request, block, out, extended_length);
}

void menu_request::for_each_item(const std::function<void(bytes_view, bytes_view)>& visit) const {
    for_each(items, tag::menu_item, [&](bytes_view item) {
        visit(find_value(item, tag::text_line).value_or(bytes_view{}),
              find_value(item, tag::return_value).value_or(bytes_view{}));
    });
}

}  // namespace protocol::zvt
