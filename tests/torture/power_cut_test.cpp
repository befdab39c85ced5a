// The journal of a day's sales, with the power cut before each of its writes, truncations and
// syncs in turn. Whatever of the unsynced sectors reached the disk: the file opens, passes its
// check, holds all that was promised and is one of the states that the run went through, and an
// engine goes on from it.

#include <doctest/doctest.h>

#include <map>
#include <optional>

#include "firmware-bridge/journal/group_commit.hpp"
#include "firmware-bridge/sales/json.hpp"
#include "firmware-bridge/storage/testing/faulty_vfs.hpp"
#include "firmware-bridge/storage/testing/temporary_directory.hpp"
#include "tests/support/sales_world.hpp"
#include "tests/torture/schedule.hpp"

using namespace bridge::journal;
using bridge::storage::testing::faulty_vfs;
using tests::sales_world;
namespace sales = bridge::sales;
namespace storage = bridge::storage;

namespace {

/// What the engine had made durable: sales, a decline, a capture, a void, a refund, a lost link and
/// a crash on the way.
std::vector<batch> a_days_batches() {
    sales_world world;
    const auto pay = [&](std::int64_t minor, const std::string& key) {
        world.pay(minor, key);
        world.settle(1);
        return world.newest_payment();
    };
    world.settle(1);
    const auto sold = pay(1234, "sold");
    world.ask(sales::create_refund{500, "damaged", "", "", sales::refund_route::terminal}, sold,
              "refund");
    world.settle(1);
    world.capture_mode = sales::capture_mode::manual;
    const auto reserved = pay(5000, "reserved");
    world.ask(sales::capture_payment{4200}, reserved, "capture");
    world.settle(1);
    world.capture_mode = sales::capture_mode::automatic;
    world.ask(sales::cancel_payment{}, pay(700, "wrong"), "void");
    world.settle(1);
    world.habits.declines = true;
    pay(1205, "declined");
    world.habits.declines = false;
    world.pay(1300, "link lost");
    world.run(8);
    world.cut_link();
    world.settle(1);
    world.connect();
    world.settle();
    world.pay(1400, "crashed");
    world.run(8);
    world.crash();
    world.restart();
    world.settle();
    pay(900, "last");
    world.check();
    return world.batches();
}

/// The objects after the first `count` batches, as they are stored.
struct state {
    std::uint64_t events{};
    std::map<std::string, std::string> payments;
    std::map<std::string, sales::intent_outcome> intents;

    void take(const batch& one) {
        events += one.events.size();
        for (const auto& p : one.payments) payments[p.id] = sales::to_stored(p);
        for (const auto& i : one.intents) intents[i.id] = i.outcome;
    }
    [[nodiscard]] std::size_t unsettled() const {
        std::size_t count = 0;
        for (const auto& [id, outcome] : intents) {
            count +=
                outcome == sales::intent_outcome::open || outcome == sales::intent_outcome::unknown
                    ? 1
                    : 0;
        }
        return count;
    }
};

struct machine {
    faulty_vfs disk;
    storage::testing::temporary_directory directory;
    std::optional<storage::state_directory> directory_lock{directory.path()};

    /// Commits the batches in groups until the power goes; how many were promised to be durable.
    std::size_t run(const std::vector<batch>& batches) {
        group_commit file{*directory_lock, journal_file::open(*directory_lock), [](const auto&) {}};
        std::size_t promised = 0;
        for (std::size_t at = 0; at < batches.size() && disk.has_power();) {
            // One, two or three at once, as they queue up behind a slow sync.
            std::vector<const batch*> group;
            for (std::size_t n = 0; n <= at % 3 && at + n < batches.size(); ++n) {
                group.push_back(&batches[at + n]);
            }
            for (const auto& outcome : file.commit(group)) promised += outcome ? 1 : 0;
            at += group.size();
            // Often, so that moving the log is cut off as well.
            file.checkpoint(15);
        }
        disk.cut_power();  // closing must not tidy up
        return promised;
    }
};

/// The file holds exactly this.
bool holds(journal_file& file, const state& expected, const open_state& open) {
    if (file.position().last_sequence != expected.events) return false;
    for (const auto& [id, stored] : expected.payments) {
        const auto there = file.find_payment(id);
        if (!there || sales::to_stored(*there) != stored) return false;
    }
    for (const auto& one : open.intents) {
        const auto known = expected.intents.find(one.id);
        if (known == expected.intents.end() || known->second != one.outcome) return false;
    }
    return open.intents.size() == expected.unsettled();
}

void check_restart(machine& here, const std::vector<batch>& batches, std::size_t promised) {
    auto file = journal_file::open(*here.directory_lock);
    auto open = file.load_open();
    REQUIRE(open.has_value());
    // At least what was promised; what was under way is there whole or not at all.
    state expected;
    for (std::size_t i = 0; i < promised; ++i) expected.take(batches[i]);
    bool found = holds(file, expected, *open);
    for (auto i = promised; i < batches.size() && !found; ++i) {
        expected.take(batches[i]);
        found = holds(file, expected, *open);
    }
    CHECK_MESSAGE(found, "what the file holds is not a state of the run");

    sales::engine engine{{{"lane-1", protocol::euro(), false}},
                         [](std::string_view prefix, auto) { return std::string{prefix} + "1"; }};
    const auto unsettled = !open->intents.empty();
    engine.restore(*std::move(open), {});
    engine.terminal_event("lane-1", drivers::link_state{drivers::link_state::kind::ready, {}, {}},
                          {});
    engine.terminal_event(
        "lane-1", drivers::registered{protocol::terminal_number{12345678}, "", false, false}, {});
    bool asks = false;
    while (const auto action = engine.next_action()) {
        const auto* started = std::get_if<sales::start_command>(&*action);
        if (started == nullptr) continue;
        // Never money, whatever was going on (M2): a question.
        CHECK(std::holds_alternative<drivers::repeat_receipt>(started->command));
        asks = true;
    }
    CHECK((asks || !unsettled));
}

}  // namespace

TEST_SUITE_BEGIN("torture/power_cut");

TEST_CASE("[M1] [M3] the power cut before every write and sync of a day: the journal opens") {
    const torture::schedule plan{"power_cut_torture_tests"};
    const auto batches = a_days_batches();
    unsigned cuts = 0;
    for (unsigned at = 0;; ++at) {
        CAPTURE(at);
        machine here;
        auto random = plan.random(at);
        {
            // The file itself is there: its making is database_file_test's.
            const auto made = journal_file::open(*here.directory_lock);
        }
        here.disk.cut_power_after(at);
        const auto promised = here.run(batches);
        const bool reached = promised < batches.size();
        CAPTURE(promised);
        here.disk.restore_power([&] { return random() % 2 == 0; });
        check_restart(here, batches, promised);
        if (!reached) break;
        ++cuts;
    }
    MESSAGE(batches.size() << " batches, " << cuts << " cuts");
    CHECK(cuts > batches.size());
}

TEST_SUITE_END();
