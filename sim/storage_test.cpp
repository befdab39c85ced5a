#include "sim/storage.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <array>
#include <fstream>

using namespace sim;
namespace fs = std::filesystem;

namespace {

class scratch_directory {
public:
    scratch_directory() {
        std::string name = (fs::temp_directory_path() / "sim-storage-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~scratch_directory() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    [[nodiscard]] fs::path operator/(std::string_view name) const { return path_ / name; }

private:
    fs::path path_;
};

struct power_cut {};

}  // namespace

TEST_SUITE_BEGIN("sim/storage");

TEST_CASE("record_file: what was saved is loaded; nothing saved is nothing") {
    const scratch_directory directory;
    record_file file{directory / "memory"};
    CHECK_FALSE(file.load().has_value());
    file.save("one");
    file.save("two");
    CHECK(record_file{directory / "memory"}.load() == "two");
}

TEST_CASE("record_file: a cut at any step of a save leaves the old content or the new") {
    constexpr std::array steps{save_step::begun, save_step::written, save_step::synced,
                               save_step::renamed, save_step::directory_synced};
    for (const auto cut : steps) {
        CAPTURE(static_cast<int>(cut));
        const scratch_directory directory;
        record_file{directory / "memory"}.save("old");
        record_file dying{directory / "memory", [&](save_step done) {
                              if (done == cut) throw power_cut{};
                          }};
        CHECK_THROWS_AS(dying.save("new"), power_cut);
        const auto left = record_file{directory / "memory"}.load();
        CHECK(left == (cut < save_step::renamed ? "old" : "new"));
        // And the next start can save again over what was left lying about.
        record_file{directory / "memory"}.save("next");
        CHECK(record_file{directory / "memory"}.load() == "next");
    }
}

TEST_CASE("record_file: a directory that is not there is an error, not a silent loss") {
    const scratch_directory directory;
    record_file file{directory / "missing" / "memory"};
    CHECK_THROWS_AS(file.save("x"), std::system_error);
}

TEST_CASE("log_file: lines come back in order, across a reopening") {
    const scratch_directory directory;
    log_file{directory / "books"}.append("one");
    log_file again{directory / "books"};
    again.append("two");
    CHECK(again.load() == std::vector<std::string>{"one", "two"});
}

TEST_CASE("log_file: a torn last line is cut off and does not spoil the next") {
    const scratch_directory directory;
    log_file{directory / "books"}.append("one");
    std::ofstream{directory / "books", std::ios::app} << "tor";
    {
        log_file books{directory / "books"};
        CHECK(books.load() == std::vector<std::string>{"one"});
        books.append("two");
    }
    CHECK(log_file{directory / "books"}.load() == std::vector<std::string>{"one", "two"});
}

TEST_SUITE_END();
