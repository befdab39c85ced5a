// Payments and refunds.
#pragma once

#include "firmware-bridge/api/exchange.hpp"
#include "firmware-bridge/api/service.hpp"

namespace bridge::api {

[[nodiscard]] asio::awaitable<answer> create_payment(service&, const request&);
[[nodiscard]] asio::awaitable<answer> list_payments(service&, const request&);
[[nodiscard]] asio::awaitable<answer> show_payment(service&, const request&);
[[nodiscard]] asio::awaitable<answer> capture_payment(service&, const request&);
[[nodiscard]] asio::awaitable<answer> cancel_payment(service&, const request&);
[[nodiscard]] asio::awaitable<answer> resolve_payment(service&, const request&);
[[nodiscard]] asio::awaitable<answer> create_refund(service&, const request&);
[[nodiscard]] asio::awaitable<answer> list_refunds(service&, const request&);
[[nodiscard]] asio::awaitable<answer> show_refund(service&, const request&);

}  // namespace bridge::api
