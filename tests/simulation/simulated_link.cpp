#include "tests/simulation/simulated_link.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "drivers/link_error.hpp"

namespace tests::simulation {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using sim::world::side;

namespace {

asio::awaitable<bool> cancelled() {
    co_return (co_await asio::this_coro::cancellation_state).cancelled() !=
        asio::cancellation_type::none;
}

/// Its result is put into a variable first: see drivers/connection.cpp on GCC 12.
asio::awaitable<bool> wait(asio::steady_timer& timer) {
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return co_await cancelled();
}

}  // namespace

simulated_link::simulated_link(asio::any_io_executor executor, sim::world::wire& way,
                               std::string name)
    : wire_{way},
      name_{std::move(name)},
      arrived_{std::move(executor), asio::steady_timer::time_point::max()} {}

simulated_link::~simulated_link() { close(); }

asio::awaitable<protocol::error_code> simulated_link::open() {
    asio::steady_timer dialling{co_await asio::this_coro::executor, 3ms};
    const bool was_cancelled = co_await wait(dialling);
    if (was_cancelled) co_return asio::error::operation_aborted;
    const bool serial = wire_.nature() == sim::link_nature::serial;
    if (!wire_.open())
        co_return serial ? make_error_code(drivers::link_errc::device_absent)
                         : protocol::error_code{asio::error::connection_refused};
    open_ = true;
    incoming_.clear();
    wire_.attach(side::cash_register, {.opened = {},
                                       .came =
                                           [this](sim::bytes_view piece) {
                                               incoming_.insert(incoming_.end(), piece.begin(),
                                                                piece.end());
                                               arrived_.cancel();
                                           },
                                       .closed =
                                           [this] {
                                               open_ = false;
                                               arrived_.cancel();
                                           }});
    co_return protocol::error_code{};
}

asio::awaitable<protocol::result<std::size_t>> simulated_link::read(std::span<std::uint8_t> into) {
    while (incoming_.empty() && open_) {
        const bool was_cancelled = co_await wait(arrived_);
        if (was_cancelled) co_return protocol::error_code{asio::error::operation_aborted};
    }
    if (incoming_.empty()) co_return make_error_code(drivers::link_errc::hung_up);
    const auto size = std::min(into.size(), incoming_.size());
    const auto end = incoming_.begin() + static_cast<std::ptrdiff_t>(size);
    std::copy(incoming_.begin(), end, into.begin());
    incoming_.erase(incoming_.begin(), end);
    co_return size;
}

asio::awaitable<simulated_link::write_outcome> simulated_link::write(
    std::span<const std::uint8_t> bytes) {
    if (!open_) co_return write_outcome{make_error_code(drivers::link_errc::hung_up), 0};
    wire_.send(side::cash_register, bytes);
    co_return write_outcome{{}, bytes.size()};
}

void simulated_link::close() noexcept {
    if (!open_) return;
    open_ = false;
    arrived_.cancel();
    wire_.attach(side::cash_register, {});
    wire_.close(side::cash_register);
}

drivers::framing simulated_link::needs() const noexcept {
    return wire_.nature() == sim::link_nature::serial ? drivers::framing::serial
                                                      : drivers::framing::stream;
}

}  // namespace tests::simulation
