#include "firmware-bridge/api/token.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace bridge::api {
namespace {

namespace fs = std::filesystem;

struct folder {
    folder() {
        std::string pattern = (fs::temp_directory_path() / "token-test-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path = pattern;
    }
    ~folder() { fs::remove_all(path); }
    [[nodiscard]] fs::path file(std::string_view text, mode_t mode = 0600) const {
        const auto made = path / "given.token";
        std::ofstream{made} << text;
        ::chmod(made.c_str(), mode);
        return made;
    }
    fs::path path;
};

const std::string long_enough(32, 't');

}  // namespace

TEST_SUITE("firmware-bridge/api/token") {
    TEST_CASE("token: the first start makes one that only its owner reads, later ones find it") {
        const folder state;
        const auto path = state.path / "admin.token";
        const auto made = create_or_read_token(path);
        CHECK(made.size() == 64);
        CHECK(made.find_first_not_of("0123456789abcdef") == std::string::npos);
        struct stat found {};
        REQUIRE(::stat(path.c_str(), &found) == 0);
        CHECK((found.st_mode & 07777) == 0600);
        CHECK(create_or_read_token(path) == made);
        CHECK(create_or_read_token(state.path / "other.token") != made);
        CHECK(std::distance(fs::directory_iterator{state.path}, {}) == 2);  // nothing else is left
    }

    TEST_CASE("token: a start that was killed while making it does no harm") {
        const folder state;
        std::ofstream{state.path / "admin.token.new"} << "half a tok";
        CHECK(create_or_read_token(state.path / "admin.token").size() == 64);
        CHECK_FALSE(fs::exists(state.path / "admin.token.new"));
    }

    TEST_CASE("token: a file with one line is read, with or without its end") {
        const folder state;
        CHECK(read_token(state.file(long_enough)) == long_enough);
        CHECK(read_token(state.file(long_enough + "\n")) == long_enough);
        CHECK(read_token(state.file(long_enough + "\r\n")) == long_enough);
        CHECK(read_token(state.file(long_enough + "\n", 0640)) == long_enough);
    }

    TEST_CASE("token: a file that is none, or that others can read, is refused by name") {
        const folder state;
        const auto refused = [](const fs::path& path, std::string_view says) {
            CAPTURE(says);
            try {
                (void)read_token(path);
                FAIL("was read");
            } catch (const token_error& wrong) {
                const std::string message = wrong.what();
                CAPTURE(message);
                CHECK(message.find(path.string()) != std::string::npos);
                CHECK(message.find(says) != std::string::npos);
                CHECK(message.find("ttttt") == std::string::npos);
            }
        };
        refused(state.path / "missing.token", "No such file");
        refused(state.path, "not a regular file");
        refused(state.file(long_enough, 0604), "other users can read");
        refused(state.file(long_enough, 0602), "other users can read");
        refused(state.file(""), "32 to 512");
        refused(state.file(std::string(31, 't')), "32 to 512");
        refused(state.file(std::string(513, 't')), "32 to 512");
        refused(state.file(long_enough + " " + long_enough), "without blanks");
        refused(state.file(long_enough + "\n" + long_enough), "without blanks");
        refused(state.file(long_enough + "\x01"), "printable");
    }

    TEST_CASE("token: a state directory that cannot be written is named") {
        const folder state;
        CHECK_THROWS_AS((void)create_or_read_token(state.path / "missing" / "admin.token"),
                        token_error);
    }

    TEST_CASE("token: only the same token is the same, and no token is none") {
        CHECK(same_token("abc", "abc"));
        CHECK_FALSE(same_token("abc", "abd"));
        CHECK_FALSE(same_token("abc", "ab"));
        CHECK_FALSE(same_token("abc", "abcd"));
        CHECK_FALSE(same_token("", ""));
    }
}

}  // namespace bridge::api
