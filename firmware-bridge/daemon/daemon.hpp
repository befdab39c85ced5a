// The whole program, wired: state directory, journal, ledger, engine, terminals, API.
//
//     daemon bridge{io, configuration, logs, reread};
//     asio::co_spawn(io, bridge.run(), …);      // until SIGTERM, SIGINT or a task that fails
//     io.run();
//
// Start: lock the state, open the books, listen, restore the engine, connect the terminals, READY.
// Stop: take no new money commands, let running ones end (at most shutdown_seconds; then leave: the
// intent is in the journal and recovery settles it at the next start), log the terminals off, close
// the API, end. A second signal skips the waiting.
// SIGHUP: read the configuration again; take what can be taken while running, name what cannot.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "firmware-bridge/api/http_server.hpp"
#include "firmware-bridge/daemon/config.hpp"
#include "firmware-bridge/daemon/engine_shell.hpp"
#include "firmware-bridge/daemon/id_maker.hpp"
#include "firmware-bridge/daemon/lane.hpp"
#include "firmware-bridge/daemon/log.hpp"
#include "firmware-bridge/daemon/notify.hpp"
#include "firmware-bridge/daemon/options.hpp"
#include "firmware-bridge/daemon/supervise.hpp"
#include "firmware-bridge/forwarder/ledger_sink.hpp"
#include "firmware-bridge/forwarder/local_ledger.hpp"
#include "firmware-bridge/journal/sqlite_journal.hpp"
#include "firmware-bridge/storage/state_directory.hpp"

namespace bridge::daemon {

class daemon {
public:
    using reader = std::function<config_read()>;

    daemon(asio::io_context&, config, log&, reader reread);
    ~daemon();
    daemon(const daemon&) = delete;
    daemon& operator=(const daemon&) = delete;

    /// Throws startup_error. Otherwise `ok` when stopped by a signal, `failed` after a task failed.
    [[nodiscard]] asio::awaitable<exit_code> run();

private:
    asio::awaitable<void> start();
    void open_books();
    void make_sink();
    void make_shell();
    void make_lanes();
    void open_api();
    asio::awaitable<void> restore();
    void spawn_tasks();
    asio::awaitable<void> serve();
    void reload();
    asio::awaitable<void> stop();
    asio::awaitable<void> let_commands_end();
    asio::awaitable<void> second_signal();
    void task_failed(const task_failure&);
    void tell_status();

    [[nodiscard]] api::server_settings api_settings() const;
    [[nodiscard]] std::vector<api::server_settings::token> tokens(const api_config&) const;
    [[nodiscard]] std::optional<drivers::link_trace_options> trace_of(const std::string& id) const;

    asio::io_context& io_;
    config config_;
    log& log_;
    reader reread_;
    notifier systemd_;
    asio::signal_set signals_;
    std::optional<storage::state_directory> state_;
    std::optional<journal::sqlite_journal> journal_;
    std::optional<forwarder::local_ledger> books_;
    std::optional<engine_shell> shell_;
    std::optional<forwarder::ledger_sink> sink_;
    std::map<std::string, std::unique_ptr<lane>> lanes_;
    std::optional<api::http_server> server_;
    std::string status_;
    bool failed_{};
    supervisor ending_;    // terminals and API: end when they are told to
    supervisor standing_;  // the rest: cancelled when those have ended
};

}  // namespace bridge::daemon
