#include "protocol/zvt/messages/administration.hpp"

#include <doctest/doctest.h>

#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

TEST_SUITE_BEGIN("protocol/zvt/messages/administration");

TEST_CASE("administration_command: password, service byte and container by name") {
    const held_apdu repeat{"06 20 05 123456 03 03"};
    const auto message = administration_command::decode(repeat.view());
    REQUIRE(message.has_value());
    CHECK(message->code == command::repeat_receipt);
    CHECK(message->password == password{123456});
    CHECK(message->service_byte == 0x03);
    CHECK(message->tlv.empty());

    const held_apdu close{"06 50 09 000000 06 04 1F260101"};
    CHECK(as_bytes(administration_command::decode(close.view())->tlv) == hex("1F260101"));
    const held_apdu terminal{"06 1B 08 000000 29 12345678"};
    CHECK(administration_command::decode(terminal.view())->terminal_id == 12345678);
    const held_apdu enquiry{"05 01 00"};
    CHECK_FALSE(administration_command::decode(enquiry.view())->password);
    const held_apdu log_off{"06 02 00"};
    CHECK(administration_command::decode(log_off.view())->code == command::log_off);
}

TEST_CASE("administration_command: what came in is written again") {
    for (const char* apdu : {
             "05 01 00",
             "05 01 03 000000",
             "05 01 05 000000 03 04",
             "06 02 00",
             "06 10 03 000000",
             "06 18 00",
             "06 1A 00",
             "06 1B 03 000000",
             "06 1B 08 000000 29 12345678",
             "06 20 03 000000",
             "06 20 05 000000 03 03",
             "06 50 03 000000",
             "06 50 FF 03 00 000000",
             "06 51 03 000000",
             "06 70 05 06 03 1B 01 02",
             "06 79 00",
             "06 93 03 123456",
             "06 B0 00",
             "06 B0 04 D2 00 FA FF",
             "06 C5 00",
             "06 C6 08 06 06 1F46 03 00A404",
             "06 E5 02 D3 01",
             "08 01 05 000000 03 01",
             "08 10 04 06 02 0F 00",
             "08 20 00",
             "08 22 00",
             "08 23 03 000000",
             "08 24 00",
             "08 50 02 FA 00",
             "06 50 07 000000 61 01 02 03",
         }) {
        CAPTURE(apdu);
        CHECK(survives<administration_command>(apdu));
    }
}

TEST_CASE("administration_command: bytes that are none are refused with the reason") {
    struct row {
        const char* apdu;
        errc error;
    };
    for (const auto& row : {
             row{"06 01 03 000000", errc::wrong_command},
             row{"06 12 05 000000 0001", errc::wrong_command},
             row{"06 77 00", errc::wrong_command},
             row{"05 01 02 0000", errc::truncated},
             row{"05 01 04 000000 03", errc::truncated},
             row{"06 20 00", errc::truncated},
             row{"06 50 02 0000", errc::truncated},
             row{"06 50 03 00000E", errc::bad_bcd},
             row{"06 1B 08 000000 29 1234567F", errc::bad_bcd},
             row{"06 50 05 000000 06 80", errc::bad_tlv_length},
             row{"06 70 02 06 03", errc::truncated},
             row{"06 B0 01 D2", errc::truncated},
         }) {
        CAPTURE(row.apdu);
        CHECK(refusal<administration_command>(row.apdu) == make_error_code(row.error));
    }
}

TEST_CASE("administration_command: it is built from its fields") {
    const auto tlv = hex("1B 01 02");
    CHECK(encoded(administration_command{
              .code = command::repeat_receipt, .password = password{0}, .service_byte = 0x03}) ==
          hex("06 20 05 000000 03 03"));
    CHECK(encoded(administration_command{.code = command::diagnosis, .tlv = tlv}) ==
          hex("06 70 05 06 03 1B 01 02"));
    CHECK(encoded(administration_command{.code = command::status_enquiry}) == hex("05 01 00"));
    CHECK(encoded(administration_command{.code = command::log_off}) == hex("06 02 00"));
    CHECK(
        encoded(administration_command{
            .code = command::set_terminal_id, .password = password{0}, .terminal_id = 12345678}) ==
        hex("06 1B 08 000000 29 12345678"));
}

TEST_CASE("administration_command: what no terminal would understand is not built") {
    CHECK(encode_refusal(administration_command{.code = command::authorization}) ==
          make_error_code(errc::wrong_command));
    CHECK(encode_refusal(administration_command{.code = command::end_of_day}) ==
          make_error_code(errc::missing_field));
    CHECK(encode_refusal(
              administration_command{.code = command::status_enquiry, .service_byte = 0x04}) ==
          make_error_code(errc::missing_field));
    CHECK(encode_refusal(
              administration_command{.code = command::diagnosis, .password = password{0}}) ==
          make_error_code(errc::value_out_of_range));
    CHECK(encode_refusal(administration_command{.code = command::end_of_day,
                                                .password = password{1'000'000}}) ==
          make_error_code(errc::value_out_of_range));
}

TEST_CASE("reprint_receipts: one transaction, or a range") {
    const held_apdu one{"06 12 05 000000 0042"};
    const auto single = reprint_receipts::decode(one.view());
    REQUIRE(single.has_value());
    CHECK(single->from == 42);
    CHECK_FALSE(single->to);
    const held_apdu many{"06 12 07 123456 0001 9999"};
    CHECK(reprint_receipts::decode(many.view())->to == 9999);
    CHECK(survives<reprint_receipts>("06 12 05 000000 0042"));
    CHECK(survives<reprint_receipts>("06 12 07 123456 0001 9999"));

    CHECK(refusal<reprint_receipts>("06 20 05 000000 0042") ==
          make_error_code(errc::wrong_command));
    CHECK(refusal<reprint_receipts>("06 12 04 000000 00") == make_error_code(errc::truncated));
    CHECK(refusal<reprint_receipts>("06 12 06 000000 0042 00") == make_error_code(errc::truncated));
    CHECK(refusal<reprint_receipts>("06 12 05 000000 004A") == make_error_code(errc::bad_bcd));
    CHECK(refusal<reprint_receipts>("06 12 08 000000 0042 0043 00") ==
          make_error_code(errc::trailing_bytes));
    CHECK(encode_refusal(reprint_receipts{.from = 10'000}) ==
          make_error_code(errc::value_out_of_range));
}

TEST_CASE("change_password: the old one, then the new one") {
    const held_apdu apdu{"06 95 06 000000 123456"};
    const auto message = change_password::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->before == password{0});
    CHECK(message->after == password{123456});
    CHECK(survives<change_password>("06 95 06 000000 123456"));
    CHECK(refusal<change_password>("06 93 06 000000 123456") ==
          make_error_code(errc::wrong_command));
    CHECK(refusal<change_password>("06 95 05 000000 1234") == make_error_code(errc::truncated));
    CHECK(refusal<change_password>("06 95 06 000000 12345B") == make_error_code(errc::bad_bcd));
    CHECK(refusal<change_password>("06 95 07 000000 123456 00") ==
          make_error_code(errc::trailing_bytes));
}

TEST_CASE("parameter_command: one byte and nothing else") {
    const held_apdu apdu{"08 40 01 07"};
    const auto message = parameter_command::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->code == command::change_baudrate);
    CHECK(message->value == 0x07);
    for (const char* one : {"08 02 01 02", "08 30 01 0F", "08 40 01 00", "08 40 FF 01 00 07"}) {
        CAPTURE(one);
        CHECK(survives<parameter_command>(one));
    }
    CHECK(refusal<parameter_command>("08 50 01 00") == make_error_code(errc::wrong_command));
    CHECK(refusal<parameter_command>("08 40 00") == make_error_code(errc::truncated));
    CHECK(refusal<parameter_command>("08 40 02 07 00") == make_error_code(errc::trailing_bytes));
    CHECK(encode_refusal(parameter_command{.code = command::log_off}) ==
          make_error_code(errc::wrong_command));
}

TEST_SUITE_END();
