#include "firmware-bridge/daemon/notify.hpp"

#include <systemd/sd-daemon.h>
#include <time.h>
#include <algorithm>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>

namespace bridge::daemon {

namespace {

void tell(const std::string& message) { sd_notify(0, message.c_str()); }

std::string status_line(std::string_view text) {
    // A newline would begin another assignment.
    std::string line = "STATUS=" + std::string{text};
    for (char& c : line)
        if (c == '\n') c = ' ';
    return line;
}

}  // namespace

void notifier::ready(std::string_view text) { tell("READY=1\n" + status_line(text)); }
void notifier::status(std::string_view text) { tell(status_line(text)); }
void notifier::stopping(std::string_view text) { tell("STOPPING=1\n" + status_line(text)); }

void notifier::reloading() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    tell("RELOADING=1\nMONOTONIC_USEC=" +
         std::to_string(now.tv_sec * 1'000'000 + now.tv_nsec / 1'000));
}

std::optional<std::chrono::microseconds> notifier::watchdog() {
    std::uint64_t interval{};
    if (sd_watchdog_enabled(0, &interval) <= 0) return std::nullopt;
    return std::chrono::microseconds{interval};
}

boost::asio::awaitable<void> notifier::keep_alive() {
    const auto limit = watchdog();
    if (!limit) co_return;
    boost::asio::steady_timer pause{co_await boost::asio::this_coro::executor};
    for (;;) {
        tell("WATCHDOG=1");
        pause.expires_after(*limit / 2);
        co_await pause.async_wait(boost::asio::use_awaitable);
    }
}

std::vector<int> inherited_sockets() {
    std::vector<int> sockets;
    const int count = sd_listen_fds(1);
    sockets.reserve(static_cast<std::size_t>(std::max(count, 0)));
    for (int i = 0; i < count; ++i) sockets.push_back(SD_LISTEN_FDS_START + i);
    return sockets;
}

}  // namespace bridge::daemon
