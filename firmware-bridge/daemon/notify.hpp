// What systemd is told of the daemon's life (Type=notify, WatchdogSec). Without systemd
// ($NOTIFY_SOCKET unset) all of it does nothing.
//
//     notifier systemd;
//     systemd.ready("2 terminals");
//     supervise("watchdog", systemd.keep_alive());     // only while the event loop turns
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace bridge::daemon {

class notifier {
public:
    void ready(std::string_view status);
    void status(std::string_view text);
    void reloading();
    void stopping(std::string_view status);

    /// How long the unit waits for a sign of life; nullopt: it does not.
    [[nodiscard]] static std::optional<std::chrono::microseconds> watchdog();
    /// Tells WATCHDOG=1 twice as often as asked, from the loop it runs in, so a loop that hangs
    /// is noticed. Returns at once when no watchdog is set.
    [[nodiscard]] boost::asio::awaitable<void> keep_alive();
};

/// Sockets that systemd opened for us (socket activation); close-on-exec is set on them.
[[nodiscard]] std::vector<int> inherited_sockets();

}  // namespace bridge::daemon
