#include "firmware-bridge/api/feed.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace bridge::api {

feed::feed(asio::any_io_executor executor) : executor_{std::move(executor)} {}

void feed::notify(std::uint64_t last_sequence, std::span<const journal::event> events) {
    last_sequence_ = std::max(last_sequence_, last_sequence);
    for (auto* waiting : subscriptions_)
        if (waiting->concerned_by(events)) waiting->wake();
}

void feed::close() {
    closed_ = true;
    for (auto* waiting : subscriptions_) waiting->wake();
}

feed::subscription::subscription(feed& source, std::string object_id)
    : feed_{source},
      object_id_{std::move(object_id)},
      timer_{source.executor_},
      position_{source.subscriptions_.insert(source.subscriptions_.end(), this)} {}

feed::subscription::~subscription() { feed_.subscriptions_.erase(position_); }

bool feed::subscription::concerned_by(std::span<const journal::event> events) const {
    if (object_id_.empty()) return !events.empty();
    return std::ranges::any_of(events, [&](auto& one) { return one.object_id == object_id_; });
}

void feed::subscription::wake() {
    changed_ = true;
    timer_.cancel();
}

asio::awaitable<bool> feed::subscription::next(drivers::time_point deadline) {
    while (!changed_ && !feed_.closed_ && std::chrono::steady_clock::now() < deadline) {
        timer_.expires_at(deadline);
        auto [error] = co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        // A wake and a cancellation of the coroutine end the wait alike; only the latter is thrown.
        if (error && !changed_ && !feed_.closed_)
            throw boost::system::system_error{asio::error::operation_aborted};
    }
    co_return !feed_.closed_ && std::exchange(changed_, false);
}

}  // namespace bridge::api
