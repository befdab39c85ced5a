#include "tests/support/process.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

extern char** environ;

namespace tests {
namespace {

std::string beside_this_program(const std::string& name) {
    return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / name).string();
}

}  // namespace

void fail_waiting(const std::string& what) { FAIL("waited in vain for " << what); }
void short_pause() { std::this_thread::sleep_for(std::chrono::milliseconds{5}); }

process::process(std::vector<std::string> command) : name_{command.front()} {
    command.front() = beside_this_program(command.front());
    std::vector<char*> arguments;
    for (auto& argument : command) arguments.push_back(argument.data());
    arguments.push_back(nullptr);

    auto pattern = (std::filesystem::temp_directory_path() / (name_ + "-XXXXXX")).string();
    const int output = ::mkstemp(pattern.data());
    REQUIRE(output >= 0);
    output_path_ = pattern;

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_adddup2(&actions, output, 2);
    // A socket of the test that the program inherits would stay open when the test closes it.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    const int error =
        ::posix_spawn(&pid_, command.front().c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(output);
    REQUIRE_MESSAGE(error == 0, name_ << " did not start");
}

process::~process() {
    if (!exit_code_) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    std::error_code ignored;
    std::filesystem::remove(output_path_, ignored);
}

std::string process::output() const {
    std::ifstream file{output_path_};
    std::stringstream all;
    all << file.rdbuf();
    return all.str();
}

std::string process::wait_for_line(const std::string& prefix, std::chrono::seconds limit) {
    return wait_for_lines(prefix, 1, limit).front();
}

std::vector<std::string> process::wait_for_lines(const std::string& prefix, std::size_t count,
                                                 std::chrono::seconds limit) {
    std::vector<std::string> rests;
    const auto found = [&] {
        rests.clear();
        std::istringstream lines{output()};
        for (std::string line; rests.size() < count && std::getline(lines, line);) {
            if (line.starts_with(prefix) && !lines.eof())
                rests.push_back(line.substr(prefix.size()));
        }
        return rests.size() == count;
    };
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!found()) {
        if (!runs() || std::chrono::steady_clock::now() > end) {
            if (found()) break;
            FAIL(name_ << " did not say \"" << prefix << "\" " << count << " times; it said:\n"
                       << output());
        }
        short_pause();
    }
    return rests;
}

void process::signal(int number) const {
    if (!exit_code_) ::kill(pid_, number);
}

bool process::runs() {
    if (exit_code_) return false;
    int status{};
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return false;
}

int process::wait(std::chrono::seconds limit) {
    wait_until(
        name_ + " to end", [this] { return !runs(); }, limit);
    return exit_code_.value_or(-1);
}

scratch_directory::scratch_directory() {
    auto pattern = (std::filesystem::temp_directory_path() / "firmware-bridge-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
}

scratch_directory::~scratch_directory() {
    if (std::getenv("BRIDGE_KEEP") != nullptr) {
        MESSAGE("kept: " << path_);
        return;
    }
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace tests
