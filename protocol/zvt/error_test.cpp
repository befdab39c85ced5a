#include "protocol/zvt/error.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace protocol::zvt;

TEST_SUITE_BEGIN("protocol/zvt/error");

TEST_CASE("error: every value has a message of its own") {
    std::set<std::string> messages;
    constexpr int last = static_cast<int>(errc::too_many_fields);
    for (int value = 1; value <= last; ++value) {
        const auto message = make_error_code(static_cast<errc>(value)).message();
        CAPTURE(value);
        CHECK(message != "unknown ZVT error");
        CHECK(messages.insert(message).second);
    }
    CHECK(make_error_code(static_cast<errc>(last + 1)).message() == "unknown ZVT error");
}

TEST_CASE("error: a code compares equal to the errc it was made of") {
    const protocol::error_code truncated = errc::truncated;
    CHECK(truncated == errc::truncated);
    CHECK(truncated != errc::bad_bcd);
    CHECK(std::string{truncated.category().name()} == "zvt");
}

TEST_SUITE_END();
