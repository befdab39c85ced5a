#include "protocol/zvt/messages/files.hpp"

#include "protocol/zvt/messages/field_reader.hpp"
#include "protocol/zvt/tags.hpp"

namespace protocol::zvt {
namespace {

/// nullopt also for more than 32 bits.
std::optional<std::uint32_t> number_of(std::optional<bytes_view> bytes) noexcept {
    if (!bytes || bytes->empty()) return std::nullopt;
    std::uint64_t number{};
    for (const auto byte : *bytes) {
        number = number << 8U | byte;
        if (number > 0xFFFF'FFFFU) return std::nullopt;
    }
    return static_cast<std::uint32_t>(number);
}

std::optional<std::uint8_t> first_byte(std::optional<bytes_view> value) noexcept {
    if (!value || value->empty()) return std::nullopt;
    return (*value)[0];
}

file_entry entry_of(bytes_view content) noexcept {
    return {first_byte(find_value(content, tag::file_id)),
            find_value(content, tag::file_name).value_or(bytes_view{}),
            find_value(content, tag::file_mime_type).value_or(bytes_view{}),
            number_of(find_value(content, tag::file_size)),
            number_of(find_value(content, tag::file_offset)),
            find_value(content, tag::file_block)};
}

}  // namespace

result<void> for_each_file(bytes_view tlv, const std::function<void(const file_entry&)>& visit) {
    for (tlv_reader in{tlv}; !in.empty();) {
        const auto object = in.next();
        if (!object) return object.error();
        if (object->tag == tag::file) visit(entry_of(object->value));
        if (object->tag == tag::file_id) visit(entry_of(object->whole));
    }
    return {};
}

bool file_command::is_one(command code) noexcept {
    return code == command::read_file || code == command::delete_file ||
           code == command::change_configuration || code == command::write_file ||
           code == command::file_block_request;
}

result<file_command> file_command::decode(const apdu_view& apdu) noexcept {
    if (!is_one(apdu.code)) return make_error_code(errc::wrong_command);
    field_reader in{apdu.data};
    file_command message;
    message.code = apdu.code;
    if (apdu.code == command::write_file) {
        message.password = zvt::password{static_cast<std::uint32_t>(in.bcd(3))};
    }
    in.block(message.block);
    if (in.failure() != errc{}) return make_error_code(in.failure());
    if (!message.block->has(bmp::tlv_container)) return make_error_code(errc::missing_field);
    message.tlv = message.block->tlv();
    return message;
}

result<bytes_view> file_command::encode(std::span<std::uint8_t> out,
                                        bool extended_length) const noexcept {
    if (!is_one(code)) return make_error_code(errc::wrong_command);
    apdu_writer apdu{out, code};
    if (code == command::write_file) {
        if (!password) return make_error_code(errc::missing_field);
        apdu.raw_bcd(password->value(), 6);
    }
    if (block) {
        block->write_to(apdu);
    } else {
        apdu.value(bmp::tlv_container, tlv);
    }
    return apdu.finish(extended_length);
}

}  // namespace protocol::zvt
