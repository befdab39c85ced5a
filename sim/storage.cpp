#include "sim/storage.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace sim {
namespace {

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path) {
    throw std::system_error{errno, std::generic_category(), what + " " + path.string()};
}

class open_file {
public:
    open_file(const std::filesystem::path& path, int flags)
        : path_{path}, descriptor_{::open(path.c_str(), flags | O_CLOEXEC, 0600)} {
        if (descriptor_ < 0) fail("cannot open", path_);
    }
    open_file(const open_file&) = delete;
    open_file& operator=(const open_file&) = delete;
    ~open_file() { ::close(descriptor_); }

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    void sync() const {
        if (::fsync(descriptor_) != 0) fail("cannot sync", path_);
    }

private:
    const std::filesystem::path& path_;
    int descriptor_;
};

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("cannot write", path);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::optional<std::string> read_whole(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in) {
        if (std::filesystem::exists(path)) fail("cannot read", path);
        return std::nullopt;
    }
    return std::string{std::istreambuf_iterator<char>{in}, {}};
}

void sync_directory_of(const std::filesystem::path& path) {
    const auto directory = path.has_parent_path() ? path.parent_path() : ".";
    open_file{directory, O_RDONLY | O_DIRECTORY}.sync();
}

}  // namespace

record_file::record_file(std::filesystem::path path, std::function<void(save_step)> after_step)
    : path_{std::move(path)}, after_step_{std::move(after_step)} {}

std::optional<std::string> record_file::load() const { return read_whole(path_); }

void record_file::save(std::string_view content) {
    const auto done = [&](save_step step) {
        if (after_step_) after_step_(step);
    };
    auto temporary = path_;
    temporary += ".new";
    {
        const open_file file{temporary, O_WRONLY | O_CREAT | O_TRUNC};
        done(save_step::begun);
        write_all(file.descriptor(), content, temporary);
        done(save_step::written);
        file.sync();
        done(save_step::synced);
    }
    std::filesystem::rename(temporary, path_);
    done(save_step::renamed);
    sync_directory_of(path_);
    done(save_step::directory_synced);
}

log_file::log_file(std::filesystem::path path) : path_{std::move(path)} {
    const bool created = !std::filesystem::exists(path_);
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor_ < 0) fail("cannot open", path_);
    if (created) sync_directory_of(path_);
}

log_file::~log_file() { ::close(descriptor_); }

std::vector<std::string> log_file::load() {
    const auto content = read_whole(path_).value_or("");
    std::vector<std::string> lines;
    std::size_t start = 0;
    for (auto end = content.find('\n'); end != std::string::npos; end = content.find('\n', start)) {
        lines.push_back(content.substr(start, end - start));
        start = end + 1;
    }
    // A line without its end was cut by a power loss before append() returned: nobody relies on it.
    if (start < content.size() && ::ftruncate(descriptor_, static_cast<off_t>(start)) != 0) {
        fail("cannot truncate", path_);
    }
    return lines;
}

void log_file::append(std::string_view line) {
    write_all(descriptor_, std::string{line} + '\n', path_);
    if (::fdatasync(descriptor_) != 0) fail("cannot sync", path_);
}

}  // namespace sim
