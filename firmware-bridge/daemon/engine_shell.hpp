// Performs what the sale engine asks for, and tells it what became of it: the engine's hands.
//
//     engine_shell shell{executor, records, logs, {…terminals…}};
//     shell.attach("lane-1", port);           // a drivers::connection, or a test's terminal
//     shell.restore(open_state, last_sequence);
//     supervise("engine", shell.run());       // wakes the engine at its deadlines
//     … co_await shell.submit(request) …      // the API's handlers (api::service)
//     shell.stop_accepting(); co_await shell.drained();
//
// After every input the engine's actions are performed until there are none. An action's effect may
// come back at once as another input (a terminal that refuses at once): it joins the same loop, the
// engine is never entered twice.
//
// Everything runs on the executor, which is one thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "firmware-bridge/api/metrics.hpp"
#include "firmware-bridge/api/service.hpp"
#include "firmware-bridge/daemon/log.hpp"
#include "firmware-bridge/journal/journal.hpp"
#include "firmware-bridge/sales/engine.hpp"

namespace bridge::daemon {

namespace asio = boost::asio;

/// A terminal as the engine's actions reach it; as drivers::connection has it.
class terminal_port {
public:
    virtual ~terminal_port() = default;
    [[nodiscard]] virtual protocol::result<void> start(const drivers::command&) = 0;
    virtual void acknowledge() = 0;
    virtual void abort() = 0;
};

struct shell_settings {
    std::vector<sales::terminal_settings> terminals;
    sales::engine::id_maker make_id;
    std::function<sales::instant()> clock;
    /// The books for the API's readers; null: none are kept.
    api::ledger_reader* ledger{};
};

class engine_shell final : public api::service {
public:
    /// `records` and `logs` must outlive the shell.
    engine_shell(asio::any_io_executor, journal::journal& records, log& logs, shell_settings);
    ~engine_shell() override;

    /// `port` must outlive the shell, or the last action for that terminal. Every configured
    /// terminal has one before restore().
    void attach(const std::string& terminal, terminal_port& port);
    void restore(journal::open_state, std::uint64_t last_sequence);
    /// From the terminal's connection, in order.
    void terminal_event(const std::string& terminal, drivers::event);

    /// Calls elapse() at the engine's deadlines; until cancelled.
    [[nodiscard]] asio::awaitable<void> run();
    /// Tells the engine the time; harmless if early.
    void elapse();

    /// No new money commands; running ones go on to their end.
    void stop_accepting();
    /// True as soon as no command runs and nothing waits for the disk; false at the deadline.
    [[nodiscard]] asio::awaitable<bool> drained(drivers::time_point deadline);
    /// What has not ended, for people: "lane-1: payment pay_…".
    [[nodiscard]] std::vector<std::string> unfinished() const;

    /// Called whenever events became durable: the ledger's sink wakes up by it.
    void on_committed(std::function<void(std::uint64_t last_sequence)>);

    // api::service
    [[nodiscard]] asio::awaitable<sales::reply> submit(sales::request) override;
    [[nodiscard]] journal::journal& records() override { return records_; }
    [[nodiscard]] std::vector<sales::terminal_view> terminals() const override;
    [[nodiscard]] api::feed& changes() override { return changes_; }
    [[nodiscard]] api::ledger_reader* ledger() override { return settings_.ledger; }
    [[nodiscard]] api::health health() const override { return health_; }
    [[nodiscard]] api::metrics& metrics() override { return metrics_; }

private:
    struct waiter;

    void perform_all();
    void perform(sales::persist&&);
    void perform(sales::start_command&&);
    void perform(sales::acknowledge_result&&);
    void perform(sales::abort_command&&);
    void perform(sales::send_reply&&);
    void perform(sales::note&&);
    void became_durable(std::uint64_t number, const journal::batch&, std::uint64_t sequence,
                        drivers::time_point asked);
    void did_not_become_durable(std::uint64_t number, protocol::error_code);
    [[nodiscard]] terminal_port& port(const std::string& terminal);
    void set_alarm();
    void tell_if_drained();

    asio::any_io_executor executor_;
    journal::journal& records_;
    log& log_;
    shell_settings settings_;
    sales::engine engine_;
    api::feed changes_;
    api::metrics metrics_;
    api::health health_;
    std::map<std::string, terminal_port*> ports_;
    std::map<std::uint64_t, std::shared_ptr<waiter>> waiting_;
    std::function<void(std::uint64_t)> on_committed_;
    asio::steady_timer alarm_;    // the engine's deadline
    asio::steady_timer drained_;  // cancelled when nothing runs any more
    std::uint64_t last_request_{};
    std::size_t commits_running_{};
    bool performing_{};
    /// Commit handlers may come when the shell is gone; they hold this weakly.
    std::shared_ptr<engine_shell*> self_;
};

}  // namespace bridge::daemon
