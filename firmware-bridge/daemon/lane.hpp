// One configured terminal: its link, its protocol machine, the connection between them, the trace.
//
//     lane first{executor, config.terminals[0], trace, logs, [&](drivers::event e) {…}};
//     shell.attach("lane-1", first);
//     supervise("lane-1", first.run());
//     first.stop();                          // logs off; run() returns; only then destroy it
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "drivers/connection.hpp"
#include "drivers/link_trace.hpp"
#include "firmware-bridge/daemon/engine_shell.hpp"
#include "firmware-bridge/daemon/log.hpp"

namespace bridge::daemon {

class lane final : public terminal_port {
public:
    using event_handler = std::function<void(drivers::event)>;

    /// `trace`: nullopt for none. Throws startup_error when there is no such kind of link.
    lane(const asio::any_io_executor&, const terminal_config&,
         std::optional<drivers::link_trace_options> trace, log&, event_handler);
    ~lane() override;

    [[nodiscard]] asio::awaitable<void> run();
    void stop();

    [[nodiscard]] protocol::result<void> start(const drivers::command&) override;
    void acknowledge() override;
    void abort() override;

    [[nodiscard]] bool ready() const noexcept { return ready_; }

private:
    void note(const drivers::link_state&);

    std::string id_;
    log& log_;
    event_handler on_event_;
    std::unique_ptr<drivers::link_trace> trace_;
    std::optional<drivers::connection> connection_;
    bool ready_{};
};

}  // namespace bridge::daemon
