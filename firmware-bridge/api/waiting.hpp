// Waiting for the end of something that a terminal works on (?wait=SECONDS).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "firmware-bridge/api/exchange.hpp"
#include "firmware-bridge/api/feed.hpp"
#include "firmware-bridge/api/service.hpp"
#include "protocol/result.hpp"

namespace bridge::api {

/// Why a wait for news ended.
enum class wake : std::uint8_t {
    changed,
    deadline,  // nothing new in time
    over,      // nobody is there to tell: the peer has gone, or the daemon stops
};
[[nodiscard]] asio::awaitable<wake> next_change(feed::subscription&, drivers::time_point deadline,
                                                peer&);

// The object as the journal has it when it no longer runs, when `longest` has passed or when the
// peer has gone. Cancelling the wait touches nothing but the wait. Errors: the journal's.

[[nodiscard]] asio::awaitable<protocol::result<sales::payment>> settled_payment(
    service&, peer&, std::string id, std::chrono::seconds longest);
[[nodiscard]] asio::awaitable<protocol::result<sales::refund>> settled_refund(
    service&, peer&, std::string id, std::chrono::seconds longest);
[[nodiscard]] asio::awaitable<protocol::result<sales::operation>> settled_operation(
    service&, peer&, std::string id, std::chrono::seconds longest);

[[nodiscard]] bool running(const sales::payment&) noexcept;
[[nodiscard]] bool running(const sales::refund&) noexcept;
[[nodiscard]] bool running(const sales::operation&) noexcept;

}  // namespace bridge::api
