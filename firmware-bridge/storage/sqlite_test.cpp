#include "firmware-bridge/storage/sqlite.hpp"

#include <doctest/doctest.h>

#include "firmware-bridge/storage/testing/faulty_vfs.hpp"
#include "firmware-bridge/storage/testing/temporary_directory.hpp"

using namespace bridge::storage;
using bridge::storage::testing::faulty_vfs;
using bridge::storage::testing::temporary_directory;

TEST_SUITE_BEGIN("storage/sqlite");

namespace {

struct table {
    temporary_directory directory;
    database opened = database::open(directory / "test.db", true).value();

    table() {
        REQUIRE(
            opened.execute("PRAGMA journal_mode=WAL; CREATE TABLE t (n INTEGER PRIMARY KEY, s)"));
    }
    std::int64_t count() { return opened.integer("SELECT count(*) FROM t").value(); }
};

}  // namespace

TEST_CASE("sqlite: values go in and come out as they were") {
    table t;
    auto insert = t.opened.prepare("INSERT INTO t VALUES (?, ?)").value();
    const std::string odd("nul \0 quote ' bytes \xff", 20);
    REQUIRE(insert.execute(1, std::string_view{odd}));
    REQUIRE(insert.execute(std::int64_t{-9'223'372'036'854'775'807}, std::string_view{}));
    REQUIRE(insert.execute(3, nullptr));
    REQUIRE(insert.execute(4, std::optional<std::string_view>{}));

    auto select = t.opened.prepare("SELECT n, s FROM t ORDER BY n").value();
    auto found = select.query();
    REQUIRE(found.next());
    CHECK(found.integer(0) == -9'223'372'036'854'775'807);
    CHECK(found.text(1).empty());
    CHECK_FALSE(found.is_null(1));
    REQUIRE(found.next());
    CHECK(found.text(1) == odd);
    REQUIRE(found.next());
    CHECK(found.is_null(1));
    REQUIRE(found.next());
    CHECK(found.is_null(1));
    CHECK_FALSE(found.next());
    CHECK_FALSE(found.error());
}

TEST_CASE("sqlite: a statement runs again after its rows are gone, read to the end or not") {
    table t;
    auto insert = t.opened.prepare("INSERT INTO t VALUES (?, 'x')").value();
    for (int n = 0; n < 3; ++n) REQUIRE(insert.execute(n));
    auto select = t.opened.prepare("SELECT n FROM t WHERE n >= ?").value();
    for (int n = 2; n >= 0; --n) {
        auto found = select.query(n);
        REQUIRE(found.next());
        CHECK(found.integer(0) == n);
    }
}

TEST_CASE("sqlite: an error keeps SQLite's extended code and equals its condition") {
    table t;
    auto insert = t.opened.prepare("INSERT INTO t VALUES (?, 'x')").value();
    REQUIRE(insert.execute(1));
    const auto again = insert.execute(1);
    REQUIRE(again.has_error());
    CHECK(again.error().value() == SQLITE_CONSTRAINT_PRIMARYKEY);
    CHECK(again.error() == errc::constraint);
    CHECK_FALSE(again.error() == errc::io_error);
    CHECK(again.error().message().find("1555") != std::string::npos);
    CHECK(t.opened.message().find("t.n") != std::string::npos);
    CHECK(t.opened.prepare("SELECT nonsense").error() == errc::other);
    CHECK(insert.execute(2).has_value());
}

TEST_CASE("sqlite: a full disk and a full quota are the same condition") {
    CHECK(sqlite_error(SQLITE_FULL) == errc::disk_full);
    CHECK(sqlite_error(SQLITE_IOERR_WRITE, EDQUOT) == errc::disk_full);
    CHECK(sqlite_error(SQLITE_IOERR_SHMSIZE, ENOSPC) == errc::disk_full);
    CHECK(sqlite_error(SQLITE_IOERR_WRITE, EIO) == errc::io_error);
    CHECK(sqlite_error(SQLITE_NOTADB) == errc::corrupt);
    CHECK(sqlite_error(SQLITE_CORRUPT_INDEX) == errc::corrupt);
    CHECK(sqlite_error(SQLITE_BUSY_SNAPSHOT) == errc::busy);
}

TEST_CASE("sqlite: opening what is not there is an error, not a new file") {
    const temporary_directory directory;
    CHECK(database::open(directory / "test.db").error() == errc::io_error);
    CHECK_FALSE(std::filesystem::exists(directory / "test.db"));
}

TEST_CASE("sqlite: a transaction is rolled back unless it was committed") {
    table t;
    {
        auto step = transaction::begin(t.opened).value();
        REQUIRE(t.opened.execute("INSERT INTO t VALUES (1, 'x')"));
    }
    CHECK(t.count() == 0);
    {
        auto step = transaction::begin(t.opened).value();
        REQUIRE(t.opened.execute("INSERT INTO t VALUES (1, 'x')"));
        REQUIRE(step.commit());
    }
    CHECK(t.count() == 1);
}

TEST_CASE("sqlite: the disk of the tests loses what was not synced, and nothing else") {
    faulty_vfs disk;
    table t;
    REQUIRE(t.opened.execute("INSERT INTO t VALUES (1, 'kept')"));
    REQUIRE(t.opened.execute("PRAGMA synchronous=OFF; INSERT INTO t VALUES (2, 'lost')"));
    CHECK(t.count() == 2);
    disk.cut_power();
    { const database closing = std::move(t.opened); }
    disk.restore_power();
    t.opened = database::open(t.directory / "test.db").value();
    CHECK(t.count() == 1);
}

TEST_CASE("sqlite: a commit that meets a full disk leaves nothing, and succeeds with space") {
    faulty_vfs disk;
    table t;
    disk.limit_space(8192);
    const std::string large(20'000, 'x');
    auto insert = t.opened.prepare("INSERT INTO t VALUES (1, ?)").value();
    CHECK(insert.execute(std::string_view{large}).error() == errc::disk_full);
    CHECK(t.opened.autocommit());
    CHECK(t.count() == 0);
    disk.limit_space(std::nullopt);
    CHECK(insert.execute(std::string_view{large}).has_value());
    CHECK(t.count() == 1);
}

TEST_SUITE_END();
