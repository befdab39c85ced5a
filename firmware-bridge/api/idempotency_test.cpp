#include "firmware-bridge/api/idempotency.hpp"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace bridge::api {
namespace {

std::string print_of(std::string_view method, std::string_view path, const char* body) {
    return fingerprint(method, path, boost::json::parse(body).as_object());
}

}  // namespace

TEST_SUITE("firmware-bridge/api/idempotency") {
    TEST_CASE("idempotency: 1 to 255 printable characters are a key") {
        for (const auto& key :
             {std::string{"a"}, std::string(255, 'k'), std::string{" ~!\"#"},
              std::string{"123e4567-e89b-42d3-a456-426614174000"}, std::string{"20261122123453"}}) {
            CAPTURE(key);
            const auto taken = check_key(key, key_rule::required);
            REQUIRE(taken.has_value());
            CHECK(**taken == key);
        }
    }

    TEST_CASE("idempotency: anything else is not, and says so") {
        for (const auto& key :
             {std::string{}, std::string(256, 'k'), std::string{"a\tb"}, std::string{"a\nb"},
              std::string{"\xC3\xA4"}, std::string{"\x7F"}, std::string{"a\0b", 3}}) {
            CAPTURE(key);
            const auto taken = check_key(key, key_rule::optional);
            REQUIRE(!taken.has_value());
            CHECK(taken.error().what == code::idempotency_key_invalid);
            CHECK(taken.error().param == "Idempotency-Key");
        }
    }

    TEST_CASE("[M9] idempotency: a card number is no key") {
        const auto taken = check_key("4111111111111111", key_rule::required);
        REQUIRE(!taken.has_value());
        CHECK(taken.error().what == code::card_data_not_allowed);
    }

    TEST_CASE("idempotency: what moves money needs a key, other requests may have one") {
        CHECK(check_key(std::nullopt, key_rule::required).error().what ==
              code::idempotency_key_missing);
        CHECK_FALSE(check_key(std::nullopt, key_rule::optional)->has_value());
        CHECK_FALSE(check_key("x", key_rule::none)->has_value());
    }

    TEST_CASE("[M6] idempotency: the fingerprint is of method, path and meaning of the body") {
        const auto first = print_of("POST", "/v1/payments", R"({"amount":1,"terminal":"a"})");
        CHECK(first.size() == 64);
        CHECK(print_of("POST", "/v1/payments", "{ \"terminal\": \"\\u0061\",\n \"amount\": 1 }") ==
              first);
        CHECK(print_of("POST", "/v1/payments", R"({"amount":2,"terminal":"a"})") != first);
        CHECK(print_of("POST", "/v1/payments", R"({"amount":1})") != first);
        CHECK(print_of("POST", "/v1/payments/x", R"({"amount":1,"terminal":"a"})") != first);
        CHECK(print_of("PUT", "/v1/payments", R"({"amount":1,"terminal":"a"})") != first);
    }

    TEST_CASE("[M6] idempotency: the fingerprint stays the same from version to version") {
        // Keys outlive the program that wrote them: this value is in journals.
        CHECK(print_of("POST", "/v1/payments", "{}") ==
              "0e65da8799d86d4b3d4f6cabf6c36f0f5b4557d75a6ff5c2487d4e6d35f8fc47");
    }
}

}  // namespace bridge::api
