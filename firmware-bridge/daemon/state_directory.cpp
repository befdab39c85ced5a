#include "firmware-bridge/daemon/state_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace bridge::daemon {

namespace {

std::string reason(int error) { return std::generic_category().message(error); }

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& why) {
    throw startup_error{exit_code::state, "state directory " + path.string() + ": " + why};
}

void make(const std::filesystem::path& path) {
    std::error_code failed;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failed);
    if (!failed && ::mkdir(path.c_str(), 0700) == 0) return;
    const int error = failed ? failed.value() : errno;
    if (error == EEXIST) return;
    refuse(path, "cannot be made: " + reason(error) +
                     "; make it for this user, or name another one with --state");
}

/// Payment data and the administrator's token are in it: nobody else may look.
void check(const std::filesystem::path& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) refuse(path, reason(errno));
    if (!S_ISDIR(found.st_mode)) refuse(path, "is not a directory");
    if (found.st_uid != ::geteuid()) refuse(path, "belongs to another user");
    if ((found.st_mode & 0077) != 0 && ::chmod(path.c_str(), 0700) != 0)
        refuse(path, "is open to other users and cannot be closed: " + reason(errno));
    if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0) refuse(path, reason(errno));
}

std::string holder(int lock) {
    std::array<char, 16> text{};
    const auto size = ::pread(lock, text.data(), text.size(), 0);
    std::string pid{text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
    while (!pid.empty() && pid.back() == '\n') pid.pop_back();
    return pid.empty() ? "another process" : "process " + pid;
}

}  // namespace

state_directory::state_directory(std::filesystem::path path)
    : path_{std::filesystem::absolute(path)} {
    make(path_);
    check(path_);
    const auto file = path_ / "lock";
    lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_ < 0) refuse(path_, "cannot be locked: " + reason(errno));
    if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        const auto other = holder(lock_);
        ::close(lock_);
        if (error != EWOULDBLOCK) refuse(path_, "cannot be locked: " + reason(error));
        throw startup_error{exit_code::in_use, "state directory " + path_.string() +
                                                   " is in use by " + other +
                                                   "; stop it, or give this one its own --state"};
    }
    const auto pid = std::to_string(::getpid()) + '\n';
    if (::ftruncate(lock_, 0) != 0 ||
        ::pwrite(lock_, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
        const int error = errno;
        ::close(lock_);
        refuse(path_, "cannot be written: " + reason(error));
    }
}

// The lock goes with the descriptor; the file stays, because removing it would let two in.
state_directory::~state_directory() { ::close(lock_); }

}  // namespace bridge::daemon
