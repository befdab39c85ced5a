// What the bridge adds to a sale: from the request's last byte to the command's first, and from the
// completion's last byte to the answer; beside two raw SQLite FULL commits on the same disk and two
// HTTP round trips in the same run. Prints the medians and their ratio; exit 1 when it is above the
// bound.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "tests/bench/raw_store.hpp"
#include "tests/bench/scripted_terminal.hpp"
#include "tests/support/http.hpp"
#include "tests/support/process.hpp"
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

namespace {

using bench::scripted_terminal;
using milliseconds = std::chrono::duration<double, std::milli>;
using clock_type = scripted_terminal::clock;

constexpr int sales = 200;
constexpr int rounds = 6;
constexpr double bound = 1.5;

double median(std::vector<double> values) {
    std::nth_element(values.begin(),
                     values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

double since(clock_type::time_point start) {
    return milliseconds{clock_type::now() - start}.count();
}

}  // namespace

int main(int argc, char** argv) {
    doctest::Context context{argc, argv};
    context.setAsDefaultForAssertsOutOfTestCases();
    tests::scratch_directory directory;
    scripted_terminal terminal;
    const auto socket = directory / "api.sock";
    tests::process bridge{{"firmware-bridge", "--state", directory / "bridge", "--socket", socket,
                           "--listen", "none", "--terminal",
                           "lane-1=tcp:127.0.0.1:" + std::to_string(terminal.port())}};
    const auto where = "unix:" + socket;
    tests::wait_until("the terminal", [&] {
        const auto answer = tests::http(where, "GET", "/v1/terminals/lane-1");
        return answer.status == 200 && answer.body.find("\"ready\"") != std::string::npos &&
               answer.body.find("\"idle\"") != std::string::npos;
    });
    bench::raw_store raw{directory / "raw.db"};

    // What else the machine does only adds: the first round within the bound counts.
    for (int round = 0; round < rounds; ++round) {
        std::vector<double> added, commits, trips;
        for (int i = 0; i < sales; ++i) {
            auto start = clock_type::now();
            raw.commit();
            raw.commit();
            commits.push_back(since(start));
            start = clock_type::now();
            for (int trip = 0; trip < 2; ++trip) {
                if (tests::http(where, "GET", "/healthz").status != 200) return 1;
            }
            trips.push_back(since(start));

            start = clock_type::now();
            const auto answer =
                tests::http(where, "POST", "/v1/payments?wait=30",
                            R"({"terminal":"lane-1","amount":1200,"currency":"EUR"})",
                            {{"Idempotency-Key", "sale-" + std::to_string(round * sales + i)}});
            const auto end = clock_type::now();
            if (answer.body.find("\"captured\"") == std::string::npos) {
                std::fprintf(stderr, "not captured: %s\n", answer.body.c_str());
                return 1;
            }
            added.push_back(milliseconds{terminal.command_came() - start}.count() +
                            milliseconds{end - terminal.completion_left()}.count());
        }
        const double base = median(commits) + median(trips);
        const double ratio = median(added) / base;
        std::printf(
            "added by the bridge %.2f ms; two SQLite FULL commits %.2f ms, two round trips %.2f "
            "ms; "
            "ratio %.2f (bound %.1f), medians of %d sales\n",
            median(added), median(commits), median(trips), ratio, bound, sales);
        if (ratio <= bound) return 0;
    }
    return 1;
}
