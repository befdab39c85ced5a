#include "protocol/zvt/messages/blocked_list.hpp"

#include <doctest/doctest.h>

#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

TEST_SUITE_BEGIN("protocol/zvt/messages/blocked_list");

TEST_CASE("blocked_list_query: [M9] the card is told masked") {
    const held_apdu apdu{"06 E4 13 0E 2912 17 0001 22 F0F8 476173EEEEEE0119 8A 0A"};
    const auto message = blocked_list_query::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->pan().view() == "476173******0119");
    CHECK(message->card_type() == 10);
}

TEST_CASE("blocked_list_query: what came in is written again, what is none is refused") {
    CHECK(survives<blocked_list_query>("06 E4 00"));
    CHECK(survives<blocked_list_query>("06 E4 13 0E 2912 17 0001 22 F0F8 476173EEEEEE0119 8A 0A"));
    CHECK(survives<blocked_list_query>("06 E4 04 8A 0A 61 41"));
    const held_apdu empty{"06 E4 00"};
    CHECK(blocked_list_query::decode(empty.view())->pan().empty());
    CHECK(refusal<blocked_list_query>("06 E3 00") == make_error_code(errc::wrong_command));
    CHECK(refusal<blocked_list_query>("06 E4 01 22") == make_error_code(errc::truncated));
    CHECK(refusal<blocked_list_query>("06 E4 03 22 4761") ==
          make_error_code(errc::bad_length_prefix));
}

TEST_SUITE_END();
