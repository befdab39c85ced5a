#include "drivers/tcp_link.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "drivers/link_error.hpp"

namespace drivers {

using asio::ip::tcp;
using protocol::error_code;
using protocol::result;
using namespace asio::experimental::awaitable_operators;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

error_code explain(const error_code& failed) {
    if (failed == asio::error::eof) return link_errc::hung_up;
    return failed;
}

}  // namespace

/// getaddrinfo(3) blocks a thread of Asio's until it answers or its own, longer, time is over.
/// open() therefore waits for `changed`, not for the query, and leaves a query that is too slow
/// behind; the query owns what it writes to.
struct tcp_link::name_query {
    explicit name_query(const asio::any_io_executor& executor) : changed{executor} {
        changed.expires_at(clock::time_point::max());
    }
    bool done{};
    error_code failed;
    endpoints found;
    asio::steady_timer changed;
};

tcp_link::tcp_link(asio::any_io_executor executor, tcp_address address, tcp_options options)
    : address_{std::move(address)}, options_{options}, socket_{executor}, resolver_{executor} {}

tcp_link::~tcp_link() = default;

asio::awaitable<error_code> tcp_link::open() {
    close();
    const auto until = clock::now() + options_.open_within;
    const auto candidates = co_await resolve(until);
    if (candidates.has_error()) co_return candidates.error();

    error_code failed = link_errc::name_not_found;
    auto left = static_cast<clock::rep>(candidates->size());
    for (const auto& candidate : *candidates) {
        failed = co_await connect(candidate, (until - clock::now()) / left--);
        if (!failed || failed == asio::error::operation_aborted) break;
    }
    if (failed) close();
    co_return failed;
}

asio::awaitable<result<tcp_link::endpoints>> tcp_link::resolve(clock::time_point until) {
    error_code not_numeric;
    const auto numeric = asio::ip::make_address(address_.host, not_numeric);
    if (!not_numeric) co_return endpoints{{numeric, address_.port}};

    if (!query_) {  // else the one left behind will do
        query_ = std::make_shared<name_query>(socket_.get_executor());
        resolver_.async_resolve(
            address_.host, std::to_string(address_.port), tcp::resolver::numeric_service,
            [query = query_](error_code failed, const tcp::resolver::results_type& found) {
                query->failed = failed;
                for (const auto& entry : found) query->found.push_back(entry.endpoint());
                query->done = true;
                query->changed.cancel();
            });
    }
    const auto query = query_;
    query->changed.expires_at(until);
    co_await query->changed.async_wait(as_values);
    if (!query->done) {
        co_return clock::now() < until ? error_code{asio::error::operation_aborted}
                                       : error_code{link_errc::open_timeout};
    }
    query_.reset();
    if (query->failed || query->found.empty()) co_return link_errc::name_not_found;
    co_return query->found;
}

asio::awaitable<error_code> tcp_link::connect(tcp::endpoint to, clock::duration within) {
    error_code failed;
    close();
    socket_.open(to.protocol(), failed);
    if (failed) co_return failed;
    configure();

    asio::steady_timer timeout{socket_.get_executor(), within};
    const auto first =
        co_await (socket_.async_connect(to, as_values) || timeout.async_wait(as_values));
    if (first.index() == 1) {
        const bool too_slow = !std::get<0>(std::get<1>(first));
        co_return too_slow ? error_code{link_errc::open_timeout}
                           : error_code{asio::error::operation_aborted};
    }
    co_return std::get<0>(std::get<0>(first));
}

/// A terminal's dialogue is single small messages: Nagle would hold the second of two back for the
/// peer's delayed ACK. Refusal of an option is no reason not to pay; the ZVT timers still guard.
void tcp_link::configure() {
    const auto set = [this](int level, int option, int value) {
        ::setsockopt(socket_.native_handle(), level, option, &value, sizeof value);
    };
    set(IPPROTO_TCP, TCP_NODELAY, 1);
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(options_.keepalive_idle.count()));
    set(IPPROTO_TCP, TCP_KEEPINTVL, static_cast<int>(options_.keepalive_interval.count()));
    set(IPPROTO_TCP, TCP_KEEPCNT, options_.keepalive_probes);
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(options_.user_timeout.count()));
}

asio::awaitable<result<std::size_t>> tcp_link::read(std::span<std::uint8_t> into) {
    const auto [failed, size] =
        co_await socket_.async_read_some(asio::buffer(into.data(), into.size()), as_values);
    if (failed) co_return explain(failed);
    co_return size;
}

asio::awaitable<link::write_outcome> tcp_link::write(std::span<const std::uint8_t> bytes) {
    const auto [failed, size] =
        co_await asio::async_write(socket_, asio::buffer(bytes.data(), bytes.size()), as_values);
    co_return write_outcome{explain(failed), size};
}

void tcp_link::close() noexcept {
    if (query_) query_->changed.cancel();
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
}

}  // namespace drivers
