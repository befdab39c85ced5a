// The paths that every message takes, in and out, allocate nothing.
#include <doctest/doctest.h>

#include "protocol/zvt/card_data.hpp"
#include "protocol/zvt/messages/message.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;

TEST_SUITE_BEGIN("protocol/zvt/allocation");

TEST_CASE("allocation: the counter counts") {
    const auto before = support::allocations();
    const std::vector<int> some(10);
    CHECK(support::allocations() > before);
}

TEST_CASE("allocation: no message allocates when it is split, masked, decoded and written again") {
    for (const char* text :
         {"04 0F 2C 2700 04000000001234 0B000123 22F0F8476173EEEEEE0119 2912345678 490978 870042"
          "8A05 8BF0F46769726F",
          "06 01 0C 04 000000001234 49 0978 19 40", "06 30 06 000000 87 0042",
          "06 00 0E 123456 9E 0978 06 06 26 04 0A 02 06D1", "06 0F 08 F0F0F4 322E3130 00",
          "06 1E 04 B8 87 FFFF", "04 FF 0A FF 03 06 06 24 04 07 02 4F4B", "06 D1 03 40 4F4B",
          "06 D3 0A 06 08 25 06 0701 41 0901 FF", "06 20 05 000000 03 03",
          "04 0E 09 06 07 2B 05 2C 03 0701 41", "84 9D 07 04 000000000800",
          "06 95 07 000000 123456 00"}) {
        CAPTURE(text);
        const support::held_apdu apdu{text};
        auto bytes = apdu.bytes();
        std::vector<std::uint8_t> out(bytes.size());

        const auto before = support::allocations();
        mask_card_data(bytes);
        const auto split = split_apdu(bytes);
        const auto decoded = decode_message(split->apdu);
        const bool written =
            decoded && encode_message(*decoded, out, split->apdu.extended_length).has_value();
        CHECK(support::allocations() == before);
        CHECK(written == decoded.has_value());
    }
}

TEST_CASE("allocation: looking into a decoded message allocates nothing") {
    const support::held_apdu apdu{
        "04 0F 1E 2700 04000000001234 22F0F8476173EEEEEE0119 8AFF 06 06 60 04 41 02 0104"};
    std::uint64_t sum = 0;
    const auto before = support::allocations();
    const auto message = status_information::decode(apdu.view());
    REQUIRE(message.has_value());
    for (const field one : message->block.fields()) sum += one.value.size();
    sum += message->card_type().value_or(0) + message->pan().view().size();
    sum += static_cast<std::uint64_t>(message->amount().value_or(0));
    CHECK(support::allocations() == before);
    CHECK(sum > 0);
}

TEST_SUITE_END();
