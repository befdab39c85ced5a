// Is it alive, can it take payments, how has it been.
#pragma once

#include "firmware-bridge/api/exchange.hpp"
#include "firmware-bridge/api/service.hpp"

namespace bridge::api {

/// 200 as long as the process answers.
[[nodiscard]] asio::awaitable<answer> show_alive(service&, const request&);
/// 503 when no payment could be taken: the journal cannot be written, or the daemon stops. A
/// terminal that is down is named, but leaves the others usable.
[[nodiscard]] asio::awaitable<answer> show_ready(service&, const request&);
[[nodiscard]] asio::awaitable<answer> show_metrics(service&, const request&);

}  // namespace bridge::api
