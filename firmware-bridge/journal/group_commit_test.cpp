#include "firmware-bridge/journal/group_commit.hpp"

#include <doctest/doctest.h>

#include "firmware-bridge/journal/testing/records.hpp"
#include "firmware-bridge/storage/testing/faulty_vfs.hpp"
#include "firmware-bridge/storage/testing/temporary_directory.hpp"

using namespace bridge::journal;
using namespace bridge::journal::testing;
using bridge::storage::testing::faulty_vfs;
namespace sales = bridge::sales;
namespace storage = bridge::storage;

TEST_SUITE_BEGIN("journal/group_commit");

namespace {

using operation = faulty_vfs::operation;

/// A journal file on a disk that fails on order.
struct fixture {
    faulty_vfs disk;
    storage::testing::temporary_directory directory;
    storage::state_directory state{directory.path()};
    std::vector<std::string> reports;
    std::optional<group_commit> file;

    fixture() { open(); }

    void open() {
        file.emplace(state, journal_file::open(state),
                     [this](const std::string& text) { reports.push_back(text); });
    }

    group_commit::outcome commit(const batch& one) { return commit_all({one}).front(); }
    std::vector<group_commit::outcome> commit_all(const std::vector<batch>& all) {
        std::vector<const batch*> group;
        for (const auto& one : all) group.push_back(&one);
        return file->commit(group);
    }

    std::uint64_t last_sequence() {
        return file
            ->read<std::uint64_t>([](auto& opened) -> protocol::result<std::uint64_t> {
                return opened.opened().integer("SELECT coalesce(max(seq), 0) FROM events");
            })
            .value();
    }
    std::uint64_t count() {
        return file
            ->read<std::uint64_t>([](auto& opened) -> protocol::result<std::uint64_t> {
                return opened.opened().integer("SELECT count(*) FROM events");
            })
            .value();
    }

    /// The machine loses power now and starts again.
    void cut_power() {
        disk.cut_power();
        file.reset();
        disk.restore_power();
        open();
    }
};

batch small(const std::string& name) {
    return {.events = {event_of(name)}, .payments = {payment_of("pay_" + name, 1)}};
}

batch large(const std::string& name) {
    auto made = small(name);
    made.events[0].data = std::string(100'000, 'x');
    return made;
}

}  // namespace

TEST_CASE("group commit: one small batch costs one sync, and so do fifty together") {
    fixture f;
    REQUIRE(f.commit(small("first")).has_value());
    const auto before = f.disk.syncs();
    REQUIRE(f.commit(small("second")).has_value());
    CHECK(f.disk.syncs() == before + 1);
    std::vector<batch> fifty;
    for (int i = 0; i < 50; ++i) fifty.push_back(small(std::to_string(i)));
    for (const auto& one : f.commit_all(fifty)) CHECK(one.has_value());
    CHECK(f.disk.syncs() == before + 2);
    CHECK(f.last_sequence() == 52);
}

TEST_CASE("[M1] what was committed survives a power cut, each time") {
    fixture f;
    for (unsigned n = 1; n <= 20; ++n) {
        REQUIRE(f.commit(small(std::to_string(n))).value() == n);
        f.cut_power();
        REQUIRE(f.last_sequence() == n);
    }
}

TEST_CASE("group commit: a batch that conflicts is undone alone, its sequence used again") {
    fixture f;
    const auto outcomes = f.commit_all({{.events = {event_of("a")}, .keys = {{"k", "", "a"}}},
                                        {.events = {event_of("b")}, .keys = {{"k", "", "b"}}},
                                        {.events = {event_of("c")}}});
    CHECK(outcomes[0].value() == 1);
    CHECK(outcomes[1].error() == errc::key_conflict);
    CHECK(outcomes[2].value() == 2);
    CHECK(f.count() == 2);
    CHECK(f.reports.empty());
}

TEST_CASE(
    "group commit: on a full disk the whole group fails, and the next one finds it unharmed") {
    fixture f;
    REQUIRE(f.commit(small("a")).value() == 1);
    f.disk.limit_space(20'000);
    for (const auto& one : f.commit_all({small("b"), large("c"), small("d")})) {
        CHECK(one.error() == errc::disk_full);
    }
    CHECK(f.reports.size() == 1);
    CHECK(f.last_sequence() == 1);
    CHECK(f.file->read<sales::payment>([](auto& file) { return file.find_payment("pay_b"); })
              .error() == errc::not_found);
    f.disk.limit_space(std::nullopt);
    CHECK(f.commit(large("c")).value() == 2);
    f.cut_power();
    CHECK(f.last_sequence() == 2);
}

TEST_CASE("group commit: on a full disk the log's own room is given back") {
    fixture f;
    REQUIRE(f.commit(small("a")).value() == 1);
    f.file->checkpoint(1);
    // The log grows, the file would not: the same row again and again.
    const auto log = f.state / "journal.db-wal";
    for (std::uint64_t n = 1; n <= 100; ++n) {
        REQUIRE(f.commit({.bookmarks = {{"ledger", n}}}).has_value());
    }
    const auto grown = std::filesystem::file_size(log);
    f.disk.limit_space(100);
    CHECK(f.commit({.bookmarks = {{"ledger", 101}}}).error() == errc::disk_full);
    CHECK(std::filesystem::file_size(log) < grown / 10);
    for (std::uint64_t n = 101; n <= 120; ++n) {
        REQUIRE(f.commit({.bookmarks = {{"ledger", n}}}).has_value());
    }
    f.cut_power();
    CHECK(f.file->read<std::uint64_t>([](auto& file) { return file.find_bookmark("ledger"); })
              .value() == 120);
}

TEST_CASE("group commit: on a disk that is short of room the log stays short") {
    fixture f;
    const auto log = f.state / "journal.db-wal";
    for (unsigned n = 1; n <= 400; ++n) {
        REQUIRE(f.commit(small(std::to_string(n))).value() == n);
        f.file->checkpoint(1000, group_commit::short_of_room - 1);
    }
    CHECK(std::filesystem::file_size(log) < 2 * group_commit::log_pages_when_short * 4200);
}

TEST_CASE("group commit: a full disk at each write in turn leaves nothing of the group") {
    for (unsigned at = 0;; ++at) {
        CAPTURE(at);
        fixture f;
        REQUIRE(f.commit(small("a")).value() == 1);
        f.disk.fail(operation::write, at, SQLITE_FULL);
        const auto outcome = f.commit(small("b"));
        if (f.disk.failure_pending()) {
            CHECK(outcome.value() == 2);
            CHECK(at > 4);
            break;
        }
        CHECK(outcome.error() == errc::disk_full);
        CHECK(f.count() == 1);
        SUBCASE("and the next group succeeds") { CHECK(f.commit(small("c")).value() == 2); }
        SUBCASE("also after a power cut") {
            f.cut_power();
            CHECK(f.count() == 1);
            CHECK(f.commit(small("c")).value() == 2);
        }
    }
}

TEST_CASE("group commit: a sync that fails once is made good on a new connection, durably") {
    fixture f;
    REQUIRE(f.commit(small("a")).value() == 1);
    f.disk.fail(operation::sync, 0, SQLITE_IOERR_FSYNC);
    CHECK(f.commit(small("b")).value() == 2);
    CHECK_FALSE(f.disk.failure_pending());
    CHECK(f.reports.size() == 2);
    f.cut_power();
    CHECK(f.last_sequence() == 2);
}

TEST_CASE("group commit: a group without events is found again too when its sync failed") {
    fixture f;
    REQUIRE(f.commit(small("a")).value() == 1);
    f.disk.fail(operation::sync, 0, SQLITE_IOERR_FSYNC);
    CHECK(f.commit({.bookmarks = {{"ledger", 5}}}).value() == 1);
    f.cut_power();
    CHECK(f.file->read<std::uint64_t>([](auto& file) { return file.find_bookmark("ledger"); })
              .value() == 5);
}

TEST_CASE(
    "group commit: a disk that keeps failing fails each group, and works again when it does") {
    fixture f;
    REQUIRE(f.commit(small("a")).value() == 1);
    f.disk.fail(operation::sync, 0, SQLITE_IOERR_FSYNC, 1000);
    CHECK(f.commit(small("b")).error() == errc::io_error);
    CHECK(f.commit(small("c")).error() == errc::io_error);
    CHECK(f.file->read<std::uint64_t>([](auto& file) { return file.find_bookmark("x"); }).error() ==
          errc::io_error);
    f.cut_power();  // clears the orders too
    const auto kept = f.last_sequence();
    CHECK(kept >= 1);  // the failed groups may or may not be there: their fate was not known
    CHECK(f.commit(small("d")).value() == kept + 1);
}

TEST_CASE("[M7] a batch whose fate was not known is not appended twice when it comes again") {
    for (unsigned failures = 1; failures < 8; ++failures) {
        CAPTURE(failures);
        fixture f;
        REQUIRE(f.commit(small("a")).value() == 1);
        auto again = small("b");
        again.number = 7;
        f.disk.fail(operation::sync, 0, SQLITE_IOERR_FSYNC, failures);
        auto outcome = f.commit(again);
        while (!outcome) outcome = f.commit(again);
        CHECK(outcome.value() == 2);
        CHECK(f.count() == 2);
        CHECK(f.commit(small("c")).value() == 3);
        f.cut_power();
        CHECK(f.last_sequence() == 3);
    }
}

TEST_CASE(
    "group commit: whatever write or sync fails, success means durable and the file goes on") {
    for (const auto what : {operation::write, operation::sync, operation::truncate}) {
        for (unsigned times : {1u, 2u, 3u}) {
            for (unsigned at = 0;; ++at) {
                CAPTURE(static_cast<int>(what));
                CAPTURE(times);
                CAPTURE(at);
                fixture f;
                REQUIRE(f.commit(small("a")).value() == 1);
                f.disk.fail(what, at, SQLITE_IOERR, times);
                const auto outcome = f.commit(small("b"));
                f.file->checkpoint(1);
                if (f.disk.failure_pending()) break;
                f.cut_power();
                REQUIRE(f.count() == f.last_sequence());
                if (outcome) {
                    REQUIRE(f.last_sequence() == 2);
                } else {
                    REQUIRE(outcome.error() == errc::io_error);
                    REQUIRE(f.last_sequence() <= 2);
                }
                const auto next = f.last_sequence() + 1;
                REQUIRE(f.commit(small("c")).value() == next);
            }
        }
    }
}

TEST_CASE("group commit: the log is moved into the file when it is long, and commits go on") {
    fixture f;
    const auto log = f.state / "journal.db-wal";
    for (unsigned n = 1; n <= 400; ++n) {
        REQUIRE(f.commit(small(std::to_string(n))).value() == n);
        f.file->checkpoint(50);
    }
    CHECK(std::filesystem::file_size(log) < 100 * 4200);
    f.cut_power();
    CHECK(f.last_sequence() == 400);
}

TEST_SUITE_END();
