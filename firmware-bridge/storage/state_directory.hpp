// The daemon's state directory, locked: one process at a time keeps its books in it.
//
//     state_directory state{"/var/lib/firmware-bridge"};   // throws open_error: in_use, io_error
//
// The lock is on the file "lock" (flock), so it goes with the process however that ends. The file
// holds the process id, for people only.
#pragma once

#include <filesystem>

#include "firmware-bridge/storage/error.hpp"

namespace bridge::storage {

class state_directory {
public:
    /// Makes the directory (0700) when it is not there.
    explicit state_directory(std::filesystem::path);
    ~state_directory();
    state_directory(const state_directory&) = delete;
    state_directory& operator=(const state_directory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] std::filesystem::path operator/(const std::filesystem::path& name) const {
        return path_ / name;
    }

    /// Makes created, renamed and removed names durable. Throws open_error.
    void sync() const;

private:
    std::filesystem::path path_;
    int directory_{-1};
    int lock_{-1};
};

}  // namespace bridge::storage
