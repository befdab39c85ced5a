#include "firmware-bridge/daemon/state_directory.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

using namespace bridge::daemon;

TEST_SUITE_BEGIN("firmware-bridge/daemon/state_directory");

namespace {

struct scratch {
    scratch() {
        std::string pattern = std::filesystem::temp_directory_path() / "state-XXXXXX";
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path = pattern;
    }
    ~scratch() { std::filesystem::remove_all(path); }
    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;
    std::filesystem::path path;
};

exit_code refused(const std::filesystem::path& path, std::string& why) {
    try {
        state_directory state{path};
    } catch (const startup_error& error) {
        why = error.what();
        return error.code();
    }
    return exit_code::ok;
}

unsigned mode_of(const std::filesystem::path& path) {
    struct stat found {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return found.st_mode & 07777;
}

}  // namespace

TEST_CASE("state_directory: it is made with its parents, and only its owner can look inside") {
    scratch dir;
    const state_directory state{dir.path / "a" / "b"};
    CHECK(mode_of(dir.path / "a" / "b") == 0700);
    CHECK(state / "journal.sqlite" == dir.path / "a" / "b" / "journal.sqlite");
    CHECK(state / "/elsewhere" == "/elsewhere");
}

TEST_CASE("state_directory: one that others could read is closed to them") {
    scratch dir;
    ::chmod(dir.path.c_str(), 0755);
    const state_directory state{dir.path};
    CHECK(mode_of(dir.path) == 0700);
}

TEST_CASE("state_directory: a second process is refused with the first one's number") {
    scratch dir;
    std::string why;
    {
        const state_directory first{dir.path};
        CHECK(refused(dir.path, why) == exit_code::in_use);
        CHECK(why == "state directory " + dir.path.string() + " is in use by process " +
                         std::to_string(::getpid()) +
                         "; stop it, or give this one its own --state");
    }
    CHECK(refused(dir.path, why) == exit_code::ok);
}

TEST_CASE("state_directory: what cannot be one is refused with the reason") {
    scratch dir;
    std::ofstream{dir.path / "file"} << "x";
    std::string why;
    CHECK(refused(dir.path / "file", why) == exit_code::state);
    CHECK(why.ends_with("is not a directory"));
    CHECK(refused(dir.path / "file" / "below", why) == exit_code::state);
    CHECK(why.find("cannot be made: Not a directory") != why.npos);
    CHECK(refused("/proc/self/state", why) == exit_code::state);
    CHECK(why.find("cannot be made") != why.npos);
}
