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

TEST_CASE("bcd: one bad nibble is found wherever it stands, at every length") {
    for (std::size_t size = 1; size <= max_bcd_bytes; ++size) {
        for (std::size_t at = 0; at < 2 * size; ++at) {
            for (unsigned nibble = 10; nibble <= 15; ++nibble) {
                CAPTURE(size);
                CAPTURE(at);
                std::vector<std::uint8_t> bytes(size, 0x99);
                auto& byte = bytes[at / 2];
                byte = static_cast<std::uint8_t>(at % 2 == 0 ? nibble << 4U | 9U : 0x90U | nibble);
                CHECK_FALSE(read_bcd(bytes).has_value());
            }
        }
    }
}

TEST_CASE("bcd: a field of known length reads as any other") {
    CHECK(rc::check([](const std::array<std::uint8_t, 6>& bytes) {
        const std::span<const std::uint8_t, 6> field{bytes};
        RC_ASSERT(read_fixed_bcd(field) == read_bcd(bytes));
        RC_ASSERT(read_fixed_bcd(field.first<2>()) == read_bcd(field.first<2>()));
    }));
    CHECK(rc::check([](std::uint64_t any) {
        const auto value = any % 1'000'000'000'000;
        std::array<std::uint8_t, 6> bytes{};
        RC_ASSERT(write_bcd(value, bytes));
        RC_ASSERT(read_fixed_bcd(std::span<const std::uint8_t, 6>{bytes}) == value);
    }));
}

TEST_SUITE_END();
