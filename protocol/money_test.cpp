#include "protocol/money.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace protocol;

TEST_SUITE_BEGIN("protocol/money");

TEST_CASE("money: [M10] amounts are read digit by digit, never through floating point") {
    struct row {
        const char* amount;
        const char* currency;
        std::int64_t minor;
    };
    for (const auto& row :
         {row{"19.99", "EUR", 1999}, row{"0.1", "EUR", 10}, row{"7", "EUR", 700},
          row{"12,34", "EUR", 1234}, row{"0.00", "EUR", 0}, row{"500", "JPY", 500},
          row{"1.005", "KWD", 1005},
          row{"92233720368547758.07", "EUR", std::numeric_limits<std::int64_t>::max()}}) {
        CAPTURE(row.amount);
        const auto parsed = parse_money(row.amount, row.currency);
        REQUIRE(parsed.has_value());
        CHECK(parsed->minor == row.minor);
        CHECK(parsed->unit.code() == row.currency);
    }
}

TEST_CASE("money: what is not an amount is refused with its reason") {
    struct row {
        const char* amount;
        const char* currency;
        money_errc error;
    };
    for (const auto& row :
         {row{"", "EUR", money_errc::bad_amount}, row{".5", "EUR", money_errc::bad_amount},
          row{"1.", "EUR", money_errc::bad_amount}, row{"1.234", "EUR", money_errc::bad_amount},
          row{"1e3", "EUR", money_errc::bad_amount}, row{"-1", "EUR", money_errc::bad_amount},
          row{"1 000", "EUR", money_errc::bad_amount}, row{"1.0.0", "EUR", money_errc::bad_amount},
          row{"5.0", "JPY", money_errc::bad_amount}, row{"1", "eur", money_errc::unknown_currency},
          row{"1", "EURO", money_errc::unknown_currency},
          row{"1", "", money_errc::unknown_currency},
          row{"92233720368547758.08", "EUR", money_errc::overflow}}) {
        CAPTURE(row.amount);
        CAPTURE(row.currency);
        const auto parsed = parse_money(row.amount, row.currency);
        REQUIRE(parsed.has_error());
        CHECK(parsed.error() == make_error_code(row.error));
    }
}

TEST_CASE("money: formatting is the inverse of parsing, also at the ends of the range") {
    CHECK(format_amount({1999, euro()}) == "19.99");
    CHECK(format_amount({5, euro()}) == "0.05");
    CHECK(format_amount({-5, euro()}) == "-0.05");
    CHECK(format_amount({500, *currency::from_code("JPY")}) == "500");
    CHECK(format_amount({std::numeric_limits<std::int64_t>::min(), euro()}) ==
          "-92233720368547758.08");
}

TEST_CASE("money: [M10] overflow and mixed currencies are errors") {
    const money most{std::numeric_limits<std::int64_t>::max(), euro()};
    const money franc{1, *currency::from_code("CHF")};
    CHECK(checked_add(most, {1, euro()}).error() == make_error_code(money_errc::overflow));
    CHECK(checked_subtract({-2, euro()}, most).error() == make_error_code(money_errc::overflow));
    CHECK(checked_add(most, franc).error() == make_error_code(money_errc::currency_mismatch));
    CHECK(checked_subtract(most, most)->minor == 0);
}

TEST_CASE("money: a currency is known by its code and by its number") {
    CHECK(currency::from_code("EUR")->number() == 978);
    CHECK(currency::from_number(756)->code() == "CHF");
    CHECK(currency::from_number(0).has_error());
    CHECK(currency{}.code() == "XXX");
}

TEST_SUITE_END();
