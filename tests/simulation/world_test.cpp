#include "tests/simulation/world.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <cstdlib>

using namespace tests::simulation;

TEST_SUITE_BEGIN("simulation");

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* given = std::getenv(name);
    return given == nullptr ? otherwise : std::strtoull(given, nullptr, 10);
}

void expect_right(const world_options& options) {
    const auto done = run_world(options);
    std::string faults;
    for (const auto& one : done.struck) faults += "\n  " + describe(one);
    for (const auto& what : done.violations)
        FAIL_CHECK(fmt::format(
            "seed {}: {}\nreplay: storm --seed {} --orders {} --faults {} "
            "--trace{}",
            options.seed, what, options.seed, options.orders, options.most_faults, faults));
}

}  // namespace

TEST_CASE("simulation: one seed is one run, to the last byte") {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        CAPTURE(seed);
        const auto once = run_world({.seed = seed, .orders = 40});
        const auto twice = run_world({.seed = seed, .orders = 40});
        CHECK(once.digest == twice.digest);
        CHECK(once.lasted == twice.lasted);
    }
    CHECK(run_world({.seed = 1, .orders = 40}).digest !=
          run_world({.seed = 2, .orders = 40}).digest);
}

TEST_CASE("simulation: without faults nothing is ever unknown") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        const world_options options{.seed = seed, .orders = 40, .most_faults = 0};
        const auto done = run_world(options);
        CHECK(done.violations.empty());
        CHECK(done.counts.unknowns == 0);
    }
}

/// Each found something once; the number is the seed that did.
TEST_CASE("[M2][M3][M4][M7] simulation: seeds that found something") {
    for (const std::uint64_t seed : {2, 11, 174, 335}) expect_right({.seed = seed});
    for (const std::uint64_t seed : {1031, 1222, 1260})
        expect_right({.seed = seed, .most_faults = 80});
    for (const std::uint64_t seed : {2056, 2090, 3206, 3300})
        expect_right({.seed = seed, .most_faults = 60});
}

TEST_CASE("[M4] simulation: the last messages of a sale before come behind the next command") {
    for (std::uint32_t occurrence = 1; occurrence <= 12; ++occurrence) {
        CAPTURE(occurrence);
        sim::fault stale;
        stale.kind = sim::fault_kind::stale_messages;
        stale.message = sim::message_match::of(protocol::zvt::command::authorization);
        stale.occurrence = occurrence;
        stale.times = 3;
        expect_right({.seed = occurrence, .orders = 40, .most_faults = 0, .from_start = {stale}});
    }
}

TEST_CASE("[M2] simulation: what was settled without its number is not undone by agreeing to one") {
    for (const auto kind : {sim::fault_kind::completion_without_status,
                            sim::fault_kind::status_lost, sim::fault_kind::bare_repeat_receipt}) {
        for (std::uint64_t seed = 1; seed <= 12; ++seed) {
            CAPTURE(seed);
            sim::fault losing;
            losing.kind = kind;
            losing.occurrence = 3;
            losing.times = kind == sim::fault_kind::bare_repeat_receipt ? 0 : 5;
            sim::fault telling_nothing;
            telling_nothing.kind = sim::fault_kind::completion_lost;
            telling_nothing.occurrence = 5;
            expect_right({.seed = seed,
                          .orders = 40,
                          .most_faults = 0,
                          .synchronise = true,
                          .from_start = {losing, telling_nothing}});
        }
    }
}

TEST_CASE("[M1][M2][M3][M4][M5][M6][M7][M9] simulation: a storm of payments") {
    const auto first = from_environment("BRIDGE_SEED", 1);
    const auto seeds = from_environment("BRIDGE_STORM_SEEDS", 600);
    MESSAGE(fmt::format("seeds {} to {}", first, first + seeds - 1));
    for (auto seed = first; seed < first + seeds; ++seed) expect_right({.seed = seed});
}

TEST_SUITE_END();
