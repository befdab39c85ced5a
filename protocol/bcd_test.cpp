#include "protocol/bcd.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <array>
#include <vector>

using namespace protocol;

TEST_SUITE_BEGIN("protocol/bcd");

TEST_CASE("bcd: digits are packed from the right") {
    std::array<std::uint8_t, 6> amount{};
    REQUIRE(write_bcd(1234, amount));
    CHECK(amount == std::array<std::uint8_t, 6>{0, 0, 0, 0, 0x12, 0x34});
    REQUIRE(write_bcd(999'999'999'999, amount));
    CHECK(amount == std::array<std::uint8_t, 6>{0x99, 0x99, 0x99, 0x99, 0x99, 0x99});
    CHECK(write_bcd(0, {}));
}

TEST_CASE("bcd: a number that does not fit is refused") {
    std::array<std::uint8_t, 2> receipt{};
    CHECK(write_bcd(9999, receipt));
    CHECK_FALSE(write_bcd(10000, receipt));
    CHECK_FALSE(write_bcd(1, {}));
}

TEST_CASE("bcd: nibbles above 9 are no digits") {
    for (const auto& wrong :
         std::vector<std::vector<std::uint8_t>>{{0x0A}, {0xA0}, {0x12, 0x3F}, {0xFF, 0xFF}}) {
        CHECK_FALSE(read_bcd(wrong).has_value());
    }
}

TEST_CASE("bcd: more digits than 64 bits hold are refused") {
    CHECK(read_bcd(std::vector<std::uint8_t>(9, 0x99)) == 999'999'999'999'999'999);
    CHECK_FALSE(read_bcd(std::vector<std::uint8_t>(10, 0x00)).has_value());
    CHECK(read_bcd({}) == 0U);
}

TEST_CASE("bcd: every number of 18 digits comes back") {
    CHECK(rc::check([](std::uint64_t any) {
        const auto value = any % 1'000'000'000'000'000'000;
        std::array<std::uint8_t, max_bcd_bytes> bytes{};
        RC_ASSERT(write_bcd(value, bytes));
        RC_ASSERT(read_bcd(bytes) == value);
    }));
}

TEST_SUITE_END();
