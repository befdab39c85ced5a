#include "protocol/zvt/messages/read_card.hpp"

#include <doctest/doctest.h>

#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

TEST_SUITE_BEGIN("protocol/zvt/messages/read_card");

TEST_CASE("read_card: the timeout comes first, without a BMP id") {
    const held_apdu apdu{"06 C0 0B 1E 19 10 FC 01 06 04 1F150180"};
    const auto message = read_card::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->timeout_seconds == 30);
    CHECK(message->card_type == 0x10);
    CHECK(message->dialog_control == 0x01);
    CHECK(as_bytes(message->tlv) == hex("1F150180"));
}

TEST_CASE("read_card: what came in is written again") {
    for (const char* apdu : {"06 C0 01 00", "06 C0 01 1E", "06 C0 0B 1E 19 10 FC 01 06 04 1F150180",
                             "06 C0 FF 01 00 1E", "06 C0 03 1E 61 41"}) {
        CAPTURE(apdu);
        CHECK(survives<read_card>(apdu));
    }
}

TEST_CASE("read_card: bytes that are none are refused with the reason") {
    CHECK(refusal<read_card>("06 B0 01 1E") == make_error_code(errc::wrong_command));
    CHECK(refusal<read_card>("06 C0 00") == make_error_code(errc::truncated));
    CHECK(refusal<read_card>("06 C0 02 1E 19") == make_error_code(errc::truncated));
    CHECK(refusal<read_card>("06 C0 03 1E 06 80") == make_error_code(errc::bad_tlv_length));
    CHECK(refusal<read_card>("06 C0 03 1E 06 05") == make_error_code(errc::truncated));
}

TEST_CASE("read_card: it is built from its fields") {
    CHECK(encoded(read_card{.timeout_seconds = 30}) == hex("06 C0 01 1E"));
    CHECK(encoded(read_card{.timeout_seconds = 30, .card_type = 0x50, .dialog_control = 0}) ==
          hex("06 C0 05 1E 19 50 FC 00"));
}

TEST_SUITE_END();
