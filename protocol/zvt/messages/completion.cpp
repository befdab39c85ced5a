#include "protocol/zvt/messages/completion.hpp"

#include "protocol/zvt/layout.hpp"
#include "protocol/zvt/messages/field_reader.hpp"
#include "protocol/zvt/tags.hpp"

namespace protocol::zvt {
namespace {

constexpr std::size_t version_prefix = 3;

completion_shape shape_of(std::size_t positional, std::size_t size) noexcept {
    if (size == 0) return completion_shape::empty;
    switch (positional) {
        case 0: return completion_shape::fields;
        case 1: return completion_shape::status;
        default: return completion_shape::version_and_status;
    }
}

void write_block(apdu_writer& apdu, const std::optional<data_block>& block) noexcept {
    if (block) block->write_to(apdu);
}

void write_version(apdu_writer& apdu, bytes_view version) noexcept {
    auto left = version.size();
    std::array<std::uint8_t, version_prefix> prefix{};
    for (auto at = prefix.size(); at-- > 0; left /= 10) {
        prefix[at] = static_cast<std::uint8_t>(0xF0U | left % 10);
    }
    apdu.raw(prefix).raw(version);
}

}  // namespace

result<completion> completion::decode(const apdu_view& apdu) noexcept {
    if (apdu.code != command::completion) return make_error_code(errc::wrong_command);
    const auto positional = positional_size(apdu.code, apdu.data);
    completion message;
    message.shape = shape_of(positional, apdu.data.size());

    field_reader in{apdu.data};
    if (message.shape == completion_shape::version_and_status) {
        in.bytes(version_prefix);
        message.software_version = in.bytes(positional - version_prefix - 1);
    }
    if (positional > 0) message.status = in.byte();
    if (!in.empty()) in.block(message.block);
    if (in.failure() != errc{}) return make_error_code(in.failure());
    if (message.shape == completion_shape::fields) {
        message.status = message.block->byte(bmp::payment_type);
    }
    return message;
}

result<bytes_view> completion::encode(std::span<std::uint8_t> out,
                                      bool extended_length) const noexcept {
    apdu_writer apdu{out, command::completion};
    switch (shape) {
        case completion_shape::empty: break;
        case completion_shape::fields: write_block(apdu, block); break;
        case completion_shape::version_and_status:
            if (software_version.size() > 999) return make_error_code(errc::value_out_of_range);
            write_version(apdu, software_version);
            [[fallthrough]];
        case completion_shape::status:
            if (!status) return make_error_code(errc::missing_field);
            apdu.raw_byte(*status);
            write_block(apdu, block);
            break;
    }
    return apdu.finish(extended_length);
}

result<abort_indication> abort_indication::decode(const apdu_view& apdu) noexcept {
    if (apdu.code != command::abort_indication) return make_error_code(errc::wrong_command);
    field_reader in{apdu.data};
    abort_indication message;
    message.positional = in.bytes(positional_size(apdu.code, apdu.data));
    in.block(message.block);
    if (in.failure() != errc{}) return make_error_code(in.failure());
    message.currency = message.block->currency_number();

    field_reader fixed{message.positional};
    if (!fixed.empty()) message.result_code = fixed.byte();
    if (!fixed.empty()) message.currency = static_cast<std::uint16_t>(fixed.bcd(2));
    if (fixed.failure() != errc{}) return make_error_code(fixed.failure());
    return message;
}

result<bytes_view> abort_indication::encode(std::span<std::uint8_t> out,
                                            bool extended_length) const noexcept {
    apdu_writer apdu{out, command::abort_indication};
    if (block) {
        apdu.raw(positional);
        block->write_to(apdu);
        return apdu.finish(extended_length);
    }
    apdu.raw_byte(result_code);
    if (currency) apdu.currency(*currency);
    return apdu.finish(extended_length);
}

std::size_t abort_indication::for_each_open_reservation(
    const std::function<void(receipt_number)>& visit) const {
    if (!block) return 0;
    std::size_t count = 0;
    const auto report = [&](std::uint64_t digits) {
        visit(receipt_number{static_cast<std::uint16_t>(digits)});
        ++count;
    };
    if (const auto list = find_value(block->tlv(), tag::open_reservations)) {
        for (tlv_reader in{*list}; !in.empty();) {
            const auto object = in.next();
            if (!object) break;
            const auto digits = read_bcd(object->value);
            if (object->tag == tag::receipt_number && digits && *digits <= 9999) report(*digits);
        }
        return count;
    }
    if (const auto only = block->receipt()) report(only->value());
    return count;
}

std::optional<std::uint64_t> abort_indication::vendor_code() const noexcept {
    if (!block) return std::nullopt;
    const auto bytes = find_value(block->tlv(), tag::vendor_error_code);
    if (!bytes || bytes->empty() || bytes->size() > sizeof(std::uint64_t)) return std::nullopt;
    std::uint64_t number{};
    for (const auto byte : *bytes) number = number << 8U | byte;
    return number;
}

bytes_view abort_indication::vendor_text() const noexcept {
    if (!block) return {};
    return find_value(block->tlv(), tag::vendor_error_text).value_or(bytes_view{});
}

result<intermediate_status> intermediate_status::decode(const apdu_view& apdu) noexcept {
    if (apdu.code != command::intermediate_status) return make_error_code(errc::wrong_command);
    const auto positional = positional_size(apdu.code, apdu.data);
    field_reader in{apdu.data};
    intermediate_status message;
    message.code = in.byte();
    if (positional > 1) message.timeout_minutes = static_cast<std::uint8_t>(in.bcd(1));
    in.block(message.block);
    if (in.failure() != errc{}) return make_error_code(in.failure());
    message.tlv = message.block->tlv();
    return message;
}

result<bytes_view> intermediate_status::encode(std::span<std::uint8_t> out,
                                               bool extended_length) const noexcept {
    apdu_writer apdu{out, command::intermediate_status};
    apdu.raw_byte(code);
    if (timeout_minutes) apdu.raw_bcd(*timeout_minutes, 2);
    if (block) {
        block->write_to(apdu);
    } else if (!tlv.empty()) {
        apdu.value(bmp::tlv_container, tlv);
    }
    return apdu.finish(extended_length);
}

void intermediate_status::for_each_line(const std::function<void(bytes_view)>& visit) const {
    const auto texts = find_value(tlv, tag::display_texts);
    if (!texts) return;
    for (tlv_reader in{*texts}; !in.empty();) {
        const auto object = in.next();
        if (!object) return;
        if (object->tag == tag::text_line) visit(object->value);
    }
}

}  // namespace protocol::zvt
