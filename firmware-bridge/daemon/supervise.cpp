#include "firmware-bridge/daemon/supervise.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <optional>

#include "protocol/invariant.hpp"

namespace bridge::daemon {

namespace {

/// Why a task ended badly; nullopt when `thrown` is a cancellation that was asked for.
std::optional<std::string> reason_of(const std::exception_ptr& thrown, bool cancelled) {
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
        if (cancelled && error.code() == asio::error::operation_aborted) return std::nullopt;
        return error.what();
    } catch (const std::exception& error) {
        return error.what();
    }
}

}  // namespace

supervisor::supervisor(asio::any_io_executor executor,
                       std::function<void(const task_failure&)> on_failure)
    : executor_{std::move(executor)},
      on_failure_{std::move(on_failure)},
      none_left_{executor_, asio::steady_timer::time_point::max()} {}

supervisor::~supervisor() { BRIDGE_INVARIANT(tasks_.empty()); }

void supervisor::spawn(std::string name, asio::awaitable<void> work) {
    tasks_.emplace_back().name = std::move(name);
    const auto self = std::prev(tasks_.end());
    asio::co_spawn(executor_, std::move(work),
                   asio::bind_cancellation_slot(
                       self->cancel.slot(),
                       [this, self](const std::exception_ptr& thrown) { finished(self, thrown); }));
    if (stopping_) self->cancel.emit(asio::cancellation_type::terminal);
}

void supervisor::finished(std::list<task>::iterator self, const std::exception_ptr& thrown) {
    const auto name = std::move(self->name);
    tasks_.erase(self);
    if (tasks_.empty()) none_left_.cancel();
    if (!thrown) return;
    if (const auto reason = reason_of(thrown, stopping_)) on_failure_({name, *reason});
}

void supervisor::stop() {
    stopping_ = true;
    // A task may end, and leave the list, while the signal is being given.
    for (auto next = tasks_.begin(); next != tasks_.end();) {
        auto& current = *next++;
        current.cancel.emit(asio::cancellation_type::terminal);
    }
}

asio::awaitable<void> supervisor::ended() {
    while (!tasks_.empty()) co_await none_left_.async_wait(asio::as_tuple(asio::use_awaitable));
}

std::vector<std::string> supervisor::running() const {
    std::vector<std::string> names;
    for (const auto& one : tasks_) names.push_back(one.name);
    return names;
}

}  // namespace bridge::daemon
