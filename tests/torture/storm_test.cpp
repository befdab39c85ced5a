// Four registers sell without pause, and whatever can happen to a shop's box happens: kill -9 of
// the daemon at hundreds of moments, stopped processes, terminals without power, spoilt wires.
// Afterwards the books tie out deal by deal.

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <map>
#include <memory>
#include <thread>

#include "tests/torture/books.hpp"
#include "tests/torture/cashier.hpp"
#include "tests/torture/schedule.hpp"
#include "tests/torture/trouble.hpp"

using tests::shop;
using tests::text_of;
using torture::cashier;

namespace {

constexpr int lanes = 4;

/// Registers at work, each on a thread of its own.
class staff {
public:
    staff(const shop& here, const torture::schedule& plan) {
        for (int lane = 1; lane <= lanes; ++lane) {
            people_.push_back(std::make_unique<cashier>(
                here, lane, lanes, plan.random(static_cast<std::uint64_t>(lane))));
            threads_.emplace_back([this, one = people_.back().get()] {
                while (!closing_) one->serve();
            });
        }
    }
    ~staff() {
        closing_ = true;
        for (const auto& one : people_) one->give_up();
        for (auto& one : threads_) {
            if (one.joinable()) one.join();
        }
    }
    staff(const staff&) = delete;
    staff& operator=(const staff&) = delete;

    /// Each serves its last customer.
    std::vector<torture::deal> close() {
        closing_ = true;
        std::vector<torture::deal> all;
        for (auto& one : threads_) one.join();
        for (const auto& one : people_) {
            all.insert(all.end(), one->deals().begin(), one->deals().end());
            for (const auto& complaint : one->complaints()) FAIL_CHECK(complaint);
        }
        return all;
    }

private:
    std::atomic<bool> closing_{};
    std::vector<std::unique_ptr<cashier>> people_;
    std::vector<std::thread> threads_;
};

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
    staff at_work{here, plan};
    std::ofstream logs{here.directory() / "daemon.log"};
    torture::trouble ahead{here, between, lanes, plan.random(0),
                           [&](const std::string& said) { logs << said << "--- kill -9\n"; }};
    for (int i = 0; i < kills; ++i) ahead.strike();
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
