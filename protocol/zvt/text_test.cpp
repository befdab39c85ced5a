#include "protocol/zvt/text.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <set>
#include <vector>

#include "tests/support/hex_bytes.hpp"
#include "tests/support/received_text.hpp"

using namespace protocol::zvt;
using support::to_hex;
using bytes = std::vector<std::uint8_t>;

TEST_SUITE_BEGIN("protocol/zvt/text");

namespace {

constexpr charset all_charsets[] = {charset::zvt_7bit, charset::iso_8859_1, charset::utf_8,
                                    charset::cp437};

std::string decoded(std::string_view hex, charset set) { return to_utf8(support::hex(hex), set); }

std::string encoded(std::string_view text, charset set) {
    const auto out = from_utf8(text, set);
    return to_hex({reinterpret_cast<const std::uint8_t*>(out.data()), out.size()});
}

}  // namespace

TEST_CASE("text: what terminals send is read in their character set") {
    struct row {
        std::string hex;
        charset set;
        std::string text;
    };
    for (const auto& row : {
             row{"66 81 72", charset::cp437, "für"},
             row{"48 8E", charset::cp437, "HÄ"},
             row{"84 94 81 8E 99 9A E1", charset::cp437, "äöüÄÖÜß"},
             row{"C9 CD BB", charset::cp437, "╔═╗"},
             row{"80 FE FF", charset::cp437, "Ç■\u00A0"},
             row{"48 C4 4E", charset::iso_8859_1, "HÄN"},
             row{"E4 F6 FC C4 D6 DC DF", charset::iso_8859_1, "äöüÄÖÜß"},
             row{"A0 FF", charset::iso_8859_1, "\u00A0ÿ"},
             row{"66 C3 BC 72", charset::utf_8, "für"},
             row{"E2 82 AC 31", charset::utf_8, "€1"},
             row{"F0 9F 98 80", charset::utf_8, "😀"},
             row{"5B 5C 5D 7B 7C 7D 7E", charset::zvt_7bit, "ÄÖÜäöüß"},
             row{"47 72 7D 7E 65", charset::zvt_7bit, "Grüße"},
             row{"60 5E", charset::zvt_7bit, "`^"},
         }) {
        CAPTURE(row.text);
        CHECK(decoded(row.hex, row.set) == row.text);
        CHECK(encoded(row.text, row.set) == to_hex(support::hex(row.hex)));
    }
}

TEST_CASE("text: what has no meaning becomes the replacement character") {
    struct row {
        std::string hex;
        charset set;
        std::string text;
    };
    for (const auto& row : {
             row{"80", charset::zvt_7bit, "\uFFFD"},
             row{"FF", charset::zvt_7bit, "\uFFFD"},
             row{"66 FC 72", charset::utf_8, "f\uFFFDr"},                     // 8859-1
             row{"C3", charset::utf_8, "\uFFFD"},                             // cut off
             row{"E2 82", charset::utf_8, "\uFFFD"},                          // cut off
             row{"E2 82 41", charset::utf_8, "\uFFFD\x41"},                   // cut off
             row{"BC", charset::utf_8, "\uFFFD"},                             // continues nothing
             row{"C0 AF", charset::utf_8, "\uFFFD\uFFFD"},                    // overlong
             row{"E0 80 AF", charset::utf_8, "\uFFFD\uFFFD\uFFFD"},           // overlong
             row{"F0 80 80 AF", charset::utf_8, "\uFFFD\uFFFD\uFFFD\uFFFD"},  // overlong
             row{"ED A0 80", charset::utf_8, "\uFFFD\uFFFD\uFFFD"},           // surrogate
             row{"F4 90 80 80", charset::utf_8, "\uFFFD\uFFFD\uFFFD\uFFFD"},  // above 10FFFF
             row{"F5 FE FF", charset::utf_8, "\uFFFD\uFFFD\uFFFD"},
         }) {
        CAPTURE(row.hex);
        CHECK(decoded(row.hex, row.set) == row.text);
    }
}

TEST_CASE("text: control bytes become spaces and a trailing NUL goes") {
    for (const auto set : all_charsets) {
        CHECK(decoded("41 0D 0A 42", set) == "A  B");
        CHECK(decoded("41 00", set) == "A");
        CHECK(decoded("41 00 42 00 00", set) == "A B ");
        CHECK(decoded("00", set) == "");
        CHECK(decoded("", set) == "");
        CHECK(decoded("7F", set) == " ");
    }
    CHECK(decoded("81", charset::iso_8859_1) == " ");
    CHECK(decoded("C2 81", charset::utf_8) == " ");
}

TEST_CASE("text: a character that the set lacks becomes a question mark") {
    struct row {
        std::string text;
        charset set;
        std::string bytes;
    };
    for (const auto& row : {
             row{"5 €", charset::cp437, "5 ?"},
             row{"5 €", charset::iso_8859_1, "5 ?"},
             row{"[x]{y}|~\\", charset::zvt_7bit, "?x??y????"},
             row{"é", charset::zvt_7bit, "?"},
             row{"😀", charset::iso_8859_1, "?"},
             row{"a\xFFz", charset::cp437, "a?z"},
             row{"a\xC3", charset::utf_8, "a?"},
         }) {
        CAPTURE(row.text);
        CHECK(from_utf8(row.text, row.set) == row.bytes);
    }
}

TEST_CASE("text: the character set is guessed from what gives words") {
    struct row {
        std::string hex;
        charset set;
    };
    for (const auto& row : {
             row{"66 81 72", charset::cp437},
             row{"48 8E 4E 44 4C 45 52", charset::cp437},
             row{"53 74 72 61 E1 65", charset::cp437},          // Straße
             row{"52 81 63 6B 67 61 62 65", charset::cp437},    // Rückgabe
             row{"48 C4 4E 44 4C 45 52", charset::iso_8859_1},  // HÄNDLER
             row{"66 FC 72", charset::iso_8859_1},              // für
             row{"47 72 F6 DF 65", charset::iso_8859_1},        // Größe
             row{"43 61 66 E9", charset::iso_8859_1},           // Café
             row{"47 65 6E E8 76 65", charset::iso_8859_1},     // Genève
             row{"66 C3 BC 72", charset::utf_8},                // für
             row{"35 20 E2 82 AC", charset::utf_8},             // 5 €
             row{"C4 C4 C4 C4 C4 C4", charset::cp437},          // a drawn line
             row{"DA C4 C4 C4 BF", charset::cp437},             // a frame
             row{"66 81 72 C4 C4 C4 C4", charset::cp437},
             row{"4B 61 72 74 65", charset::cp437},  // ASCII: the default
             row{"", charset::cp437},
         }) {
        CAPTURE(row.hex);
        CHECK(guess_charset(support::hex(row.hex)) == row.set);
    }
}

TEST_CASE("text: tag 14 names the sets") {
    for (const auto set : all_charsets) CHECK(charset_from_tag(charset_tag(set)) == set);
    CHECK(charset_tag(charset::utf_8) == 0xFE);
    CHECK(charset_tag(charset::cp437) == 0xFF);
    for (const auto other : support::hex("02 0F 10 7F FD")) {
        CHECK_FALSE(charset_from_tag(other).has_value());
    }
}

TEST_CASE("text: every byte of CP437 and 8859-1 has one character and goes back to itself") {
    for (const auto set : {charset::cp437, charset::iso_8859_1}) {
        std::set<std::string> seen;
        for (unsigned byte = 0x20; byte < 0x100; ++byte) {
            if (byte == 0x7F || (set == charset::iso_8859_1 && byte >= 0x80 && byte < 0xA0)) {
                continue;
            }
            const auto text = to_utf8(bytes{static_cast<std::uint8_t>(byte)}, set);
            CAPTURE(byte);
            CHECK(seen.insert(text).second);
            CHECK(from_utf8(text, set) == std::string(1, static_cast<char>(byte)));
        }
    }
}

TEST_CASE("text: any bytes become valid UTF-8 without control characters") {
    CHECK(rc::check([](const bytes& any) {
        for (const auto set : all_charsets) {
            const auto text = to_utf8(any, set);
            for (const char c : text) RC_ASSERT(static_cast<std::uint8_t>(c) >= 0x20);
            const bytes again(text.begin(), text.end());
            RC_ASSERT(to_utf8(again, charset::utf_8) == text);
        }
        const auto guessed = to_utf8(any, guess_charset(any));
        RC_ASSERT(guessed.size() <= 3 * any.size());
    }));
}

TEST_SUITE_END();
