#include "firmware-bridge/storage/ledger_store.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <limits>

#include "firmware-bridge/storage/testing/faulty_vfs.hpp"
#include "firmware-bridge/storage/testing/temporary_directory.hpp"

using namespace bridge::ledger;
using namespace bridge::storage;
using bridge::storage::testing::faulty_vfs;
using bridge::storage::testing::temporary_directory;

TEST_SUITE_BEGIN("storage/ledger_store");

namespace {

journal_entry sale(std::uint64_t sequence, std::int64_t minor, const std::string& payment = "pay_1",
                   const std::string& client = "") {
    const money price{minor, protocol::euro()};
    return journal_entry::make(
               {.sequence = sequence,
                .posted = drivers::wall_time{std::chrono::milliseconds{sequence}},
                .description = "Card sale",
                .payment = payment},
               {debit(account::processor, price), credit(account::unapplied, price, client)})
        .value();
}

journal_entry cash_refund(std::uint64_t sequence, std::int64_t minor) {
    const money price{minor, protocol::euro()};
    return journal_entry::make({.sequence = sequence, .payment = "pay_1", .refund = "ref_1"},
                               {debit(account::credits, price), credit(account::cash, price)})
        .value();
}

struct fixture {
    temporary_directory directory;
    state_directory state{directory.path()};
    std::optional<ledger_store> books;

    fixture() { books.emplace(state); }
    void restart() {
        books.reset();
        books.emplace(state);
    }
    std::int64_t balance(account where, const std::string& client = "") {
        const auto all = books->balances().value();
        const auto found = all.find({where, client, protocol::euro()});
        return found == all.end() ? 0 : found->second.balance();
    }
};

std::string sequences(const std::vector<journal_entry>& entries) {
    std::string text;
    for (const auto& one : entries) {
        text += (text.empty() ? "" : " ") + std::to_string(one.header().sequence);
    }
    return text;
}

}  // namespace

TEST_CASE("[M7] ledger store: entries, balances and cursor are there together after a restart") {
    fixture f;
    CHECK(f.books->cursor().value() == 0);
    const auto one = sale(3, 500, "pay_1", "client 7");
    REQUIRE(f.books->post({one}, 5));
    f.restart();
    CHECK(f.books->cursor().value() == 5);
    const auto entries = f.books->entries_after(0, 10).value();
    REQUIRE(entries.size() == 1);
    CHECK(entries[0] == one);
    CHECK(f.balance(account::processor) == 500);
    CHECK(f.balance(account::unapplied, "client 7") == -500);
    CHECK(f.books->find(3).value() == one);
    CHECK_FALSE(f.books->find(4).value().has_value());
}

TEST_CASE("[M7] ledger store: an event posted a second time does nothing") {
    fixture f;
    REQUIRE(f.books->post({sale(1, 500)}, 1));
    REQUIRE(f.books->post({sale(1, 500), sale(2, 300)}, 2));
    REQUIRE(f.books->post({sale(2, 300)}, 2));
    CHECK(f.balance(account::processor) == 800);
    CHECK(f.books->entries_after(0, 10).value().size() == 2);
}

TEST_CASE("[M7] ledger store: an event posted before with other lines is refused, whole") {
    fixture f;
    REQUIRE(f.books->post({sale(1, 500)}, 1));
    for (const auto& other : {sale(1, 501), sale(1, 500, "pay_2"), cash_refund(1, 500)}) {
        CHECK(f.books->post({sale(2, 300), other}, 2).error() ==
              bridge::ledger::errc::conflicting_entry);
        CHECK(f.books->message().find("posted before") != std::string::npos);
    }
    CHECK(f.balance(account::processor) == 500);
    CHECK(f.books->cursor().value() == 1);
}

TEST_CASE("[M7] ledger store: the cursor never goes back") {
    fixture f;
    REQUIRE(f.books->post({}, 7));
    REQUIRE(f.books->post({sale(2, 100)}, 3));
    CHECK(f.books->cursor().value() == 7);
}

TEST_CASE("[I-02] ledger store: the file refuses to change or delete an entry") {
    fixture f;
    REQUIRE(f.books->post({sale(1, 500)}, 1));
    f.books.reset();
    auto opened = database::open(f.state / "ledger.db").value();
    for (const char* sql : {"UPDATE entries SET payment = 'pay_2'", "DELETE FROM entries",
                            "UPDATE lines SET amount = 1", "DELETE FROM lines"}) {
        CAPTURE(sql);
        CHECK(opened.execute(sql).error() == bridge::storage::errc::constraint);
    }
}

TEST_CASE("[M10] ledger store: a balance that would not fit refuses the posting, whole") {
    fixture f;
    const auto largest = std::numeric_limits<std::int64_t>::max();
    REQUIRE(f.books->post({sale(1, largest)}, 1));
    CHECK(f.books->post({cash_refund(2, 5), sale(3, 1)}, 3).error() ==
          bridge::ledger::errc::overflow);
    CHECK(f.balance(account::cash) == 0);
    CHECK(f.books->cursor().value() == 1);
}

TEST_CASE("[M7] ledger store: whatever write or sync fails, what was posted is there once") {
    for (const auto what : {faulty_vfs::operation::write, faulty_vfs::operation::sync}) {
        for (const int code : {SQLITE_IOERR, SQLITE_FULL}) {
            for (unsigned at = 0;; ++at) {
                CAPTURE(static_cast<int>(what));
                CAPTURE(code);
                CAPTURE(at);
                faulty_vfs disk;
                fixture f;
                REQUIRE(f.books->post({sale(1, 100)}, 1));
                disk.fail(what, at, code);
                const auto posted = f.books->post({sale(2, 100), sale(3, 100)}, 3);
                if (disk.failure_pending()) break;
                disk.cut_power();
                f.books.reset();
                disk.restore_power();
                f.books.emplace(f.state);
                const auto count = f.books->entries_after(0, 10).value().size();
                REQUIRE(f.books->cursor().value() == (count == 3 ? 3 : 1));
                if (posted) REQUIRE(count == 3);
                REQUIRE(f.balance(account::processor) == static_cast<std::int64_t>(count) * 100);
                REQUIRE(f.books->post({sale(2, 100), sale(3, 100)}, 3));
                REQUIRE(f.balance(account::processor) == 300);
            }
        }
    }
}

TEST_CASE("[M7] ledger store: after a failed sync the same posting may simply be repeated") {
    faulty_vfs disk;
    fixture f;
    disk.fail(faulty_vfs::operation::sync, 0, SQLITE_IOERR_FSYNC);
    CHECK(f.books->post({sale(1, 100)}, 1).error() == bridge::storage::errc::io_error);
    CHECK(f.books->message().find("I/O") != std::string::npos);
    REQUIRE(f.books->post({sale(1, 100)}, 1));
    disk.cut_power();
    f.books.reset();
    disk.restore_power();
    f.books.emplace(f.state);
    CHECK(f.balance(account::processor) == 100);
}

TEST_CASE("ledger store: entries are listed newest first, by payment and by account") {
    fixture f;
    std::vector<journal_entry> all;
    for (std::uint64_t at = 1; at <= 9; ++at) {
        all.push_back(at % 3 == 0 ? cash_refund(at, 10) : sale(at, 10, at < 5 ? "pay_1" : "pay_2"));
    }
    REQUIRE(f.books->post(all, 9));
    struct row {
        entry_filter filter;
        entry_range range;
        const char* sequences;
        bool more;
    };
    for (const auto& row :
         {row{{}, {.limit = 4}, "9 8 7 6", true}, row{{}, {.limit = 9}, "9 8 7 6 5 4 3 2 1", false},
          row{{}, {.limit = 2, .older_than = 3}, "2 1", false},
          row{{}, {.limit = 2, .newer_than = 3}, "5 4", true},
          row{{}, {.limit = 9, .newer_than = 7}, "9 8", false},
          row{{}, {.limit = 9, .older_than = 7, .newer_than = 4}, "6 5", false},
          row{{.payment = "pay_2"}, {}, "8 7 5", false},
          row{{.payment = "pay_1"}, {.limit = 2}, "9 6", true},
          row{{.account = account::cash}, {}, "9 6 3", false},
          row{{.account = account::cash}, {.limit = 2, .older_than = 9}, "6 3", false},
          row{{.account = account::cash}, {.limit = 1, .newer_than = 3}, "6", true},
          row{{.payment = "pay_1", .account = account::processor}, {}, "4 2 1", false},
          row{{.account = account::bank}, {}, "", false},
          row{{.payment = "pay_9"}, {}, "", false}}) {
        CAPTURE(row.sequences);
        const auto page = f.books->list(row.filter, row.range).value();
        CHECK(sequences(page.entries) == row.sequences);
        CHECK(page.has_more == row.more);
    }
    CHECK(sequences(f.books->entries_after(7, 10).value()) == "8 9");
    CHECK(sequences(f.books->entries_after(0, 2).value()) == "1 2");
}

TEST_CASE("[I-01] ledger store: its balances are those of its entries, and in trial balance") {
    const faulty_vfs disk;  // whose syncs take no time
    CHECK(rc::check([] {
        fixture f;
        balances expected;
        std::uint64_t sequence = 0;
        const auto amounts = *rc::gen::container<std::vector<std::int64_t>>(
            rc::gen::inRange<std::int64_t>(1, 1'000'000));
        std::vector<journal_entry> entries;
        for (const auto minor : amounts) {
            const auto entry =
                minor % 3 == 0 ? cash_refund(++sequence, minor)
                               : sale(++sequence, minor, "pay_1", minor % 2 == 0 ? "client 7" : "");
            RC_ASSERT(expected.add(entry).has_value());
            entries.push_back(entry);
            if (sequence % 4 != 0) continue;
            RC_ASSERT(f.books->post(entries, sequence).has_value());
            entries.clear();
        }
        RC_ASSERT(f.books->post(entries, sequence).has_value());
        RC_ASSERT(f.books->balances().value() == expected.all());
        RC_ASSERT(expected.trial().value().balanced());
    }));
}

TEST_SUITE_END();
