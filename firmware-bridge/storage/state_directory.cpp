#include "firmware-bridge/storage/state_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace bridge::storage {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* doing) {
    throw open_error{errc::io_error,
                     path.string() + ": cannot " + doing + ": " + std::strerror(errno)};
}

std::string holder_of(const std::filesystem::path& lock_file) {
    std::string pid;
    std::getline(std::ifstream{lock_file}, pid);
    return pid.empty() ? "another process" : "process " + pid;
}

}  // namespace

state_directory::state_directory(std::filesystem::path path) : path_{std::move(path)} {
    std::error_code failed;
    if (std::filesystem::create_directories(path_, failed)) {
        std::filesystem::permissions(path_, std::filesystem::perms::owner_all, failed);
    }
    if (failed) {
        throw open_error{errc::io_error,
                         path_.string() + ": cannot make the directory: " + failed.message()};
    }
    directory_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory_ < 0) fail(path_, "open the directory");
    const auto lock_file = path_ / "lock";
    lock_ = ::openat(directory_, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_ < 0) fail(lock_file, "open the lock file");
    if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) fail(lock_file, "lock");
        throw open_error{errc::in_use, path_.string() + ": " + holder_of(lock_file) +
                                           " uses this state directory. Stop it, or give this one "
                                           "a directory of its own with --state."};
    }
    const auto pid = std::to_string(::getpid()) + "\n";
    // Nothing depends on it: a lock file that cannot be written locks all the same.
    if (::ftruncate(lock_, 0) == 0) (void)!::pwrite(lock_, pid.data(), pid.size(), 0);
}

state_directory::~state_directory() {
    if (lock_ >= 0) ::close(lock_);
    if (directory_ >= 0) ::close(directory_);
}

void state_directory::sync() const {
    if (::fsync(directory_) != 0) fail(path_, "sync the directory");
}

}  // namespace bridge::storage
