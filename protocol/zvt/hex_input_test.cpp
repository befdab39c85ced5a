#include "protocol/zvt/hex_input.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/support/hex_bytes.hpp"

using namespace protocol::zvt;
using support::hex;
using kind = hex_item::kind;
using direction = hex_item::direction;

namespace {

std::vector<hex_item> read(std::string_view text) {
    auto found = read_hex_input(text);
    REQUIRE(found.has_value());
    return std::move(*found);
}

}  // namespace

TEST_SUITE_BEGIN("protocol/zvt/hex_input");

TEST_CASE("hex_input: hex is read however it is grouped and commented") {
    for (const char* text :
         {"06010704000000001234", "06 01 07 04 00 00 00 00 12 34",
          "# a payment\n0601 07 ; the header\n  | 04 000000001234 # the amount\n\n",
          "06,01,07,04,00,00,00,00,12,34", "06:01:07:04:00:00:00:00:12:34\r\n",
          "06 01 07 04\n00 00\n00 00 12 34", "0601070400000000\t1234"}) {
        CAPTURE(text);
        const auto items = read(text);
        REQUIRE(items.size() == 1);
        CHECK(items[0].what == kind::message);
        CHECK(items[0].bytes == hex("06 01 07 04 000000001234"));
        CHECK_FALSE(items[0].serial);
        CHECK(items[0].way == direction::unknown);
    }
}

TEST_CASE("hex_input: messages follow each other, each with the line it begins on") {
    const auto items = read("80 00 00 04 FF 01 0A\n06 0F\n00\n\n84 9C 00");
    REQUIRE(items.size() == 4);
    CHECK(items[0].bytes == hex("80 00 00"));
    CHECK(items[1].bytes == hex("04 FF 01 0A"));
    CHECK(items[1].line == 1);
    CHECK(items[2].bytes == hex("06 0F 00"));
    CHECK(items[2].line == 2);
    CHECK(items[3].line == 5);
}

TEST_CASE("hex_input: nothing is nothing") {
    CHECK(read("").empty());
    CHECK(read("# only a comment\n\n  \n").empty());
}

TEST_CASE("hex_input: what is no hex is refused with its line and column") {
    struct row {
        const char* text;
        hex_input_error::kind what;
        std::size_t line;
        std::size_t column;
    };
    using enum hex_input_error::kind;
    for (const auto& row :
         {row{"06 0G 00", not_a_hex_digit, 1, 5}, row{"06 0F\n00 x", not_a_hex_digit, 2, 4},
          row{"06 0 F 00", half_a_byte, 1, 5}, row{"06 0F 0", half_a_byte, 1, 8},
          row{"06 0F 0\n0", half_a_byte, 1, 8}, row{"hello", not_a_hex_digit, 1, 1},
          row{"06 0F 00\n\n-", not_a_hex_digit, 3, 1}, row{"0x06", not_a_hex_digit, 1, 2},
          row{"2026-01-31T12:00:00.123Z < 06ZF00", not_a_hex_digit, 1, 30},
          row{"2026-01-31T12:00:00 < 060F00", not_a_hex_digit, 1, 5}}) {
        CAPTURE(row.text);
        const auto found = read_hex_input(row.text);
        REQUIRE(found.has_error());
        CHECK(found.error().what == row.what);
        CHECK(found.error().line == row.line);
        CHECK(found.error().column == row.column);
    }
    CHECK(to_string({hex_input_error::kind::not_a_hex_digit, 3, 7}) ==
          "line 3, column 7: not a hexadecimal digit");
}

TEST_CASE("hex_input: serial frames are taken apart, ACK and NAK stand between them") {
    const auto items = read(
        "10 02 06 01 07 04 00 00 00 00 10 10 00 10 03 62 91\n06\n15\n"
        "10 02 80 00 00 10 03 F5 1F\n06");
    REQUIRE(items.size() == 5);
    CHECK(items[0].what == kind::message);
    CHECK(items[0].serial);
    CHECK(items[0].bytes == hex("06 01 07 04 000000001000"));
    CHECK(items[1].what == kind::ack);
    CHECK(items[2].what == kind::nak);
    CHECK(items[3].bytes == hex("80 00 00"));
    CHECK(items[4].what == kind::ack);
    CHECK(items[4].line == 5);
}

TEST_CASE("hex_input: bytes that are no message are told as such, with the reason") {
    struct row {
        const char* text;
        const char* why;
    };
    for (const auto& row :
         {row{"06", "the message ends before its length says"},
          row{"06 01 07 04 00", "the message ends before its length says"},
          row{"06 D3 FF 05", "the message ends before its length says"},
          row{"10 02 80 00 00 10 03 F5 1E", "the frame's checksum is wrong"},
          row{"10 02 80 00 00 10 03 F5", "the frame has no end"},
          row{"10 02 80 00 00", "the frame has no end"},
          row{"10 02 80 10 00 10 03 F5 1F", "a lone DLE stands inside the frame"}}) {
        CAPTURE(row.text);
        const auto items = read(row.text);
        REQUIRE_FALSE(items.empty());
        CHECK(items[0].what == kind::broken);
        CHECK(items[0].text == row.why);
    }
    // The checksum is right, the length inside is not.
    const auto items = read("10 02 80 00 10 03 59 59");
    REQUIRE(items.size() == 1);
    CHECK(items[0].what == kind::broken);
}

TEST_CASE("hex_input: a trace is read with its directions and its words") {
    const auto items = read(
        "# lane-1\n"
        "2026-01-31T12:00:00.123Z > 06010704000000001999\n"
        "2026-01-31T12:00:00.127Z < ACK\n"
        "2026-01-31T12:00:03.002Z < 040F022700 ; stale\n"
        "2026-01-31T12:00:03.500Z < dropped 3 bytes: noise\n"
        "2026-01-31T12:00:03.600Z > NAK ; bad CRC\n"
        "2026-01-31T12:00:04.000Z > note link opened\n"
        "2026-01-31T12:00:05.000Z < 040F0227\n"
        "2026-01-31T12:00:06.000Z < 80000080 0000\n");
    REQUIRE(items.size() == 8);
    CHECK(items[0].what == kind::message);
    CHECK(items[0].way == direction::sent);
    CHECK(items[0].line == 2);
    CHECK(items[1].what == kind::ack);
    CHECK(items[1].way == direction::received);
    CHECK(items[2].bytes == hex("04 0F 02 27 00"));
    CHECK(items[3].what == kind::note);
    CHECK(items[3].text == "dropped 3 bytes: noise");
    CHECK(items[4].what == kind::nak);
    CHECK(items[5].text == "note link opened");
    CHECK(items[6].what == kind::broken);
    CHECK(items[7].what == kind::broken);
    CHECK(items[7].text == "bytes follow the message");
}

TEST_CASE("hex_input: [M9] what it returns was masked") {
    const auto items = read("04 0F 0B 22 F0F8 4761739001010119\n2222 4761739001010119");
    REQUIRE(items.size() == 2);
    CHECK(items[0].bytes == hex("04 0F 0B 22 F0F8 476173EEEEEE0119"));
    CHECK(items[1].what == kind::broken);
    CHECK(items[1].bytes != hex("2222 4761739001010119"));
}

TEST_CASE("hex_input: any text is read or refused") {
    CHECK(rc::check("hex digits, marks and blanks", [] {
        const auto text = *rc::gen::container<std::string>(
            rc::gen::element('0', '1', '2', '6', '8', 'F', ' ', '\n', '#', '<', 'Z'));
        const auto found = read_hex_input(text);
        if (found) {
            for (const auto& item : *found) RC_ASSERT(item.line >= 1);
        } else {
            RC_ASSERT(found.error().line >= 1);
            RC_ASSERT(found.error().column >= 1);
        }
    }));
}

TEST_SUITE_END();
