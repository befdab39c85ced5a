// What the daemon costs while nothing happens, and how many sales 64 terminals get through one
// journal. Prints the figures; exit 1 when memory, start or wake-ups are above their bounds.

#include <dirent.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/raw_store.hpp"
#include "tests/support/shop.hpp"
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

namespace {

using tests::shop;
using seconds = std::chrono::duration<double>;
using clock_type = std::chrono::steady_clock;

constexpr long most_resident_kib = 16 * 1024;
constexpr double most_start_ms = 100;
constexpr double most_wakeups_per_second = 1;

long field(const std::string& file, const std::string& name) {
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(name + ":")) return std::stol(line.substr(name.size() + 1));
    }
    return -1;
}

/// How often any thread of the process gave up the processor to wait.
long waits(pid_t pid) {
    const auto tasks = "/proc/" + std::to_string(pid) + "/task";
    long sum = 0;
    DIR* directory = ::opendir(tasks.c_str());
    while (const auto* entry = ::readdir(directory)) {
        if (entry->d_name[0] != '.') {
            sum += field(tasks + "/" + entry->d_name + "/status", "voluntary_ctxt_switches");
        }
    }
    ::closedir(directory);
    return sum;
}

bool idle_footprint() {
    shop here{shop::wire::tcp};
    const auto start = clock_type::now();
    here.start_bridge();
    while (here.api("GET", "/healthz").status != 200)
        std::this_thread::sleep_for(std::chrono::microseconds{200});
    const double start_ms = seconds{clock_type::now() - start}.count() * 1000;
    tests::wait_until("the terminal", [&] { return here.terminal_ready(); });
    here.sell(1200, "warm");
    constexpr int watched = 10;
    std::this_thread::sleep_for(std::chrono::seconds{2});
    const auto before = waits(here.bridge().pid());
    std::this_thread::sleep_for(std::chrono::seconds{watched});
    const double wakeups = static_cast<double>(waits(here.bridge().pid()) - before) / watched;
    const auto status = "/proc/" + std::to_string(here.bridge().pid()) + "/status";
    const long resident = field(status, "VmRSS");
    std::printf(
        "idle with one terminal: resident %.1f MiB (bound 16; anonymous %.1f, file %.1f), start to "
        "ready "
        "%.0f ms (bound %.0f), wake-ups %.1f/s (bound %.0f)\n",
        static_cast<double>(resident) / 1024, static_cast<double>(field(status, "RssAnon")) / 1024,
        static_cast<double>(field(status, "RssFile")) / 1024, start_ms, most_start_ms, wakeups,
        most_wakeups_per_second);
    return resident <= most_resident_kib && start_ms <= most_start_ms &&
           wakeups <= most_wakeups_per_second;
}

double raw_commits_per_second(const shop& beside) {
    constexpr int commits = 300;
    bench::raw_store raw{beside.directory() / "raw.db"};
    const auto start = clock_type::now();
    for (int i = 0; i < commits; ++i) raw.commit();
    return commits / seconds{clock_type::now() - start}.count();
}

void many_terminals() {
    constexpr int lanes = 64;
    constexpr int sales_each = 15;
    shop here{shop::wire::tcp, {}, lanes};
    here.open();
    std::atomic<int> captured{0};
    const auto start = clock_type::now();
    std::vector<std::thread> cashiers;
    for (int lane = 1; lane <= lanes; ++lane) {
        cashiers.emplace_back([&here, &captured, lane] {
            for (int sale = 0; sale < sales_each; ++sale) {
                const auto made = here.sell(1200, std::to_string(lane) + "-" + std::to_string(sale),
                                            "", "lane-" + std::to_string(lane));
                if (tests::text_of(made, "status") == "captured") ++captured;
            }
        });
    }
    for (auto& cashier : cashiers) cashier.join();
    const double took = seconds{clock_type::now() - start}.count();
    std::printf(
        "64 terminals: %d of %d sales captured, %.0f sales/s; a sale waits for three commits, and "
        "SQLite alone makes %.0f a second here, one after the other\n",
        captured.load(), lanes * sales_each, captured / took, raw_commits_per_second(here));
}

}  // namespace

int main(int argc, char** argv) {
    doctest::Context context{argc, argv};
    context.setAsDefaultForAssertsOutOfTestCases();
    const bool small = idle_footprint();
    many_terminals();
    return small ? 0 : 1;
}
