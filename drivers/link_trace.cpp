#include "drivers/link_trace.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "protocol/invariant.hpp"

namespace drivers {
namespace {

constexpr mode_t file_mode = 0640;  // the service writes, its group may read

error_code last_error() { return {errno, boost::system::system_category()}; }

/// All of `text` at the end of a file of `size` bytes, or nothing: a full disk takes a part first,
/// and half a line would make the file unreadable from there on.
error_code append_whole(int fd, std::uint64_t size, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            const auto failed = last_error();
            [[maybe_unused]] const int ignored = ::ftruncate(fd, static_cast<off_t>(size));
            return failed;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace

link_trace::link_trace(link_trace_options options, std::string title, reporter report)
    : options_{std::move(options)}, title_{std::move(title)}, report_{std::move(report)} {
    BRIDGE_INVARIANT(options_.files >= 1);
}

link_trace::~link_trace() { close(); }

void link_trace::write(const trace_record& record, wall_time at) {
    line_.clear();
    if (lost_ > 0) {
        const auto note = std::to_string(lost_) + " records before this one are lost";
        write_traced(line_, {record.way, trace_record::kind::note, {}, note}, at);
    }
    write_traced(line_, record, at);
    const auto failed = append(line_);
    if (!failed) {
        lost_ = 0;
        return;
    }
    close();  // the next record opens it anew: the disk may have been exchanged by then
    if (++lost_ == 1) report_(failed);
}

error_code link_trace::append(std::string_view text) {
    if (fd_ < 0) {
        if (const auto failed = open()) return failed;
    }
    if (size_ > 0 && size_ + text.size() > options_.max_bytes) {
        if (const auto failed = rotate()) return failed;
    }
    if (const auto failed = append_whole(fd_, size_, text)) return failed;
    size_ += text.size();
    return {};
}

error_code link_trace::open() {
    // O_NONBLOCK: somebody may have put a FIFO there, which must not hold the daemon up.
    fd_ = ::open(options_.file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK,
                 file_mode);
    if (fd_ < 0) return last_error();
    struct stat status {};
    if (::fstat(fd_, &status) != 0) return last_error();
    size_ = static_cast<std::uint64_t>(status.st_size);
    if (size_ > 0) return {};
    if (S_ISREG(status.st_mode) && ::fchmod(fd_, file_mode) != 0) return last_error();
    const auto heading = "# firmware-bridge link trace, format 1: " + title_ + "\n";
    if (const auto failed = append_whole(fd_, 0, heading)) return failed;
    size_ = heading.size();
    return {};
}

/// FILE becomes FILE.1, FILE.1 becomes FILE.2 …; the oldest goes.
error_code link_trace::rotate() {
    close();
    std::error_code failed;
    for (unsigned age = options_.files - 1; age > 0; --age) {
        std::filesystem::rename(name_of(age - 1), name_of(age), failed);
        if (failed && failed != std::errc::no_such_file_or_directory) return failed;
    }
    if (options_.files == 1) std::filesystem::remove(options_.file, failed);
    return open();
}

void link_trace::close() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    size_ = 0;
}

std::filesystem::path link_trace::name_of(unsigned age) const {
    auto name = options_.file;
    if (age > 0) name += "." + std::to_string(age);
    return name;
}

}  // namespace drivers
