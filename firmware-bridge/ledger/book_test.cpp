#include "firmware-bridge/ledger/book.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "firmware-bridge/ledger/balance.hpp"

using namespace bridge::ledger;
using bridge::journal::booking;
using bridge::journal::booking_kind;
using bridge::journal::stored_event;

TEST_SUITE_BEGIN("ledger/book");

namespace {

stored_event event_of(std::uint64_t sequence, booking it) {
    stored_event made;
    made.sequence = sequence;
    made.content.at = drivers::wall_time{std::chrono::milliseconds{sequence}};
    made.content.booking = std::move(it);
    return made;
}

booking of(booking_kind kind, std::int64_t minor) {
    booking made;
    made.kind = kind;
    made.amount = {minor, protocol::euro()};
    made.payment = "pay_1";
    made.account = "client 7";
    return made;
}

/// "Dr PROC 100, Cr UNAP 100 client 7"
std::string text(const journal_entry& entry) {
    std::string all;
    for (const auto& one : entry.lines()) {
        all += all.empty() ? "" : ", ";
        all += one.way == side::debit ? "Dr " : "Cr ";
        all += std::string{info(one.where).code} + " " + std::to_string(one.amount.minor);
        if (!one.client.empty()) all += " " + one.client;
    }
    return all;
}

}  // namespace

TEST_CASE("book: each kind of booking has its lines") {
    struct row {
        booking_kind kind;
        const char* invoice;
        bool offline;
        const char* lines;
    };
    for (const auto& row :
         {row{booking_kind::sale, "", false, "Dr PROC 100, Cr UNAP 100 client 7"},
          row{booking_kind::sale, "2026-1", false, "Dr PROC 100, Cr AR 100 client 7"},
          row{booking_kind::capture, "", false, "Dr PROC 100, Cr UNAP 100 client 7"},
          row{booking_kind::capture, "2026-1", false, "Dr PROC 100, Cr AR 100 client 7"},
          row{booking_kind::void_sale, "", false, "Dr UNAP 100 client 7, Cr PROC 100"},
          row{booking_kind::void_sale, "2026-1", false, "Dr AR 100 client 7, Cr PROC 100"},
          row{booking_kind::refund, "", false,
              "Dr CRED 100 client 7, Cr RFP 100 client 7, Dr RFP 100 client 7, Cr PROC 100"},
          row{booking_kind::refund, "", true, "Dr CRED 100 client 7, Cr CASH 100"},
          row{booking_kind::pending, "", false, "Dr UNKN 100, Cr UNKC 100"},
          row{booking_kind::pending_cleared, "", false, "Dr UNKC 100, Cr UNKN 100"}}) {
        CAPTURE(row.lines);
        auto it = of(row.kind, 100);
        it.invoice = row.invoice;
        it.offline = row.offline;
        it.refund = row.kind == booking_kind::refund ? "ref_1" : "";
        const auto entry = entry_for(event_of(7, it)).value();
        CHECK(text(entry) == row.lines);
        CHECK(entry.event_id() == "evt_0000000000000007");
        CHECK(entry.header().payment == "pay_1");
        CHECK(entry.header().refund == it.refund);
        CHECK_FALSE(entry.header().description.empty());
    }
}

TEST_CASE("book: an event without a booking, or with a wrong amount, makes no entry") {
    stored_event none;
    CHECK(entry_for(none).error() == errc::no_booking);
    CHECK(entry_for(event_of(1, of(booking_kind::sale, 0))).error() == errc::bad_amount);
    CHECK(entry_for(event_of(1, of(booking_kind::refund, -1))).error() == errc::bad_amount);
    auto nothing = of(booking_kind::sale, 1);
    nothing.amount.unit = {};
    CHECK(entry_for(event_of(1, nothing)).error() == errc::bad_amount);
}

TEST_CASE("[M4] book: an unknown outcome is visible as pending, and gone when it is known") {
    balances books;
    REQUIRE(books.add(entry_for(event_of(1, of(booking_kind::pending, 500))).value()));
    CHECK(books.of(account::pending, protocol::euro()).balance() == 500);
    CHECK(books.of(account::processor, protocol::euro()).balance() == 0);
    REQUIRE(books.add(entry_for(event_of(2, of(booking_kind::pending_cleared, 500))).value()));
    REQUIRE(books.add(entry_for(event_of(3, of(booking_kind::sale, 500))).value()));
    CHECK(books.of(account::pending, protocol::euro()).balance() == 0);
    CHECK(books.of(account::pending_contra, protocol::euro()).balance() == 0);
    CHECK(books.of(account::processor, protocol::euro()).balance() == 500);
}

TEST_CASE("book: a sale and its void leave nothing, a sale and its refunds what was kept") {
    balances books;
    std::uint64_t sequence = 0;
    const auto post = [&](booking_kind kind, std::int64_t minor) {
        REQUIRE(books.add(entry_for(event_of(++sequence, of(kind, minor))).value()));
    };
    const auto owed = [&] {  // AR - CRED - UNAP - RFP, each in its own sense
        std::int64_t sum = 0;
        for (const auto where : {account::receivable, account::credits, account::unapplied,
                                 account::refunds_payable}) {
            sum += books.of(where, protocol::euro(), "client 7").balance();
        }
        return sum;
    };
    post(booking_kind::sale, 1000);
    CHECK(owed() == -1000);
    post(booking_kind::void_sale, 1000);
    CHECK(owed() == 0);
    CHECK(books.of(account::processor, protocol::euro()).balance() == 0);
    post(booking_kind::sale, 1000);
    post(booking_kind::refund, 300);
    CHECK(owed() == -700);
    CHECK(books.of(account::processor, protocol::euro()).balance() == 700);
    CHECK(books.of(account::refunds_payable, protocol::euro(), "client 7").balance() == 0);
}

TEST_CASE("[I-01] book: whatever is booked, each entry and the trial balance are in balance") {
    CHECK(rc::check([] {
        const auto kinds = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6));
        balances books;
        std::uint64_t sequence = 0;
        for (const auto kind : kinds) {
            booking it;
            it.kind = static_cast<booking_kind>(kind);
            it.amount.minor = *rc::gen::inRange<std::int64_t>(1, std::int64_t{1} << 40);
            it.amount.unit =
                protocol::currency::from_number(*rc::gen::element<std::uint16_t>(978, 840, 392))
                    .value();
            it.account = *rc::gen::element<std::string>("", "client 7", "client 8");
            it.invoice = *rc::gen::element<std::string>("", "2026-1");
            it.offline = *rc::gen::arbitrary<bool>();
            const auto entry = entry_for(event_of(++sequence, it));
            RC_ASSERT(entry.has_value());
            trial_balance own;
            for (const auto& one : entry->lines()) RC_ASSERT(own.add(one).has_value());
            RC_ASSERT(own.balanced());
            RC_ASSERT(books.add(*entry).has_value());
            RC_ASSERT(books.trial().value().balanced());
        }
    }));
}

TEST_SUITE_END();
