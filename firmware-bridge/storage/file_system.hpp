// Names and directories, as far as SQLite's own file layer leaves them to us: making a file exist,
// renaming it, making names durable, holding a directory for one process.
//
//     auto held = posix_files().hold("/var/lib/firmware-bridge");   // throws open_error: in_use
//     posix_files().rename(unfinished, file);
//     held->sync();                                                 // … and now the name is
//     durable
//
// The daemon uses the real one. The simulation brings a disk in memory, on which a name that was
// not synced is lost in a crash.
//
// All of it is for start-up, so failures are exceptions: std::filesystem::filesystem_error, or
// open_error where said.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace bridge::storage {

/// A directory that this process alone has. It is given back by destruction.
class held_directory {
public:
    virtual ~held_directory() = default;
    /// Makes created, renamed and removed names durable. Throws open_error.
    virtual void sync() = 0;
};

class file_system {
public:
    virtual ~file_system() = default;

    /// Makes the directory (0700) when it is not there. Throws open_error: in_use, io_error.
    [[nodiscard]] virtual std::unique_ptr<held_directory> hold(const std::filesystem::path&) = 0;

    [[nodiscard]] virtual bool exists(const std::filesystem::path&) = 0;
    [[nodiscard]] virtual std::uintmax_t size(const std::filesystem::path&) = 0;
    /// Names in a directory, in no order.
    [[nodiscard]] virtual std::vector<std::string> names_in(const std::filesystem::path&) = 0;
    /// Makes the file (0600) when it is not there, and its content durable; not its name. Throws
    /// open_error: disk_full, io_error.
    virtual void sync_file(const std::filesystem::path&) = 0;
    /// Writes the file's own bytes once more and makes them durable: after a failed sync the kernel
    /// takes them for written, so only new writes prove anything. No effect when there is none.
    /// Throws open_error: disk_full, io_error.
    virtual void write_again(const std::filesystem::path&) = 0;
    virtual void rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
    /// No effect when there is none.
    virtual void remove(const std::filesystem::path&) = 0;
};

[[nodiscard]] file_system& posix_files() noexcept;

}  // namespace bridge::storage
