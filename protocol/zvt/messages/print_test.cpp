#include "protocol/zvt/messages/print.hpp"

#include <doctest/doctest.h>

#include "protocol/zvt/tlv.hpp"
#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

namespace {

struct printed {
    std::uint8_t attribute;
    std::string text;
    friend bool operator==(const printed&, const printed&) = default;
};

std::vector<printed> lines_of(const print_text_block& block) {
    std::vector<printed> lines;
    const auto visited = block.for_each_line([&](print_attribute attribute, bytes_view text) {
        lines.push_back({attribute.value, as_text(text)});
    });
    CHECK(visited.has_value());
    return lines;
}

}  // namespace

TEST_SUITE_BEGIN("protocol/zvt/messages/print");

TEST_CASE("print_attribute: its bits are read as the specification has them") {
    struct row {
        std::uint8_t value;
        bool feed, last, centred, wide, tall;
        std::uint8_t indent;
    };
    for (const auto& row : {row{0x00, false, false, false, false, false, 0},
                            row{0x0F, false, false, false, false, false, 15},
                            row{0x40, false, false, true, false, false, 0},
                            row{0x65, false, false, true, true, false, 0},
                            row{0x30, false, false, false, true, true, 0},
                            row{0x80, false, false, false, false, false, 0},
                            row{0x81, false, true, false, false, false, 1},
                            row{0xC0, false, true, true, false, false, 0},
                            row{0xFF, true, true, false, false, false, 15}}) {
        CAPTURE(row.value);
        const print_attribute attribute{row.value};
        CHECK(attribute.line_feed() == row.feed);
        CHECK(attribute.last_line() == row.last);
        CHECK(attribute.centred() == row.centred);
        CHECK(attribute.double_width() == row.wide);
        CHECK(attribute.double_height() == row.tall);
        CHECK(attribute.indent() == row.indent);
    }
}

TEST_CASE("print_line: an attribute, then the text") {
    struct row {
        const char* apdu;
        std::uint8_t attribute;
        const char* text;
        std::uint8_t feeds;
        const char* tlv;
    };
    for (const auto& row :
         {row{"06 D1 0C 40 4B756E64656E62656C6567", 0x40, "Kundenbeleg", 0, ""},
          row{"06 D1 06 C0 44616E6B65", 0xC0, "Danke", 0, ""}, row{"06 D1 01 00", 0x00, "", 0, ""},
          row{"06 D1 02 FF 03", 0xFF, "", 3, ""}, row{"06 D1 01 FF", 0xFF, "", 1, ""},
          row{"06 D1 09 00 4F4B 06 04 1F070101", 0x00, "OK", 0, "1F070101"},
          row{"06 D1 08 FF 02 06 04 1F070101", 0xFF, "", 2, "1F070101"},
          row{"06 D1 07 00 06 04 1F070101", 0x00, "", 0, "1F070101"},
          // 06 stands in the text, but what follows is no container up to the end.
          row{"06 D1 06 00 41 06 01 4242", 0x00,
              "A\x06\x01"
              "BB",
              0, ""}}) {
        CAPTURE(row.apdu);
        const held_apdu held{row.apdu};
        const auto message = print_line::decode(held.view());
        REQUIRE(message.has_value());
        CHECK(message->attribute.value == row.attribute);
        CHECK(as_text(message->text) == row.text);
        CHECK(message->feeds == row.feeds);
        CHECK(as_bytes(message->tlv) == hex(row.tlv));
        CHECK(survives<print_line>(row.apdu));
    }
    CHECK(survives<print_line>("06 D1 FF 03 00 40 4F4B"));
    CHECK(survives<print_line>("06 D1 0A 00 4F4B 06 81 04 1F070101"));
}

TEST_CASE("print_line: bytes that are none are refused with the reason") {
    CHECK(refusal<print_line>("06 D3 02 00 41") == make_error_code(errc::wrong_command));
    CHECK(refusal<print_line>("06 D1 00") == make_error_code(errc::truncated));
}

TEST_CASE("print_line: it is built from attribute and text") {
    CHECK(encoded(print_line{.attribute = {0x40}, .text = bytes_of("Danke")}) ==
          hex("06 D1 06 40 44616E6B65"));
    CHECK(encoded(print_line{.attribute = {0xFF}, .feeds = 3}) == hex("06 D1 02 FF 03"));
}

TEST_CASE("print_text_block: lines come with the attribute in force, an empty one is blank") {
    const held_apdu apdu{
        "06 D3 32 06 30 1F070102 252A 090140 070B4B756E64656E62656C6567 0700 090100"
        "0710426574726167204555522031322C3334 0901C0"};
    const auto message = print_text_block::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->kind == receipt_kind::customer);
    CHECK(message->ends_receipt);
    CHECK_FALSE(message->charset);
    CHECK(lines_of(*message) ==
          std::vector<printed>{{0x40, "Kundenbeleg"}, {0x40, ""}, {0x00, "Betrag EUR 12,34"}});
}

TEST_CASE("print_text_block: a repeated attribute is no error") {
    const held_apdu apdu{"06 D3 17 06 15 25 13 0901 40 0901 00 0702 4F4B 0901 20 0901 FF 0701 41"};
    const auto message = print_text_block::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK_FALSE(message->ends_receipt);
    CHECK(lines_of(*message) == std::vector<printed>{{0x00, "OK"}, {0x20, ""}, {0x20, "A"}});
}

TEST_CASE("print_text_block: attribute FF at the end ends the receipt without a blank line") {
    const held_apdu apdu{"06 D3 0A 06 08 25 06 0701 41 0901 FF"};
    const auto message = print_text_block::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->ends_receipt);
    CHECK(lines_of(*message) == std::vector<printed>{{0x00, "A"}});
}

TEST_CASE("print_text_block: only the last element ends a receipt, and 80 never does") {
    for (const char* apdu :
         {"06 D3 0A 06 08 25 06 0901 C0 0701 41", "06 D3 07 06 05 25 03 0901 80",
          "06 D3 04 06 02 25 00", "06 D3 06 06 04 25 02 0900", "06 D3 07 06 05 25 03 0905 C0"}) {
        CAPTURE(apdu);
        const held_apdu held{apdu};
        CHECK_FALSE(print_text_block::decode(held.view())->ends_receipt);
    }
}

TEST_CASE("print_text_block: several blocks of text and unknown tags are read in order") {
    const held_apdu apdu{
        "06 D3 20 06 1E 14 01 FE 1F37 01 82 25 06 0901 40 0701 41 FF09 02 0102 25 08"
        "E3 00 0701 42 0901 C0"};
    const auto message = print_text_block::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->charset == 0xFE);
    CHECK(message->information == 0x82);
    CHECK(message->kind == receipt_kind::unspecified);
    CHECK(message->ends_receipt);
    CHECK(lines_of(*message) == std::vector<printed>{{0x40, "A"}, {0x40, "B"}});
    const held_apdu nested{"06 D3 0A 06 08 27 03 14 01 01 25 01 09"};
    CHECK(print_text_block::decode(nested.view())->charset == 0x01);
}

TEST_CASE("print_text_block: lines before a broken one are still told") {
    const held_apdu apdu{"06 D3 0A 06 08 25 06 0701 41 0705 42"};
    const auto message = print_text_block::decode(apdu.view());
    REQUIRE(message.has_value());
    std::vector<std::string> lines;
    const auto visited = message->for_each_line(
        [&](print_attribute, bytes_view text) { lines.push_back(as_text(text)); });
    CHECK(visited.error() == make_error_code(errc::truncated));
    CHECK(lines == std::vector<std::string>{"A"});
}

TEST_CASE("print_text_block: what came in is written again") {
    for (const char* apdu :
         {"06 D3 0A 06 08 25 06 0701 41 0901 FF", "06 D3 FF 0A 00 06 08 25 06 0701 41 0901 FF",
          "06 D3 0B 06 81 08 25 06 0701 41 0901 FF", "06 D3 0C 06 08 25 06 0701 41 0705 42 61 41",
          "06 D3 06 87 0001 06 01 FF"}) {
        CAPTURE(apdu);
        CHECK(survives<print_text_block>(apdu));
    }
}

TEST_CASE("print_text_block: bytes that are none are refused with the reason") {
    struct row {
        const char* apdu;
        errc error;
    };
    for (const auto& row : {
             row{"06 D1 02 06 00", errc::wrong_command},
             row{"06 D3 00", errc::missing_field},
             row{"06 D3 02 41 42", errc::missing_field},
             row{"06 D3 02 06 05", errc::truncated},
             row{"06 D3 02 06 80", errc::bad_tlv_length},
             row{"06 D3 03 87 0A 00", errc::bad_bcd},
         }) {
        CAPTURE(row.apdu);
        CHECK(refusal<print_text_block>(row.apdu) == make_error_code(row.error));
    }
}

TEST_CASE("print_text_block: it is built from its texts, however long") {
    const auto texts = hex("0701 41 0901 C0");
    CHECK(encoded(
              print_text_block{.kind = receipt_kind::merchant, .charset = 0xFE, .texts = texts}) ==
          hex("06 D3 11 06 0F 14 01 FE 25 06 0701 41 0901 C0 1F07 01 01"));
    for (const std::size_t size : {0x70U, 0x7DU, 0x80U, 0xF0U, 0xFEU, 0x800U}) {
        CAPTURE(size);
        std::vector<std::uint8_t> text(size, 'x');
        std::vector<std::uint8_t> line(size + 8);
        tlv_writer out{line};
        out.put(0x07, text);
        const print_text_block built{.texts = *out.finish()};
        std::vector<std::uint8_t> buffer(size + 32);
        const auto apdu = built.encode(buffer);
        REQUIRE(apdu.has_value());
        const auto message = print_text_block::decode(split_apdu(*apdu)->apdu);
        REQUIRE(message.has_value());
        CHECK(lines_of(*message) == std::vector<printed>{{0x00, std::string(size, 'x')}});
    }
    std::array<std::uint8_t, 10> small{};
    CHECK(print_text_block{.texts = texts}.encode(small).error() ==
          make_error_code(errc::buffer_full));
}

TEST_SUITE_END();
