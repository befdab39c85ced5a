#include "firmware-bridge/daemon/engine_shell.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "protocol/invariant.hpp"

namespace bridge::daemon {

/// One request whose caller waits.
struct engine_shell::waiter {
    explicit waiter(const asio::any_io_executor& executor)
        : ready{executor, asio::steady_timer::time_point::max()} {}
    asio::steady_timer ready;  // cancelled when the reply is there
    std::optional<sales::reply> reply;
};

engine_shell::engine_shell(asio::any_io_executor executor, journal::journal& records, log& logs,
                           shell_settings settings)
    : executor_{std::move(executor)},
      records_{records},
      log_{logs},
      settings_{std::move(settings)},
      engine_{settings_.terminals, settings_.make_id},
      changes_{executor_},
      alarm_{executor_, asio::steady_timer::time_point::max()},
      drained_{executor_},
      self_{std::make_shared<engine_shell*>(this)} {}

engine_shell::~engine_shell() = default;

void engine_shell::attach(const std::string& terminal, terminal_port& port) {
    ports_[terminal] = &port;
}

void engine_shell::restore(journal::open_state open, std::uint64_t last_sequence) {
    changes_.notify(last_sequence, {});
    metrics_.restored(open);
    engine_.restore(std::move(open), settings_.clock());
    perform_all();
}

void engine_shell::terminal_event(const std::string& terminal, drivers::event event) {
    engine_.terminal_event(terminal, std::move(event), settings_.clock());
    perform_all();
}

asio::awaitable<void> engine_shell::run() {
    for (;;) {
        const auto due = engine_.deadline();
        alarm_.expires_at(due.value_or(asio::steady_timer::time_point::max()));
        const auto [interrupted] = co_await alarm_.async_wait(asio::as_tuple(asio::use_awaitable));
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) co_return;
        if (interrupted) continue;  // the deadline moved
        elapse();
    }
}

void engine_shell::elapse() {
    engine_.elapse(settings_.clock());
    perform_all();
}

void engine_shell::set_alarm() {
    const auto due = engine_.deadline().value_or(asio::steady_timer::time_point::max());
    if (due != alarm_.expiry()) alarm_.cancel();  // run() sets it anew
}

void engine_shell::stop_accepting() {
    health_.shutting_down = true;
    engine_.stop_accepting();
    perform_all();
}

asio::awaitable<bool> engine_shell::drained(drivers::time_point deadline) {
    while (!engine_.drained() || commits_running_ != 0) {
        if (drivers::time_point::clock::now() >= deadline) co_return false;
        drained_.expires_at(deadline);
        co_await drained_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    co_return true;
}

void engine_shell::tell_if_drained() {
    if (health_.shutting_down && commits_running_ == 0 && engine_.drained()) drained_.cancel();
}

std::vector<std::string> engine_shell::unfinished() const {
    std::vector<std::string> what;
    for (const auto& terminal : engine_.terminals()) {
        if (terminal.activity.empty() || terminal.activity == "idle") continue;
        what.push_back(terminal.id + ": " + terminal.activity +
                       (terminal.current_payment.empty() ? "" : " " + terminal.current_payment));
    }
    return what;
}

void engine_shell::on_committed(std::function<void(std::uint64_t)> told) {
    on_committed_ = std::move(told);
}

std::vector<sales::terminal_view> engine_shell::terminals() const { return engine_.terminals(); }

asio::awaitable<sales::reply> engine_shell::submit(sales::request request) {
    request.number = ++last_request_;
    const auto waiting = std::make_shared<waiter>(executor_);
    waiting_.emplace(request.number, waiting);
    // Nothing may suspend before this line: what the journal said of the key must still hold (M6).
    engine_.submit(std::move(request), settings_.clock());
    perform_all();

    while (!waiting->reply) {
        co_await waiting->ready.async_wait(asio::as_tuple(asio::use_awaitable));
        const auto state = co_await asio::this_coro::cancellation_state;
        if (!waiting->reply && state.cancelled() != asio::cancellation_type::none)
            throw boost::system::system_error{asio::error::operation_aborted};
    }
    co_return std::move(*waiting->reply);
}

void engine_shell::perform_all() {
    if (performing_) return;  // the loop below is running and sees what came
    performing_ = true;
    while (auto action = engine_.next_action())
        std::visit([this](auto& one) { perform(std::move(one)); }, *action);
    performing_ = false;
    set_alarm();
    tell_if_drained();
}

void engine_shell::perform(sales::persist&& wanted) {
    // The journal takes the batch; the listeners need it once it is durable.
    const auto batch = std::make_shared<const journal::batch>(wanted.batch);
    ++commits_running_;
    records_.commit(
        std::move(wanted.batch),
        [alive = std::weak_ptr{self_}, batch, number = wanted.number,
         asked = settings_.clock().steady](const protocol::result<std::uint64_t>& sequence) {
            const auto self = alive.lock();
            if (!self) return;
            --(*self)->commits_running_;
            if (sequence)
                (*self)->became_durable(number, *batch, *sequence, asked);
            else
                (*self)->did_not_become_durable(number, sequence.error());
        });
}

void engine_shell::became_durable(std::uint64_t number, const journal::batch& batch,
                                  std::uint64_t sequence, drivers::time_point asked) {
    const auto now = settings_.clock();
    if (!health_.journal_ok) log_.info("the journal writes again");
    health_.journal_ok = true;
    health_.journal_error.clear();
    metrics_.committed(batch, now.steady - asked);
    changes_.notify(sequence, batch.events);
    if (on_committed_ && !batch.events.empty()) on_committed_(sequence);
    engine_.committed(number, now);
    perform_all();
}

void engine_shell::did_not_become_durable(std::uint64_t number, protocol::error_code why) {
    if (health_.journal_ok) log_.error("the journal cannot write: " + why.message());
    health_.journal_ok = false;
    health_.journal_error = why.message();
    metrics_.commit_failed();
    const auto fate = why == make_error_code(journal::errc::io_error)
                          ? sales::commit_fate::unknown
                          : sales::commit_fate::not_durable;
    engine_.commit_failed(number, why, fate, settings_.clock());
    perform_all();
}

void engine_shell::perform(sales::start_command&& wanted) {
    const auto started = port(wanted.terminal).start(wanted.command);
    if (!started) engine_.start_failed(wanted.terminal, started.error(), settings_.clock());
}

void engine_shell::perform(sales::acknowledge_result&& wanted) {
    port(wanted.terminal).acknowledge();
}

void engine_shell::perform(sales::abort_command&& wanted) { port(wanted.terminal).abort(); }

void engine_shell::perform(sales::send_reply&& wanted) {
    const auto found = waiting_.extract(wanted.reply.number);
    BRIDGE_INVARIANT(!found.empty());  // one reply a request
    found.mapped()->reply = std::move(wanted.reply);
    found.mapped()->ready.cancel();
}

void engine_shell::perform(sales::note&& told) {
    const auto level = [&] {
        switch (told.severity) {
            case sales::note::level::info: return log_level::info;
            case sales::note::level::warning: return log_level::warning;
            case sales::note::level::error: return log_level::error;
        }
        return log_level::error;
    }();
    log_.write(level, told.text, {told.terminal, told.payment});
}

terminal_port& engine_shell::port(const std::string& terminal) {
    const auto found = ports_.find(terminal);
    BRIDGE_INVARIANT(found != ports_.end());
    return *found->second;
}

}  // namespace bridge::daemon
