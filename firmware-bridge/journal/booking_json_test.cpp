#include "firmware-bridge/journal/booking_json.hpp"

#include <doctest/doctest.h>

#include "firmware-bridge/journal/journal.hpp"

using namespace bridge::journal;

TEST_SUITE_BEGIN("journal/booking_json");

TEST_CASE("booking: every kind reads back as it was stored") {
    for (const auto kind :
         {booking_kind::sale, booking_kind::capture, booking_kind::void_sale, booking_kind::refund,
          booking_kind::pending, booking_kind::pending_cleared}) {
        CAPTURE(to_string(kind));
        booking before;
        before.kind = kind;
        before.amount = {9'223'372'036'854'775'807, protocol::euro()};
        before.payment = "pay_1";
        const auto after = booking_from_stored(to_stored(before));
        REQUIRE(after.has_value());
        CHECK(after->kind == kind);
        CHECK(after->amount == before.amount);
        CHECK(after->payment == "pay_1");
    }
}

TEST_CASE("booking: what is not a whole booking is damage") {
    booking some;
    some.amount = {100, protocol::euro()};
    const auto good = to_stored(some);
    REQUIRE(booking_from_stored(good).has_value());
    const auto with = [&](std::string_view what, std::string_view by) {
        auto text = good;
        const auto at = text.find(what);
        REQUIRE(at != std::string::npos);
        return text.replace(at, what.size(), by);
    };
    for (const auto& text :
         {std::string{}, std::string{"[]"}, std::string{"{}"}, good + "x",
          with("\"sale\"", "\"gift\""), with("\"sale\"", "1"), with("100", "1.5"),
          with("100", "\"100\""), with("100", "9223372036854775808"), with("EUR", "EURO"),
          with("EUR", "XXX"), with("false", "0"), with("\"brand\"", "\"bread\""),
          with("{", "{\"more\":1,")}) {
        CAPTURE(text);
        CHECK(booking_from_stored(text).error() == errc::corrupt);
    }
}

TEST_SUITE_END();
