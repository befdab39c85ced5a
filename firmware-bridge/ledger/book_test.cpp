#include "firmware-bridge/ledger/book.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <limits>
#include <map>

using namespace bridge::ledger;
using bridge::journal::booking;
using bridge::journal::booking_kind;

namespace {

booking of(booking_kind kind, std::int64_t minor) {
    booking b;
    b.kind = kind;
    b.amount = {minor, protocol::euro()};
    b.payment = "pay_1";
    return b;
}

std::map<account, std::int64_t> balances(const std::vector<entry>& entries) {
    std::map<account, std::int64_t> sums;
    for (const auto& one : entries) {
        for (const auto& line : one.lines) {
            sums[line.on] += line.where == side::debit ? line.amount.minor : -line.amount.minor;
        }
    }
    return sums;
}

}  // namespace

TEST_SUITE_BEGIN("ledger/book");

TEST_CASE("book: a sale is owed by the processor and waits to be applied, or pays its invoice") {
    auto sale = of(booking_kind::sale, 1234);
    sale.account = "client-7";
    CHECK(entry_for(sale)->lines ==
          std::vector{debit(account::processor, sale.amount),
                      credit(account::unapplied, sale.amount, "client-7")});
    sale.invoice = "inv-1";
    CHECK(entry_for(sale)->lines[1].on == account::receivable);
    CHECK(entry_for(sale)->lines[0].client.empty());
}

TEST_CASE("book: sale and void, authorise-capture and refund leave nothing behind") {
    std::vector<entry> entries{
        *entry_for(of(booking_kind::sale, 1234)), *entry_for(of(booking_kind::void_sale, 1234)),
        *entry_for(of(booking_kind::capture, 4200)), *entry_for(of(booking_kind::refund, 4200))};
    for (const auto& [on, sum] : balances(entries)) {
        CAPTURE(describe(on).code);
        CHECK(sum == 0);
    }
}

TEST_CASE("book: an offline refund is cash, the processor keeps owing") {
    auto refund = of(booking_kind::refund, 500);
    refund.offline = true;
    const auto sums = balances({*entry_for(of(booking_kind::sale, 500)), *entry_for(refund)});
    CHECK(sums.at(account::processor) == 500);
    CHECK(sums.at(account::cash) == -500);
    CHECK(sums.at(account::unapplied) == 0);
}

TEST_CASE("[M4] book: an unknown outcome is visible and outside of what anybody owes") {
    const auto sums = balances({*entry_for(of(booking_kind::pending, 1234))});
    CHECK(sums.at(account::unresolved) == 1234);
    CHECK(sums.contains(account::processor) == false);
}

TEST_CASE("book: what does not balance is no entry") {
    const money euro{100, protocol::euro()};
    const money franc{100, *protocol::currency::from_code("CHF")};
    CHECK(make_entry("", {}).error() == make_error_code(errc::no_lines));
    CHECK(make_entry("", {debit(account::cash, euro)}).error() ==
          make_error_code(errc::unbalanced));
    CHECK(make_entry("", {debit(account::cash, euro), credit(account::bank, franc)}).error() ==
          make_error_code(errc::unbalanced));
    CHECK(make_entry("", {debit(account::cash, {0, protocol::euro()})}).error() ==
          make_error_code(errc::not_positive));
    CHECK(make_entry("", {debit(account::cash, {-1, protocol::euro()})}).error() ==
          make_error_code(errc::not_positive));
    const money most{std::numeric_limits<std::int64_t>::max(), protocol::euro()};
    CHECK(make_entry("", {debit(account::cash, most), debit(account::cash, most)}).error() ==
          make_error_code(protocol::money_errc::overflow));
}

TEST_CASE("book: any sequence of bookings leaves a trial balance of zero") {
    rc::check([](const std::vector<std::tuple<std::uint8_t, std::uint32_t, bool, bool>>& story) {
        std::int64_t trial{};
        for (const auto& [kind, minor, offline, invoiced] : story) {
            auto b = of(static_cast<booking_kind>(kind % 6), static_cast<std::int64_t>(minor) + 1);
            b.offline = offline;
            if (invoiced) b.invoice = "inv-1";
            const auto made = entry_for(b);
            RC_ASSERT(made.has_value());
            for (const auto& line : made->lines) {
                trial += line.where == side::debit ? line.amount.minor : -line.amount.minor;
            }
            RC_ASSERT(trial == 0);
        }
    });
}

TEST_CASE("account: every account is found by its code") {
    for (const auto& one : chart_of_accounts()) CHECK(account_from_code(one.code) == one.id);
    CHECK_FALSE(account_from_code("NONE").has_value());
}

TEST_SUITE_END();
