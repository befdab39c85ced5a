#include "firmware-bridge/api/waiting.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "firmware-bridge/api/reads.hpp"

namespace bridge::api {
namespace {

template <class T>
using finder = asio::awaitable<protocol::result<T>> (*)(journal::journal&, std::string);

template <class T>
asio::awaitable<protocol::result<T>> settled(finder<T> find, service& bridge, peer& waiting,
                                             std::string id, std::chrono::seconds longest) {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    feed::subscription changes{bridge.changes(), id};
    for (;;) {
        auto found = co_await find(bridge.records(), id);
        if (!found || !running(*found) || longest == longest.zero()) co_return found;
        if (co_await next_change(changes, deadline, waiting) != wake::changed) {
            // A change may have come at the last moment.
            co_return co_await find(bridge.records(), id);
        }
    }
}

}  // namespace

asio::awaitable<wake> next_change(feed::subscription& changes, drivers::time_point deadline,
                                  peer& waiting) {
    using asio::experimental::awaitable_operators::operator||;
    auto first = co_await (changes.next(deadline) || waiting.gone());
    if (first.index() == 1) co_return wake::over;
    if (std::get<0>(first)) co_return wake::changed;
    co_return changes.source_closed() ? wake::over : wake::deadline;
}

bool running(const sales::payment& p) noexcept { return p.running(); }
bool running(const sales::refund& r) noexcept { return r.status == sales::refund_status::pending; }
bool running(const sales::operation& o) noexcept {
    return o.status == sales::operation::state::running;
}

asio::awaitable<protocol::result<sales::payment>> settled_payment(service& bridge, peer& waiting,
                                                                  std::string id,
                                                                  std::chrono::seconds longest) {
    return settled<sales::payment>(find_payment, bridge, waiting, std::move(id), longest);
}

asio::awaitable<protocol::result<sales::refund>> settled_refund(service& bridge, peer& waiting,
                                                                std::string id,
                                                                std::chrono::seconds longest) {
    return settled<sales::refund>(find_refund, bridge, waiting, std::move(id), longest);
}

asio::awaitable<protocol::result<sales::operation>> settled_operation(
    service& bridge, peer& waiting, std::string id, std::chrono::seconds longest) {
    return settled<sales::operation>(find_operation, bridge, waiting, std::move(id), longest);
}

}  // namespace bridge::api
