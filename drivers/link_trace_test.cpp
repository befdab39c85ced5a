#include "drivers/link_trace.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>

#include "tests/support/hex_bytes.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace drivers;
using namespace std::chrono_literals;
using support::hex;
using support::scratch_directory;

namespace {

constexpr wall_time noon = std::chrono::sys_days{std::chrono::January / 31 / 2026} + 12h;
const trace_record completion{trace_record::direction::received, trace_record::kind::message,
                              hex("06 0F 00"), ""};

std::string content(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream{file}.rdbuf();
    return text.str();
}

std::size_t records_in(const std::filesystem::path& file) {
    const auto read = read_trace(content(file));
    REQUIRE(read.has_value());
    return read->size();
}

/// Counts the reports and keeps the last.
struct reports {
    int count{};
    error_code last;
    link_trace::reporter sink() {
        return [this](error_code why) {
            ++count;
            last = why;
        };
    }
};

}  // namespace

TEST_SUITE_BEGIN("drivers/link_trace");

TEST_CASE("link_trace: records stand in the file at once, under a heading, for the group to read") {
    const scratch_directory files;
    const auto file = files.path() / "lane-1.trace";
    reports told;
    link_trace trace{{.file = file}, "tcp:192.0.2.7:20007", told.sink()};
    trace.write(completion, noon);
    CHECK(content(file) ==
          "# firmware-bridge link trace, format 1: tcp:192.0.2.7:20007\n"
          "2026-01-31T12:00:00.000Z < 060F00\n");
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0640);
    CHECK(told.count == 0);
}

TEST_CASE("link_trace: a second run continues the file of the first") {
    const scratch_directory files;
    const auto file = files.path() / "lane-1.trace";
    for (int run = 0; run < 2; ++run) {
        reports told;
        link_trace trace{{.file = file}, "x", told.sink()};
        trace.write(completion, noon);
    }
    CHECK(records_in(file) == 2);
    CHECK(content(file).find("# ", 1) == std::string::npos);
}

TEST_CASE("link_trace: files turn over at their size, the oldest goes, every one can be read") {
    for (const unsigned count : {1U, 2U, 4U}) {
        CAPTURE(count);
        const scratch_directory files;
        const auto file = files.path() / "lane-1.trace";
        reports told;
        link_trace trace{{.file = file, .max_bytes = 500, .files = count}, "x", told.sink()};
        for (int i = 0; i < 100; ++i) trace.write(completion, noon + std::chrono::seconds{i});
        CHECK(told.count == 0);
        CHECK(read_trace(content(file))->back().at == noon + 99s);
        unsigned found = 0;
        for (const auto& entry : std::filesystem::directory_iterator{files.path()}) {
            ++found;
            CHECK(entry.file_size() <= 500);
            CHECK(records_in(entry.path()) > 0);
        }
        CHECK(found == count);
        if (count < 2) continue;
        const auto older = read_trace(content(file.string() + ".1"));
        CHECK(older->back().at + 1s == read_trace(content(file))->front().at);
    }
}

TEST_CASE("link_trace: a record longer than a file is kept whole") {
    const scratch_directory files;
    const auto file = files.path() / "lane-1.trace";
    reports told;
    link_trace trace{{.file = file, .max_bytes = 100, .files = 2}, "x", told.sink()};
    trace.write({completion.way, completion.what, std::vector<std::uint8_t>(4093, 0xAA), ""}, noon);
    CHECK(read_trace(content(file))->front().record.bytes.size() == 4093);
}

TEST_CASE("link_trace: a full disk is reported once, and tracing goes on when there is room") {
    const scratch_directory files;
    const auto file = files.path() / "lane-1.trace";
    std::filesystem::create_symlink("/dev/full", file);
    reports told;
    link_trace trace{{.file = file}, "x", told.sink()};
    for (int i = 0; i < 3; ++i) trace.write(completion, noon);
    CHECK(told.count == 1);
    CHECK(told.last.value() == ENOSPC);
    CHECK(trace.lost() == 3);

    std::filesystem::remove(file);
    trace.write(completion, noon);
    CHECK(trace.lost() == 0);
    const auto read = read_trace(content(file));
    REQUIRE(read->size() == 2);
    CHECK(read->front().record.note == "3 records before this one are lost");
    CHECK(read->back().record.bytes == completion.bytes);
    CHECK(told.count == 1);
}

TEST_CASE("link_trace: a file that may not grow keeps whole lines only") {
    const scratch_directory files;
    const auto file = files.path() / "lane-1.trace";
    reports told;
    link_trace trace{{.file = file}, "x", told.sink()};
    trace.write(completion, noon);
    const auto before = std::filesystem::file_size(file);
    // The next record fits in part only.
    struct rlimit old_limit {};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    struct rlimit limit = old_limit;
    limit.rlim_cur = before + 10;
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    trace.write(completion, noon);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    std::signal(SIGXFSZ, old_handler);

    CHECK(told.count == 1);
    CHECK(told.last.value() == EFBIG);
    CHECK(std::filesystem::file_size(file) == before);
    trace.write(completion, noon);
    CHECK(records_in(file) == 3);  // the first, the note of one lost, the last
}

TEST_CASE("link_trace: a directory that is not there yet is told, and used when it is") {
    const scratch_directory files;
    const auto file = files.path() / "later" / "lane-1.trace";
    reports told;
    link_trace trace{{.file = file}, "x", told.sink()};
    trace.write(completion, noon);
    trace.write(completion, noon);
    CHECK(told.count == 1);
    CHECK(told.last.value() == ENOENT);
    std::filesystem::create_directory(files.path() / "later");
    trace.write(completion, noon);
    CHECK(trace.lost() == 0);
    CHECK(records_in(file) == 2);
}

TEST_SUITE_END();
