#include "firmware-bridge/ledger/posting.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "firmware-bridge/ledger/balance.hpp"

using namespace bridge::ledger;

TEST_SUITE_BEGIN("ledger/posting");

namespace {

money eur(std::int64_t minor) { return {minor, protocol::euro()}; }
money usd(std::int64_t minor) { return {minor, protocol::currency::from_code("USD").value()}; }
constexpr auto largest = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("posting: an entry names the event that it books") {
    const auto entry = journal_entry::make({.sequence = 42}, {debit(account::cash, eur(5)),
                                                              credit(account::bank, eur(5))})
                           .value();
    CHECK(entry.id() == "je_0000000000000042");
    CHECK(entry.event_id() == "evt_0000000000000042");
    CHECK(sequence_of_entry(entry.id()) == 42);
}

TEST_CASE("posting: only an entry's own form of id is one") {
    for (const char* id : {"", "je_", "je_42", "je_00000000000000042", "je_000000000000004x",
                           "evt_0000000000000042", "je_-000000000000042", "je_ 000000000000042"}) {
        CAPTURE(id);
        CHECK_FALSE(sequence_of_entry(id).has_value());
    }
}

TEST_CASE("[I-01] posting: what does not balance in each currency is no entry") {
    struct row {
        const char* what;
        std::vector<line> lines;
        errc error;
    };
    for (const auto& row :
         {row{"nothing", {}, errc::no_lines},
          row{"one line", {debit(account::cash, eur(1))}, errc::no_lines},
          row{"one side",
              {debit(account::cash, eur(1)), debit(account::bank, eur(1))},
              errc::unbalanced},
          row{"a cent",
              {debit(account::cash, eur(100)), credit(account::bank, eur(99))},
              errc::unbalanced},
          row{"currencies that balance only together",
              {debit(account::cash, eur(1)), credit(account::bank, usd(1))},
              errc::unbalanced},
          row{"zero",
              {debit(account::cash, eur(0)), credit(account::bank, eur(0))},
              errc::bad_amount},
          row{"below zero",
              {debit(account::cash, eur(-1)), credit(account::bank, eur(-1))},
              errc::bad_amount},
          row{"no currency",
              {debit(account::cash, {1, {}}), credit(account::bank, {1, {}})},
              errc::bad_amount},
          row{"a client of the bank",
              {debit(account::cash, eur(1)), credit(account::bank, eur(1), "client 7")},
              errc::misplaced_client},
          row{"more than 64 bits",
              {debit(account::cash, eur(largest)), debit(account::cash, eur(1)),
               credit(account::bank, eur(largest)), credit(account::bank, eur(1))},
              errc::overflow}}) {
        CAPTURE(row.what);
        const auto made = journal_entry::make({}, row.lines);
        REQUIRE(made.has_error());
        CHECK(made.error() == row.error);
    }
}

TEST_CASE("posting: several currencies may share an entry when each balances") {
    CHECK(journal_entry::make({}, {debit(account::cash, eur(1)), credit(account::bank, eur(1)),
                                   debit(account::cash, usd(2)), credit(account::bank, usd(2))})
              .has_value());
}

TEST_CASE("[M10] balance: a sum that does not fit is an error and changes nothing") {
    balances books;
    const auto large = journal_entry::make({}, {debit(account::cash, eur(largest)),
                                                credit(account::bank, eur(largest))})
                           .value();
    const auto small =
        journal_entry::make({}, {debit(account::processor, eur(1)), credit(account::bank, eur(1))})
            .value();
    REQUIRE(books.add(large));
    CHECK(books.add(small).error() == errc::overflow);
    CHECK(books.of(account::processor, protocol::euro()) == turnover{});
    CHECK(books.of(account::bank, protocol::euro()) == turnover{0, largest});
    CHECK(books.of(account::bank, protocol::euro()).balance() == -largest);
}

TEST_SUITE_END();
