#include "protocol/zvt/messages/response.hpp"

#include <doctest/doctest.h>

#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

namespace {

response decoded(const held_apdu& apdu) {
    const auto message = response::decode(apdu.view());
    REQUIRE(message.has_value());
    return *message;
}

}  // namespace

TEST_SUITE_BEGIN("protocol/zvt/messages/response");

TEST_CASE("response: 80 00 and 84 00 are positive, every other 84 is not") {
    struct row {
        const char* apdu;
        bool positive;
        std::uint8_t error;
    };
    for (const auto& row : {row{"80 00 00", true, 0x00}, row{"84 00 00", true, 0x00},
                            row{"84 83 00", false, 0x83}, row{"84 9C 00", false, 0x9C}}) {
        CAPTURE(row.apdu);
        const held_apdu apdu{row.apdu};
        CHECK(decoded(apdu).positive() == row.positive);
        CHECK(decoded(apdu).error_code() == row.error);
        CHECK(survives<response>(row.apdu));
    }
    CHECK(survives<response>("80 00 FF 01 00 0D"));
    CHECK(survives<response>("84 1E 01 7D"));
}

TEST_CASE("response: data mean what the command asked for") {
    const held_apdu pressed{"80 00 01 0D"};
    CHECK(decoded(pressed).key() == 0x0D);
    const held_apdu digits{"80 00 04 31323334"};
    CHECK_FALSE(decoded(digits).key());
    const held_apdu chosen{"80 00 05 06 03 19 01 02"};
    CHECK(as_bytes(decoded(chosen).tlv()) == hex("19 01 02"));
    CHECK(decoded(digits).tlv().empty());
    const held_apdu partly{"84 9D 07 04 000000000800"};
    CHECK(decoded(partly).delivered_amount() == 800);
    const held_apdu other{"84 9C 07 04 000000000800"};
    CHECK_FALSE(decoded(other).delivered_amount());
    const held_apdu broken{"84 9D 03 04 0000"};
    CHECK_FALSE(decoded(broken).delivered_amount());
    const held_apdu refused_key{"84 6C 01 0D"};
    CHECK_FALSE(decoded(refused_key).key());
}

TEST_CASE("response: a registration refused for its currency names the terminal's own") {
    struct row {
        const char* apdu;
        std::optional<std::uint16_t> currency;
    };
    for (const auto& row : {row{"84 1E 03 6F 0978", 978}, row{"84 1E 04 6F 49 0756", 756},
                            row{"84 1E 01 6F", 0}, row{"84 1E 01 7D", std::nullopt},
                            row{"84 1E 00", std::nullopt}, row{"84 6F 03 6F 0978", std::nullopt}}) {
        CAPTURE(row.apdu);
        const held_apdu apdu{row.apdu};
        CHECK(decoded(apdu).refused_currency() == row.currency);
    }
}

TEST_CASE("response: what is no answer is refused") {
    CHECK(refusal<response>("06 0F 00") == make_error_code(errc::wrong_command));
    CHECK(refusal<response>("80 01 00") == make_error_code(errc::wrong_command));
    CHECK(encode_refusal(response{.code = command::completion}) ==
          make_error_code(errc::wrong_command));
}

TEST_SUITE_END();
