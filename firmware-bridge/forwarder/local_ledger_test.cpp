#include "firmware-bridge/forwarder/local_ledger.hpp"

#include <doctest/doctest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/serialize.hpp>

#include "firmware-bridge/forwarder/ledger_sink.hpp"
#include "firmware-bridge/journal/sqlite_journal.hpp"
#include "firmware-bridge/storage/testing/faulty_vfs.hpp"
#include "firmware-bridge/storage/testing/temporary_directory.hpp"

using namespace bridge::forwarder;
using boost::json::object;
using bridge::storage::testing::faulty_vfs;
namespace api = bridge::api;
namespace journal = bridge::journal;
namespace storage = bridge::storage;

TEST_SUITE_BEGIN("forwarder/local_ledger");

namespace {

/// Journal, books and sink on real files, as the daemon wires them.
struct fixture {
    storage::testing::temporary_directory directory;
    storage::state_directory state{directory.path()};
    boost::asio::io_context io;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        io.get_executor()};
    std::optional<journal::sqlite_journal> records;
    std::optional<local_ledger> books;
    std::optional<ledger_sink> sink;
    std::vector<std::string> reports;
    std::function<void()> before_books = [] {};

    fixture() { start(); }

    void start() {
        records.emplace(io.get_executor(), state);
        before_books();
        books.emplace(io.get_executor(), state);
        sink_settings settings;
        settings.after = [this](auto, auto again) { boost::asio::post(io, std::move(again)); };
        settings.clock = [] { return drivers::wall_time{}; };
        settings.report = [this](const std::string& text) { reports.push_back(text); };
        sink.emplace(*records, *books, std::move(settings));
        sink->start();
    }
    void stop() {
        sink.reset();
        books.reset();
        records.reset();
    }
    void wait(const std::function<bool()>& done) {
        while (!done()) REQUIRE(io.run_one_for(std::chrono::seconds{30}) == 1);
    }
    void settle() {
        wait([this] { return sink->state().idle; });
    }

    void sell(std::int64_t minor) {
        journal::event one;
        one.booking.emplace();
        one.booking->amount = {minor, protocol::euro()};
        one.booking->payment = "pay_" + std::to_string(minor);
        bool durable = false;
        records->commit({.events = {one}}, [&](auto) { durable = true; });
        wait([&] { return durable; });
        sink->news();
    }

    protocol::result<journal::listing<object>> list(const api::ledger_reader::filter& asked,
                                                    const journal::page& page) {
        std::optional<protocol::result<journal::listing<object>>> answer;
        books->list_entries(asked, page, [&](auto given) { answer = std::move(given); });
        wait([&] { return answer.has_value(); });
        return *std::move(answer);
    }
    std::vector<object> balances() {
        std::optional<protocol::result<std::vector<object>>> answer;
        books->balances([&](auto given) { answer = std::move(given); });
        wait([&] { return answer.has_value(); });
        return answer->value();
    }
    std::uint64_t announced() {
        std::uint64_t count = 0;
        bool answered = false;
        records->events_after(0, 1000, [&](auto events) {
            for (const auto& one : *events) count += one.content.type == "ledger.posted" ? 1 : 0;
            answered = true;
        });
        wait([&] { return answered; });
        return count;
    }
};

}  // namespace

TEST_CASE("[M7] local ledger: sales reach the file once, across restarts") {
    fixture f;
    for (int day = 0; day < 3; ++day) {
        f.sell(100 + day);
        f.sell(200 + day);
        f.settle();
        f.stop();
        f.start();
        f.settle();
    }
    CHECK(f.list({}, {}).value().items.size() == 6);
    CHECK(f.announced() == 6);
    const auto shown = f.balances();
    REQUIRE(shown.size() == 2);
    std::int64_t sum = 0;
    for (const auto& one : shown) sum += one.at("balance").as_int64();
    CHECK(sum == 0);
    CHECK(f.reports.empty());
}

TEST_CASE("[M7] local ledger: a power cut between any two syncs loses and doubles nothing") {
    for (unsigned cut = 0; cut < 12; ++cut) {
        CAPTURE(cut);
        faulty_vfs disk;
        fixture f;
        f.settle();
        const auto before = disk.syncs();
        for (int i = 1; i <= 4; ++i) {
            if (disk.syncs() - before >= cut) break;
            f.sell(i);
        }
        // As it happens to be: the sink may be anywhere between reading and telling.
        disk.cut_power();
        f.stop();
        disk.restore_power();
        f.start();
        f.settle();
        std::uint64_t sales = 0;
        bool answered = false;
        f.records->events_after(0, 1000, [&](auto events) {
            for (const auto& one : *events) sales += one.content.booking ? 1 : 0;
            answered = true;
        });
        f.wait([&] { return answered; });
        CHECK(f.list({}, {}).value().items.size() == sales);
        CHECK(f.announced() == sales);
    }
}

TEST_CASE("[M7] local ledger: books that cannot be opened at the start are opened when they can") {
    for (const int failure : {SQLITE_FULL, SQLITE_BUSY, SQLITE_IOERR_WRITE}) {
        CAPTURE(failure);
        faulty_vfs disk;
        fixture f;
        f.settle();
        f.stop();
        std::filesystem::remove(f.directory / "ledger.db");
        f.before_books = [&] { disk.fail(faulty_vfs::operation::write, 0, failure, 20); };
        f.start();
        CHECK(disk.failure_pending());
        f.wait([&] { return !f.sink->state().problem.empty() || !disk.failure_pending(); });
        f.wait([&] { return !disk.failure_pending(); });
        f.sell(100);
        f.settle();
        CHECK(f.list({}, {}).value().items.size() == 1);
        CHECK(f.announced() == 1);
        CHECK(f.reports.size() >= 2);  // what was wrong, and that it is over
    }
}

TEST_CASE("local ledger: books that a person must look at keep the program from starting") {
    fixture f;
    f.settle();
    f.stop();
    std::filesystem::resize_file(f.directory / "ledger.db", 100);
    CHECK_THROWS_AS(f.start(), storage::open_error);
}

TEST_CASE("local ledger: entries are shown newest first, and pages end at entries that exist") {
    fixture f;
    for (int i = 1; i <= 3; ++i) {
        f.sell(i);
        f.settle();
    }
    const auto first = f.list({}, {.limit = 2}).value();
    REQUIRE(first.items.size() == 2);
    CHECK(first.has_more);
    CHECK(first.items[0].at("payment") == "pay_3");
    const std::string last{first.items[1].at("id").as_string()};
    const auto second = f.list({}, {.limit = 2, .starting_after = last}).value();
    REQUIRE(second.items.size() == 1);
    CHECK_FALSE(second.has_more);
    CHECK(second.items[0].at("payment") == "pay_1");

    CHECK(f.list({.payment = "pay_2", .account = ""}, {}).value().items.size() == 1);
    CHECK(f.list({.payment = "", .account = "PROC"}, {}).value().items.size() == 3);
    CHECK(f.list({.payment = "", .account = "CASH"}, {}).value().items.empty());
    CHECK(f.list({.payment = "", .account = "nonsense"}, {}).value().items.empty());
    for (const char* id : {"je_0000000000009999", "evt_0000000000000001", "nonsense"}) {
        CAPTURE(id);
        CHECK(f.list({}, {.starting_after = id}).error() == journal::errc::not_found);
        CHECK(f.list({}, {.ending_before = id}).error() == journal::errc::not_found);
    }
}

TEST_SUITE_END();
