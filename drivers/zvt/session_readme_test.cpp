// The timers that README.md lists are those of session.hpp.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "drivers/zvt/session.hpp"

namespace {

std::string readme() {
    std::ifstream file{ZVT_README};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

TEST_SUITE("drivers/zvt/session") {
    TEST_CASE("session: the README tells every timer with its default") {
        const auto text = readme();
        REQUIRE_FALSE(text.empty());
        const drivers::zvt::session_timers timers;
        const auto& [t1, t2, t3, t4, t4_end_of_day, after_decline, after_abort, busy_retry,
                     registration_retry, registration_retry_longest] = timers;
        const std::pair<const char*, std::chrono::milliseconds> all[] = {
            {"t1", t1},
            {"t2", t2},
            {"t3", t3},
            {"t4", t4},
            {"t4_end_of_day", t4_end_of_day},
            {"after_decline", after_decline},
            {"after_abort", after_abort},
            {"busy_retry", busy_retry},
            {"registration_retry", registration_retry},
            {"registration_retry_longest", registration_retry_longest},
        };
        for (const auto& [name, value] : all) {
            const auto row =
                "| `" + std::string{name} + "` | " + std::to_string(value.count()) + " |";
            CAPTURE(row);
            CHECK(text.find(row) != std::string::npos);
        }
    }
}
