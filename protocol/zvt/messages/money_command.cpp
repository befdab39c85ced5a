#include "protocol/zvt/messages/money_command.hpp"

#include "protocol/zvt/messages/field_reader.hpp"

namespace protocol::zvt {
namespace {

void take_named_fields(money_command& message) noexcept {
    const auto& block = *message.block;
    message.receipt = block.receipt();
    message.amount = block.amount();
    message.currency = block.currency_number();
    message.payment_type = block.byte(bmp::payment_type);
    if (const auto digits = block.bcd(bmp::trace_number)) message.trace = trace_number{*digits};
    message.authorisation_attribute = block.value(bmp::authorisation_attribute);
    message.tlv = block.tlv();
}

}  // namespace

bool money_command::is_one(command code) noexcept {
    // Account balance and tax free move nothing, but look the same.
    if (code == command::account_balance || code == command::tax_free) return true;
    const auto* info = find_command(code);
    return info != nullptr && info->moves_money && code != command::prepaid_top_up;
}

bool money_command::needs_password(command code) noexcept {
    return code == command::telephonic_authorisation || code == command::reversal ||
           code == command::refund;
}

result<money_command> money_command::decode(const apdu_view& apdu) noexcept {
    if (!is_one(apdu.code)) return make_error_code(errc::wrong_command);
    result<money_command> out;  // decoded in place
    out->code = apdu.code;
    field_reader in{apdu.data};
    if (needs_password(apdu.code)) {
        out->password = zvt::password{static_cast<std::uint32_t>(in.bcd(3))};
    }
    in.block(out->block);
    if (in.failure() == errc{}) {
        take_named_fields(*out);
    } else {
        out = make_error_code(in.failure());
    }
    return out;
}

result<bytes_view> money_command::encode(std::span<std::uint8_t> out,
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
    if (receipt) apdu.receipt(*receipt);
    if (amount) apdu.amount(*amount);
    if (currency) apdu.currency(*currency);
    if (payment_type) apdu.byte(bmp::payment_type, *payment_type);
    if (trace) apdu.trace(*trace);
    if (authorisation_attribute) {
        apdu.value(bmp::authorisation_attribute, *authorisation_attribute);
    }
    if (!tlv.empty()) apdu.value(bmp::tlv_container, tlv);
    return apdu.finish(extended_length);
}

}  // namespace protocol::zvt
