// Drives one terminal over one link: opens the link and keeps opening it, carries bytes both ways,
// wakes the machine when its deadline comes, hands its events to the owner. Decides nothing about
// money.
//
//     connection lane{executor, std::move(link), std::move(terminal), on_event};
//     supervise("lane-1", lane.run());                  // until stop()
//     lane.start(money_command{…});                     // intent is durable (M1)
//     lane.acknowledge();                               // result is durable (M3)
//     lane.stop();                                      // run() returns; only then destroy `lane`
//
// Everything happens on the executor, which must be one thread or a strand; the owner calls from
// there too. The event callback may call start(), acknowledge(), abort() and stop().
//
// What it does about bytes and M2: an output is taken from the machine only when the link is open
// and the previous write is done, so a frame that the machine still holds when the link goes has
// never left. What it has taken may have left, whatever the write reports. Outputs left in the
// machine when a link goes are thrown away with that link: nothing of one dialogue reaches the
// next.
//
// When nothing happens it sleeps: the only timer of an open link is the machine's own deadline().
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "drivers/backoff.hpp"
#include "drivers/link.hpp"
#include "drivers/terminal.hpp"

namespace drivers {

struct connection_options {
    std::chrono::milliseconds first_retry{250};
    std::chrono::milliseconds longest_retry{10'000};
    /// How long stop() waits for the terminal to answer the log-off.
    std::chrono::milliseconds log_off_within{2'000};
    /// A write may take this long, and write_a_byte for each byte: 9600 baud need a good half.
    std::chrono::milliseconds write_within{5'000};
    std::chrono::milliseconds write_a_byte{2};
    /// What the machine is told as `now`. Waiting is done in real time in any case.
    std::function<time_point()> clock;      // empty: steady_clock
    std::function<std::uint32_t()> random;  // jitter of the retries; empty: seeded by the system
    std::function<void(const trace_record&)> trace;  // empty: none
};

class connection {
public:
    using event_handler = std::function<void(event, time_point)>;

    connection(asio::any_io_executor executor, std::unique_ptr<link> wire,
               std::unique_ptr<terminal> machine, event_handler on_event,
               connection_options options = {});
    /// run() must have returned, or never have been called.
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    /// Until stop() or cancellation; the link is closed then. Once per connection.
    [[nodiscard]] asio::awaitable<void> run();
    /// Logs the terminal off if it is idle and then closes the link; a command that runs is lost,
    /// so end it first. Harmless when called twice.
    void stop();

    /// As terminal::start(): an error means that nothing was sent and no event follows.
    [[nodiscard]] result<void> start(const command& what);
    void acknowledge();
    void abort();
    [[nodiscard]] bool idle() const;
    [[nodiscard]] const link& wire() const noexcept { return *link_; }

private:
    enum class phase : std::uint8_t {
        closed,       // no link, or being opened
        open,         // bytes may go both ways
        logging_off,  // open for the log-off only; its end or its limit closes
        closing,      // lose() was called: carry() is about to close
    };

    asio::awaitable<void> keep_link();
    asio::awaitable<error_code> open_link();
    asio::awaitable<void> carry();
    asio::awaitable<void> receive_loop();
    asio::awaitable<void> send_loop();
    asio::awaitable<void> until_closing();
    asio::awaitable<void> deadline_loop();
    asio::awaitable<error_code> write_within_limit(std::span<const std::uint8_t> bytes);

    void pump();
    void wake();
    void deliver(event what);
    void lose(error_code why);
    [[nodiscard]] bool shall_close() const;
    void report_failed_open(error_code why, backoff::duration pause);
    [[nodiscard]] time_point now() const { return options_.clock(); }

    connection_options options_;
    event_handler on_event_;
    std::unique_ptr<link> link_;
    std::unique_ptr<terminal> terminal_;
    backoff backoff_;

    // Two of them wait for a cancel() rather than for a time.
    asio::steady_timer deadline_timer_;  // the machine's deadline
    asio::steady_timer retry_timer_;
    asio::steady_timer output_ready_;  // cancelled when the machine may have output
    asio::steady_timer closing_;       // cancelled when the link shall close; limit of a log-off

    phase phase_{phase::closed};
    std::optional<time_point> armed_;  // what deadline_timer_ waits for
    error_code lost_because_;          // why the open link has to go
    error_code reported_;              // why the last attempts to open failed, as far as told
    bool running_{};
    bool stopping_{};
    bool pumping_{};
};

}  // namespace drivers
