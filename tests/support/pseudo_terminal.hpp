// The far end of a pseudo terminal: a serial terminal that a test can plug in, talk through and
// pull out again.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace support {

class pseudo_terminal {
public:
    pseudo_terminal() : fd_{::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)} {
        REQUIRE(fd_ >= 0);
        REQUIRE(::grantpt(fd_) == 0);
        REQUIRE(::unlockpt(fd_) == 0);
        path_ = ::ptsname(fd_);
    }
    ~pseudo_terminal() { pull(); }
    pseudo_terminal(const pseudo_terminal&) = delete;
    pseudo_terminal& operator=(const pseudo_terminal&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

    void send(std::span<const std::uint8_t> bytes) const {
        REQUIRE(::write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    }
    /// Takes what is there, `most` bytes at most.
    void receive_into(std::vector<std::uint8_t>& all, std::size_t most = 4096) const {
        std::vector<std::uint8_t> buffer(most);
        const auto size = ::read(fd_, buffer.data(), buffer.size());
        if (size > 0) all.insert(all.end(), buffer.begin(), buffer.begin() + size);
    }
    /// As when the plug is pulled: the other side hangs up and its path is gone.
    void pull() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

private:
    int fd_;
    std::string path_;
};

/// A second descriptor on a device, to look at its settings.
class device_handle {
public:
    explicit device_handle(const std::string& path)
        : fd_{::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)} {
        REQUIRE(fd_ >= 0);
    }
    ~device_handle() { ::close(fd_); }
    device_handle(const device_handle&) = delete;
    device_handle& operator=(const device_handle&) = delete;
    [[nodiscard]] int get() const { return fd_; }
    /// Bytes can be read here within ten seconds.
    [[nodiscard]] bool has_input() const {
        pollfd waiting{fd_, POLLIN, 0};
        return ::poll(&waiting, 1, 10'000) == 1;
    }

private:
    int fd_;
};

}  // namespace support
