#include "drivers/zvt/requests.hpp"

#include <doctest/doctest.h>

#include "tests/support/hex_bytes.hpp"

using drivers::money_kind;
using support::hex;
using namespace drivers::zvt;

namespace {

request made(const drivers::command& wanted, const session_options& options = {}) {
    auto out = make_request(wanted, {.options = options, .last_told = {}});
    REQUIRE(out.has_value());
    return *out;
}

drivers::money_command money(money_kind kind) {
    return {kind,
            {1234, protocol::euro()},
            drivers::original_transaction{drivers::receipt_number{42}, drivers::trace_number{123},
                                          "0047"},
            {}};
}

}  // namespace

TEST_SUITE_BEGIN("drivers/zvt/requests");

TEST_CASE("requests: each command as its message") {
    struct row {
        drivers::command wanted;
        const char* apdu;
    };
    for (
        const auto& row : {
            row{money(money_kind::payment), "06 01 0C | 04 000000001234 | 49 0978 | 19 40"},
            row{money(money_kind::reservation), "06 22 0C | 04 000000001234 | 49 0978 | 19 40"},
            row{money(money_kind::book_total),
                "06 24 1A | 87 0042 | 04 000000001234 | 49 0978 | 0B 000123 | 3B 3030343700000000"},
            row{money(money_kind::release), "06 25 0D | 87 0042 | 04 000000001234 | 49 0978"},
            row{money(money_kind::reversal),
                "06 30 10 | 123456 | 87 0042 | 04 000000001234 | 49 0978"},
            row{money(money_kind::refund), "06 31 0F | 123456 | 04 000000001234 | 49 0978 | 19 40"},
            row{drivers::repeat_receipt{}, "06 20 05 | 123456 | 03 03"},
            row{drivers::repeat_receipt{true}, "06 20 05 | 123456 | 03 01"},
            row{drivers::turnover_totals{}, "06 10 03 | 123456"},
            row{drivers::end_of_day{}, "06 50 03 | 123456"},
            row{drivers::open_reservations{}, "06 23 03 87 FFFF"},
            row{drivers::diagnosis{}, "06 70 00"},
            row{drivers::status_enquiry{}, "05 01 05 | 123456 | 03 04"},
            row{drivers::reboot{}, "06 18 00"},
            row{drivers::log_off{}, "06 02 00"},
            row{drivers::display{{"A"}, std::chrono::seconds{3}}, "06 E0 06 | F0 03 | F1 F0F1 41"},
        }) {
        CAPTURE(row.apdu);
        CHECK(made(row.wanted, {.password = protocol::zvt::password{123456}}).apdu ==
              hex(row.apdu));
    }
}

TEST_CASE("[M2] requests: what moves money says so, and nothing else does") {
    for (const auto kind : {money_kind::payment, money_kind::reservation, money_kind::book_total,
                            money_kind::release, money_kind::reversal, money_kind::refund}) {
        CHECK(made(money(kind)).moves_money);
    }
    for (const drivers::command& other :
         {drivers::command{drivers::repeat_receipt{}}, drivers::command{drivers::end_of_day{}},
          drivers::command{drivers::open_reservations{}}, drivers::command{drivers::diagnosis{}}}) {
        CHECK_FALSE(made(other).moves_money);
    }
}

TEST_CASE("requests: a release of nothing in particular carries no amount") {
    auto whole = money(money_kind::release);
    whole.amount.minor = 0;
    CHECK(made(whole).apdu == hex("06 25 06 | 87 0042 | 49 0978"));
}

TEST_CASE("requests: a long trace number is left out rather than cut") {
    auto booked = money(money_kind::book_total);
    booked.original->trace = drivers::trace_number{1'000'000};
    booked.original->authorisation_attribute.clear();
    CHECK(made(booked).apdu == hex("06 24 0D | 87 0042 | 04 000000001234 | 49 0978"));
}

TEST_CASE("requests: the password of each message that has one is blanked for the trace") {
    struct row {
        const char* apdu;
        const char* traced;
    };
    for (const auto& row :
         {row{"06 00 04 123456 8E", "06 00 04 000000 8E"},
          row{"06 30 06 123456 87 0042", "06 30 06 000000 87 0042"},
          row{"06 01 03 19 40 00", "06 01 03 19 40 00"}, row{"06 B0 00", "06 B0 00"},
          row{"06 50 01 12", "06 50 01 12"}, row{"06", "06"}}) {
        CAPTURE(row.apdu);
        CHECK(without_password(hex(row.apdu)) == hex(row.traced));
    }
}

TEST_SUITE_END();
