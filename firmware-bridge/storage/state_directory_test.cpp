#include "firmware-bridge/storage/state_directory.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <optional>

#include "firmware-bridge/storage/testing/temporary_directory.hpp"

using namespace bridge::storage;
using bridge::storage::testing::temporary_directory;

TEST_SUITE_BEGIN("storage/state_directory");

TEST_CASE("state directory: it is made for its owner only") {
    const temporary_directory directory;
    const state_directory state{directory / "deep" / "state"};
    CHECK(std::filesystem::status(state.path()).permissions() == std::filesystem::perms::owner_all);
}

TEST_CASE("state directory: a second instance is refused, and told who holds it") {
    const temporary_directory directory;
    std::optional<state_directory> first{directory.path()};
    const auto own_pid = std::to_string(::getpid());
    try {
        const state_directory second{directory.path()};
        FAIL("two instances in one state directory");
    } catch (const open_error& refused) {
        CHECK(refused.code() == errc::in_use);
        CHECK(std::string{refused.what()}.find("process " + own_pid) != std::string::npos);
    }
    first.reset();
    CHECK_NOTHROW(state_directory{directory.path()});
}

TEST_CASE("state directory: what cannot be a directory is named") {
    try {
        const state_directory state{"/dev/null/state"};
        FAIL("opened a directory below a device");
    } catch (const open_error& refused) {
        CHECK(refused.code() == errc::io_error);
        CHECK(std::string{refused.what()}.find("/dev/null/state") != std::string::npos);
    }
}

TEST_SUITE_END();
