#include "firmware-bridge/api/card_guard.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace bridge::api {

TEST_SUITE("firmware-bridge/api/card_guard") {
    TEST_CASE("[M9] card_guard: card numbers are found, also in groups and within other text") {
        constexpr std::array<std::string_view, 15> found{
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "5555555555554444",
            "2223000048400011",
            "378282246310005",
            "3782 822463 10005",
            "6011111111111117",
            "card 4111111111111111 of Mr X",
            "card:4111111111111111;12/29",
            "PAN4111111111111111",
            "1 4111111111111111",
            "a UUID 123e4567-e89b-42d3-a456-426614174000 and 4111111111111111",
            "12345 4111111111111111 12345",
            "4111111111111111=29121010000012345678",
        };
        for (auto text : found) {
            CAPTURE(std::string{text});
            CHECK(carries_card_number(text));
        }
    }

    TEST_CASE("card_guard: what POS software writes every day is let through") {
        constexpr std::array<std::string_view, 14> harmless{
            "",
            "2026-0131-0007",
            "INV-2026-000123",
            "1700000000007",                         // milliseconds since 1970; passes Luhn
            "20261122123453",                        // a local time; passes Luhn
            "2999999999999999",                      // 16 digits, but no issuer's
            "4111111111111112",                      // does not pass Luhn
            "411111******1111",                      // masked already
            "12345678-1234-4123-8123-123456789012",  // UUIDs are digits by chance
            "41111111-1111-4111-8111-111111111111",
            "a4111111111111111bcdef0123456789",  // a hash
            "01JD5C0000000000000000000A",        // an ULID
            "+49 30 1234567",
            "0049 30 1234567 ext 12",
        };
        for (auto text : harmless) {
            CAPTURE(std::string{text});
            CHECK_FALSE(carries_card_number(text));
        }
    }
}

}  // namespace bridge::api
