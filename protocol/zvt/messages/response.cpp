#include "protocol/zvt/messages/response.hpp"

#include "protocol/bcd.hpp"
#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/layout.hpp"

namespace protocol::zvt {

std::optional<std::uint8_t> response::key() const noexcept {
    if (!positive() || data.size() != 1) return std::nullopt;
    return data[0];
}

bytes_view response::tlv() const noexcept {
    if (!is_whole_container(data)) return {};
    const auto block = data_block::parse(data);
    return block ? block->tlv() : bytes_view{};
}

std::optional<std::int64_t> response::delivered_amount() const noexcept {
    if (code != negative_response(zvt::code::partial_issue)) return std::nullopt;
    const auto block = data_block::parse(data);
    if (!block) return std::nullopt;
    return block->amount();
}

std::optional<std::uint16_t> response::refused_currency() const noexcept {
    constexpr std::uint8_t refused = 0x1E;
    if (code != negative_response(refused) || data.empty()) return std::nullopt;
    if (data[0] != zvt::code::wrong_currency) return std::nullopt;
    const auto positional = positional_size(code, data);
    const auto bare = read_bcd(data.subspan(1, positional - 1));
    if (positional > 1 && bare) return static_cast<std::uint16_t>(*bare);
    const auto block = data_block::parse(data.subspan(positional));
    return block ? block->currency_number().value_or(0) : std::uint16_t{0};
}

bool response::is_one(command code) noexcept {
    return code == command::positive || class_of(code) == 0x84;
}

result<response> response::decode(const apdu_view& apdu) noexcept {
    if (!is_one(apdu.code)) return make_error_code(errc::wrong_command);
    return response{apdu.code, apdu.data};
}

result<bytes_view> response::encode(std::span<std::uint8_t> out,
                                    bool extended_length) const noexcept {
    if (!is_one(code)) return make_error_code(errc::wrong_command);
    return apdu_writer{out, code}.raw(data).finish(extended_length);
}

}  // namespace protocol::zvt
