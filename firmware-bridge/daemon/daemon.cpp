#include "firmware-bridge/daemon/daemon.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

#include "firmware-bridge/api/token.hpp"
#include "firmware-bridge/daemon/startup_error.hpp"

namespace bridge::daemon {

namespace {

using namespace std::chrono_literals;

sales::instant now() {
    return {std::chrono::steady_clock::now(),
            std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())};
}

exit_code code_of(storage::errc why) {
    switch (why) {
        case storage::errc::in_use:
        case storage::errc::busy: return exit_code::in_use;
        case storage::errc::corrupt:
        case storage::errc::newer_schema:
        case storage::errc::foreign_file:
        case storage::errc::needs_operator: return exit_code::corrupt;
        case storage::errc::disk_full:
        case storage::errc::io_error:
        case storage::errc::constraint:
        case storage::errc::other: return exit_code::state;
    }
    return exit_code::state;
}

/// A call of the journal, which answers by a handler, as something to wait for.
template <class T, class Call>
asio::awaitable<protocol::result<T>> answer_of(Call call) {
    asio::steady_timer answered{co_await asio::this_coro::executor,
                                asio::steady_timer::time_point::max()};
    std::optional<protocol::result<T>> answer;
    call([&](protocol::result<T> given) {
        answer = std::move(given);
        answered.cancel();
    });
    while (!answer) co_await answered.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return std::move(*answer);
}

asio::awaitable<void> after(std::chrono::milliseconds pause, std::function<void()> task) {
    asio::steady_timer timer{co_await asio::this_coro::executor, pause};
    co_await timer.async_wait(asio::use_awaitable);
    task();
}

int family_of(int socket) {
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    // The sockets API is written in terms of this cast.
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size);
    return bound.ss_family;
}

void make_socket_directory(const std::filesystem::path& socket) {
    std::error_code failed;
    std::filesystem::create_directories(socket.parent_path(), failed);
    if (failed)
        throw startup_error{exit_code::unavailable, "the directory of the API's socket " +
                                                        socket.string() +
                                                        " cannot be made: " + failed.message() +
                                                        "; name another with --socket, or none"};
}

}  // namespace

daemon::daemon(asio::io_context& io, config wanted, log& logs, reader reread)
    : io_{io},
      config_{std::move(wanted)},
      log_{logs},
      reread_{std::move(reread)},
      signals_{io, SIGTERM, SIGINT, SIGHUP},
      ending_{io.get_executor(), [this](const task_failure& failure) { task_failed(failure); }},
      standing_{io.get_executor(), [this](const task_failure& failure) { task_failed(failure); }} {}

daemon::~daemon() = default;

asio::awaitable<exit_code> daemon::run() {
    co_await start();
    co_await serve();
    co_await stop();
    co_return failed_ ? exit_code::failed : exit_code::ok;
}

// ------------------------------------------------------------------------------- start

asio::awaitable<void> daemon::start() {
    open_books();
    make_shell();
    make_sink();
    make_lanes();
    open_api();
    co_await restore();
    spawn_tasks();
    for (const auto& address : server_->addresses()) log_.info("API on " + address);
    if (lanes_.empty())
        log_.warning("no terminals are configured; add [[terminal]] to the file or --terminal");
    tell_status();
    systemd_.ready(status_);
    log_.info("ready");
}

void daemon::open_books() {
    try {
        state_.emplace(config_.state);
        journal_.emplace(
            io_.get_executor(), *state_,
            journal::sqlite_journal_options{
                .report = [this](const std::string& sentence) { log_.error(sentence); }});
        if (config_.ledger) books_.emplace(io_.get_executor(), *state_);
    } catch (const storage::open_error& error) {
        throw startup_error{code_of(error.code()), error.what()};
    }
}

void daemon::make_shell() {
    shell_settings settings;
    for (const auto& terminal : config_.terminals)
        settings.terminals.push_back(
            {terminal.id, terminal.zvt.currency, terminal.zvt.synchronise});
    settings.make_id = id_maker{};
    settings.clock = now;
    settings.ledger = books_ ? &*books_ : nullptr;
    shell_.emplace(io_.get_executor(), *journal_, log_, std::move(settings));
}

void daemon::make_sink() {
    if (!books_) return;
    forwarder::sink_settings settings;
    settings.after = [this](std::chrono::milliseconds pause, std::function<void()> task) {
        standing_.spawn("ledger", after(pause, std::move(task)));
    };
    settings.clock = [] { return now().wall; };
    settings.report = [this](const std::string& sentence) { log_.warning(sentence); };
    settings.announced = [this](std::uint64_t last, std::span<const journal::event> events) {
        shell_->changes().notify(last, events);
    };
    sink_.emplace(*journal_, *books_, std::move(settings));
    shell_->on_committed([this](std::uint64_t) { sink_->news(); });
}

void daemon::make_lanes() {
    for (const auto& terminal : config_.terminals) {
        auto made = std::make_unique<lane>(io_.get_executor(), terminal, trace_of(terminal.id),
                                           log_, [this, id = terminal.id](drivers::event event) {
                                               shell_->terminal_event(id, std::move(event));
                                               tell_status();
                                           });
        shell_->attach(terminal.id, *made);
        lanes_.emplace(terminal.id, std::move(made));
    }
}

std::optional<drivers::link_trace_options> daemon::trace_of(const std::string& id) const {
    if (!config_.trace.enabled) return std::nullopt;
    const auto directory = *state_ / config_.trace.directory;
    std::error_code failed;
    std::filesystem::create_directories(directory, failed);
    if (failed)
        throw startup_error{exit_code::state, "the trace directory " + directory.string() +
                                                  " cannot be made: " + failed.message()};
    return drivers::link_trace_options{.file = directory / (id + ".trace"),
                                       .max_bytes = config_.trace.file_bytes,
                                       .files = config_.trace.files};
}

void daemon::open_api() {
    try {
        server_.emplace(io_.get_executor(), *shell_, api_settings());
        server_->open();
    } catch (const api::listen_error& error) {
        throw startup_error{exit_code::unavailable, error.what()};
    } catch (const api::token_error& error) {
        throw startup_error{exit_code::state, error.what()};
    }
}

api::server_settings daemon::api_settings() const {
    api::server_settings settings;
    settings.inherited = inherited_sockets();
    // A socket that systemd opened stands in for the configured one of its kind.
    const bool local = std::any_of(settings.inherited.begin(), settings.inherited.end(),
                                   [](int socket) { return family_of(socket) == AF_UNIX; });
    const bool tcp = std::any_of(settings.inherited.begin(), settings.inherited.end(),
                                 [](int socket) { return family_of(socket) != AF_UNIX; });
    if (config_.api.socket && !local) {
        make_socket_directory(*config_.api.socket);
        settings.socket = config_.api.socket;
    }
    if (config_.api.listen && !tcp) {
        const auto& [host, port] = *config_.api.listen;
        settings.listen.push_back((host.find(':') == host.npos ? host : '[' + host + ']') + ':' +
                                  std::to_string(port));
    }
    settings.tokens = tokens(config_.api);
    settings.limits.connections = config_.api.max_connections;
    // Streams stay open all day: they must leave room for those who pay.
    settings.log = [this](const api::request_record& answered) {
        const auto milliseconds = std::to_string(answered.took.count() / 1000);
        std::string text =
            answered.method + ' ' + (answered.route.empty() ? "(no such path)" : answered.route) +
            ' ' + std::to_string(answered.status) +
            (answered.code.empty() ? "" : ' ' + answered.code) + " in " + milliseconds + " ms, " +
            (answered.caller.empty() ? "no role" : answered.caller) + ", " + answered.id;
        const auto level = answered.status >= 500      ? log_level::warning
                           : answered.method == "POST" ? log_level::info
                                                       : log_level::debug;
        const bool payment = answered.object.starts_with("pay_");
        if (!payment && !answered.object.empty()) text += ", " + answered.object;
        if (!answered.trouble.empty()) text += ": " + answered.trouble;
        log_.write(answered.trouble.empty() ? level : log_level::error, text,
                   {.payment = payment ? answered.object : std::string{}});
    };
    return settings;
}

std::vector<api::server_settings::token> daemon::tokens(const api_config& wanted) const {
    std::vector<api::server_settings::token> all;
    all.push_back({api::role::administrator, api::create_or_read_token(*state_ / "admin.token")});
    for (const auto& token : wanted.tokens)
        all.push_back({token.grants, api::read_token(token.file)});
    return all;
}

asio::awaitable<void> daemon::restore() {
    auto open = co_await answer_of<journal::open_state>(
        [this](auto handler) { journal_->load_open(std::move(handler)); });
    auto last = co_await answer_of<std::uint64_t>(
        [this](auto handler) { journal_->last_sequence(std::move(handler)); });
    const auto failed = open ? last ? protocol::error_code{} : last.error() : open.error();
    if (failed)
        throw startup_error{exit_code::corrupt, "the journal cannot be read: " + failed.message()};
    if (!open->intents.empty())
        log_.warning(std::to_string(open->intents.size()) +
                     " money command(s) were not settled when the bridge stopped last; recovery "
                     "asks the terminals");
    shell_->restore(std::move(*open), *last);
}

void daemon::spawn_tasks() {
    standing_.spawn("engine", shell_->run());
    standing_.spawn("watchdog", systemd_.keep_alive());
    if (sink_) sink_->start();
    ending_.spawn("api", server_->run());
    for (const auto& [id, one] : lanes_) ending_.spawn("terminal " + id, one->run());
}

// ------------------------------------------------------------------------------- run

asio::awaitable<void> daemon::serve() {
    while (!failed_) {
        const auto [cancelled, signal] =
            co_await signals_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (cancelled) continue;  // a task failed
        if (signal != SIGHUP) co_return;
        reload();
    }
}

void daemon::task_failed(const task_failure& failure) {
    log_.error("task \"" + failure.task + "\" failed: " + failure.reason + "; stopping");
    failed_ = true;
    signals_.cancel();
}

void daemon::reload() {
    log_.info("reading the configuration again");
    systemd_.reloading();
    auto read = reread_();
    for (const auto& error : read.errors) log_.error(to_string(error));
    if (!read.errors.empty()) {
        log_.error("the configuration has mistakes; the old one stays");
    } else {
        const auto& wanted = read.values;
        log_.set_level(wanted.log.level);
        config_.log.level = wanted.log.level;
        try {
            server_->replace_tokens(tokens(wanted.api));
            config_.api.tokens = wanted.api.tokens;
        } catch (const api::token_error& error) {
            log_.error(std::string{error.what()} + "; the old tokens stay");
        }
        if (wanted == config_)
            log_.info("log level and tokens are as the configuration says");
        else
            log_.warning(
                "log level and tokens are taken; what else changed in the configuration needs a "
                "restart");
    }
    systemd_.ready(status_);
}

void daemon::tell_status() {
    std::size_t ready = 0;
    for (const auto& [id, one] : lanes_) ready += one->ready() ? 1 : 0;
    auto text = std::to_string(ready) + " of " + std::to_string(lanes_.size()) + " terminals ready";
    if (text == status_) return;
    status_ = std::move(text);
    systemd_.status(status_);
}

// ------------------------------------------------------------------------------- stop

asio::awaitable<void> daemon::stop() {
    systemd_.stopping("letting running commands end");
    log_.info("stopping");
    co_await let_commands_end();
    for (const auto& [id, one] : lanes_) one->stop();
    shell_->changes().close();
    server_->stop(2s);
    co_await ending_.ended();
    standing_.stop();
    co_await standing_.ended();
    log_.info("stopped");
}

asio::awaitable<void> daemon::let_commands_end() {
    using namespace asio::experimental::awaitable_operators;
    shell_->stop_accepting();
    for (const auto& what : shell_->unfinished()) log_.info("waiting for " + what);
    const auto deadline = std::chrono::steady_clock::now() + config_.shutdown;
    const auto ended = co_await (shell_->drained(deadline) || second_signal());
    if (ended.index() == 0 && std::get<0>(ended)) co_return;
    for (const auto& what : shell_->unfinished())
        log_.warning("leaving " + what +
                     " as it is: its intent is in the journal, recovery settles it at the next "
                     "start");
}

asio::awaitable<void> daemon::second_signal() { co_await signals_.async_wait(asio::use_awaitable); }

}  // namespace bridge::daemon
