// What the journal promises on a disk that loses what was not synced: cases that the simulation
// found.

#include <doctest/doctest.h>

#include "firmware-bridge/journal/group_commit.hpp"
#include "firmware-bridge/journal/testing/records.hpp"
#include "tests/simulation/simulated_disk.hpp"

using namespace tests::simulation;
namespace journal = bridge::journal;
namespace storage = bridge::storage;

TEST_SUITE_BEGIN("simulation/journal");

namespace {

struct fixture {
    sim::world::timeline time;
    sim::world::trace seen{time};
    simulated_disk disk;
    std::optional<storage::state_directory> state;
    std::optional<journal::group_commit> file;

    explicit fixture(std::uint64_t seed) : disk{time, seen, seed} { start(); }
    ~fixture() { stop(); }
    fixture(const fixture&) = delete;
    fixture& operator=(const fixture&) = delete;

    void start() {
        state.emplace("/state", disk);
        file.emplace(*state, journal::journal_file::open(*state), [](const std::string&) {});
    }
    void stop() {
        disk.die();
        file.reset();
        state.reset();
    }
    protocol::result<std::uint64_t> commit(const std::string& name) {
        const journal::batch one{.events = {journal::testing::event_of(name)}};
        const journal::batch* group[] = {&one};
        return file->commit(group).front();
    }
    std::uint64_t last_sequence() {
        return file
            ->read<std::uint64_t>([](auto& opened) -> protocol::result<std::uint64_t> {
                return opened.opened().integer("SELECT coalesce(max(seq), 0) FROM events");
            })
            .value();
    }
};

}  // namespace

TEST_CASE("[M1] a sync fails, the process ends, and what the next one commits is durable") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        fixture f{seed};
        REQUIRE(f.commit("a").has_value());
        f.disk.fail({.what = disk_operation::sync, .times = 2, .code = SQLITE_IOERR_FSYNC});
        (void)f.commit("b");
        f.stop();
        f.disk.restart_with_all_written();
        f.disk.heal();
        f.start();
        const auto last = f.commit("c").value();
        f.stop();
        f.disk.restart();
        f.start();
        CHECK(f.last_sequence() == last);
    }
}

TEST_CASE("[M1] a sync fails, and power is lost while the log moves into the file") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        fixture f{seed};
        for (int i = 0; i < 20; ++i) REQUIRE(f.commit("a").has_value());
        f.disk.fail({.what = disk_operation::sync, .code = SQLITE_IOERR_FSYNC});
        f.disk.die_in_write(static_cast<std::uint32_t>(6 + seed % 12));
        const auto outcome = f.commit("b");
        f.stop();
        f.disk.restart();
        REQUIRE_NOTHROW(f.start());
        CHECK(f.last_sequence() >= (outcome ? 21u : 20u));
    }
}

TEST_SUITE_END();
