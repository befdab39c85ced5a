#include "protocol/zvt/messages/prepaid.hpp"

#include <doctest/doctest.h>

#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

using payment_mode = prepaid_top_up::payment_mode;

TEST_SUITE_BEGIN("protocol/zvt/messages/prepaid");

TEST_CASE("prepaid_top_up: id and mode come before the amount") {
    const held_apdu apdu{"06 09 11 0203 02 04 000000001500 49 0978 3D 123456"};
    const auto message = prepaid_top_up::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->prepaid_id == 203);
    CHECK(message->mode == payment_mode::cash);
    CHECK(message->amount == 1500);
    CHECK(message->currency == 978);
    CHECK(message->cash_password == 123456);
}

TEST_CASE("prepaid_top_up: what came in is written again") {
    for (const char* apdu : {"06 09 0A 0203 01 04 000000001500", "06 09 03 0203 07",
                             "06 09 11 0203 02 04 000000001500 49 0978 3D EEEEEE",
                             "06 09 0E 0203 03 19 40 04 000000001500 61 41"}) {
        CAPTURE(apdu);
        CHECK(survives<prepaid_top_up>(apdu));
    }
}

TEST_CASE("prepaid_top_up: bytes that are none are refused with the reason") {
    struct row {
        const char* apdu;
        errc error;
    };
    for (const auto& row : {
             row{"06 01 0A 0203 01 04 000000001500", errc::wrong_command},
             row{"06 09 00", errc::truncated},
             row{"06 09 02 0203", errc::truncated},
             row{"06 09 03 020A 01", errc::bad_bcd},
             row{"06 09 05 0203 01 04 00", errc::truncated},
             row{"06 09 0A 0203 01 04 0000000015B0", errc::bad_bcd},
         }) {
        CAPTURE(row.apdu);
        CHECK(refusal<prepaid_top_up>(row.apdu) == make_error_code(row.error));
    }
}

TEST_CASE("prepaid_top_up: it is built from its fields, in cash only with a password") {
    CHECK(encoded(prepaid_top_up{
              .prepaid_id = 203, .mode = payment_mode::card, .amount = 1500, .currency = 978}) ==
          hex("06 09 0D 0203 01 04 000000001500 49 0978"));
    CHECK(encode_refusal(prepaid_top_up{.prepaid_id = 203, .mode = payment_mode::card}) ==
          make_error_code(errc::missing_field));
    CHECK(encode_refusal(
              prepaid_top_up{.prepaid_id = 203, .mode = payment_mode::cash, .amount = 1500}) ==
          make_error_code(errc::missing_field));
    CHECK(encode_refusal(
              prepaid_top_up{.prepaid_id = 10'000, .mode = payment_mode::card, .amount = 1}) ==
          make_error_code(errc::value_out_of_range));
}

TEST_SUITE_END();
