#include "firmware-bridge/api/token.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace bridge::api {
namespace {

constexpr std::size_t random_bytes = 32;
constexpr std::size_t shortest = 32;  // characters
constexpr std::size_t longest = 512;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why) {
    throw token_error{"token file " + path.string() + ": " + why};
}
[[noreturn]] void fail_with_errno(const std::filesystem::path& path, const char* step) {
    fail(path, std::string{step} + ": " + std::generic_category().message(errno));
}

class descriptor {
public:
    explicit descriptor(int value) noexcept : value_{value} {}
    ~descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    [[nodiscard]] int get() const noexcept { return value_; }
    [[nodiscard]] bool valid() const noexcept { return value_ >= 0; }

private:
    int value_;
};

std::string make_token(const std::filesystem::path& path) {
    std::array<unsigned char, random_bytes> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        fail_with_errno(path, "getrandom");
    std::string hex;
    for (auto byte : bytes) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
}

void sync_directory(const std::filesystem::path& path) {
    const auto directory = path.has_parent_path() ? path.parent_path() : ".";
    descriptor opened{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened.valid() || ::fsync(opened.get()) != 0)
        fail_with_errno(path, "fsync of its directory");
}

void write_whole(int to, std::string_view text, const std::filesystem::path& path) {
    while (!text.empty()) {
        const auto written = ::write(to, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail_with_errno(path, "write");
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

bool printable(char c) noexcept { return c > 0x20 && c < 0x7F; }

}  // namespace

std::string create_or_read_token(const std::filesystem::path& path) {
    // Written under another name and linked into place, so that a crash in between leaves no file
    // with half a token, and two that start at once agree on one.
    const auto unfinished = std::filesystem::path{path.string() + ".new"};
    struct stat found {};
    if (::stat(path.c_str(), &found) == 0) return read_token(path);
    if (::unlink(unfinished.c_str()) != 0 && errno != ENOENT) fail_with_errno(unfinished, "unlink");
    {
        descriptor made{::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
        if (!made.valid()) fail_with_errno(unfinished, "create");
        if (::fchmod(made.get(), 0600) != 0) fail_with_errno(unfinished, "chmod");
        write_whole(made.get(), make_token(path) + "\n", unfinished);
        if (::fsync(made.get()) != 0) fail_with_errno(unfinished, "fsync");
    }
    const bool linked = ::link(unfinished.c_str(), path.c_str()) == 0;
    if (!linked && errno != EEXIST) fail_with_errno(path, "link");
    ::unlink(unfinished.c_str());
    sync_directory(path);
    return read_token(path);
}

std::string read_token(const std::filesystem::path& path) {
    descriptor opened{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!opened.valid()) fail_with_errno(path, "open");
    struct stat found {};
    if (::fstat(opened.get(), &found) != 0) fail_with_errno(path, "stat");
    if (!S_ISREG(found.st_mode)) fail(path, "it is not a regular file");
    if ((found.st_mode & S_IRWXO) != 0)
        fail(path, "other users can read or write it: chmod o-rwx it, or make a new token");
    std::string text(longest + 1, '\0');
    const auto got = ::read(opened.get(), text.data(), text.size());
    if (got < 0) fail_with_errno(path, "read");
    text.resize(static_cast<std::size_t>(got));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    if (text.size() < shortest || text.size() > longest || !std::ranges::all_of(text, printable))
        fail(path, "it must hold one line of " + std::to_string(shortest) + " to " +
                       std::to_string(longest) + " printable characters without blanks");
    return text;
}

bool same_token(std::string_view left, std::string_view right) noexcept {
    if (left.size() != right.size() || left.empty()) return false;
    volatile unsigned char difference = 0;
    for (std::size_t i = 0; i < left.size(); ++i)
        difference =
            static_cast<unsigned char>(difference | (static_cast<unsigned char>(left[i]) ^
                                                     static_cast<unsigned char>(right[i])));
    return difference == 0;
}

}  // namespace bridge::api
