#include "firmware-bridge/storage/file_system.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "firmware-bridge/storage/error.hpp"

namespace bridge::storage {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const char* doing) {
    throw open_error{errc::io_error,
                     path.string() + ": cannot " + doing + ": " + std::strerror(errno)};
}

int expect(int opened, const fs::path& path, const char* doing) {
    if (opened < 0) fail(path, doing);
    return opened;
}

std::string holder_of(const fs::path& lock_file) {
    std::string pid;
    std::getline(std::ifstream{lock_file}, pid);
    return pid.empty() ? "another process" : "process " + pid;
}

class descriptor {
public:
    explicit descriptor(int number) noexcept : number_{number} {}
    ~descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    [[nodiscard]] int number() const noexcept { return number_; }

private:
    int number_;
};

/// The lock is on the file "lock" (flock), so it goes with the process however that ends. The file
/// holds the process id, for people only.
class locked_directory final : public held_directory {
public:
    explicit locked_directory(const fs::path& path)
        : path_{path},
          directory_{expect(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), path,
                            "open the directory")},
          lock_{expect(::openat(directory_.number(), "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600),
                       path / "lock", "open the lock file")} {
        const auto lock_file = path_ / "lock";
        if (::flock(lock_.number(), LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK) fail(lock_file, "lock");
            throw open_error{errc::in_use,
                             path_.string() + ": " + holder_of(lock_file) +
                                 " uses this state directory. Stop it, or give this one a "
                                 "directory of its own with --state."};
        }
        const auto pid = std::to_string(::getpid()) + "\n";
        // Nothing depends on it: a lock file that cannot be written locks all the same.
        if (::ftruncate(lock_.number(), 0) == 0)
            (void)!::pwrite(lock_.number(), pid.data(), pid.size(), 0);
    }

    void sync() override {
        if (::fsync(directory_.number()) != 0) fail(path_, "sync the directory");
    }

private:
    fs::path path_;
    descriptor directory_;
    descriptor lock_;
};

class real_files final : public file_system {
public:
    std::unique_ptr<held_directory> hold(const fs::path& path) override {
        std::error_code failed;
        if (fs::create_directories(path, failed)) {
            fs::permissions(path, fs::perms::owner_all, failed);
        }
        if (failed) {
            throw open_error{errc::io_error,
                             path.string() + ": cannot make the directory: " + failed.message()};
        }
        return std::make_unique<locked_directory>(path);
    }

    bool exists(const fs::path& path) override { return fs::exists(path); }
    std::uintmax_t size(const fs::path& path) override { return fs::file_size(path); }

    std::vector<std::string> names_in(const fs::path& directory) override {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator{directory})
            names.push_back(entry.path().filename().string());
        return names;
    }

    void sync_file(const fs::path& path) override {
        const descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
        if (file.number() >= 0 && ::fsync(file.number()) == 0) return;
        const int reason = errno;
        throw open_error{reason == ENOSPC ? errc::disk_full : errc::io_error,
                         path.string() + ": " + std::strerror(reason)};
    }

    void write_again(const fs::path& path) override {
        const descriptor file{::open(path.c_str(), O_RDWR | O_CLOEXEC)};
        if (file.number() < 0 && errno == ENOENT) return;
        std::array<char, 64U << 10U> part{};
        off_t at = 0;
        for (ssize_t size = 1; size > 0; at += size) {
            size = ::pread(file.number(), part.data(), part.size(), at);
            if (size < 0 ||
                ::pwrite(file.number(), part.data(), static_cast<std::size_t>(size), at) != size)
                fail(path, "write it again");
        }
        if (::fsync(file.number()) != 0) fail(path, "sync it");
    }

    void rename(const fs::path& from, const fs::path& to) override { fs::rename(from, to); }
    void remove(const fs::path& path) override { fs::remove(path); }
};

}  // namespace

file_system& posix_files() noexcept {
    static real_files files;
    return files;
}

}  // namespace bridge::storage
