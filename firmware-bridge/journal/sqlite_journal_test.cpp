#include "firmware-bridge/journal/sqlite_journal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "firmware-bridge/journal/schema.hpp"
#include "firmware-bridge/journal/testing/records.hpp"
#include "firmware-bridge/journal/testing/sqlite_fixture.hpp"

using namespace bridge::journal;
using namespace bridge::journal::testing;
using bridge::storage::open_error;
namespace sales = bridge::sales;
namespace storage = bridge::storage;

TEST_SUITE_BEGIN("journal/sqlite");

TEST_CASE("sqlite journal: closing finishes what is queued, and its answers still come") {
    sqlite_fixture journal;
    std::vector<std::uint64_t> answers;
    for (int i = 0; i < 100; ++i) {
        journal.opened().commit({.events = {event_of("a")}},
                                [&](auto last) { answers.push_back(*last); });
    }
    journal.stop();
    journal.wait([&] { return answers.size() == 100; });
    CHECK(std::ranges::is_sorted(answers));
    CHECK(answers.back() == 100);
    journal.start();
    CHECK(journal.last_sequence().value() == 100);
}

TEST_CASE("sqlite journal: a second journal on the same directory has no way in") {
    sqlite_fixture journal;
    CHECK_THROWS_AS(storage::state_directory{journal.state().path()}, open_error);
}

TEST_CASE("sqlite journal: a newer schema is refused at opening") {
    sqlite_fixture journal;
    journal.stop();
    REQUIRE(storage::database::open(journal.state() / "journal.db")
                .value()
                .execute("PRAGMA user_version=99"));
    try {
        journal.start();
        FAIL("it opened");
    } catch (const open_error& refused) {
        CHECK(refused.code() == storage::errc::newer_schema);
    }
}

TEST_CASE("sqlite journal: a file without our tables is refused at opening") {
    sqlite_fixture journal;
    journal.stop();
    REQUIRE(storage::database::open(journal.state() / "journal.db")
                .value()
                .execute("DROP TABLE events"));
    CHECK_THROWS_AS(journal.start(), open_error);
}

TEST_CASE(
    "sqlite journal: a damaged page met while running is told, and checked at the next start") {
    sqlite_fixture journal;
    batch many;
    for (int i = 0; i < 300; ++i) {
        many.payments.push_back(payment_of("pay_" + std::to_string(1000 + i), i));
    }
    REQUIRE(journal.commit(many).has_value());
    journal.stop();
    const auto file = journal.state() / "journal.db";
    {
        // Pages in the middle: of the table and its indexes, not of the schema.
        std::fstream out{file, std::ios::in | std::ios::out | std::ios::binary};
        const std::string noise(4096, '\xa5');
        for (int page = 40; page < 60; ++page) {
            out.seekp(page * 4096);
            out << noise;
        }
    }
    journal.check = {0, 0};
    journal.start();
    bool told = false;
    for (int i = 0; i < 300 && !told; ++i) {
        const auto found = journal.find_payment("pay_" + std::to_string(1000 + i));
        told = found.has_error() && found.error() == errc::corrupt;
    }
    CHECK(told);
    CHECK(journal.reports.size() >= 1);
    journal.stop();
    try {
        journal.start();
        FAIL("it opened");
    } catch (const open_error& refused) {
        CHECK(refused.code() == storage::errc::corrupt);
    }
    CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("sqlite journal: a body that does not read is told as damage, others are not harmed") {
    sqlite_fixture journal;
    REQUIRE(
        journal.commit({.payments = {payment_of("pay_1", 1), payment_of("pay_2", 2)}}).has_value());
    journal.stop();
    REQUIRE(storage::database::open(journal.state() / "journal.db")
                .value()
                .execute("UPDATE payments SET body = '{}' WHERE id = 'pay_1'"));
    journal.start();
    CHECK(journal.find_payment("pay_1").error() == errc::corrupt);
    CHECK(journal.find_payment("pay_2").has_value());
    CHECK(journal.list_payments({}, {}).error() == errc::corrupt);
    CHECK(journal.reports.size() == 2);
}

TEST_SUITE_END();
