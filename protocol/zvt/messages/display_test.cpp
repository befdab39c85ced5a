#include "protocol/zvt/messages/display.hpp"

#include <doctest/doctest.h>

#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

TEST_SUITE_BEGIN("protocol/zvt/messages/display");

TEST_CASE("display_text: lines, duration and beeps by name") {
    const held_apdu apdu{"06 E0 11 F0 0A F1 F0F5 4269747465 F2 F0F2 4F4B F9 01"};
    const auto message = display_text::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->seconds == 10);
    CHECK(as_text(*message->lines[0]) == "Bitte");
    CHECK(as_text(*message->lines[1]) == "OK");
    CHECK_FALSE(message->lines[2]);
    CHECK(message->beeps == 1);
    CHECK_FALSE(message->device);
}

TEST_CASE("display_text: a numeric input has a second text, limits and a MAC") {
    const held_apdu apdu{
        "06 E2 22 F1 F0F3 50494E FB 01 E0 04 E1 F0F1 58 E9 06 EA 01 EB 0102030405060708 FD 02"
        "06 03 1F3500"};
    const auto message = display_text::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->ok_required == 1);
    CHECK(message->min_digits == 4);
    CHECK(as_text(*message->second_lines[0]) == "X");
    CHECK(message->max_digits == 6);
    CHECK(message->echo == 1);
    CHECK(as_bytes(*message->mac) == hex("0102030405060708"));
    CHECK(message->device == 2);
    CHECK(as_bytes(message->tlv) == hex("1F3500"));
}

TEST_CASE("display_text: what came in is written again") {
    for (const char* apdu : {"06 E0 00", "06 E0 11 F0 0A F1 F0F5 4269747465 F2 F0F2 4F4B F9 01",
                             "06 E1 07 F8 F0F2 4F4B F9 FF", "06 E2 0B EB 0102030405060708 F0 0A",
                             "06 E3 05 D0 57 D3 01 99", "06 E7 06 F1 F0F3 50494E",
                             "06 E0 FF 02 00 F0 00", "06 E0 0A F1 F0F2 4F4B F1 F0F2 4F4B"}) {
        CAPTURE(apdu);
        CHECK(survives<display_text>(apdu));
    }
}

TEST_CASE("display_text: bytes that are none are refused with the reason") {
    CHECK(refusal<display_text>("06 E4 00") == make_error_code(errc::wrong_command));
    CHECK(refusal<display_text>("06 E0 01 F0") == make_error_code(errc::truncated));
    CHECK(refusal<display_text>("06 E0 05 F1 F0F5 4269") == make_error_code(errc::truncated));
    CHECK(refusal<display_text>("06 E0 05 F1 0005 4269") ==
          make_error_code(errc::bad_length_prefix));
    CHECK(refusal<display_text>("06 E2 04 EB 010203") == make_error_code(errc::truncated));
}

TEST_CASE("display_text: it is built from its fields") {
    display_text show{.code = command::display_text, .seconds = 5};
    show.lines[0] = bytes_of("Bitte");
    show.lines[7] = bytes_of("OK");
    CHECK(encoded(show) == hex("06 E0 0F F0 05 F1 F0F5 4269747465 F8 F0F2 4F4B"));
    const std::vector<std::uint8_t> endless(100, 'x');
    show.lines[1] = endless;
    CHECK(encode_refusal(show) == make_error_code(errc::value_out_of_range));
    CHECK(encode_refusal(display_text{.code = command::refund}) ==
          make_error_code(errc::wrong_command));
}

TEST_CASE("display_text_old: a position and characters up to a NUL, twice at most") {
    const held_apdu apdu{"06 88 0C 01 4F4B 00 0A 16 42697474 65 00"};
    const auto message = display_text_old::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->text.position == 1);
    CHECK(as_text(message->text.characters) == "OK");
    CHECK(message->seconds == 10);
    CHECK(message->second_text->position == 16);
    CHECK(as_text(message->second_text->characters) == "Bitte");
    for (const char* one : {"06 85 02 01 00", "06 85 04 01 4F4B 00", "06 85 05 01 4F4B 00 0A",
                            "06 88 0C 01 4F4B 00 0A 16 42697474 65 00"}) {
        CAPTURE(one);
        CHECK(survives<display_text_old>(one));
    }
}

TEST_CASE("display_text_old: bytes that are none are refused with the reason") {
    CHECK(refusal<display_text_old>("06 86 02 01 00") == make_error_code(errc::wrong_command));
    CHECK(refusal<display_text_old>("06 85 00") == make_error_code(errc::truncated));
    CHECK(refusal<display_text_old>("06 85 03 01 4F4B") == make_error_code(errc::truncated));
    CHECK(refusal<display_text_old>("06 85 04 0A 4F4B 00") == make_error_code(errc::bad_bcd));
    CHECK(refusal<display_text_old>("06 85 06 01 4F4B 00 0A 01") ==
          make_error_code(errc::truncated));
    CHECK(refusal<display_text_old>("06 85 08 01 4F4B 00 0A 01 00 FF") ==
          make_error_code(errc::trailing_bytes));
    CHECK(encode_refusal(display_text_old{.code = command::display_text_old,
                                          .second_text = display_text_old::positioned{}}) ==
          make_error_code(errc::missing_field));
    const auto with_nul = hex("41 00");
    CHECK(encode_refusal(
              display_text_old{.code = command::display_text_old, .text = {1, with_nul}}) ==
          make_error_code(errc::value_out_of_range));
}

TEST_CASE("display_image: one chunk of an image") {
    const held_apdu apdu{
        "06 F0 19 70 00000001 71 00010203 72 03 73 01 74 02 75 01 06 05 1C 03 AABBCC"};
    const auto message = display_image::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->image_id == 1);
    CHECK(message->image_size == 0x010203);
    CHECK(message->mime_type == 3);
    CHECK(message->encoding == 1);
    CHECK(message->chunk_count == 2);
    CHECK(message->chunk_index == 1);
    CHECK(as_bytes(message->image()) == hex("AABBCC"));
    CHECK_FALSE(message->seconds);
}

TEST_CASE("display_image: what came in is written again, and built from its fields") {
    for (const char* apdu :
         {"06 F0 00", "06 F0 19 70 00000001 71 00010203 72 03 73 01 74 02 75 01 06 05 1C 03 AABBCC",
          "06 D0 0E 70 00000001 F0 1E 06 05 2B 03 160101"}) {
        CAPTURE(apdu);
        CHECK(survives<display_image>(apdu));
    }
    const auto tlv = hex("1C 03 AABBCC");
    CHECK(encoded(display_image{.code = command::display_image,
                                .image_id = 1,
                                .image_size = 0x010203,
                                .mime_type = 3,
                                .encoding = 1,
                                .chunk_count = 2,
                                .chunk_index = 1,
                                .tlv = tlv}) ==
          hex("06 F0 19 70 00000001 71 00010203 72 03 73 01 74 02 75 01 06 05 1C 03 AABBCC"));
}

TEST_CASE("display_image: bytes that are none are refused with the reason") {
    CHECK(refusal<display_image>("06 E0 00") == make_error_code(errc::wrong_command));
    CHECK(refusal<display_image>("06 F0 03 70 0000") == make_error_code(errc::truncated));
    CHECK(refusal<display_image>("06 F0 02 06 80") == make_error_code(errc::bad_tlv_length));
    CHECK(encode_refusal(display_image{.code = command::log_off}) ==
          make_error_code(errc::wrong_command));
}

TEST_SUITE_END();
