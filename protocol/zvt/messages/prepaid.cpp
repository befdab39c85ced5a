#include "protocol/zvt/messages/prepaid.hpp"

#include "protocol/zvt/messages/field_reader.hpp"

namespace protocol::zvt {

result<prepaid_top_up> prepaid_top_up::decode(const apdu_view& apdu) noexcept {
    if (apdu.code != command::prepaid_top_up) return make_error_code(errc::wrong_command);
    field_reader in{apdu.data};
    prepaid_top_up message;
    message.prepaid_id = static_cast<std::uint16_t>(in.bcd(2));
    message.mode = static_cast<payment_mode>(in.byte());
    in.block(message.block);
    if (in.failure() != errc{}) return make_error_code(in.failure());
    const auto& fields = *message.block;
    message.amount = fields.amount();
    message.currency = fields.currency_number();
    message.payment_type = fields.byte(bmp::payment_type);
    if (const auto digits = fields.bcd(bmp::password)) {
        message.cash_password = static_cast<std::uint32_t>(*digits);
    }
    message.tlv = fields.tlv();
    return message;
}

result<bytes_view> prepaid_top_up::encode(std::span<std::uint8_t> out,
                                          bool extended_length) const noexcept {
    apdu_writer apdu{out, command::prepaid_top_up};
    apdu.raw_bcd(prepaid_id, 4).raw_byte(static_cast<std::uint8_t>(mode));
    if (block) {
        block->write_to(apdu);
        return apdu.finish(extended_length);
    }
    if (!amount || (mode == payment_mode::cash && !cash_password)) {
        return make_error_code(errc::missing_field);
    }
    apdu.amount(*amount);
    if (currency) apdu.currency(*currency);
    if (payment_type) apdu.byte(bmp::payment_type, *payment_type);
    if (cash_password) apdu.bcd(bmp::password, *cash_password);
    if (!tlv.empty()) apdu.value(bmp::tlv_container, tlv);
    return apdu.finish(extended_length);
}

}  // namespace protocol::zvt
