// The directory that holds journal, ledger, token and traces. One process at a time: two engines on
// one journal would each believe that the terminals are theirs.
//
//     state_directory state{"/var/lib/firmware-bridge"};     // or throws startup_error
//     open_journal(state / "journal.sqlite");
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

#include "firmware-bridge/daemon/options.hpp"

namespace bridge::daemon {

/// Why the daemon cannot start: one sentence for people, and what the process exits with.
class startup_error : public std::runtime_error {
public:
    startup_error(exit_code code, const std::string& sentence)
        : std::runtime_error{sentence}, code_{code} {}
    [[nodiscard]] exit_code code() const noexcept { return code_; }

private:
    exit_code code_;
};

class state_directory {
public:
    /// Makes the directory (mode 0700) when there is none and locks it. Throws startup_error:
    /// `state` when it cannot be made, is not ours or others can read it; `in_use` when another
    /// process holds it.
    explicit state_directory(std::filesystem::path);
    ~state_directory();
    state_directory(const state_directory&) = delete;
    state_directory& operator=(const state_directory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    /// `name` inside the directory; an absolute `name` stays as it is.
    [[nodiscard]] std::filesystem::path operator/(const std::filesystem::path& name) const {
        return path_ / name;
    }

private:
    std::filesystem::path path_;
    int lock_{-1};
};

}  // namespace bridge::daemon
