#include "protocol/zvt/messages/date_and_time.hpp"

#include <doctest/doctest.h>

#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

TEST_SUITE_BEGIN("protocol/zvt/messages/date_and_time");

TEST_CASE("date_and_time: the same two fields in both directions, a password to the terminal") {
    const held_apdu apdu{"06 91 0B 123456 AA 260514 0C 101530"};
    const auto message = date_and_time::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->password == password{123456});
    CHECK(message->year == 26);
    CHECK(message->month == 5);
    CHECK(message->day == 14);
    CHECK(message->hour == 10);
    CHECK(message->minute == 15);
    CHECK(message->second == 30);
    const held_apdu to_register{"04 01 08 AA 260514 0C 235959"};
    CHECK_FALSE(date_and_time::decode(to_register.view())->password);
    CHECK(date_and_time::decode(to_register.view())->hour == 23);
}

TEST_CASE("date_and_time: what came in is written again") {
    for (const char* apdu :
         {"06 91 0B 000000 AA 260514 0C 101530", "06 91 0B 000000 0C 101530 AA 260514",
          "04 01 08 AA 000000 0C 000000", "04 01 0A AA 260514 0C 101530 06 00",
          "08 21 0B 000000 AA 260514 0C 020000"}) {
        CAPTURE(apdu);
        CHECK(survives<date_and_time>(apdu));
    }
}

TEST_CASE("date_and_time: bytes that are none are refused with the reason") {
    struct row {
        const char* apdu;
        errc error;
    };
    for (const auto& row : {
             row{"06 93 0B 000000 AA 260514 0C 101530", errc::wrong_command},
             row{"06 91 00", errc::truncated},
             row{"06 91 07 000000 AA 260514", errc::missing_field},
             row{"04 01 04 0C 101530", errc::missing_field},
             row{"04 01 00", errc::missing_field},
             row{"04 01 03 AA 2605", errc::truncated},
             row{"04 01 08 AA 2605AA 0C 101530", errc::bad_bcd},
             row{"06 91 0B 0A0000 AA 260514 0C 101530", errc::bad_bcd},
         }) {
        CAPTURE(row.apdu);
        CHECK(refusal<date_and_time>(row.apdu) == make_error_code(row.error));
    }
}

TEST_CASE("date_and_time: it is built from its fields") {
    CHECK(encoded(date_and_time{.code = command::set_date_and_time,
                                .password = password{0},
                                .year = 26,
                                .month = 5,
                                .day = 14,
                                .hour = 10,
                                .minute = 15,
                                .second = 30}) == hex("06 91 0B 000000 AA 260514 0C 101530"));
    CHECK(encoded(date_and_time{.code = command::set_date_and_time_in_ecr}) ==
          hex("04 01 08 AA 000000 0C 000000"));
    CHECK(encode_refusal(date_and_time{.code = command::set_date_and_time}) ==
          make_error_code(errc::missing_field));
    CHECK(encode_refusal(date_and_time{.code = command::set_date_and_time_in_ecr, .day = 100}) ==
          make_error_code(errc::value_out_of_range));
    CHECK(encode_refusal(date_and_time{.code = command::log_off}) ==
          make_error_code(errc::wrong_command));
}

TEST_SUITE_END();
