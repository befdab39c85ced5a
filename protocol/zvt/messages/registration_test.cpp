#include "protocol/zvt/messages/registration.hpp"

#include <doctest/doctest.h>

#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

TEST_SUITE_BEGIN("protocol/zvt/messages/registration");

TEST_CASE("registration: password, config byte and currency come before the BMPs") {
    const held_apdu apdu{"06 00 15 123456 9E 0978 06 0D 120124 1A020400 26040A0206D1"};
    const auto message = registration::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->password == password{123456});
    CHECK(message->config == 0x9E);
    CHECK(message->currency == 978);
    CHECK(as_bytes(message->block) == hex("06 0D 120124 1A020400 26040A0206D1"));
}

TEST_CASE("registration: the currency may be left out, with and without a block behind") {
    const held_apdu bare{"06 00 04 000000 86"};
    CHECK_FALSE(registration::decode(bare.view())->currency);
    const held_apdu with_service_byte{"06 00 06 000000 86 03 01"};
    CHECK_FALSE(registration::decode(with_service_byte.view())->currency);
    CHECK(as_bytes(registration::decode(with_service_byte.view())->block) == hex("03 01"));
    const held_apdu with_container{"06 00 09 000000 86 06 03 120124"};
    CHECK_FALSE(registration::decode(with_container.view())->currency);
}

TEST_CASE("registration: what came in is written again") {
    for (const char* apdu :
         {"06 00 04 000000 86", "06 00 06 123456 DE 0978", "06 00 08 123456 DE 0978 03 02",
          "06 00 08 000000 9E 0978 06 00", "06 00 FF 06 00 123456 DE 0978",
          "06 00 06 000000 86 03 01", "06 00 09 000000 86 0978 61 41 42"}) {
        CAPTURE(apdu);
        CHECK(survives<registration>(apdu));
    }
}

TEST_CASE("registration: bytes that are none are refused with the reason") {
    struct row {
        const char* apdu;
        errc error;
    };
    for (const auto& row : {
             row{"06 01 06 123456 DE 0978", errc::wrong_command},
             row{"06 00 00", errc::truncated},
             row{"06 00 02 1234", errc::truncated},
             row{"06 00 03 123456", errc::truncated},
             row{"06 00 05 123456 DE 09", errc::truncated},
             row{"06 00 06 12345A DE 0978", errc::bad_bcd},
             row{"06 00 06 123456 DE 0A78", errc::bad_bcd},
         }) {
        CAPTURE(row.apdu);
        CHECK(refusal<registration>(row.apdu) == make_error_code(row.error));
    }
}

TEST_CASE("registration: it is built from its fields") {
    const auto block = hex("06 00");
    CHECK(encoded(registration{.password = password{0}, .config = 0x86, .currency = 978}) ==
          hex("06 00 06 000000 86 0978"));
    CHECK(encoded(registration{
              .password = password{123456}, .config = 0x9E, .currency = 756, .block = block}) ==
          hex("06 00 08 123456 9E 0756 06 00"));
    CHECK(encode_refusal(registration{.password = password{1'000'000}}) ==
          make_error_code(errc::value_out_of_range));
    CHECK(encode_refusal(registration{.currency = 10'000}) ==
          make_error_code(errc::value_out_of_range));
}

TEST_SUITE_END();
