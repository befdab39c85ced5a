#include "drivers/connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <random>
#include <utility>

#include "drivers/link_error.hpp"
#include "protocol/invariant.hpp"

namespace drivers {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr auto never = asio::steady_timer::time_point::max();

/// Cancellation comes back as a value here: every loop has a link to close and a machine to tell.
asio::awaitable<bool> cancelled() {
    co_return (co_await asio::this_coro::cancellation_state).cancelled() !=
        asio::cancellation_type::none;
}

/// True: whoever waits was cancelled. False: the time has come, or somebody called cancel().
///
/// Its result is always put into a variable first. GCC 12 lays the frame of a coroutine out wrongly
/// when an await stands in a condition and the coroutine has no variable of its own.
asio::awaitable<bool> wait(asio::steady_timer& timer) {
    co_await timer.async_wait(as_values);
    co_return co_await cancelled();
}

/// Runs both until one ends and cancels the other. Unlike operator||, it does not wait for the
/// other when that one ended by an exception, but passes the exception on. Two and not any number,
/// because GCC 12 destroys a pack of coroutine parameters twice.
asio::awaitable<void> until_first(asio::awaitable<void> one, asio::awaitable<void> other) {
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto executor = co_await asio::this_coro::executor;
    const auto [order, one_threw, other_threw] =
        co_await asio::experimental::make_parallel_group(
            asio::co_spawn(executor, std::move(one), asio::deferred),
            asio::co_spawn(executor, std::move(other), asio::deferred))
            .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (one_threw) std::rethrow_exception(one_threw);
    if (other_threw) std::rethrow_exception(other_threw);
}

connection_options with_defaults(connection_options options) {
    if (!options.clock) options.clock = [] { return std::chrono::steady_clock::now(); };
    if (!options.random) {
        options.random = [engine = std::mt19937{std::random_device{}()}]() mutable {
            return static_cast<std::uint32_t>(engine());
        };
    }
    if (!options.trace) options.trace = [](const trace_record&) {};
    return options;
}

}  // namespace

connection::connection(asio::any_io_executor executor, std::unique_ptr<link> wire,
                       std::unique_ptr<terminal> machine, event_handler on_event,
                       connection_options options)
    : options_{with_defaults(std::move(options))},
      on_event_{std::move(on_event)},
      link_{std::move(wire)},
      terminal_{std::move(machine)},
      backoff_{options_.first_retry, options_.longest_retry},
      deadline_timer_{executor},
      retry_timer_{executor},
      output_ready_{executor, never},
      closing_{executor, never} {}

connection::~connection() { BRIDGE_INVARIANT(!running_); }

asio::awaitable<void> connection::run() {
    BRIDGE_INVARIANT(!running_);
    struct running_mark {
        bool& mark;
        ~running_mark() { mark = false; }
    };
    const running_mark mark{running_ = true};
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await until_first(keep_link(), deadline_loop());
}

void connection::stop() {
    if (stopping_) return;
    stopping_ = true;
    retry_timer_.cancel();
    if (phase_ == phase::open && terminal_->idle() && terminal_->start(log_off{}, now())) {
        phase_ = phase::logging_off;
        closing_.expires_after(options_.log_off_within);
        wake();
        return;
    }
    lose(link_errc::closed_here);
}

result<void> connection::start(const command& what) {
    if (stopping_) return make_error_code(errc::not_connected);
    const auto started = terminal_->start(what, now());
    wake();
    return started;
}

void connection::acknowledge() {
    terminal_->acknowledge(now());
    wake();
}

void connection::abort() {
    terminal_->abort(now());
    wake();
}

bool connection::idle() const { return !stopping_ && terminal_->idle(); }

// ---------------------------------------------------------------- the link

asio::awaitable<void> connection::keep_link() {
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!stopping_) {
        if (!reported_) deliver(link_state{link_state::kind::connecting, {}, link_->name()});
        if (stopping_) break;
        const auto failed = co_await open_link();
        bool was_cancelled = co_await cancelled();
        if (stopping_ || was_cancelled) break;
        if (!failed) {
            reported_ = {};
            co_await carry();
            was_cancelled = co_await cancelled();
            if (stopping_ || was_cancelled) break;
        }
        const auto pause = backoff_.next(options_.random());
        if (failed) report_failed_open(failed, pause);
        if (stopping_) break;
        retry_timer_.expires_after(pause);
        was_cancelled = co_await wait(retry_timer_);
        if (was_cancelled) break;
    }
    link_->close();
}

asio::awaitable<error_code> connection::open_link() {
    closing_.expires_at(never);
    const auto first = co_await (link_->open() || wait(closing_));
    if (first.index() == 1) co_return link_errc::closed_here;
    co_return std::get<0>(first);
}

/// Carries bytes until the link goes, by its own or by ours.
asio::awaitable<void> connection::carry() {
    phase_ = phase::open;
    lost_because_ = {};
    terminal_->link_opened(now());
    co_await until_first(until_first(receive_loop(), send_loop()), until_closing());
    lose(link_errc::closed_here);
    link_->close();
    phase_ = phase::closed;
    terminal_->link_closed(lost_because_, now());
    while (terminal_->next_output()) {
    }
    pump();
}

asio::awaitable<void> connection::receive_loop() {
    co_await asio::this_coro::throw_if_cancelled(false);
    std::array<std::uint8_t, 4096> buffer;
    while (phase_ != phase::closing) {
        const auto size = co_await link_->read(buffer);
        if (size.has_error()) {
            if (size.error() != asio::error::operation_aborted) lose(size.error());
            co_return;
        }
        terminal_->receive({buffer.data(), *size}, now());
        pump();
    }
}

/// One output at a time: see the header on M2.
asio::awaitable<void> connection::send_loop() {
    co_await asio::this_coro::throw_if_cancelled(false);
    for (;;) {
        pump();  // before next_output(): what an event handler starts is sent in this turn
        if (phase_ == phase::closing) co_return;
        const auto next = terminal_->next_output();
        if (!next) {
            const bool was_cancelled = co_await wait(output_ready_);
            if (was_cancelled) co_return;
            continue;
        }
        if (const auto* wish = std::get_if<close_link>(&*next)) {
            lose(wish->reason);
            co_return;
        }
        const auto failed = co_await write_within_limit(std::get<write_bytes>(*next).bytes);
        if (failed) {
            if (failed != asio::error::operation_aborted) lose(failed);
            co_return;
        }
    }
}

asio::awaitable<error_code> connection::write_within_limit(std::span<const std::uint8_t> bytes) {
    const auto limit =
        options_.write_within + options_.write_a_byte * static_cast<std::int64_t>(bytes.size());
    asio::steady_timer timer{co_await asio::this_coro::executor, limit};
    const auto first = co_await (link_->write(bytes) || wait(timer));
    if (first.index() == 0) co_return std::get<0>(first).error;
    const bool was_cancelled = std::get<1>(first);
    co_return was_cancelled ? error_code{asio::error::operation_aborted}
                            : error_code{link_errc::write_timeout};
}

asio::awaitable<void> connection::until_closing() {
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!shall_close()) {
        const bool was_cancelled = co_await wait(closing_);
        if (was_cancelled) co_return;
    }
}

bool connection::shall_close() const {
    const auto limit = closing_.expiry();
    return phase_ == phase::closing || limit <= asio::steady_timer::clock_type::now();
}

void connection::lose(error_code why) {
    if (!lost_because_) lost_because_ = why;
    if (phase_ != phase::closed) phase_ = phase::closing;
    closing_.cancel();
}

/// Said once for each reason, not once for each attempt: a terminal may be switched off all night.
void connection::report_failed_open(error_code why, backoff::duration pause) {
    if (why == reported_) return;
    reported_ = why;
    deliver(link_state{link_state::kind::down, why,
                       link_->name() + ": " + why.message() + "; next attempt in " +
                           std::to_string(pause.count()) + " ms"});
}

// ---------------------------------------------------------------- the machine

/// Runs as long as run(), also without a link: a command may be waiting for its time to be over.
asio::awaitable<void> connection::deadline_loop() {
    co_await asio::this_coro::throw_if_cancelled(false);
    for (;;) {
        pump();
        armed_ = terminal_->deadline();
        if (armed_) {
            // At least a moment, so that a machine whose deadline stays behind cannot spin; at most
            // an hour, so that one far away cannot overflow the timer.
            deadline_timer_.expires_after(
                std::clamp<std::chrono::nanoseconds>(*armed_ - now(), 1ms, 1h));
        } else {
            deadline_timer_.expires_at(never);
        }
        const bool was_cancelled = co_await wait(deadline_timer_);
        if (was_cancelled) co_return;
        const auto due = terminal_->deadline();
        if (due && *due <= now()) terminal_->elapse(now());
    }
}

/// Hands traces and events out, then wakes whoever has to act on what changed. An event handler may
/// call back into this object; the loop that is running here takes what comes of it.
void connection::pump() {
    if (pumping_) return;
    pumping_ = true;
    for (;;) {
        while (const auto record = terminal_->next_trace()) options_.trace(*record);
        auto next = terminal_->next_event();
        if (!next) break;
        deliver(std::move(*next));
    }
    pumping_ = false;
    output_ready_.cancel();
    const auto deadline = terminal_->deadline();
    if (deadline && (!armed_ || *deadline < *armed_)) deadline_timer_.cancel();
}

/// For the owner's calls: they return before any event of theirs is delivered.
void connection::wake() {
    output_ready_.cancel();
    deadline_timer_.cancel();
}

void connection::deliver(event what) {
    if (std::holds_alternative<registered>(what)) backoff_.reset();
    if (phase_ == phase::logging_off && std::holds_alternative<command_ended>(what)) {
        lose(link_errc::closed_here);  // the log-off is ours: nobody else waits for its end
        return;
    }
    on_event_(std::move(what), now());
}

}  // namespace drivers
