// A directory for one test, removed with all that is in it. In memory where there is such a place:
// tests sync a lot, and what they want to know of lost syncs they ask faulty_vfs.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace bridge::storage::testing {

class temporary_directory {
public:
    temporary_directory() {
        const std::filesystem::path memory{"/dev/shm"};
        const auto base = std::getenv("TMPDIR") == nullptr && std::filesystem::exists(memory)
                              ? memory
                              : std::filesystem::temp_directory_path();
        auto name = (base / "bridge-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"mkdtemp: " + name};
        path_ = name;
    }
    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] std::filesystem::path operator/(const std::filesystem::path& name) const {
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

}  // namespace bridge::storage::testing
