#include "protocol/zvt/messages/blocked_list.hpp"

namespace protocol::zvt {

masked_pan blocked_list_query::pan() const noexcept {
    const auto digits = block.value(bmp::pan);
    return digits ? masked_pan::from_bcd(*digits) : masked_pan{};
}

result<blocked_list_query> blocked_list_query::decode(const apdu_view& apdu) noexcept {
    result<blocked_list_query> out;  // decoded in place
    if (apdu.code != command::blocked_list_query) {
        out = make_error_code(errc::wrong_command);
    } else if (const auto parsed = out->block.assign(apdu.data); !parsed) {
        out = parsed.error();
    }
    return out;
}

result<bytes_view> blocked_list_query::encode(std::span<std::uint8_t> out,
                                              bool extended_length) const noexcept {
    apdu_writer apdu{out, command::blocked_list_query};
    block.write_to(apdu);
    return apdu.finish(extended_length);
}

}  // namespace protocol::zvt
