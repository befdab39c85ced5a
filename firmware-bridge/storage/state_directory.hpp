// The daemon's state directory, locked: one process at a time keeps its books in it.
//
//     state_directory state{"/var/lib/firmware-bridge"};   // throws open_error: in_use, io_error
#pragma once

#include <filesystem>
#include <memory>

#include "firmware-bridge/storage/error.hpp"
#include "firmware-bridge/storage/file_system.hpp"

namespace bridge::storage {

class state_directory {
public:
    /// Makes the directory when it is not there. The files must outlive it.
    explicit state_directory(std::filesystem::path path, file_system& files = posix_files())
        : path_{std::move(path)}, files_{files}, held_{files.hold(path_)} {}

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] std::filesystem::path operator/(const std::filesystem::path& name) const {
        return path_ / name;
    }
    [[nodiscard]] file_system& files() const noexcept { return files_; }

    /// Makes created, renamed and removed names durable. Throws open_error.
    void sync() const { held_->sync(); }

private:
    std::filesystem::path path_;
    file_system& files_;
    std::unique_ptr<held_directory> held_;
};

}  // namespace bridge::storage
