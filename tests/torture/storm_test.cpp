// Four registers sell without pause, and whatever can happen to a shop's box happens: kill -9 of
// the daemon at hundreds of moments, stopped processes, terminals without power, spoilt wires.
// Afterwards the books tie out deal by deal.

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <map>

#include "tests/torture/books.hpp"
#include "tests/torture/schedule.hpp"
#include "tests/torture/staff.hpp"
#include "tests/torture/trouble.hpp"

using namespace std::chrono_literals;
using tests::shop;
using tests::text_of;

namespace {

constexpr int lanes = 4;

std::string tally(const std::vector<torture::deal>& deals) {
    std::map<std::string, int> ends;
    for (const auto& one : deals) {
        ++ends[one.status];
        if (!one.refund_status.empty()) ++ends["refund " + one.refund_status];
        if (one.by_hand) ++ends["(settled by hand)"];
    }
    std::string text = std::to_string(deals.size()) + " deals:";
    for (const auto& [end, times] : ends) text += " " + std::to_string(times) + " " + end;
    return text;
}

}  // namespace

TEST_SUITE_BEGIN("torture/storm");

TEST_CASE("[M2] [M6] [M7] four lanes, everything happens to them: the books tie out") {
    const torture::schedule plan{"storm_torture_tests"};
    const int kills = torture::count("BRIDGE_KILLS", 500);
    shop here{shop::wire::tcp, {}, lanes};
    auto& between = here.put_wires_between();
    here.open();
    torture::staff at_work{here, lanes, plan};
    std::ofstream logs{here.directory() / "daemon.log"};
    torture::trouble ahead{here, between, lanes, plan.random(0),
                           [&](const std::string& said) { logs << said << "--- kill -9\n"; }};
    for (int i = 0; i < kills; ++i) {
        CAPTURE(i);
        // Nobody can look into an unknown outcome in the middle of a storm.
        tests::wait_until(
            "blocked lanes to be settled", [&] { return !at_work.needs_quiet(); }, 90s);
        ahead.strike();
    }
    ahead.clear_up();
    const auto deals = at_work.close();
    here.wait_until_settled();
    MESSAGE(ahead.summary());
    MESSAGE(tally(deals));
    CHECK(deals.size() > static_cast<std::size_t>(kills / 20));
    torture::check_books(here, deals);
    CHECK(here.close() == 0);
    logs << here.bridge().output() << std::flush;
    torture::check_no_card_data(here.state());
    torture::check_no_card_data_in(here.directory() / "daemon.log");
}

TEST_SUITE_END();
