#include "tests/torture/proc.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace torture {
namespace {

namespace fs = std::filesystem;

int entries_in(const std::string& directory) {
    return static_cast<int>(std::distance(fs::directory_iterator{directory}, {}));
}

}  // namespace

holdings held_by(pid_t process) {
    const auto of = "/proc/" + std::to_string(process);
    holdings found{entries_in(of + "/fd"), entries_in(of + "/task"), 0};
    std::ifstream status{of + "/status"};
    for (std::string name; status >> name;) {
        if (name == "RssAnon:") status >> found.anonymous_kib;
    }
    return found;
}

std::int64_t bytes_of(const std::string& directory, const std::string& part) {
    std::int64_t sum{};
    for (const auto& entry : fs::recursive_directory_iterator{directory}) {
        const auto name = entry.path().filename().string();
        if (!entry.is_regular_file() || name.find(part) == std::string::npos) continue;
        std::error_code gone;  // a log that is just being rotated
        const auto size = entry.file_size(gone);
        if (!gone) sum += static_cast<std::int64_t>(size);
    }
    return sum;
}

}  // namespace torture
