#include "firmware-bridge/daemon/options.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

namespace bridge::daemon {
namespace {

/// The part of README.md behind `heading`, to the next blank line behind a table.
std::string table_behind(const std::string& heading) {
    std::ifstream file{DAEMON_README};
    std::ostringstream text;
    text << file.rdbuf();
    const auto all = text.str();
    const auto begin = all.find(heading);
    REQUIRE(begin != std::string::npos);
    return all.substr(begin, all.find("\n\n", begin) - begin);
}

}  // namespace

TEST_SUITE("firmware-bridge/daemon/options") {
    TEST_CASE("options: the README lists every exit code, and no other") {
        const auto table = table_behind("| exit code | of `firmware-bridge` |");
        std::string listed;
        for (auto at = table.find("\n| "); at != table.npos; at = table.find("\n| ", at + 1)) {
            listed += table.substr(at + 3, table.find(' ', at + 3) - at - 3) + ' ';
        }
        std::string known;
        for (const auto one : {exit_code::ok, exit_code::failed, exit_code::usage,
                               exit_code::corrupt, exit_code::unavailable, exit_code::state,
                               exit_code::in_use, exit_code::configuration}) {
            known += std::to_string(static_cast<int>(one)) + ' ';
        }
        CHECK(listed == known);
    }

    TEST_CASE("options: flags are laid over the defaults, and each mistake is named") {
        options given;
        given.socket = "none";
        given.listen = "127.0.0.1:7708";
        given.terminals = {"lane-1=tcp:127.0.0.1:20007"};
        const auto good = configuration(given);
        CHECK(good.errors.empty());
        CHECK_FALSE(good.values.api.socket.has_value());
        REQUIRE(good.values.api.listen.has_value());
        CHECK(good.values.api.listen->port == 7708);
        REQUIRE(good.values.terminals.size() == 1);
        CHECK(good.values.terminals.front().id == "lane-1");

        given.terminals = {"lane-1=tcp:127.0.0.1:20007", "lane-1=tcp:127.0.0.1:20008", "lane-2"};
        given.log_level = "loud";
        const auto bad = configuration(given);
        REQUIRE(bad.errors.size() == 3);
        for (const auto& error : bad.errors) CHECK(error.file == "command line");
        CHECK(bad.errors.front().key == "--log-level");
    }
}

}  // namespace bridge::daemon
