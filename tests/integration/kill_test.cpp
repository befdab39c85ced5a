// kill -9 of the daemon at random moments across a run of sales: afterwards the books tie out.

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include "tests/support/shop.hpp"

using tests::shop;
using tests::text_of;

namespace {

std::uint64_t seed() {
    const char* given = std::getenv("BRIDGE_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

int kills() {
    const char* given = std::getenv("BRIDGE_KILLS");
    return given != nullptr ? std::atoi(given) : 100;
}

/// A cashier who asks with the same key until an answer comes, as a register does that restarts.
void sell_until_known(shop& here, std::int64_t amount, const std::string& key,
                      std::atomic<bool>& stop) {
    while (!stop) {
        const auto answer = here.api(
            "POST", "/v1/payments?wait=5",
            R"({"terminal":"lane-1","currency":"EUR","amount":)" + std::to_string(amount) + "}",
            key);
        if (answer.status == 200) {
            const auto status = text_of(answer.json(), "status");
            if (status == "captured" || status == "declined" || status == "cancelled") return;
        }
        tests::short_pause();
    }
}

}  // namespace

TEST_SUITE_BEGIN("integration/kill");

TEST_CASE("[M2] kill -9 at random moments: nothing lost, nothing doubled") {
    const auto chosen = seed();
    MESSAGE("replay with BRIDGE_SEED=" << chosen);
    std::mt19937_64 random{chosen};
    shop here{shop::wire::tcp};
    here.open();
    std::atomic<bool> stop{false};
    int sold = 0;
    std::thread cashier{[&] {
        while (!stop) {
            ++sold;
            sell_until_known(here, 100 * (sold % 90 + 1), "sale-" + std::to_string(sold), stop);
        }
    }};
    for (int i = 0; i < kills(); ++i) {
        // From before the listening socket to the middle of a sale.
        std::this_thread::sleep_for(std::chrono::milliseconds{random() % 250});
        here.kill_bridge();
        here.start_bridge();
    }
    tests::wait_until("the terminal", [&] {
        const auto answer = here.api("GET", "/v1/terminals/lane-1");
        return answer.status == 200 && text_of(answer.json().at("link"), "state") == "ready";
    });
    stop = true;
    cashier.join();
    here.wait_until_settled();
    MESSAGE(sold << " sales, " << kills() << " kills");
    CHECK(sold > 3);
    here.check_books();
}

TEST_SUITE_END();
