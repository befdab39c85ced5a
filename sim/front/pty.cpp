#include "sim/front/pty.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <system_error>

namespace sim {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using boost::system::error_code;

namespace {

/// How often to look whether a register has opened its side again.
constexpr milliseconds open_poll{5};

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error{errno, std::generic_category(), what};
}

int open_master() {
    const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0) fail("cannot open a pseudo terminal");
    if (::grantpt(master) != 0 || ::unlockpt(master) != 0) {
        ::close(master);
        fail("cannot unlock a pseudo terminal");
    }
    return master;
}

fs::path slave_of(int master) {
    std::array<char, 128> name{};
    if (::ptsname_r(master, name.data(), name.size()) != 0) fail("cannot name a pseudo terminal");
    return name.data();
}

/// No echo, no line editing: bytes as they are, also for a register that sets nothing itself.
void make_raw(const fs::path& slave) {
    const int side = ::open(slave.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (side < 0) fail("cannot open " + slave.string());
    termios settings{};
    const bool got = ::tcgetattr(side, &settings) == 0;
    ::cfmakeraw(&settings);
    const bool set = got && ::tcsetattr(side, TCSANOW, &settings) == 0;
    ::close(side);
    if (!set) fail("cannot set up " + slave.string());
}

/// Puts the link in place in one step, so that PATH never leads nowhere.
void link_to(const fs::path& slave, const fs::path& path) {
    if (fs::symlink_status(path).type() != fs::file_type::not_found && !fs::is_symlink(path)) {
        errno = EEXIST;
        fail(path.string() + " is in the way and is no symbolic link:");
    }
    auto fresh = path;
    fresh += ".new";
    fs::remove(fresh);
    fs::create_symlink(slave, fresh);
    fs::rename(fresh, path);
}

}  // namespace

struct pty_port::device {
    explicit device(asio::io_context& context, int master) : side{context, master} {}
    asio::posix::stream_descriptor side;
    std::deque<line_action> queue;  // the first is being written
    bool writing{};

    /// Nobody has the other side open.
    [[nodiscard]] bool hung_up() {
        pollfd look{side.native_handle(), 0, 0};
        return ::poll(&look, 1, 0) > 0 && (look.revents & POLLHUP) != 0;
    }
};

pty_port::pty_port(shell& front, station::lane lane, fs::path path)
    : front_{front}, lane_{lane}, path_{std::move(path)}, down_{front.context()} {
    create();
}

pty_port::~pty_port() { destroy(); }

void pty_port::create() {
    const int master = open_master();
    current_ = std::make_shared<device>(front_.context(), master);
    slave_ = slave_of(master);
    make_raw(slave_);
    link_to(slave_, path_);
    asio::co_spawn(front_.context(), serve(current_), rethrow);
}

void pty_port::destroy() noexcept {
    const auto gone = std::exchange(current_, nullptr);
    if (!gone) return;
    std::error_code ignored;
    if (fs::read_symlink(path_, ignored) == slave_) fs::remove(path_, ignored);
    error_code also_ignored;
    gone->side.close(also_ignored);
}

asio::awaitable<void> pty_port::serve(std::shared_ptr<device> line) {
    std::array<std::uint8_t, 4096> buffer;
    while (line == current_) {
        error_code error;
        const auto size = co_await line->side.async_read_some(
            asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
        if (line != current_) co_return;
        if (error) {  // EIO: nobody has the other side open
            asio::steady_timer pause{front_.context(), open_poll};
            while (line == current_ && line->hung_up()) {
                pause.expires_after(open_poll);
                co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            }
            continue;
        }
        const bytes_view came{buffer.data(), size};
        front_.happen([&](station& place, time_point at) { place.receive(lane_, came, at); });
    }
}

void pty_port::perform(line_action action) {
    if (!current_) return;
    current_->queue.push_back(std::move(action));
    write_next(current_);
}

void pty_port::write_next(const std::shared_ptr<device>& line) {
    while (line == current_ && !line->writing && !line->queue.empty()) {
        if (const auto* gone = std::get_if<cut_link>(&line->queue.front())) {
            cut(gone->down);
            return;
        }
        const auto* content = std::get_if<write_bytes>(&line->queue.front());
        if (content == nullptr || line->hung_up()) {
            line->queue.pop_front();
            continue;
        }
        line->writing = true;
        asio::async_write(line->side, asio::buffer(content->content),
                          [this, line](const error_code&, std::size_t) {
                              // An error means that the register closed its side: bytes are lost.
                              line->writing = false;
                              line->queue.pop_front();
                              write_next(line);
                          });
    }
}

void pty_port::cut(milliseconds down) {
    destroy();
    down_.expires_after(std::max(down, milliseconds{1}));
    down_.async_wait([this](const error_code& error) {
        if (!error) create();
    });
}

}  // namespace sim
