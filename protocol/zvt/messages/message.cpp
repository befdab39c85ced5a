#include "protocol/zvt/messages/message.hpp"

namespace protocol::zvt {
namespace {

template <class Message>
result<message> decoded(const apdu_view& apdu) noexcept {
    auto typed = Message::decode(apdu);
    if (!typed) return typed.error();
    return message{std::move(*typed)};
}

/// The messages whose type several commands share.
result<message> decode_shared(const apdu_view& apdu) noexcept {
    if (response::is_one(apdu.code)) return decoded<response>(apdu);
    if (money_command::is_one(apdu.code)) return decoded<money_command>(apdu);
    if (administration_command::is_one(apdu.code)) return decoded<administration_command>(apdu);
    if (parameter_command::is_one(apdu.code)) return decoded<parameter_command>(apdu);
    if (date_and_time::is_one(apdu.code)) return decoded<date_and_time>(apdu);
    if (display_text::is_one(apdu.code)) return decoded<display_text>(apdu);
    if (display_text_old::is_one(apdu.code)) return decoded<display_text_old>(apdu);
    if (display_image::is_one(apdu.code)) return decoded<display_image>(apdu);
    if (file_command::is_one(apdu.code)) return decoded<file_command>(apdu);
    if (line_data::is_one(apdu.code)) return decoded<line_data>(apdu);
    return message{apdu};
}

}  // namespace

result<message> decode_message(const apdu_view& apdu) noexcept {
    using row = std::pair<command, result<message> (*)(const apdu_view&) noexcept>;
    static constexpr row own_type[] = {
        {command::status_information, decoded<status_information>},
        {command::intermediate_status, decoded<intermediate_status>},
        {command::completion, decoded<completion>},
        {command::abort_indication, decoded<abort_indication>},
        {command::print_line, decoded<print_line>},
        {command::print_text_block, decoded<print_text_block>},
        {command::registration, decoded<registration>},
        {command::prepaid_top_up, decoded<prepaid_top_up>},
        {command::reprint_receipts, decoded<reprint_receipts>},
        {command::change_password, decoded<change_password>},
        {command::read_card, decoded<read_card>},
        {command::input_request, decoded<input_request>},
        {command::menu_request, decoded<menu_request>},
        {command::dial_up, decoded<dial_up>},
        {command::blocked_list_query, decoded<blocked_list_query>},
    };
    for (const auto& [code, decode] : own_type) {
        if (code == apdu.code) return decode(apdu);
    }
    return decode_shared(apdu);
}

result<bytes_view> encode_message(const message& any, std::span<std::uint8_t> out,
                                  bool extended_length) noexcept {
    return std::visit(
        [&](const auto& typed) -> result<bytes_view> {
            if constexpr (std::is_same_v<std::decay_t<decltype(typed)>, apdu_view>) {
                return apdu_writer{out, typed.code}.raw(typed.data).finish(extended_length);
            } else {
                return typed.encode(out, extended_length);
            }
        },
        any);
}

}  // namespace protocol::zvt
