#include "drivers/serial_link.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <chrono>
#include <utility>

#include "drivers/link_error.hpp"
#include "protocol/invariant.hpp"

namespace drivers {

using protocol::error_code;
using protocol::result;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

error_code last_error() { return {errno, boost::system::system_category()}; }

/// Closes the descriptor unless it was released to Asio.
class descriptor {
public:
    explicit descriptor(int fd) noexcept : fd_{fd} {}
    ~descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    [[nodiscard]] int get() const noexcept { return fd_; }
    void release() noexcept { fd_ = -1; }

private:
    int fd_;
};

error_code explain_open(int error) {
    switch (error) {
        case EISDIR: return link_errc::not_a_serial_device;
        case ENOENT:  // unplugged, or a link that dangles
        case ENOTDIR:
        case ENXIO:
        case ENODEV:
        case EIO:  // a pseudo terminal whose other side has gone
            return link_errc::device_absent;
        case EBUSY: return link_errc::device_in_use;
        case EACCES:
        case EPERM: return link_errc::permission_denied;
        default: return {error, boost::system::system_category()};
    }
}

/// A device that is pulled while it is open: the kernel hangs the line up (end of file), and the
/// driver answers the rest.
error_code explain_transfer(const error_code& failed) {
    if (failed == asio::error::eof || failed.value() == EIO || failed.value() == ENODEV ||
        failed.value() == ENXIO) {
        return link_errc::hung_up;
    }
    return failed;
}

speed_t speed_of(std::uint32_t baud) {
    switch (baud) {
        case 9600: return B9600;
        case 19200: return B19200;
        case 38400: return B38400;
        case 57600: return B57600;
        case 115200: return B115200;
        default: break;
    }
    BRIDGE_INVARIANT(false && "serial_address holds a speed that parse_link_address() refuses");
    return B0;
}

/// Unix98 pseudo terminals have the majors 136 to 143 (Documentation/admin-guide/devices.txt).
bool is_pseudo_terminal(int fd) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) return false;
    return major(status.st_rdev) >= 136 && major(status.st_rdev) <= 143;
}

/// Two locks, because neither is enough: flock() stops those who ask, among them a second instance
/// of ours run by root; TIOCEXCL stops everybody but root. On a pseudo terminal only flock(): there
/// TIOCEXCL outlives a killed process for as long as the other side is open, and would lock the
/// next one out.
error_code lock(int fd) {
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK ? error_code{link_errc::device_in_use} : last_error();
    }
    if (!is_pseudo_terminal(fd)) ::ioctl(fd, TIOCEXCL);
    return {};
}

error_code configure(int fd, const serial_address& address) {
    termios line{};
    if (::tcgetattr(fd, &line) != 0) return last_error();
    ::cfmakeraw(&line);
    line.c_iflag |= IGNBRK;  // a pulled plug is no byte
    line.c_cflag &= ~static_cast<tcflag_t>(CRTSCTS | CSTOPB);
    line.c_cflag |= CLOCAL | CREAD;
    if (address.stop == stop_bits::two) line.c_cflag |= CSTOPB;
    line.c_cc[VMIN] = 1;  // 0 would make "nothing there yet" look like a hang-up
    line.c_cc[VTIME] = 0;
    const auto speed = speed_of(address.baud);
    ::cfsetispeed(&line, speed);
    ::cfsetospeed(&line, speed);
    if (::tcsetattr(fd, TCSANOW, &line) != 0) return last_error();
    return {};
}

/// Terminals with a real V.24 socket take DTR and RTS for "register present". Pseudo terminals and
/// some CDC devices have no such lines (ENOTTY, EINVAL) and do not need them.
void raise_signals(int fd) {
    int signals = TIOCM_DTR | TIOCM_RTS;
    ::ioctl(fd, TIOCMBIS, &signals);
}

}  // namespace

serial_link::serial_link(asio::any_io_executor executor, serial_address address)
    : address_{std::move(address)}, port_{executor}, drain_timer_{executor} {}

serial_link::~serial_link() { close(); }

/// Opened by hand rather than by asio::serial_port::open(): the lock must stand before a setting of
/// the line is touched, or a second program would garble the first one's dialogue before it is
/// refused.
asio::awaitable<error_code> serial_link::open() {
    close();
    // O_NONBLOCK: a line without carrier detect must not hold open(2) up.
    descriptor device{::open(address_.device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    if (device.get() < 0) co_return explain_open(errno);
    if (::isatty(device.get()) == 0) co_return link_errc::not_a_serial_device;
    if (const auto failed = lock(device.get())) co_return failed;
    if (const auto failed = configure(device.get(), address_)) co_return explain_transfer(failed);
    raise_signals(device.get());
    ::tcflush(device.get(), TCIFLUSH);
    error_code failed;
    port_.assign(device.get(), failed);
    if (!failed) device.release();
    co_return failed;
}

asio::awaitable<result<std::size_t>> serial_link::read(std::span<std::uint8_t> into) {
    const auto [failed, size] =
        co_await port_.async_read_some(asio::buffer(into.data(), into.size()), as_values);
    if (failed) co_return explain_transfer(failed);
    co_return size;
}

asio::awaitable<link::write_outcome> serial_link::write(std::span<const std::uint8_t> bytes) {
    auto [failed, size] =
        co_await asio::async_write(port_, asio::buffer(bytes.data(), bytes.size()), as_values);
    if (!failed) failed = co_await drained();
    co_return write_outcome{explain_transfer(failed), size};
}

/// Waits until the line has sent what the kernel holds. close() can then throw away what is left
/// without taking a message along whose write() was reported as done. A pseudo terminal says 0.
asio::awaitable<error_code> serial_link::drained() {
    for (;;) {
        int queued = 0;
        if (::ioctl(port_.native_handle(), TIOCOUTQ, &queued) != 0 || queued <= 0) {
            co_return error_code{};
        }
        constexpr int bits_a_byte = 11;  // start, eight data, two stop
        const auto sending = std::chrono::microseconds{1'000'000} * bits_a_byte * queued /
                             static_cast<int>(address_.baud);
        drain_timer_.expires_after(std::max(sending, std::chrono::microseconds{500}));
        const auto [cancelled] = co_await drain_timer_.async_wait(as_values);
        if (cancelled) co_return cancelled;
    }
}

/// A device that takes no bytes would hold close(2) up for as long as its driver lingers (half a
/// minute), and with it every other terminal. What it has not taken by now is thrown away.
void serial_link::close() noexcept {
    drain_timer_.cancel();
    if (!port_.is_open()) return;
    int queued = 0;
    if (::ioctl(port_.native_handle(), TIOCOUTQ, &queued) == 0 && queued > 0) {
        ::tcflush(port_.native_handle(), TCOFLUSH);
    }
    ::ioctl(port_.native_handle(), TIOCNXCL);
    error_code ignored;
    port_.close(ignored);
}

}  // namespace drivers
