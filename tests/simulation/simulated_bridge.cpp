#include "tests/simulation/simulated_bridge.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "drivers/connection.hpp"
#include "firmware-bridge/api/router.hpp"
#include "firmware-bridge/daemon/engine_shell.hpp"
#include "firmware-bridge/daemon/id_maker.hpp"
#include "firmware-bridge/forwarder/ledger_sink.hpp"
#include "firmware-bridge/forwarder/local_ledger.hpp"
#include "firmware-bridge/journal/sqlite_journal.hpp"
#include "tests/simulation/blocking_executor.hpp"
#include "tests/simulation/simulated_link.hpp"

namespace tests::simulation {

namespace asio = boost::asio;
namespace daemon = bridge::daemon;
namespace journal = bridge::journal;
using namespace std::chrono_literals;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

/// An io_context that can lose its handlers and coroutines while what they refer to still lives:
/// the order in which a dying process does not care, but destructors do.
class mortal_context : public asio::io_context {
public:
    mortal_context() : asio::io_context{1} {}
    void lose_everything() { shutdown(); }
};

bridge::sales::instant now() {
    return {std::chrono::steady_clock::now(),
            std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())};
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
    while (!answer) co_await answered.async_wait(as_values);
    co_return std::move(*answer);
}

asio::awaitable<void> after(std::chrono::milliseconds pause, std::function<void()> task) {
    asio::steady_timer timer{co_await asio::this_coro::executor, pause};
    co_await timer.async_wait(asio::use_awaitable);
    task();
}

}  // namespace

// ---------------------------------------------------------------------------- a terminal

class simulated_bridge::lane final : public daemon::terminal_port {
public:
    lane(const asio::any_io_executor& executor, const surroundings& world,
         const bridge_terminal& wanted, std::uint64_t seed,
         std::function<void(drivers::event)> on_event) {
        auto options = wanted.options;
        auto way =
            std::make_unique<simulated_link>(executor, *wanted.way, "simulated:" + wanted.id);
        options.framing = way->needs();
        drivers::connection_options carrying;
        carrying.random = [chance = sim::random_source{seed}]() mutable {
            return static_cast<std::uint32_t>(chance.next());
        };
        if (world.traced)
            carrying.trace = [traced = world.traced, id = wanted.id](const auto& record) {
                traced(id, record);
            };
        connection_.emplace(
            executor, std::move(way), drivers::zvt::make_session(options),
            [on_event = std::move(on_event)](drivers::event event, drivers::time_point) {
                on_event(std::move(event));
            },
            std::move(carrying));
    }

    [[nodiscard]] asio::awaitable<void> run() { return connection_->run(); }
    void stop() { connection_->stop(); }

    protocol::result<void> start(const drivers::command& what) override {
        return connection_->start(what);
    }
    void acknowledge() override { connection_->acknowledge(); }
    void abort() override { connection_->abort(); }

private:
    std::optional<drivers::connection> connection_;
};

// ------------------------------------------------------------------------------ a caller

/// Somebody at the other end of an HTTP connection.
class simulated_bridge::caller final : public bridge::api::peer {
public:
    caller(const asio::any_io_executor& executor, std::function<bool(reply)> told)
        : here_{executor, asio::steady_timer::time_point::max()}, told_{std::move(told)} {}

    asio::awaitable<void> gone() override {
        while (!left_) {
            co_await here_.async_wait(as_values);
            const auto state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none) co_return;
        }
    }
    asio::awaitable<bool> send(std::string part) override {
        if (!left_ && !told_({200, std::move(part)})) {
            left_ = true;
            here_.cancel();
        }
        co_return !left_;
    }
    std::chrono::milliseconds heartbeat() const override { return 15s; }
    void tell(reply answer) { (void)told_(std::move(answer)); }

private:
    asio::steady_timer here_;
    std::function<bool(reply)> told_;
    bool left_{};
};

// ----------------------------------------------------------------------------- the books

/// The books, when they can be reached.
class simulated_bridge::absent_ledger final : public bridge::forwarder::ledger_port {
public:
    absent_ledger(bridge::forwarder::ledger_port& books, std::function<bool()> there,
                  asio::any_io_executor executor)
        : books_{books}, there_{std::move(there)}, executor_{std::move(executor)} {}

    void cursor(handler<std::uint64_t> then) override {
        if (away(then)) return;
        books_.cursor(std::move(then));
    }
    void post(std::vector<bridge::ledger::journal_entry> entries, std::uint64_t seen,
              handler<void> then) override {
        if (away(then)) return;
        books_.post(std::move(entries), seen, [this, then](protocol::result<void> done) {
            // The answer may be lost though the entries are posted.
            if (!there_()) done = make_error_code(journal::errc::io_error);
            then(std::move(done));
        });
    }
    void entries_after(std::uint64_t after, std::size_t limit,
                       handler<std::vector<bridge::ledger::journal_entry>> then) override {
        if (away(then)) return;
        books_.entries_after(after, limit, std::move(then));
    }

private:
    template <class Then>
    bool away(Then& then) {
        if (there_()) return false;
        asio::post(executor_,
                   [then = std::move(then)] { then(make_error_code(journal::errc::io_error)); });
        return true;
    }

    bridge::forwarder::ledger_port& books_;
    std::function<bool()> there_;
    asio::any_io_executor executor_;
};

// ---------------------------------------------------------------------------- the bridge

/// Destroyed from the last to the first; io_context is last of all, and has lost its coroutines
/// before any of the others goes.
struct simulated_bridge::parts {
    explicit parts(surroundings world)
        : around{std::move(world)},
          journal_work{std::make_shared<blocking_work>(around.time, around.disk_latency)},
          ledger_work{std::make_shared<blocking_work>(around.time, around.disk_latency)},
          logs{daemon::log_level::debug, [this](const auto& entry) {
                   if (around.log) around.log(entry);
               }} {}

    ~parts() {
        journal_work->drop();
        ledger_work->drop();
        io.lose_everything();
        records.reset();       // its queue may hold coroutines that wait for a read,
        io.lose_everything();  // which Asio destroys through the context
        sink.reset();
        reached.reset();
        books.reset();
        lanes.clear();
        shell.reset();
    }
    parts(const parts&) = delete;
    parts& operator=(const parts&) = delete;

    void open_books();
    void make_shell();
    void make_sink(simulated_bridge&);
    void make_lanes();
    [[nodiscard]] asio::awaitable<void> start(simulated_bridge&);
    [[nodiscard]] asio::awaitable<void> stop(simulated_bridge&, std::chrono::milliseconds within);

    /// A task of the daemon: its failure stops the daemon.
    void spawn(simulated_bridge& owner, std::string name, asio::awaitable<void> task) {
        asio::co_spawn(io, std::move(task),
                       [&owner, name = std::move(name)](const std::exception_ptr& thrown) {
                           if (!thrown) return;
                           try {
                               std::rethrow_exception(thrown);
                           } catch (const std::exception& failed) {
                               owner.trouble_ = name + ": " + failed.what();
                           }
                       });
    }

    surroundings around;
    mortal_context io;
    asio::executor_work_guard<asio::io_context::executor_type> busy{io.get_executor()};
    std::shared_ptr<blocking_work> journal_work, ledger_work;
    daemon::log logs;
    std::optional<bridge::storage::state_directory> state;
    std::optional<daemon::engine_shell> shell;
    std::map<std::string, std::unique_ptr<lane>> lanes;
    std::optional<bridge::forwarder::local_ledger> books;
    std::optional<absent_ledger> reached;
    std::optional<bridge::forwarder::ledger_sink> sink;
    std::optional<journal::sqlite_journal> records;
    std::uint64_t requests{};
};

void simulated_bridge::parts::open_books() {
    state.emplace("/state", around.disk);
    journal::sqlite_journal_options options;
    options.report = [this](const std::string& sentence) { logs.error(sentence); };
    options.checkpoint_pages = 100;  // so that a short run meets checkpoints, too
    options.blocking = blocking_executor{io, journal_work};
    records.emplace(io.get_executor(), *state, std::move(options));
    books.emplace(io.get_executor(), *state, bridge::storage::check_limits{},
                  blocking_executor{io, ledger_work});
}

void simulated_bridge::parts::make_shell() {
    daemon::shell_settings settings;
    for (const auto& terminal : around.terminals)
        settings.terminals.push_back(
            {terminal.id, terminal.options.currency, terminal.options.synchronise});
    settings.make_id = daemon::id_maker{
        [chance = sim::random_source{around.seed}](std::span<std::uint8_t> into) mutable {
            for (auto& byte : into) byte = static_cast<std::uint8_t>(chance.next() >> 24U);
        }};
    settings.clock = now;
    settings.ledger = &*books;
    shell.emplace(io.get_executor(), *records, logs, std::move(settings));
}

void simulated_bridge::parts::make_sink(simulated_bridge& owner) {
    reached.emplace(*books, around.ledger_there, io.get_executor());
    bridge::forwarder::sink_settings settings;
    settings.after = [this, &owner](std::chrono::milliseconds pause, std::function<void()> task) {
        spawn(owner, "ledger", after(pause, std::move(task)));
    };
    settings.clock = [] { return now().wall; };
    settings.report = [this](const std::string& sentence) { logs.warning(sentence); };
    settings.announced = [this](std::uint64_t last, std::span<const journal::event> events) {
        shell->changes().notify(last, events);
    };
    sink.emplace(*records, *reached, std::move(settings));
    shell->on_committed([this](std::uint64_t) { sink->news(); });
}

void simulated_bridge::parts::make_lanes() {
    auto seed = around.seed;
    for (const auto& terminal : around.terminals) {
        auto made = std::make_unique<lane>(io.get_executor(), around, terminal, ++seed,
                                           [this, id = terminal.id](drivers::event event) {
                                               shell->terminal_event(id, std::move(event));
                                           });
        shell->attach(terminal.id, *made);
        lanes.emplace(terminal.id, std::move(made));
    }
}

asio::awaitable<void> simulated_bridge::parts::start(simulated_bridge& owner) {
    auto open = co_await answer_of<journal::open_state>(
        [this](auto handler) { records->load_open(std::move(handler)); });
    auto last = co_await answer_of<std::uint64_t>(
        [this](auto handler) { records->last_sequence(std::move(handler)); });
    if (!open || !last) {
        owner.trouble_ =
            "the journal cannot be read: " + (open ? last.error() : open.error()).message();
        co_return;
    }
    shell->restore(std::move(*open), *last);
    spawn(owner, "engine", shell->run());
    sink->start();
    for (const auto& [id, one] : lanes) spawn(owner, "terminal " + id, one->run());
    owner.serves_ = true;
}

asio::awaitable<void> simulated_bridge::parts::stop(simulated_bridge& owner,
                                                    std::chrono::milliseconds within) {
    shell->stop_accepting();
    (void)co_await shell->drained(std::chrono::steady_clock::now() + within);
    for (const auto& [id, one] : lanes) one->stop();
    asio::steady_timer logging_off{io, 3s};
    co_await logging_off.async_wait(as_values);
    shell->changes().close();
    owner.serves_ = false;
    owner.stopped_ = true;
}

simulated_bridge::simulated_bridge(surroundings world)
    : parts_{std::make_unique<parts>(std::move(world))} {
    parts_->open_books();
    parts_->make_shell();
    parts_->make_sink(*this);
    parts_->make_lanes();
    parts_->spawn(*this, "start", parts_->start(*this));
}

simulated_bridge::~simulated_bridge() = default;

bool simulated_bridge::poll_one() { return parts_->io.poll_one() != 0; }

std::string simulated_bridge::ledger_state() const {
    const auto& now = parts_->sink->state();
    return "cursor " + std::to_string(now.cursor) + ", announced " + std::to_string(now.announced) +
           ", " + (now.idle ? "idle" : "at work") + ", " + now.problem;
}

void simulated_bridge::stop(std::chrono::milliseconds within) {
    parts_->spawn(*this, "stop", parts_->stop(*this, within));
}

namespace {

asio::awaitable<void> answer(bridge::api::service& service, question asked, std::string id,
                             std::shared_ptr<bridge::api::peer> who,
                             std::function<void(reply)> tell) {
    bridge::api::request request;
    request.id = std::move(id);
    request.method = std::move(asked.method);
    request.target = std::move(asked.target);
    request.body = std::move(asked.body);
    request.idempotency_key = std::move(asked.key);
    request.accept = std::move(asked.accept);
    request.last_event_id = std::move(asked.last_event_id);
    request.caller = asked.caller;
    request.caller_name = "uid 0";
    request.peer = who.get();
    bridge::api::request_record noted;
    auto given = co_await bridge::api::respond(service, request, noted);
    if (!noted.trouble.empty()) given.body += "\n" + noted.trouble;
    if (given.stream) co_await given.stream();
    tell({given.status, std::move(given.body)});
}

}  // namespace

void simulated_bridge::ask(question asked, std::function<bool(reply)> answered) {
    auto who = std::make_shared<caller>(parts_->io.get_executor(), answered);
    parts_->spawn(
        *this, "api",
        answer(*parts_->shell, std::move(asked), "req_" + std::to_string(++parts_->requests), who,
               [who](reply given) { who->tell(std::move(given)); }));
}

}  // namespace tests::simulation
