#include "protocol/zvt/hex_input.hpp"

#include <algorithm>
#include <optional>

#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/card_data.hpp"
#include "protocol/zvt/crc16.hpp"
#include "protocol/zvt/serial_frame.hpp"

namespace protocol::zvt {
namespace {

using bytes = std::vector<std::uint8_t>;
using items = std::vector<hex_item>;
using wrong = std::optional<hex_input_error>;

std::optional<unsigned> hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    return std::nullopt;
}

bool is_separator(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '|' || c == ',' || c == ':';
}

/// Bytes of a text, and the line on which each stands.
struct located_bytes {
    bytes values;
    std::vector<std::size_t> lines;

    [[nodiscard]] bytes_view from(std::size_t at) const { return bytes_view{values}.subspan(at); }
};

/// Appends the bytes of one line, up to its comment. `column` is where `text` begins, from 1.
wrong append_hex(std::string_view text, std::size_t line, std::size_t column, located_bytes& out) {
    text = text.substr(0, text.find_first_of("#;"));
    constexpr unsigned none = 0x10;
    unsigned high = none;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_separator(text[at])) {
            if (high != none)
                return hex_input_error{hex_input_error::kind::half_a_byte, line, column + at};
            continue;
        }
        const auto digit = hex_digit(text[at]);
        if (!digit) {
            return hex_input_error{hex_input_error::kind::not_a_hex_digit, line, column + at};
        }
        if (high != none) {
            out.values.push_back(static_cast<std::uint8_t>(high << 4U | *digit));
            out.lines.push_back(line);
            high = none;
        } else {
            high = *digit;
        }
    }
    if (high != none) {
        return hex_input_error{hex_input_error::kind::half_a_byte, line, column + text.size()};
    }
    return std::nullopt;
}

// --- bytes to messages ---------------------------------------------------------------------------

hex_item broken(bytes_view raw, std::string why) {
    hex_item item{.what = hex_item::kind::broken, .bytes = {raw.begin(), raw.end()}};
    mask_card_data(item.bytes);
    item.text = std::move(why);
    return item;
}

/// An APDU and nothing behind it, or what is wrong with it.
hex_item message_of(bytes_view raw) {
    const auto split = split_apdu(raw);
    if (!split) return broken(raw, "the message ends before its length says");
    if (split->used != raw.size()) return broken(raw, "bytes follow the message");
    hex_item item{.what = hex_item::kind::message, .bytes = {raw.begin(), raw.end()}};
    mask_card_data(item.bytes);
    return item;
}

struct taken {
    hex_item item;
    std::size_t used{};
};

/// A frame at the start of `in`, which begins with DLE STX. ZVT reference 1.1.
taken take_frame(bytes_view in) {
    constexpr std::size_t crc_size = 2;
    bytes apdu;
    std::size_t at = 2;
    while (at + 1 < in.size() && !(in[at] == dle && in[at + 1] == etx)) {
        const bool doubled = in[at] == dle && in[at + 1] == dle;
        if (in[at] == dle && !doubled) {
            return {broken(in.first(at), "a lone DLE stands inside the frame"), at};
        }
        apdu.push_back(in[at]);
        at += doubled ? 2 : 1;
    }
    const auto end = at + 2 + crc_size;
    if (end > in.size()) return {broken(in, "the frame has no end"), in.size()};

    const auto sent = static_cast<std::uint16_t>(in[at + 2] | in[at + 3] << 8U);
    taken out{message_of(apdu), end};
    if (crc16(crc16(apdu), etx) != sent) {
        out.item = broken(apdu, "the frame's checksum is wrong");
    }
    out.item.serial = true;
    return out;
}

taken take_message(bytes_view in) {
    const auto split = split_apdu(in);
    if (!split) return {message_of(in), in.size()};
    return {message_of(in.first(split->used)), split->used};
}

bool begins_frame(bytes_view in) noexcept { return in.size() >= 2 && in[0] == dle && in[1] == stx; }

/// 06 is also the class of most commands: it is an ACK only where serial frames are.
bool is_acknowledgement(bytes_view in, bool serial) noexcept {
    if (in[0] != ack && in[0] != nak) return false;
    const auto behind = in.subspan(1);
    return serial &&
           (behind.empty() || begins_frame(behind) || behind[0] == ack || behind[0] == nak);
}

taken take_next(bytes_view in, bool serial) {
    if (begins_frame(in)) return take_frame(in);
    if (!is_acknowledgement(in, serial)) return take_message(in);
    const auto what = in[0] == ack ? hex_item::kind::ack : hex_item::kind::nak;
    return {hex_item{.what = what, .serial = true}, 1};
}

void split_stream(located_bytes& stream, items& out) {
    bool serial = false;
    for (std::size_t at = 0; at < stream.values.size();) {
        auto next = take_next(stream.from(at), serial);
        next.item.line = stream.lines[at];
        serial = serial || next.item.serial;
        at += next.used;
        out.push_back(std::move(next.item));
    }
    stream = {};
}

// --- trace lines ---------------------------------------------------------------------------------

/// "2026-01-31T12:00:00.123Z < ": its length; 0 for any other line.
std::size_t trace_head(std::string_view line) noexcept {
    constexpr std::string_view form = "0000-00-00T00:00:00.000Z";
    if (line.size() < form.size() + 3) return 0;
    for (std::size_t at = 0; at < form.size(); ++at) {
        const bool digit = line[at] >= '0' && line[at] <= '9';
        if (form[at] == '0' ? !digit : line[at] != form[at]) return 0;
    }
    const auto way = line.substr(form.size(), 3);
    return way == " < " || way == " > " ? form.size() + way.size() : 0;
}

/// What stands behind the head of a trace line.
wrong read_trace_line(std::string_view line, std::size_t head, std::size_t number, items& out) {
    const auto content = line.substr(head);
    const auto word = content.substr(0, content.find(' '));
    hex_item item;
    if (word == "ACK" || word == "NAK") {
        item.what = word == "ACK" ? hex_item::kind::ack : hex_item::kind::nak;
    } else if (word == "note" || word == "dropped" || word == "-") {
        item.what = hex_item::kind::note;
        item.text = content;
        mask_card_numbers(item.text);
    } else {
        located_bytes raw;
        if (const auto error = append_hex(content, number, head + 1, raw)) return error;
        item = message_of(raw.values);
    }
    item.way = line[head - 2] == '<' ? hex_item::direction::received : hex_item::direction::sent;
    item.line = number;
    out.push_back(std::move(item));
    return std::nullopt;
}

}  // namespace

std::string to_string(const hex_input_error& error) {
    auto where =
        "line " + std::to_string(error.line) + ", column " + std::to_string(error.column) + ": ";
    switch (error.what) {
        case hex_input_error::kind::not_a_hex_digit: return where + "not a hexadecimal digit";
        case hex_input_error::kind::half_a_byte:
            return where + "a byte has two hexadecimal digits, here is one";
    }
    return where;
}

boost::system::result<std::vector<hex_item>, hex_input_error> read_hex_input(
    std::string_view text) {
    items found;
    located_bytes stream;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const auto head = trace_head(line);
        if (head > 0) split_stream(stream, found);
        const auto error = head > 0 ? read_trace_line(line, head, number, found)
                                    : append_hex(line, number, 1, stream);
        if (error) return *error;
    }
    split_stream(stream, found);
    return found;
}

}  // namespace protocol::zvt
