#include "tests/simulation/simulated_disk.hpp"

#include <doctest/doctest.h>

#include "firmware-bridge/storage/sqlite.hpp"
#include "firmware-bridge/storage/state_directory.hpp"

using namespace tests::simulation;
namespace storage = bridge::storage;

TEST_SUITE_BEGIN("simulation/disk");

namespace {

struct fixture {
    sim::world::timeline time;
    sim::world::trace seen{time};
    simulated_disk disk{time, seen, 7};

    [[nodiscard]] simulated_disk::file_ptr file(const char* name) {
        return disk.open(name, SQLITE_OPEN_CREATE);
    }
    [[nodiscard]] std::string content(const char* name) {
        return disk.exists(name) ? file(name)->content : "(none)";
    }
};

}  // namespace

TEST_CASE("disk: what was synced survives, what was not may not, and names need their directory") {
    bool lost = false, kept = false, torn = false, nameless = false;
    for (int i = 0; i < 200; ++i) {
        fixture f;
        f.disk.fill_random(nullptr, 0);
        for (int skip = 0; skip < i; ++skip) (void)f.disk.milliseconds_since_1970();
        simulated_disk& disk = f.disk;
        const std::string old(2000, 'a'), fresh(2000, 'b');
        REQUIRE(disk.write(*f.file("/state/x"), old.data(), 2000, 0) == SQLITE_OK);
        REQUIRE(disk.sync(*f.file("/state/x")) == SQLITE_OK);
        disk.sync_names();
        (void)f.file("/state/new");
        unsigned char noise[1];
        for (int drawn = 0; drawn < i; ++drawn) disk.fill_random(noise, 1);
        REQUIRE(disk.write(*f.file("/state/x"), fresh.data(), 2000, 0) == SQLITE_OK);
        disk.die();
        CHECK(disk.write(*f.file("/state/x"), old.data(), 1, 0) != SQLITE_OK);
        disk.restart();
        const auto now = f.content("/state/x");
        REQUIRE(now.size() == 2000);
        REQUIRE(now.find_first_not_of("ab") == std::string::npos);
        lost = lost || now == old;
        kept = kept || now == fresh;
        torn = torn || (now != old && now != fresh);
        nameless = nameless || !disk.exists("/state/new");
        for (std::size_t at = 0; at < now.size(); at += 512)
            REQUIRE(now.substr(at, 512).find_first_not_of(now[at]) == std::string::npos);
    }
    CHECK(lost);
    CHECK(kept);
    CHECK(torn);
    CHECK(nameless);
}

TEST_CASE("disk: a failed sync loses what it should have written, also for a later sync") {
    bool lost = false;
    for (int i = 0; i < 50; ++i) {
        fixture f;
        unsigned char noise[1];
        for (int drawn = 0; drawn < i; ++drawn) f.disk.fill_random(noise, 1);
        auto opened = f.file("/state/x");
        REQUIRE(f.disk.write(*opened, "new", 3, 0) == SQLITE_OK);
        f.disk.fail({.what = disk_operation::sync, .code = SQLITE_IOERR_FSYNC});
        CHECK(f.disk.sync(*opened) == SQLITE_IOERR_FSYNC);
        CHECK(f.disk.sync(*opened) == SQLITE_OK);
        f.disk.sync_names();
        CHECK(f.content("/state/x") == "new");  // programs still see it
        f.disk.die();
        f.disk.restart();
        lost = lost || f.content("/state/x").empty();
    }
    CHECK(lost);
}

TEST_CASE("disk: a second holder of a directory is refused until the first is gone") {
    fixture f;
    std::optional<storage::state_directory> first{std::in_place, "/state", f.disk};
    CHECK_THROWS_AS((storage::state_directory{"/state", f.disk}), storage::open_error);
    first.reset();
    CHECK_NOTHROW((storage::state_directory{"/state", f.disk}));
}

TEST_CASE("disk: SQLite works on it, and a full disk is told") {
    fixture f;
    (void)f.file("/state/t.db");
    auto opened = storage::database::open("/state/t.db").value();
    REQUIRE(opened.execute("PRAGMA journal_mode=WAL; CREATE TABLE t (x)").has_value());
    REQUIRE(opened.execute("INSERT INTO t VALUES (1)").has_value());
    CHECK(opened.integer("SELECT count(*) FROM t").value() == 1);
    f.disk.limit_space(100);
    CHECK(opened.execute("INSERT INTO t VALUES (randomblob(100000))").error() ==
          storage::errc::disk_full);
    f.disk.heal();
    CHECK(opened.execute("INSERT INTO t VALUES (2)").has_value());
}

TEST_SUITE_END();
