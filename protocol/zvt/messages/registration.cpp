#include "protocol/zvt/messages/registration.hpp"

#include "protocol/zvt/layout.hpp"
#include "protocol/zvt/messages/field_reader.hpp"

namespace protocol::zvt {

result<registration> registration::decode(const apdu_view& apdu) noexcept {
    if (apdu.code != command::registration) return make_error_code(errc::wrong_command);
    constexpr std::size_t with_currency = 6;
    const auto positional = positional_size(apdu.code, apdu.data);

    field_reader in{apdu.data};
    registration message;
    message.password = zvt::password{static_cast<std::uint32_t>(in.bcd(3))};
    message.config = in.byte();
    if (positional == with_currency) {
        message.currency = static_cast<std::uint16_t>(in.bcd(2));
    } else if (positional > with_currency - 2) {
        return make_error_code(errc::truncated);  // half a currency
    }
    message.block = in.rest();
    if (in.failure() != errc{}) return make_error_code(in.failure());
    return message;
}

result<bytes_view> registration::encode(std::span<std::uint8_t> out,
                                        bool extended_length) const noexcept {
    apdu_writer apdu{out, command::registration};
    apdu.raw_bcd(password.value(), 6).raw_byte(config);
    if (currency) apdu.raw_bcd(*currency, 4);
    return apdu.raw(block).finish(extended_length);
}

}  // namespace protocol::zvt
