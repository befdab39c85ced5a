// Two thousand sales with every card: nothing grows that must not, and what must grow grows by
// as much as it is known to.

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "sim/card.hpp"
#include "tests/torture/books.hpp"
#include "tests/torture/proc.hpp"
#include "tests/torture/schedule.hpp"

using tests::shop;
using tests::text_of;

namespace {

constexpr int lanes = 4;
constexpr std::int64_t kib = 1024;

// Bounds are promises, far from what is measured: a leak of a kilobyte a sale crosses them.
constexpr std::int64_t most_memory_growth_kib = 1500;
constexpr std::int64_t most_journal_bytes_per_sale = 24 * kib;
constexpr std::int64_t most_ledger_bytes_per_sale = 2 * kib;
constexpr std::int64_t most_log_bytes = 16 * 1024 * kib;  // each -wal: see journal/README.md
constexpr std::int64_t trace_file_bytes = 64 * kib;
constexpr std::int64_t trace_files = 2;

/// `each` sales on every lane at once; how many were captured.
int sell(const shop& here, int first, int each) {
    std::atomic<int> captured{};
    std::vector<std::thread> registers;
    for (int lane = 1; lane <= lanes; ++lane) {
        registers.emplace_back([&here, &captured, first, each, lane] {
            const auto name = "lane-" + std::to_string(lane);
            for (int i = first; i < first + each; ++i) {
                const auto answer =
                    here.api("POST", "/v1/payments?wait=60",
                             "{\"terminal\":\"" + name + R"(","currency":"EUR","amount":)" +
                                 std::to_string(100 * i + 100) + "}",
                             name + "-" + std::to_string(i));
                if (answer.body.find(R"("status":"captured")") != std::string::npos) ++captured;
            }
        });
    }
    for (auto& one : registers) one.join();
    return captured;
}

/// Another card for every lane; those that are never accepted excepted.
void change_cards(const shop& here, int round) {
    const auto cards = sim::all_cards();
    for (int lane = 1; lane <= lanes; ++lane) {
        auto at = static_cast<std::size_t>(round * lanes + lane) % cards.size();
        while (cards[at].blocked || cards[at].name == "expired") at = (at + 1) % cards.size();
        (void)here.emulator(
            "POST", "/v1/card?terminal=" + std::to_string(lane),
            R"({"action":"autopilot","card":")" + std::string{cards[at].name} + "\"}");
    }
}

void end_the_day(const shop& here, int round) {
    for (int lane = 1; lane <= lanes; ++lane) {
        const auto name = "lane-" + std::to_string(lane);
        const auto done = here.api("POST", "/v1/terminals/" + name + "/end-of-day?wait=60", "{}",
                                   name + "-day-" + std::to_string(round));
        CHECK(text_of(done.json(), "status") == "succeeded");
        CHECK(done.json().at("differences").as_array().empty());
    }
}

}  // namespace

TEST_SUITE_BEGIN("torture/growth");

TEST_CASE("[M9] two thousand sales: descriptors, memory, logs and traces stay, no card shows") {
    const int sales = torture::count("BRIDGE_SALES", 2000);
    constexpr int rounds = 10;
    const int each = sales / rounds / lanes;
    shop here{shop::wire::tcp, {}, lanes};
    here.more_tables = "[trace]\nsize_kib = 64\nfiles = 2\n";
    here.open();

    torture::holdings warm;
    std::int64_t journal{}, ledger{};
    const auto size = [&](const char* part) { return torture::bytes_of(here.state(), part); };
    const auto file = [&](const std::string& name) {
        return static_cast<std::int64_t>(std::filesystem::file_size(here.state() + "/" + name));
    };
    int captured = 0;
    for (int round = 0; round < rounds; ++round) {
        change_cards(here, round);
        captured += sell(here, round * each, each);
        end_the_day(here, round);
        CHECK(size("-wal") <= 2 * most_log_bytes);
        CHECK(size(".trace") <= lanes * trace_files * (trace_file_bytes + 8 * kib));
        if (round > 1) continue;
        warm = torture::held_by(here.bridge().pid());
        journal = file("journal.db");
        ledger = file("ledger.db");
    }
    CHECK(captured == rounds * each * lanes);

    // A connection that was just closed may not be gone yet.
    tests::wait_until("no more descriptors than before", [&] {
        return torture::held_by(here.bridge().pid()).descriptors <= warm.descriptors;
    });
    const auto now = torture::held_by(here.bridge().pid());
    const auto per_sale = [&](std::int64_t bytes) { return bytes / ((rounds - 2) * each * lanes); };
    const auto journal_growth = per_sale(file("journal.db") - journal);
    const auto ledger_growth = per_sale(file("ledger.db") - ledger);
    MESSAGE("after " << rounds * each * lanes << " sales: " << now.descriptors << " descriptors, "
                     << now.threads << " threads, " << now.anonymous_kib << " KiB anonymous (warm "
                     << warm.anonymous_kib << "), journal " << journal_growth << " bytes a sale, "
                     << "ledger " << ledger_growth << ", logs " << size("-wal") << ", traces "
                     << size(".trace"));
    CHECK(now.threads <= warm.threads);
    CHECK(now.anonymous_kib - warm.anonymous_kib <= most_memory_growth_kib);
    CHECK(journal_growth <= most_journal_bytes_per_sale);
    CHECK(ledger_growth <= most_ledger_bytes_per_sale);
    here.check_books();
    CHECK(here.close() == 0);
    torture::check_no_card_data(here.state());
}

TEST_SUITE_END();
