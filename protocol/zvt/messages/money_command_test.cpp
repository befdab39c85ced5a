#include "protocol/zvt/messages/money_command.hpp"

#include <doctest/doctest.h>

#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

TEST_SUITE_BEGIN("protocol/zvt/messages/money_command");

TEST_CASE("money_command: a payment names its amount, currency and payment type") {
    const held_apdu apdu{"06 01 0C 04 000000001234 49 0978 19 40"};
    const auto message = money_command::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->code == command::authorization);
    CHECK_FALSE(message->password);
    CHECK(message->amount == 1234);
    CHECK(message->currency == 978);
    CHECK(message->payment_type == 0x40);
    CHECK_FALSE(message->receipt);
    CHECK_FALSE(message->trace);
    CHECK(message->tlv.empty());
}

TEST_CASE("money_command: a reversal has a password and a receipt number") {
    const held_apdu apdu{"06 30 10 123456 87 0042 04 000000001234 49 0978"};
    const auto message = money_command::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->password == password{123456});
    CHECK(message->receipt == receipt_number{42});
}

TEST_CASE("money_command: booking a reservation names trace and authorisation attribute") {
    const held_apdu apdu{"06 24 1A 87 0043 04 000000004200 49 0978 0B 000125 3B 3030343731310000"};
    const auto message = money_command::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->trace == trace_number{125});
    CHECK(as_text(*message->authorisation_attribute) == std::string{"004711\0\0", 8});
}

TEST_CASE("money_command: what came in is written again") {
    for (const char* apdu : {
             "06 01 00",
             "06 01 0C 04 000000001234 49 0978 19 40",
             "06 01 FF 0C 00 04 000000001234 49 0978 19 40",
             "06 01 0C 19 40 49 0978 04 000000001234",
             "06 01 17 04 000000001234 49 0978 06 0B 1F1F020042 1F7303000001",
             "06 01 13 04 000000001234 04 000000001234 61 F0F1 41 42",
             "06 22 1E 19 40 49 0978 04 000000002500 06 10 E9 0E 1F62024143 1F6306333834484832",
             "06 23 03 87 FFFF",
             "06 25 08 19 40 87 0231 49 0978",
             "06 30 06 000000 87 0042",
             "06 31 0F 000000 04 000000000500 49 0978 19 40",
             "06 21 0A 999999 04 000000000500",
             "06 03 00",
             "06 0A 07 04 000000000500",
             "06 01 0C 04 000000001234 06 81 02 12 00",
         }) {
        CAPTURE(apdu);
        CHECK(survives<money_command>(apdu));
    }
}

TEST_CASE("money_command: bytes that are none are refused with the reason") {
    struct row {
        const char* apdu;
        errc error;
    };
    for (const auto& row : {
             row{"06 00 07 04 000000001234", errc::wrong_command},
             row{"06 09 07 04 000000001234", errc::wrong_command},
             row{"06 77 00", errc::wrong_command},
             row{"06 50 03 000000", errc::wrong_command},
             row{"06 01 06 04 0000000012", errc::truncated},
             row{"06 01 07 04 00000000123F", errc::bad_bcd},
             row{"06 01 03 49 09A8", errc::bad_bcd},
             row{"06 01 02 06 80", errc::bad_tlv_length},
             row{"06 01 03 06 05 14", errc::truncated},
             row{"06 01 04 22 F0 31 41", errc::bad_length_prefix},
             row{"06 30 00", errc::truncated},
             row{"06 30 02 0000", errc::truncated},
             row{"06 30 03 00C000", errc::bad_bcd},
             row{"06 31 04 000000 04", errc::truncated},
             row{"06 23 03 87 FFF0", errc::bad_bcd},
         }) {
        CAPTURE(row.apdu);
        CHECK(refusal<money_command>(row.apdu) == make_error_code(row.error));
    }
}

TEST_CASE("money_command: it is built from its fields, in the order of the specification") {
    const auto aid = hex("3030343731310000");
    const auto tlv = hex("1F1F020042");
    CHECK(encoded(money_command{.code = command::authorization,
                                .amount = 1234,
                                .currency = 978,
                                .payment_type = 0x40,
                                .tlv = tlv}) ==
          hex("06 01 13 04 000000001234 49 0978 19 40 06 05 1F1F020042"));
    CHECK(encoded(money_command{.code = command::book_total,
                                .receipt = receipt_number{43},
                                .amount = 4200,
                                .currency = 978,
                                .trace = trace_number{125},
                                .authorisation_attribute = aid}) ==
          hex("06 24 1A 87 0043 04 000000004200 49 0978 0B 000125 3B 3030343731310000"));
    CHECK(encoded(money_command{
              .code = command::reversal, .password = password{0}, .receipt = receipt_number{42}}) ==
          hex("06 30 06 000000 87 0042"));
}

TEST_CASE("money_command: what no terminal would understand is not built") {
    CHECK(encode_refusal(money_command{.code = command::end_of_day}) ==
          make_error_code(errc::wrong_command));
    CHECK(encode_refusal(money_command{.code = command::reversal, .receipt = receipt_number{1}}) ==
          make_error_code(errc::missing_field));
    CHECK(encode_refusal(money_command{.code = command::authorization, .amount = -1}) ==
          make_error_code(errc::value_out_of_range));
    CHECK(encode_refusal(
              money_command{.code = command::authorization, .amount = 1'000'000'000'000}) ==
          make_error_code(errc::value_out_of_range));
    const auto short_aid = hex("3030");
    CHECK(encode_refusal(
              money_command{.code = command::book_total, .authorisation_attribute = short_aid}) ==
          make_error_code(errc::value_out_of_range));
    std::array<std::uint8_t, 9> small{};
    CHECK(money_command{.code = command::authorization, .amount = 1}.encode(small).error() ==
          make_error_code(errc::buffer_full));
}

TEST_CASE("money_command: the query for open reservations is a 06 23 of its own") {
    const auto split = split_apdu(open_reservations_query);
    REQUIRE(split.has_value());
    const auto message = money_command::decode(split->apdu);
    REQUIRE(message.has_value());
    CHECK(message->code == command::partial_reversal);
    CHECK_FALSE(message->receipt);
    CHECK(message->block->has(bmp::receipt_number));
}

TEST_SUITE_END();
