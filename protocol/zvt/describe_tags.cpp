// What the values of TLV tags mean, for describe().
#include <algorithm>

#include "protocol/bcd.hpp"
#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/describe_tree.hpp"
#include "protocol/zvt/tags.hpp"

namespace protocol::zvt {
namespace {

// Deeper than any message of the specification nests; what is deeper is shown as bytes.
constexpr int deepest = 12;

struct tag_values {
    tlv_tag tag;
    named_value values[17];
};

/// Tags of one byte that is one of a few. An empty name ends a row.
constexpr tag_values choices[] = {
    {0x14,
     {{0x00, "ASCII 7 bit"},
      {0x01, "ISO 8859-1"},
      {0x02, "ISO 8859-2"},
      {0x0F, "ISO 8859-15"},
      {0xFE, "UTF-8"},
      {0xFF, "CP437"}}},
    {0x16, {{0x01, "one of n"}}},
    {0x17, {{0x01, "other"}, {0x02, "application"}, {0x03, "language"}}},
    {0x18, {{0x01, "merchant"}, {0x02, "customer"}}},
    {0x1B,
     {{0x01, "line"},
      {0x02, "extended"},
      {0x03, "configuration"},
      {0x04, "EMV configuration"},
      {0x05, "EP2"}}},
    {0x1D,
     {{0x01, "journal"},
      {0x02, "application log"},
      {0x03, "ECR log"},
      {0x04, "communication log"},
      {0x05, "PIN pad log"},
      {0x06, "reconciliation"}}},
    {0x1F01,
     {{0x01, "the last"},
      {0x02, "merchant"},
      {0x03, "customer"},
      {0x04, "end of day"},
      {0x05, "journal"},
      {0x06, "reconciliation"}}},
    {0x1F06,
     {{0x01, "reservation (old)"},
      {0x02, "reservation"},
      {0x03, "extension"},
      {0x04, "total (old)"},
      {0x05, "booking (old)"},
      {0x06, "telephonic"},
      {0x07, "telephonic extension"}}},
    {0x1F07, {{0x01, "merchant"}, {0x02, "customer"}, {0x03, "administration"}}},
    {0x1F10,
     {{0x00, "none"},
      {0x01, "signature"},
      {0x02, "online PIN"},
      {0x03, "offline PIN, encrypted"},
      {0x04, "offline PIN, plain"},
      {0x05, "offline PIN, encrypted, and signature"},
      {0x06, "offline PIN, plain, and signature"},
      {0x07, "online PIN and signature"},
      {0xFF, "unknown"}}},
    {0x1F11, {{0x00, "offline"}, {0x01, "online"}}},
    {0x1F12, {{0x00, "magnetic stripe"}, {0x01, "chip"}, {0x02, "contactless"}}},
    {0x1F13,
     {{0x00, "extended diagnosis"},
      {0x01, "reconciliation"},
      {0x02, "configuration diagnosis"},
      {0x03, "OPT pre-initialisation"},
      {0x04, "EMV diagnosis"},
      {0x05, "tax free"}}},
    {0x1F19, {{0x00, "accept"}, {0x01, "deny"}}},
    {0x1F1D,
     {{0x01, "base"}, {0x02, "rate"}, {0x03, "foreign"}, {0x04, "commission"}, {0x05, "balance"}}},
    {0x1F26, {{0x00, "normal"}, {0x01, "forced"}, {0x02, "automatic"}}},
    {0x1F2D, {{0x00, "magnetic stripe"}, {0x01, "chip"}, {0x02, "barcode"}}},
    {0x1F2E,
     {{0x00, "UPC-A"},
      {0x01, "UPC-E"},
      {0x02, "EAN 13"},
      {0x03, "EAN 8"},
      {0x04, "Code 39"},
      {0x05, "ITF"},
      {0x06, "Codabar"},
      {0x07, "Code 128"},
      {0x08, "EAN 128"},
      {0x09, "QR L"},
      {0x0A, "QR M"},
      {0x0B, "QR Q"},
      {0x0C, "QR H"}}},
    {0x1F38, {{0x00, "text"}, {0x01, "number"}, {0x02, "amount"}}},
    {0x1F43, {{0x00, "ready"}, {0x01, "initialised"}, {0x02, "no keys"}, {0x03, "fraud"}}},
    {0x1F47,
     {{0x01, "transmission"},
      {0x02, "protocol"},
      {0x03, "timeout"},
      {0x04, "collision"},
      {0x05, "whitelist"},
      {0xFF, "see the extended error"}}},
    {0x1F4C, {{0x00, "ISO 7816-4"}, {0x01, "MIFARE"}, {0x02, "FeliCa"}}},
    {0x1F6C,
     {{0x00, "too young"},
      {0x01, "old enough"},
      {0x02, "not with this card"},
      {0x03, "not possible"}}},
    {0x1F79, {{0x01, "log on again"}}},
};

struct tag_bits {
    tlv_tag tag;
    named_bit bits[8];
};

/// Tags whose first byte is flags.
constexpr tag_bits flags[] = {
    {0x1F04,
     {{0x80, "customer slip if authorised"},
      {0x40, "customer slip if not"},
      {0x20, "merchant slip if authorised"},
      {0x10, "merchant slip if not"},
      {0x08, "customer slip first"},
      {0x04, "short"},
      {0x02, "no goods data"},
      {0x01, "print over the ECR"}}},
    {0x1F05, {{0x80, "send data of unusable cards"}, {0x40, "swipe reader on"}}},
    {0x1F15,
     {{0x80, "send the card hash"},
      {0x40, "send the UID"},
      {0x20, "send the balance"},
      {0x10, "SHA-256"},
      {0x01, "online"}}},
    {0x1F18, {{0x01, "a card inserted ends it"}}},
    {0x1F37,
     {{0x80, "must be printed"},
      {0x04, "negative"},
      {0x02, "signature field"},
      {0x01, "positive"}}},
    {0x1F3B, {{0x01, "tippable"}}},
    {0x1F60, {{0x01, "magnetic stripe"}, {0x02, "chip"}, {0x04, "contactless"}}},
    {0x1F65, {{0x01, "read"}, {0x02, "write"}, {0x04, "redeem"}, {0x08, "delete"}}},
};

std::string digits_text(bytes_view value) {
    auto out = hex_text(value);
    std::erase(out, ' ');
    return out;
}

std::string integer_text(bytes_view value) {
    if (value.size() > 8) return hex_text(value);
    std::uint64_t number{};
    for (const auto byte : value) number = number << 8U | byte;
    return std::to_string(number);
}

std::string choice_text(tlv_tag tag, std::uint8_t value) {
    const auto* row = std::find_if(std::begin(choices), std::end(choices),
                                   [=](const auto& one) { return one.tag == tag; });
    if (row == std::end(choices)) return {};
    for (const auto& one : row->values) {
        if (one.name.empty()) break;
        if (one.value == value) return hex_text(value, 2).append(", ").append(one.name);
    }
    return hex_text(value, 2);
}

std::string flags_text(tlv_tag tag, bytes_view value) {
    const auto* row = std::find_if(std::begin(flags), std::end(flags),
                                   [=](const auto& one) { return one.tag == tag; });
    if (row == std::end(flags) || value.empty()) return {};
    auto out = bits_text(value[0], row->bits);
    for (const auto byte : value.subspan(1)) out += ", " + hex_text(byte, 2);
    return out;
}

std::string command_text(bytes_view value) {
    if (value.size() != 2) return hex_text(value);
    const auto* info = find_command(make_command(value[0], value[1]));
    return hex_text(value) + ", " + std::string{info == nullptr ? "not assigned" : info->name};
}

/// 2 digits for the country of a display, date, amounts: what the digits stand for.
std::string bcd_text(tlv_tag tag, bytes_view value, const describe_context& context) {
    const auto number = read_bcd(value);
    if (!number) return hex_text(value);
    switch (tag) {
        case 0x84:
        case 0x85:
        case 0x1F0B:
        case 0x1F25:
        case 0x1F30:
        case 0x1F36:
        case 0x1F3F: return amount_text(*number, context.amounts);
        default: return digits_text(value);
    }
}

std::string card_type_text(bytes_view value) {
    auto out = integer_text(value);
    if (value.size() > 2 || value.empty()) return out;
    const auto id = value.size() == 1 ? value[0] : value[0] << 8U | value[1];
    if (const auto name = card_type_name(static_cast<std::uint16_t>(id)); !name.empty()) {
        out.append(", ").append(name);
    }
    return out;
}

std::string binary_text(tlv_tag tag, bytes_view value) {
    if (tag == tag::command) return command_text(value);
    if (tag == tag::attribute && value.size() == 1) return attribute_text(value[0]);
    if (tag == 0x1F74) return "(not shown)";
    if (value.size() == 1) {
        if (auto choice = choice_text(tag, value[0]); !choice.empty()) return choice;
    }
    if (auto named = flags_text(tag, value); !named.empty()) return named;
    return hex_text(value);
}

std::string tag_meaning(const tlv_tag_info& info, bytes_view value,
                        const describe_context& context) {
    if (info.tag == 0x1F74) return "(not shown)";  // a password
    switch (info.format) {
        case tlv_format::text: return quoted(value, context.texts);
        case tlv_format::ascii: return quoted(value, charset::cp437);
        case tlv_format::integer:
            return info.tag == tag::card_type ? card_type_text(value) : integer_text(value);
        case tlv_format::bcd: return bcd_text(info.tag, value, context);
        case tlv_format::binary:
        case tlv_format::constructed: return binary_text(info.tag, value);
    }
    return hex_text(value);
}

std::string tag_text(tlv_tag tag) {
    auto out = hex_text(tag, tag > 0xFFFF ? 6 : tag > 0xFF ? 4 : 2);
    return out;
}

/// FFxx is for the makers of terminals to use.
bool is_vendor_tag(tlv_tag tag) { return tag >> 8U == 0xFF; }

}  // namespace

void describe_container(describe_tree& tree, int depth, bytes_view tlv,
                        const describe_context& context) {
    for (tlv_reader in{tlv}; !in.empty();) {
        const auto object = in.next();
        if (!object) {
            tree.broken(depth, in.rest(), object.error());
            return;
        }
        const auto* info = find_tag(object->tag);
        if (info == nullptr && !is_vendor_tag(object->tag)) {
            tree.unknown(depth, object->whole);
        } else if (info == nullptr) {
            tree.line(depth, tag_text(object->tag) + " vendor data", hex_text(object->value));
        } else if (info->format == tlv_format::constructed && depth < deepest) {
            tree.line(depth, tag_text(object->tag) + " " + std::string{info->name});
            describe_container(tree, depth + 1, object->value, context);
        } else {
            tree.line(depth, tag_text(object->tag) + " " + std::string{info->name},
                      tag_meaning(*info, object->value, context));
        }
    }
}

}  // namespace protocol::zvt
