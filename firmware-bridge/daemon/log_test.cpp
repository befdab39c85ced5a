#include "firmware-bridge/daemon/log.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

using namespace bridge::daemon;

TEST_SUITE_BEGIN("firmware-bridge/daemon/log");

namespace {

struct recorder {
    std::vector<std::string> lines;
    bridge::daemon::log out{log_level::info,
                            [this](const auto& entry) { lines.push_back(console_line(entry)); }};
};

}  // namespace

TEST_CASE("log: the payment and the terminal are fields of the line") {
    recorder r;
    r.out.info("captured 12.34 EUR", {"lane-1", "pay_1"});
    r.out.warning("slow", {.terminal = "lane-2"});
    r.out.error("x");
    CHECK(r.lines == std::vector<std::string>{
                         "level=info terminal=lane-1 payment=pay_1 msg=\"captured 12.34 EUR\"",
                         "level=warning terminal=lane-2 msg=slow", "level=error msg=x"});
}

TEST_CASE("log: what is below the level is not written, and the level can change") {
    recorder r;
    r.out.debug("a");
    r.out.set_level(log_level::debug);
    r.out.debug("b");
    r.out.set_level(log_level::error);
    r.out.warning("c");
    CHECK(r.lines == std::vector<std::string>{"level=debug msg=b"});
}

TEST_CASE("log: a line is one line and its values cannot pass for fields") {
    recorder r;
    r.out.info("");
    r.out.info("two\nlines");
    r.out.info("a=b");
    r.out.info("say \"x\" \\ \x01\x7f");
    r.out.info("x", {.terminal = "a level=error"});
    CHECK(r.lines == std::vector<std::string>{"level=info msg=\"\"",
                                              "level=info msg=\"two\\nlines\"",
                                              "level=info msg=\"a=b\"",
                                              "level=info msg=\"say \\\"x\\\" \\\\ \\x01\\x7f\"",
                                              "level=info terminal=\"a level=error\" msg=x"});
}

TEST_CASE("log: [M9] a card number that reaches the log does not leave it") {
    recorder r;
    r.out.error("unexpected 4761739001010119 in a field");
    r.out.error("5413 3300 8902 0029");
    CHECK(r.lines[0] == "level=error msg=\"unexpected 476173******0119 in a field\"");
    CHECK(r.lines[1].find("8902") == std::string::npos);
}

TEST_CASE("log: journald is used when stderr is the stream that systemd names") {
    struct stat standard_error {};
    REQUIRE(::fstat(STDERR_FILENO, &standard_error) == 0);
    const auto name = std::to_string(standard_error.st_dev) + ':';
    ::unsetenv("JOURNAL_STREAM");
    CHECK_FALSE(started_by_journald());
    ::setenv("JOURNAL_STREAM", (name + std::to_string(standard_error.st_ino)).c_str(), 1);
    CHECK(started_by_journald());
    ::setenv("JOURNAL_STREAM", (name + std::to_string(standard_error.st_ino + 1)).c_str(), 1);
    CHECK_FALSE(started_by_journald());
    ::unsetenv("JOURNAL_STREAM");
}
