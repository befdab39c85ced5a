#include "protocol/zvt/messages/input.hpp"

#include <doctest/doctest.h>

#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

TEST_SUITE_BEGIN("protocol/zvt/messages/input");

TEST_CASE("input_request: texts, mode, timeout and limits are inside tag 32") {
    const held_apdu apdu{
        "04 0D 26 06 24 32 22 24 07 0705 5472696E6B 1F3801 02 1F3902 003C 14 01 FE 1F2102 0978"
        "1F1E01 02 1F3A01 35"};
    const auto message = input_request::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->mode == input_request::input_mode::amount);
    CHECK(message->timeout_seconds == 60);
    CHECK(message->charset == 0xFE);
    CHECK(message->currency == 978);
    CHECK(message->decimals == 2);
    CHECK(as_text(message->preset) == "5");
    std::vector<std::string> lines;
    message->for_each_line([&](bytes_view line) { lines.push_back(as_text(line)); });
    CHECK(lines == std::vector<std::string>{"Trink"});
}

TEST_CASE("input_request: what came in is written again") {
    for (const char* apdu : {"04 0D 04 06 02 32 00", "04 0D FF 04 00 06 02 32 00",
                             "04 0D 08 06 06 32 04 1F3801 07", "04 0D 07 06 02 32 00 61 41 42"}) {
        CAPTURE(apdu);
        CHECK(survives<input_request>(apdu));
    }
}

TEST_CASE("input_request: bytes that are none are refused with the reason") {
    CHECK(refusal<input_request>("04 0E 04 06 02 32 00") == make_error_code(errc::wrong_command));
    CHECK(refusal<input_request>("04 0D 00") == make_error_code(errc::missing_field));
    CHECK(refusal<input_request>("04 0D 04 06 02 24 00") == make_error_code(errc::missing_field));
    CHECK(refusal<input_request>("04 0D 04 06 02 32 05") == make_error_code(errc::missing_field));
    CHECK(refusal<input_request>("04 0D 03 06 02 32") == make_error_code(errc::truncated));
    CHECK(refusal<input_request>("04 0D 02 06 80") == make_error_code(errc::bad_tlv_length));
}

TEST_CASE("menu_request: items with their text and the value that chooses them") {
    const held_apdu apdu{
        "04 0E 23 06 21 2B 1F 15 02 6465 16 01 01 17 01 02 18 01 02 2C 07 0702 4575 1901 01"
        "2C 07 0702 4E6F 1901 02"};
    const auto message = menu_request::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(as_text(message->language) == "de");
    CHECK(message->context == 2);
    CHECK(message->target == 2);
    CHECK_FALSE(message->charset);
    std::vector<std::pair<std::string, std::vector<std::uint8_t>>> items;
    message->for_each_item([&](bytes_view text, bytes_view value) {
        items.emplace_back(as_text(text), as_bytes(value));
    });
    CHECK(items.size() == 2);
    CHECK(items[0].first == "Eu");
    CHECK(items[1].second == hex("02"));
}

TEST_CASE("menu_request: what came in is written again, what is none is refused") {
    CHECK(survives<menu_request>("04 0E 04 06 02 2B 00"));
    CHECK(survives<menu_request>("04 0E 09 06 07 2B 05 2C 03 0701 41"));
    CHECK(survives<menu_request>("04 0E 07 06 81 02 2B 00 61 41"));
    CHECK(refusal<menu_request>("04 0D 04 06 02 2B 00") == make_error_code(errc::wrong_command));
    CHECK(refusal<menu_request>("04 0E 00") == make_error_code(errc::missing_field));
    CHECK(refusal<menu_request>("04 0E 04 06 02 32 00") == make_error_code(errc::missing_field));
    CHECK(refusal<menu_request>("04 0E 03 06 05 2B") == make_error_code(errc::truncated));
}

TEST_SUITE_END();
