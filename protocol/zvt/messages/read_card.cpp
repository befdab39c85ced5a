#include "protocol/zvt/messages/read_card.hpp"

#include "protocol/zvt/messages/field_reader.hpp"

namespace protocol::zvt {

result<read_card> read_card::decode(const apdu_view& apdu) noexcept {
    if (apdu.code != command::read_card) return make_error_code(errc::wrong_command);
    field_reader in{apdu.data};
    read_card message{.timeout_seconds = in.byte()};
    in.block(message.block);
    if (in.failure() != errc{}) return make_error_code(in.failure());
    message.card_type = message.block->byte(bmp::payment_type);
    message.dialog_control = message.block->byte(bmp::dialog_control);
    message.tlv = message.block->tlv();
    return message;
}

result<bytes_view> read_card::encode(std::span<std::uint8_t> out,
                                     bool extended_length) const noexcept {
    apdu_writer apdu{out, command::read_card};
    apdu.raw_byte(timeout_seconds);
    if (block) {
        block->write_to(apdu);
        return apdu.finish(extended_length);
    }
    if (card_type) apdu.byte(bmp::payment_type, *card_type);
    if (dialog_control) apdu.byte(bmp::dialog_control, *dialog_control);
    if (!tlv.empty()) apdu.value(bmp::tlv_container, tlv);
    return apdu.finish(extended_length);
}

}  // namespace protocol::zvt
