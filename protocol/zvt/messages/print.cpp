#include "protocol/zvt/messages/print.hpp"

#include "protocol/zvt/layout.hpp"
#include "protocol/zvt/messages/field_reader.hpp"
#include "protocol/zvt/tags.hpp"

namespace protocol::zvt {
namespace {

std::optional<std::uint8_t> first_byte(std::optional<bytes_view> value) noexcept {
    if (!value || value->empty()) return std::nullopt;
    return (*value)[0];
}

/// The last element is a tag 09 with the last-line bit, or FF, which terminals send as well.
bool ends_with_marker(bytes_view texts) noexcept {
    std::optional<std::uint8_t> marker;
    for (tlv_reader in{texts}; !in.empty();) {
        const auto object = in.next();
        if (!object) return false;
        marker = object->tag == tag::attribute ? first_byte(object->value) : std::nullopt;
    }
    return marker && print_attribute{*marker}.last_line();
}

/// Visits the lines of one tag 25; `attribute` is carried from one to the next.
result<void> visit_lines(bytes_view texts, print_attribute& attribute,
                         const std::function<void(print_attribute, bytes_view)>& visit) {
    for (tlv_reader in{texts}; !in.empty();) {
        const auto object = in.next();
        if (!object) return object.error();
        if (object->tag == tag::text_line) {
            visit(attribute, object->value);
        } else if (object->tag == tag::attribute && !object->value.empty()) {
            const print_attribute next{object->value[0]};
            if (!next.line_feed()) {
                attribute = next;
            } else if (!in.empty()) {
                visit(attribute, {});
            }
        }
    }
    return {};
}

}  // namespace

result<print_line> print_line::decode(const apdu_view& apdu) noexcept {
    if (apdu.code != command::print_line) return make_error_code(errc::wrong_command);
    field_reader in{apdu.data};
    print_line message;
    message.positional = in.bytes(positional_size(apdu.code, apdu.data));
    in.block(message.block);
    if (in.failure() != errc{}) return make_error_code(in.failure());
    message.tlv = message.block->tlv();

    field_reader line{message.positional};
    message.attribute = print_attribute{line.byte()};
    if (message.attribute.line_feed()) message.feeds = line.empty() ? 1 : line.byte();
    message.text = line.rest();
    if (line.failure() != errc{}) return make_error_code(line.failure());
    return message;
}

result<bytes_view> print_line::encode(std::span<std::uint8_t> out,
                                      bool extended_length) const noexcept {
    apdu_writer apdu{out, command::print_line};
    if (block) {
        apdu.raw(positional);
        block->write_to(apdu);
        return apdu.finish(extended_length);
    }
    apdu.raw_byte(attribute.value);
    if (attribute.line_feed()) {
        apdu.raw_byte(feeds);
    } else {
        apdu.raw(text);
    }
    if (!tlv.empty()) apdu.value(bmp::tlv_container, tlv);
    return apdu.finish(extended_length);
}

result<print_text_block> print_text_block::decode(const apdu_view& apdu) noexcept {
    if (apdu.code != command::print_text_block) return make_error_code(errc::wrong_command);
    field_reader in{apdu.data};
    print_text_block message;
    in.block(message.block);
    if (in.failure() != errc{}) return make_error_code(in.failure());
    if (!message.block->has(bmp::tlv_container)) return make_error_code(errc::missing_field);

    const auto tlv = message.block->tlv();
    if (const auto kind = first_byte(find_value(tlv, tag::receipt_type)); kind && *kind <= 3) {
        message.kind = static_cast<receipt_kind>(*kind);
    }
    message.charset = first_byte(find_value(tlv, tag::charset));
    if (!message.charset) {
        message.charset = first_byte(find_value(tlv, {tag::charsets, tag::charset}));
    }
    message.information = first_byte(find_value(tlv, tag::receipt_information));
    message.texts = find_value(tlv, tag::print_texts).value_or(bytes_view{});
    for (tlv_reader objects{tlv}; !objects.empty();) {
        const auto object = objects.next();
        if (!object) break;
        if (object->tag == tag::print_texts) message.ends_receipt = ends_with_marker(object->value);
    }
    return message;
}

result<bytes_view> print_text_block::encode(std::span<std::uint8_t> out,
                                            bool extended_length) const noexcept {
    apdu_writer apdu{out, command::print_text_block};
    if (block) {
        block->write_to(apdu);
        return apdu.finish(extended_length);
    }
    // The container is written where the APDU's data go, but for the room of its own head.
    constexpr std::size_t largest_head = 3 + 4;
    if (out.size() < largest_head) return make_error_code(errc::buffer_full);
    tlv_writer container{out.subspan(largest_head)};
    if (charset) container.put(tag::charset, {*charset});
    container.put(tag::print_texts, texts);
    if (kind != receipt_kind::unspecified) {
        container.put(tag::receipt_type, {static_cast<std::uint8_t>(kind)});
    }
    if (information) container.put(tag::receipt_information, {*information});
    const auto content = container.finish();
    if (!content) return content.error();
    return apdu.value(bmp::tlv_container, *content).finish(extended_length);
}

result<void> print_text_block::for_each_line(
    const std::function<void(print_attribute, bytes_view)>& visit) const {
    print_attribute attribute;
    if (!block) return visit_lines(texts, attribute, visit);
    for (tlv_reader in{block->tlv()}; !in.empty();) {
        const auto object = in.next();
        if (!object) return object.error();
        if (object->tag != tag::print_texts) continue;
        if (const auto visited = visit_lines(object->value, attribute, visit); !visited) {
            return visited.error();
        }
    }
    return {};
}

}  // namespace protocol::zvt
