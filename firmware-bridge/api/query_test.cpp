#include "firmware-bridge/api/query.hpp"

#include <doctest/doctest.h>

#include <array>

namespace bridge::api {
namespace {

request with(std::vector<std::pair<std::string, std::string>> query) {
    request asked;
    asked.query = std::move(query);
    return asked;
}

}  // namespace

TEST_SUITE("firmware-bridge/api/query") {
    TEST_CASE("query: wait is 0 to 300 whole seconds, 0 when left out") {
        using std::chrono::seconds;
        CHECK(*wait_of(with({})) == seconds{0});
        CHECK(*wait_of(with({{"wait", "0"}})) == seconds{0});
        CHECK(*wait_of(with({{"wait", "300"}})) == seconds{300});
        for (const auto* text :
             {"301", "-1", "1.5", "1s", " 1", "+1", "0x1", "99999999999999999999", "ten"}) {
            CAPTURE(text);
            const auto wait = wait_of(with({{"wait", text}}));
            REQUIRE(!wait.has_value());
            CHECK(wait.error().what == code::wait_out_of_range);
            CHECK(wait.error().param == "wait");
        }
    }

    TEST_CASE("query: a page has 25 objects unless told, 1 to 100, and one cursor") {
        CHECK(page_of(with({}))->limit == 25);
        const auto page = page_of(with({{"limit", "100"}, {"starting_after", "pay_1"}}));
        REQUIRE(page.has_value());
        CHECK(page->limit == 100);
        CHECK(page->starting_after == "pay_1");
        for (const auto* text : {"0", "101", "-5", "x"}) {
            CAPTURE(text);
            CHECK(page_of(with({{"limit", text}})).error().what == code::limit_out_of_range);
        }
        CHECK(page_of(with({{"starting_after", "a"}, {"ending_before", "b"}})).error().what ==
              code::invalid_value);
    }

    TEST_CASE("query: the filter of payments") {
        const auto filter = payment_filter_of(with({{"status", "unknown"},
                                                    {"terminal", "lane-1"},
                                                    {"reference", "R 1"},
                                                    {"created_after", "2026-01-31T12:00:00Z"},
                                                    {"created_before", "2026-02-01T00:00:00.5Z"}}));
        REQUIRE(filter.has_value());
        CHECK(filter->status == sales::payment_status::unknown);
        CHECK(filter->terminal == "lane-1");
        CHECK(filter->reference == "R 1");
        CHECK(filter->created_after < filter->created_before);
        CHECK_FALSE(payment_filter_of(with({}))->status);

        struct row {
            std::string name, value;
        };
        for (const auto& row :
             {row{"status", "open"}, row{"status", "CAPTURED"}, row{"created_after", "yesterday"},
              row{"created_before", "2026-02-30T00:00:00Z"}, row{"created_after", "1700000000"}}) {
            CAPTURE(row.name);
            CAPTURE(row.value);
            const auto wrong = payment_filter_of(with({{row.name, row.value}}));
            REQUIRE(!wrong.has_value());
            CHECK(wrong.error().what == code::invalid_value);
            CHECK(wrong.error().param == row.name);
        }
    }

    TEST_CASE("query: every state of a payment can be asked for") {
        for (const auto* name : {"created", "in_progress", "authorized", "captured", "declined",
                                 "cancelled", "unknown", "voided"}) {
            const auto filter = payment_filter_of(with({{"status", name}}));
            REQUIRE(filter.has_value());
            CHECK(to_string(*filter->status) == name);
        }
    }

    TEST_CASE("query: an event is named by its id or its number") {
        CHECK(*sequence_from("evt_0000000000000042", "after") == 42);
        CHECK(*sequence_from("42", "after") == 42);
        CHECK(*sequence_from("0", "after") == 0);
        for (const auto* text : {"", "evt_", "evt_42", "evt_00000000000000042", "pay_1", "-1",
                                 "evt_000000000000004x", "99999999999999999"}) {
            CAPTURE(text);
            const auto wrong = sequence_from(text, "after");
            REQUIRE(!wrong.has_value());
            CHECK(wrong.error().what == code::event_id_invalid);
        }
    }

    TEST_CASE("query: parameters that a route does not take, doubles and empty ones are refused") {
        constexpr std::array takes{parameter{"wait", parameter_kind::wait, ""},
                                   parameter{"limit", parameter_kind::limit, ""}};
        CHECK_FALSE(find_fault(with({{"wait", "1"}, {"limit", "1"}}), takes));
        CHECK(find_fault(with({{"Wait", "1"}}), takes)->what == code::unknown_parameter);
        CHECK(find_fault(with({{"wait", "1"}}), {})->param == "wait");
        CHECK(find_fault(with({{"wait", "1"}, {"wait", "1"}}), takes)->what ==
              code::duplicate_parameter);
        CHECK(find_fault(with({{"wait", ""}}), takes)->what == code::invalid_value);
    }
}

}  // namespace bridge::api
