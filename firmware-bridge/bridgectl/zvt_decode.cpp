#include "firmware-bridge/bridgectl/zvt_decode.hpp"

#include <boost/json/array.hpp>
#include <span>

#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/describe.hpp"
#include "protocol/zvt/hex_input.hpp"

namespace bridge::bridgectl {

namespace {

using protocol::zvt::hex_item;

std::string_view name_of(hex_item::kind kind) {
    switch (kind) {
        case hex_item::kind::message: return "message";
        case hex_item::kind::ack: return "ack";
        case hex_item::kind::nak: return "nak";
        case hex_item::kind::note: return "note";
        case hex_item::kind::broken: return "broken";
    }
    return "";
}

std::string_view name_of(hex_item::direction way) {
    switch (way) {
        case hex_item::direction::unknown: return "";
        case hex_item::direction::sent: return "sent";
        case hex_item::direction::received: return "received";
    }
    return "";
}

std::string hex(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (const auto byte : bytes) {
        if (!text.empty()) text += ' ';
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

decoded_item decode(const hex_item& item) {
    decoded_item told{.line = item.line,
                      .kind = std::string{name_of(item.what)},
                      .direction = std::string{name_of(item.way)},
                      .bytes = hex(item.bytes),
                      .text = item.text,
                      .complete = item.what != hex_item::kind::broken};
    if (item.what != hex_item::kind::message) return told;
    const auto apdu = protocol::zvt::split_apdu(item.bytes);
    if (!apdu) {
        told.text = apdu.error().message();
        told.complete = false;
        return told;
    }
    auto tree = protocol::zvt::describe(apdu->apdu);
    told.text = std::move(tree.text);
    told.complete = tree.complete;
    return told;
}

}  // namespace

decoded_text decode_zvt(std::string_view text) {
    decoded_text decoded;
    const auto items = protocol::zvt::read_hex_input(text);
    if (!items) {
        decoded.error = to_string(items.error());
        decoded.complete = false;
        return decoded;
    }
    for (const auto& item : *items) {
        decoded.items.push_back(decode(item));
        decoded.complete = decoded.complete && decoded.items.back().complete;
    }
    return decoded;
}

std::string to_text(const decoded_text& decoded) {
    std::string text;
    for (const auto& item : decoded.items) {
        const std::string way = item.direction == "sent"       ? "-> "
                                : item.direction == "received" ? "<- "
                                                               : "";
        if (item.kind == "message") {
            text += way + item.text;
        } else {
            text += way + item.kind;
            if (!item.text.empty()) text += ": " + item.text;
            if (!item.bytes.empty()) text += " [" + item.bytes + ']';
            text += '\n';
        }
        if (!item.complete) text += "   ^ line " + std::to_string(item.line) + ": not decoded\n";
    }
    return text;
}

boost::json::object to_json(const decoded_text& decoded) {
    boost::json::array items;
    for (const auto& item : decoded.items)
        items.push_back(boost::json::object{{"line", item.line},
                                            {"kind", item.kind},
                                            {"direction", item.direction},
                                            {"bytes", item.bytes},
                                            {"text", item.text},
                                            {"complete", item.complete}});
    return {{"object", "zvt"}, {"complete", decoded.complete}, {"items", std::move(items)}};
}

}  // namespace bridge::bridgectl
