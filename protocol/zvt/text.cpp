#include "protocol/zvt/text.hpp"

#include <algorithm>
#include <array>

namespace protocol::zvt {
namespace {

using bytes_view = std::span<const std::uint8_t>;

constexpr char32_t replacement = 0xFFFD;

// CP437 80-FF, in order.
constexpr std::u32string_view cp437_upper =
    U"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄"
    U"▌▐▀"
    U"αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00A0";
static_assert(cp437_upper.size() == 128);

/// Where the 7-bit set differs from ASCII.
struct substitution {
    std::uint8_t byte;
    char32_t character;
};
constexpr std::array<substitution, 7> zvt_substitutions{{{0x5B, U'Ä'},
                                                         {0x5C, U'Ö'},
                                                         {0x5D, U'Ü'},
                                                         {0x7B, U'ä'},
                                                         {0x7C, U'ö'},
                                                         {0x7D, U'ü'},
                                                         {0x7E, U'ß'}}};

bool is_control(char32_t character) noexcept {
    return character < 0x20 || (character >= 0x7F && character < 0xA0);
}

// --- UTF-8 ---------------------------------------------------------------------------------------

struct decoded {
    char32_t character;
    std::size_t used;
    bool valid;
};

bool is_continuation(std::uint8_t byte) noexcept { return (byte & 0xC0U) == 0x80; }

/// How many bytes a sequence has that begins with `first`; 0: no sequence does.
std::size_t sequence_length(std::uint8_t first) noexcept {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return 2;
    if (first >= 0xE0 && first < 0xF0) return 3;
    if (first >= 0xF0 && first < 0xF5) return 4;
    return 0;
}

/// Beyond what the first byte says: overlong forms, surrogates, above 10FFFF (Unicode, table 3-7).
bool second_byte_fits(std::uint8_t first, std::uint8_t second) noexcept {
    switch (first) {
        case 0xE0: return second >= 0xA0;
        case 0xED: return second < 0xA0;
        case 0xF0: return second >= 0x90;
        case 0xF4: return second < 0x90;
        default: return true;
    }
}

/// The character at the start of `in`, which is not empty. Of a broken sequence as many bytes are
/// used as could have been the start of a whole one.
decoded decode_utf_8(bytes_view in) noexcept {
    const auto first = in[0];
    const auto length = sequence_length(first);
    if (length == 0) return {replacement, 1, false};
    if (length == 1) return {first, 1, true};

    char32_t character = first & (0x7FU >> length);
    for (std::size_t at = 1; at < length; ++at) {
        const bool fits = at < in.size() && is_continuation(in[at]) &&
                          (at != 1 || second_byte_fits(first, in[at]));
        if (!fits) return {replacement, at, false};
        character = character << 6U | (in[at] & 0x3FU);
    }
    return {character, length, true};
}

void append_utf_8(std::string& out, char32_t character) {
    const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (character < 0x80) {
        put(character);
    } else if (character < 0x800) {
        put(0xC0U | character >> 6U);
        put(0x80U | (character & 0x3FU));
    } else if (character < 0x10000) {
        put(0xE0U | character >> 12U);
        put(0x80U | (character >> 6U & 0x3FU));
        put(0x80U | (character & 0x3FU));
    } else {
        put(0xF0U | character >> 18U);
        put(0x80U | (character >> 12U & 0x3FU));
        put(0x80U | (character >> 6U & 0x3FU));
        put(0x80U | (character & 0x3FU));
    }
}

// --- one byte a character ------------------------------------------------------------------------

char32_t from_zvt_7bit(std::uint8_t byte) noexcept {
    const auto found = std::find_if(zvt_substitutions.begin(), zvt_substitutions.end(),
                                    [=](const auto& s) { return s.byte == byte; });
    if (found != zvt_substitutions.end()) return found->character;
    return byte < 0x80 ? byte : replacement;
}

char32_t decode_byte(std::uint8_t byte, charset set) noexcept {
    switch (set) {
        case charset::zvt_7bit: return from_zvt_7bit(byte);
        case charset::iso_8859_1: return byte;
        case charset::cp437: return byte < 0x80 ? byte : cp437_upper[byte - 0x80U];
        case charset::utf_8: break;
    }
    return replacement;
}

void encode_zvt_7bit(std::string& out, char32_t character) {
    const auto found = std::find_if(zvt_substitutions.begin(), zvt_substitutions.end(),
                                    [=](const auto& s) { return s.character == character; });
    if (found != zvt_substitutions.end()) {
        out += static_cast<char>(found->byte);
        return;
    }
    const bool taken = std::any_of(zvt_substitutions.begin(), zvt_substitutions.end(),
                                   [=](const auto& s) { return s.byte == character; });
    out += character < 0x80 && !taken ? static_cast<char>(character) : '?';
}

void encode_cp437(std::string& out, char32_t character) {
    if (character < 0x80) {
        out += static_cast<char>(character);
        return;
    }
    const auto at = cp437_upper.find(character);
    out += at == std::u32string_view::npos ? '?' : static_cast<char>(0x80 + at);
}

void encode(std::string& out, char32_t character, charset set) {
    switch (set) {
        case charset::zvt_7bit: return encode_zvt_7bit(out, character);
        case charset::iso_8859_1:
            out += character <= 0xFF ? static_cast<char>(character) : '?';
            return;
        case charset::utf_8: return append_utf_8(out, character);
        case charset::cp437: return encode_cp437(out, character);
    }
}

// --- guessing ------------------------------------------------------------------------------------

/// A letter of western European languages.
bool is_letter(char32_t character) noexcept {
    constexpr char32_t times = 0xD7;
    constexpr char32_t divided = 0xF7;
    return character >= 0xC0 && character <= 0xFF && character != times && character != divided;
}

bool is_frame(char32_t character) noexcept { return character >= 0x2500 && character < 0x25A0; }

/// How much a character beyond ASCII speaks for the set it was read in: letters do, frames and
/// maths signs do not. Umlauts count double, because terminals speak German more often than
/// Portuguese.
int likelihood(char32_t character) noexcept {
    constexpr std::u32string_view german = U"ÄÖÜäöüß";
    constexpr std::u32string_view usual_signs = U"°§£©®\u00A0";
    if (german.find(character) != std::u32string_view::npos) return 4;
    if (is_letter(character)) return 2;
    if (usual_signs.find(character) != std::u32string_view::npos) return 0;
    return is_control(character) ? -4 : -2;
}

/// The same of a whole text. What stands three times in a row is a drawn line, no word.
int likelihood(bytes_view text, charset set) noexcept {
    int points = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = text[at];
        const auto rest = text.subspan(at);
        const auto differs =
            std::find_if(rest.begin(), rest.end(), [=](auto b) { return b != byte; });
        const auto times = static_cast<int>(differs - rest.begin());
        at += static_cast<std::size_t>(times);
        if (byte < 0x80) continue;
        const auto character = decode_byte(byte, set);
        points += times * (times < 3 ? likelihood(character) : is_frame(character) ? 1 : -1);
    }
    return points;
}

bool is_multi_byte_utf_8(bytes_view text) noexcept {
    bool multi_byte = false;
    while (!text.empty()) {
        const auto next = decode_utf_8(text);
        if (!next.valid) return false;
        multi_byte = multi_byte || next.used > 1;
        text = text.subspan(next.used);
    }
    return multi_byte;
}

}  // namespace

std::optional<charset> charset_from_tag(std::uint8_t tag) noexcept {
    switch (tag) {
        case 0x00: return charset::zvt_7bit;
        case 0x01: return charset::iso_8859_1;
        case 0xFE: return charset::utf_8;
        case 0xFF: return charset::cp437;
        default: return std::nullopt;
    }
}

std::uint8_t charset_tag(charset set) noexcept {
    switch (set) {
        case charset::zvt_7bit: return 0x00;
        case charset::iso_8859_1: return 0x01;
        case charset::utf_8: return 0xFE;
        case charset::cp437: return 0xFF;
    }
    return 0xFF;
}

charset guess_charset(std::span<const std::uint8_t> text) noexcept {
    if (is_multi_byte_utf_8(text)) return charset::utf_8;
    const bool latin_1 = likelihood(text, charset::iso_8859_1) > likelihood(text, charset::cp437);
    return latin_1 ? charset::iso_8859_1 : charset::cp437;
}

std::string to_utf8(std::span<const std::uint8_t> text, charset set) {
    if (!text.empty() && text.back() == 0) text = text.first(text.size() - 1);
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto next = set == charset::utf_8 ? decode_utf_8(text)
                                                : decoded{decode_byte(text[0], set), 1, true};
        append_utf_8(out, is_control(next.character) ? U' ' : next.character);
        text = text.subspan(next.used);
    }
    return out;
}

std::string from_utf8(std::string_view text, charset set) {
    bytes_view rest{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    std::string out;
    out.reserve(text.size());
    while (!rest.empty()) {
        const auto next = decode_utf_8(rest);
        if (next.valid) {
            encode(out, next.character, set);
        } else {
            out += '?';
        }
        rest = rest.subspan(next.used);
    }
    return out;
}

}  // namespace protocol::zvt
