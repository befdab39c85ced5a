#include "protocol/zvt/describe_tree.hpp"

#include "protocol/zvt/messages/print.hpp"

namespace protocol::zvt {

void describe_tree::line(int depth, std::string_view label, std::string_view meaning) {
    text_.append(2 * static_cast<std::size_t>(indent_ + depth), ' ').append(label);
    if (!meaning.empty()) text_.append(": ").append(meaning);
    text_ += '\n';
}

void describe_tree::unknown(int depth, bytes_view bytes) {
    if (bytes.empty()) return;
    complete_ = false;
    line(depth, "?? unknown", hex_text(bytes));
}

void describe_tree::broken(int depth, bytes_view bytes, const error_code& why) {
    complete_ = false;
    line(depth, "?? " + why.message(), hex_text(bytes));
}

std::string hex_text(bytes_view bytes) {
    std::string out;
    for (const auto byte : bytes) {
        if (!out.empty()) out += ' ';
        out += hex_text(byte, 2);
    }
    return out;
}

std::string hex_text(std::uint32_t number, int digits) {
    constexpr std::string_view letters = "0123456789ABCDEF";
    std::string out(static_cast<std::size_t>(digits), '0');
    for (auto at = out.size(); at-- > 0; number >>= 4U) out[at] = letters[number & 0xFU];
    return out;
}

std::string amount_text(std::uint64_t minor, currency unit) {
    return format_amount({static_cast<std::int64_t>(minor), unit}) + " " + std::string{unit.code()};
}

std::string quoted(bytes_view text, charset set) { return '"' + to_utf8(text, set) + '"'; }

std::string code_text(std::uint8_t code, std::string_view meaning) {
    return hex_text(code, 2).append(", ").append(meaning.empty() ? "not assigned" : meaning);
}

std::string attribute_text(std::uint8_t value) {
    const print_attribute attribute{value};
    std::string out = hex_text(value, 2);
    if (attribute.line_feed()) return out + ", line feed";
    if (attribute.centred()) out += ", centred";
    if (attribute.double_width()) out += ", double width";
    if (attribute.double_height()) out += ", double height";
    if (attribute.indent() != 0) out += ", indented by " + std::to_string(attribute.indent());
    if (attribute.last_line()) out += ", last line";
    return out;
}

}  // namespace protocol::zvt
