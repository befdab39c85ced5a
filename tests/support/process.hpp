// Programs as processes: started, listened to, stopped, killed.
//
//     process emulator{{"terminal-emulator", "--link", "tcp:127.0.0.1:0"}};
//     const auto port = emulator.wait_for_line("ready tcp:127.0.0.1:");   // the rest of that line
//     emulator.signal(SIGKILL); emulator.wait();
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace tests {

class process {
public:
    /// The program is looked for beside the test program. Its output goes to a file of its own.
    explicit process(std::vector<std::string> command);
    /// Killed when it still runs.
    ~process();
    process(const process&) = delete;
    process& operator=(const process&) = delete;

    /// What follows `prefix` on the first line that begins with it. Fails the test when the program
    /// ends or the time is over before.
    std::string wait_for_line(const std::string& prefix,
                              std::chrono::seconds limit = std::chrono::seconds{20});
    /// The same for the first `count` lines that begin with it.
    std::vector<std::string> wait_for_lines(const std::string& prefix, std::size_t count,
                                            std::chrono::seconds limit = std::chrono::seconds{20});
    void signal(int number) const;
    /// Exit code, or 128 + signal. Fails the test when it does not end in time.
    int wait(std::chrono::seconds limit = std::chrono::seconds{20});
    [[nodiscard]] bool runs();
    [[nodiscard]] std::string output() const;
    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

private:
    std::string name_;
    std::string output_path_;
    pid_t pid_{};
    std::optional<int> exit_code_;
};

/// A directory that is removed with everything in it; BRIDGE_KEEP=1 keeps it and says where.
class scratch_directory {
public:
    scratch_directory();
    ~scratch_directory();
    scratch_directory(const scratch_directory&) = delete;
    scratch_directory& operator=(const scratch_directory&) = delete;
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] std::string operator/(const std::string& name) const {
        return path_ + "/" + name;
    }

private:
    std::string path_;
};

/// Asks until `done` says so; fails the test, naming `what`, after `limit`. The limit only bounds a
/// failure: no test is faster or slower for it.
template <class Done>
void wait_until(const std::string& what, Done done,
                std::chrono::seconds limit = std::chrono::seconds{30});

void fail_waiting(const std::string& what);
void short_pause();

template <class Done>
void wait_until(const std::string& what, Done done, std::chrono::seconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!done()) {
        if (std::chrono::steady_clock::now() > end) return fail_waiting(what);
        short_pause();
    }
}

}  // namespace tests
