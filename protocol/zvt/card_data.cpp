#include "protocol/zvt/card_data.hpp"

#include <algorithm>

#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/bmp.hpp"
#include "protocol/zvt/card_number_search.hpp"
#include "protocol/zvt/layout.hpp"
#include "protocol/zvt/tlv.hpp"

namespace protocol::zvt {
namespace {

using bytes = std::span<std::uint8_t>;

// Deeper than any message of the specification nests (05 01: E4, 06 D3: 25, 04 0F: 60 in 62).
constexpr int deepest_container = 8;

/// `part`, which lies inside `whole`, as something that can be changed.
bytes mutable_part(bytes whole, bytes_view part) noexcept {
    return whole.subspan(static_cast<std::size_t>(part.data() - whole.data()), part.size());
}

// --- TLV -----------------------------------------------------------------------------------------

/// EMV's own tags for what the specification's table does not list; terminals put them into vendor
/// containers.
enum emv_tag : tlv_tag {
    emv_track_1 = 0x56,
    emv_track_2 = 0x57,
    emv_pan = 0x5A,
    emv_track_1_discretionary = 0x9F1F,
    emv_track_2_discretionary = 0x9F20,
    emv_track_2_contactless = 0x9F6B,
};

/// The account of an IBAN lies in its middle: country, check digits and the last four stay.
std::size_t hide_iban(bytes value) noexcept {
    constexpr std::size_t shown = 4;
    std::size_t hidden = 0;
    for (auto at = shown; at + shown < value.size(); ++at) {
        if (value[at] == '*') continue;
        value[at] = '*';
        ++hidden;
    }
    return hidden;
}

std::size_t hide_all(bytes value) noexcept {
    const auto shown = std::count_if(value.begin(), value.end(), [](auto b) { return b != 0xEE; });
    std::fill(value.begin(), value.end(), std::uint8_t{0xEE});
    return static_cast<std::size_t>(shown);
}

/// A primitive tag that is not card data by itself.
std::size_t mask_other_tag(tlv_tag tag, bytes value) noexcept {
    const auto* info = find_tag(tag);
    if (info == nullptr) return hide_anywhere(value);
    switch (info->format) {
        case tlv_format::ascii:
        case tlv_format::text:
        // File blocks, hashes, keys: bytes that must stay as they are, unless they are text.
        case tlv_format::binary: return hide_printed_numbers(value);
        case tlv_format::bcd:
        case tlv_format::integer: return 0;
        case tlv_format::constructed: return hide_anywhere(value);
    }
    return 0;
}

std::size_t mask_tag(tlv_tag tag, bytes value) noexcept {
    switch (tag) {
        case 0x1F08:  // track 1
        case emv_track_1: return hide_printed_track(value);
        case 0x1F09:  // track 2
        case 0x1F0A:  // track 3
        case emv_pan:
        case emv_track_2:
        case emv_track_2_contactless: return hide_packed_track(value);
        case emv_track_1_discretionary:
        case emv_track_2_discretionary:
        case 0x1F31:  // PIN block
        case 0x1F5D:  // key in plain
        case 0x1F75:  // DUKPT PIN block
            return hide_all(value);
        case 0x1F19: return 0;  // a pattern of card numbers, not one of them
        case 0x1F5E: return hide_iban(value);
        case 0x4D:    // EF_ID
        case 0x1F46:  // what the card answered
            return hide_anywhere(value);
        default: return mask_other_tag(tag, value);
    }
}

std::size_t mask_container(bytes container, int depth) noexcept {
    if (depth == deepest_container) return hide_anywhere(container);
    std::size_t hidden = 0;
    for (tlv_reader in{container}; !in.empty();) {
        const auto object = in.next();
        if (!object) return hidden + hide_anywhere(mutable_part(container, in.rest()));
        const auto value = mutable_part(container, object->value);
        const auto* info = find_tag(object->tag);
        const bool known_container = info != nullptr && info->format == tlv_format::constructed;
        hidden += known_container ? mask_container(value, depth + 1) : mask_tag(object->tag, value);
    }
    return hidden;
}

// --- BMPs ----------------------------------------------------------------------------------------

std::size_t mask_bmp(bmp id, bmp_encoding encoding, bytes value) noexcept {
    switch (id) {
        case bmp::pan:
        case bmp::track_2:
        case bmp::track_3: return hide_packed_track(value);
        case bmp::track_1: return hide_printed_track(value);
        case bmp::card_verification_value:
        case bmp::password: return hide_packed_digits(value);
        case bmp::card_offset: return hide_all(value);
        case bmp::ef_id_chip_data: return hide_packed_track(value);
        case bmp::synchronous_chip_data:
        case bmp::ef_info:
        case bmp::geldkarte_record: return hide_anywhere(value);
        case bmp::tlv_container: return mask_container(value, 0);
        default: break;
    }
    // Texts of prints, displays, card names and goods; the fixed fields hold nothing of a card.
    const bool variable = encoding == bmp_encoding::ll || encoding == bmp_encoding::lll;
    return variable ? hide_printed_numbers(value) : 0;
}

struct bmp_extent {
    std::size_t prefix;  // id and length bytes
    std::size_t size;    // of the value
};

/// Where the value of the BMP at the start of `in` lies. Errors as in data_block::parse, except
/// that digits are not looked at.
result<bmp_extent> measure(const bmp_info& info, bytes_view in) noexcept {
    const auto decimal = [&](std::size_t digits) -> result<bmp_extent> {
        if (in.size() <= digits) return make_error_code(errc::truncated);
        std::size_t size = 0;
        for (const auto byte : in.subspan(1, digits)) {
            if (byte < 0xF0 || byte > 0xF9) return make_error_code(errc::bad_length_prefix);
            size = size * 10 + (byte & 0x0FU);
        }
        return bmp_extent{1 + digits, size};
    };
    switch (info.encoding) {
        case bmp_encoding::binary:
        case bmp_encoding::bcd:
        case bmp_encoding::ascii:
        case bmp_encoding::bits: return bmp_extent{1, info.length};
        case bmp_encoding::ll:
        case bmp_encoding::ll_bcd: return decimal(2);
        case bmp_encoding::lll:
        case bmp_encoding::lll_bcd: return decimal(3);
        case bmp_encoding::tlv: {
            const auto as_tlv = tlv_reader{in}.next();  // 06 and its length have the form of a tag
            if (!as_tlv) return as_tlv.error();
            return bmp_extent{as_tlv->whole.size() - as_tlv->value.size(), as_tlv->value.size()};
        }
    }
    return make_error_code(errc::truncated);
}

std::size_t mask_bmps(bytes block) noexcept {
    std::size_t hidden = 0;
    while (!block.empty()) {
        const auto* info = find_bmp(block[0]);
        if (info == nullptr) break;
        const auto extent = measure(*info, block);
        if (!extent || block.size() - extent->prefix < extent->size) break;
        hidden += mask_bmp(info->id, info->encoding, block.subspan(extent->prefix, extent->size));
        block = block.subspan(extent->prefix + extent->size);
    }
    return hidden + hide_anywhere(block);
}

// --- the whole message ---------------------------------------------------------------------------

/// Bytes before the first BMP. Passwords and codes are short and no card data.
std::size_t mask_positional(command code, bytes fixed) noexcept {
    constexpr std::size_t longest_password_pair = 6;
    if (fixed.size() <= longest_password_pair) return 0;
    // A password and two transactions are 14 digits, and one in ten of them passes Luhn.
    if (code == command::reprint_receipts) return 0;
    // An attribute or position is no character of the line, though it may look like a digit.
    if (code == command::print_line) return hide_printed_numbers(fixed.subspan(1));
    const bool old_display_text =
        code == command::display_text_old || code == command::display_text_function_key_old;
    if (old_display_text) return hide_printed_numbers(fixed.subspan(1));
    if (code == command::completion) return hide_printed_numbers(fixed);
    return hide_anywhere(fixed);
}

}  // namespace

std::size_t mask_card_data(std::span<std::uint8_t> apdu) noexcept {
    const auto split = split_apdu(apdu);
    if (!split || split->used != apdu.size()) return hide_anywhere(apdu);

    const auto code = split->apdu.code;
    const auto data = mutable_part(apdu, split->apdu.data);
    std::size_t hidden = 0;
    // What an answer holds depends on the question, and typed digits (06 E2) look like BMPs.
    if (split->apdu.is_response()) hidden += hide_printed_numbers(data);
    const auto fixed = positional_size(code, data);
    hidden += mask_positional(code, data.first(fixed)) + mask_bmps(data.subspan(fixed));
    const bool unknown = !split->apdu.is_response() && find_command(code) == nullptr;
    return unknown ? hidden + hide_anywhere(data) : hidden;
}

std::size_t mask_card_numbers(std::span<char> text) noexcept {
    return hide_printed_numbers({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
}

/// A card number whose middle is hidden already, as the receivers leave it: shown as it is. Empty
/// for everything else.
masked_pan masked_pan::from_masked(std::span<const std::uint8_t> value) noexcept {
    constexpr std::size_t shown_first = 6;
    constexpr std::size_t shown_last = 4;
    constexpr std::size_t shortest = 13;
    constexpr std::string_view shown = "0123456789----*-";
    masked_pan pan;
    if (2 * value.size() > pan.digits_.size() || 2 * value.size() < shortest) return pan;
    std::size_t others = 0;  // neither digits nor hidden: separators, padding
    for (std::size_t at = 0; at < value.size(); ++at) {
        pan.digits_[2 * at] = shown[value[at] >> 4U];
        pan.digits_[2 * at + 1] = shown[value[at] & 0x0FU];
        others +=
            (pan.digits_[2 * at] == '-' ? 1U : 0U) + (pan.digits_[2 * at + 1] == '-' ? 1U : 0U);
    }
    const std::size_t padding = (value.back() & 0x0FU) == 0x0F ? 1 : 0;
    const auto size = 2 * value.size() - padding;
    bool open = others != padding || size < shortest;
    for (auto at = shown_first; at + shown_last < size; ++at) open = open || pan.digits_[at] != '*';
    if (open) return {};
    pan.size_ = static_cast<std::uint8_t>(size);
    return pan;
}

masked_pan masked_pan::from_bcd(std::span<const std::uint8_t> value) noexcept {
    if (const auto masked = from_masked(value); !masked.empty()) return masked;
    // One byte more than a card number has, to see that an EF_ID goes on.
    std::array<std::uint8_t, 11> copied{};
    const auto packed = std::span{copied}.first(std::min(value.size(), copied.size()));
    std::copy_n(value.begin(), packed.size(), packed.begin());
    hide_packed_track(packed);

    masked_pan pan;
    for (std::size_t at = 0; at < 2 * packed.size(); ++at) {
        const unsigned byte = packed[at / 2];
        const unsigned nibble = at % 2 == 0 ? byte >> 4U : byte & 0x0FU;
        constexpr unsigned hidden = 0xE;
        if (nibble > 9 && nibble != hidden) break;
        if (pan.size_ == pan.digits_.size()) return {};
        pan.digits_[pan.size_++] = static_cast<char>(nibble == hidden ? '*' : '0' + nibble);
    }
    return pan;
}

}  // namespace protocol::zvt
