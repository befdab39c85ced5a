// The way of every POST to the engine and back.
#pragma once

#include <boost/json/object.hpp>

#include "firmware-bridge/api/exchange.hpp"
#include "firmware-bridge/api/service.hpp"

namespace bridge::api {

/// A request that was understood: what to do, and by which key it may be repeated.
struct understood {
    decltype(sales::request::what) what;
    std::optional<sales::idempotency> idempotency;
    std::chrono::seconds wait{};
};

/// The body, checked against the members that the route takes.
[[nodiscard]] checked<boost::json::object> body_of(const request&);

/// Adds key, fingerprint and wait of the request to what its body said.
[[nodiscard]] checked<understood> understand(const request&, const boost::json::object& body,
                                             decltype(sales::request::what));

/// Looks up payment and key, hands both to the engine without a pause in between (M6), waits as
/// long as was asked for, and shows what came of it: 200 when it is settled, 202 while it runs.
[[nodiscard]] asio::awaitable<answer> submit(service&, const request&, understood,
                                             std::string payment = {});

}  // namespace bridge::api
