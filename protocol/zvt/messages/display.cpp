#include "protocol/zvt/messages/display.hpp"

#include <algorithm>

#include "protocol/zvt/messages/field_reader.hpp"
#include "protocol/zvt/tags.hpp"

namespace protocol::zvt {
namespace {

bmp line_id(bmp first, std::size_t line) noexcept {
    return static_cast<bmp>(static_cast<std::size_t>(first) + line);
}

void take_lines(const data_block& block, bmp first, display_text::eight_lines& lines) noexcept {
    for (std::size_t n = 0; n < lines.size(); ++n) lines[n] = block.value(line_id(first, n));
}

void put_lines(apdu_writer& apdu, bmp first, const display_text::eight_lines& lines) noexcept {
    for (std::size_t n = 0; n < lines.size(); ++n) {
        if (lines[n]) apdu.value(line_id(first, n), *lines[n]);
    }
}

void put(apdu_writer& apdu, bmp id, std::optional<std::uint8_t> value) noexcept {
    if (value) apdu.byte(id, *value);
}

std::optional<std::uint32_t> big_endian_32(std::optional<bytes_view> bytes) noexcept {
    if (!bytes) return std::nullopt;
    std::uint32_t number{};
    for (const auto byte : *bytes) number = number << 8U | byte;
    return number;
}

void put_big_endian_32(apdu_writer& apdu, bmp id, std::optional<std::uint32_t> number) noexcept {
    if (!number) return;
    const std::array<std::uint8_t, 4> bytes{
        static_cast<std::uint8_t>(*number >> 24U), static_cast<std::uint8_t>(*number >> 16U),
        static_cast<std::uint8_t>(*number >> 8U), static_cast<std::uint8_t>(*number)};
    apdu.value(id, bytes);
}

}  // namespace

bool display_text::is_one(command code) noexcept {
    return code == command::display_text || code == command::display_text_function_key ||
           code == command::display_text_numeric_input || code == command::pin_verification ||
           code == command::display_text_numeric_input_dukpt;
}

result<display_text> display_text::decode(const apdu_view& apdu) noexcept {
    if (!is_one(apdu.code)) return make_error_code(errc::wrong_command);
    field_reader in{apdu.data};
    display_text message;
    message.code = apdu.code;
    in.block(message.block);
    if (in.failure() != errc{}) return make_error_code(in.failure());
    const auto& fields = *message.block;
    message.seconds = fields.byte(bmp::display_seconds);
    take_lines(fields, bmp::text_1_line_1, message.lines);
    message.beeps = fields.byte(bmp::beeps);
    message.device = fields.byte(bmp::display_device);
    message.ok_required = fields.byte(bmp::ok_key_required);
    message.min_digits = fields.byte(bmp::min_input_length);
    take_lines(fields, bmp::text_2_line_1, message.second_lines);
    message.max_digits = fields.byte(bmp::max_input_length);
    message.echo = fields.byte(bmp::echo);
    message.mac = fields.value(bmp::mac);
    message.tlv = fields.tlv();
    return message;
}

result<bytes_view> display_text::encode(std::span<std::uint8_t> out,
                                        bool extended_length) const noexcept {
    if (!is_one(code)) return make_error_code(errc::wrong_command);
    apdu_writer apdu{out, code};
    if (block) {
        block->write_to(apdu);
        return apdu.finish(extended_length);
    }
    put(apdu, bmp::display_seconds, seconds);
    put_lines(apdu, bmp::text_1_line_1, lines);
    put(apdu, bmp::beeps, beeps);
    put(apdu, bmp::ok_key_required, ok_required);
    put(apdu, bmp::min_input_length, min_digits);
    put_lines(apdu, bmp::text_2_line_1, second_lines);
    put(apdu, bmp::max_input_length, max_digits);
    put(apdu, bmp::echo, echo);
    if (mac) apdu.value(bmp::mac, *mac);
    put(apdu, bmp::display_device, device);
    if (!tlv.empty()) apdu.value(bmp::tlv_container, tlv);
    return apdu.finish(extended_length);
}

bool display_text_old::is_one(command code) noexcept {
    return code == command::display_text_old || code == command::display_text_function_key_old;
}

result<display_text_old> display_text_old::decode(const apdu_view& apdu) noexcept {
    if (!is_one(apdu.code)) return make_error_code(errc::wrong_command);
    field_reader in{apdu.data};
    const auto read_text = [&in] {
        positioned read{static_cast<std::uint8_t>(in.bcd(1)), {}};
        const auto rest = in.unread();
        const auto end = std::find(rest.begin(), rest.end(), 0x00);
        read.characters = in.bytes(static_cast<std::size_t>(end - rest.begin()));
        in.byte();  // the NUL; truncated when there is none
        return read;
    };
    display_text_old message;
    message.code = apdu.code;
    message.text = read_text();
    if (!in.empty()) message.seconds = in.byte();
    if (!in.empty()) message.second_text = read_text();
    in.end();
    if (in.failure() != errc{}) return make_error_code(in.failure());
    return message;
}

result<bytes_view> display_text_old::encode(std::span<std::uint8_t> out,
                                            bool extended_length) const noexcept {
    if (!is_one(code)) return make_error_code(errc::wrong_command);
    if (second_text && !seconds) return make_error_code(errc::missing_field);
    apdu_writer apdu{out, code};
    bool has_nul = false;
    const auto put_text = [&](const positioned& one) {
        has_nul |=
            std::find(one.characters.begin(), one.characters.end(), 0x00) != one.characters.end();
        apdu.raw_bcd(one.position, 2).raw(one.characters).raw_byte(0x00);
    };
    put_text(text);
    if (seconds) apdu.raw_byte(*seconds);
    if (second_text) put_text(*second_text);
    if (has_nul) return make_error_code(errc::value_out_of_range);
    return apdu.finish(extended_length);
}

bytes_view display_image::image() const noexcept {
    return find_value(tlv, tag::file_block).value_or(bytes_view{});
}

bool display_image::is_one(command code) noexcept {
    return code == command::display_image || code == command::menu_with_image;
}

result<display_image> display_image::decode(const apdu_view& apdu) noexcept {
    if (!is_one(apdu.code)) return make_error_code(errc::wrong_command);
    field_reader in{apdu.data};
    display_image message;
    message.code = apdu.code;
    in.block(message.block);
    if (in.failure() != errc{}) return make_error_code(in.failure());
    const auto& fields = *message.block;
    message.image_id = big_endian_32(fields.value(bmp::image_id));
    message.image_size = big_endian_32(fields.value(bmp::image_size));
    message.mime_type = fields.byte(bmp::image_mime_type);
    message.encoding = fields.byte(bmp::image_encoding);
    message.chunk_count = fields.byte(bmp::chunk_count);
    message.chunk_index = fields.byte(bmp::chunk_index);
    message.seconds = fields.byte(bmp::display_seconds);
    message.tlv = fields.tlv();
    return message;
}

result<bytes_view> display_image::encode(std::span<std::uint8_t> out,
                                         bool extended_length) const noexcept {
    if (!is_one(code)) return make_error_code(errc::wrong_command);
    apdu_writer apdu{out, code};
    if (block) {
        block->write_to(apdu);
        return apdu.finish(extended_length);
    }
    put_big_endian_32(apdu, bmp::image_id, image_id);
    put_big_endian_32(apdu, bmp::image_size, image_size);
    put(apdu, bmp::image_mime_type, mime_type);
    put(apdu, bmp::image_encoding, encoding);
    put(apdu, bmp::display_seconds, seconds);
    put(apdu, bmp::chunk_count, chunk_count);
    put(apdu, bmp::chunk_index, chunk_index);
    if (!tlv.empty()) apdu.value(bmp::tlv_container, tlv);
    return apdu.finish(extended_length);
}

}  // namespace protocol::zvt
