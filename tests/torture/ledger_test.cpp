// The books are away for a while: another process holds ledger.db. Sales go on and nothing is
// lost; when it lets go, the books catch up, each booking once.

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "tests/torture/books.hpp"

using tests::shop;
using tests::text_of;

namespace {

/// A connection of somebody else, a backup or a curious person, who locks the file.
class intruder {
public:
    intruder(const std::string& file, const char* lock) {
        REQUIRE(sqlite3_open_v2(file.c_str(), &handle_, SQLITE_OPEN_READWRITE, nullptr) ==
                SQLITE_OK);
        sqlite3_busy_timeout(handle_, 30'000);
        REQUIRE(sqlite3_exec(handle_, lock, nullptr, nullptr, nullptr) == SQLITE_OK);
    }
    ~intruder() { sqlite3_close(handle_); }
    intruder(const intruder&) = delete;
    intruder& operator=(const intruder&) = delete;

private:
    sqlite3* handle_{};
};

void sell_some(const shop& here, const std::string& name, int count) {
    for (int i = 0; i < count; ++i) {
        CAPTURE(i);
        const auto sale = here.sell(100 * (i + 1), name + std::to_string(i));
        CHECK(text_of(sale, "status") == "captured");
    }
}

}  // namespace

TEST_SUITE_BEGIN("torture/ledger");

TEST_CASE("[M7] the ledger locked by another process: sales go on, the books catch up") {
    shop here{shop::wire::tcp};
    here.open();
    sell_some(here, "before-", 3);
    here.check_books();
    {
        const intruder other{here.state() + "/ledger.db", "BEGIN IMMEDIATE"};
        sell_some(here, "during-", 5);
        const auto state = here.api("GET", "/readyz");
        CHECK(state.status == 200);
        here.kill_bridge();
        here.open();
        sell_some(here, "again-", 3);
    }
    here.check_books();
}

TEST_CASE("[M7] the ledger held by somebody who lets nobody read: sales go on") {
    shop here{shop::wire::tcp};
    here.open();
    sell_some(here, "before-", 3);
    here.check_books();
    CHECK(here.close() == 0);
    {
        const intruder other{here.state() + "/ledger.db",
                             "PRAGMA locking_mode=EXCLUSIVE; BEGIN IMMEDIATE"};
        here.open();
        sell_some(here, "during-", 5);
    }
    here.check_books();
}

TEST_SUITE_END();
