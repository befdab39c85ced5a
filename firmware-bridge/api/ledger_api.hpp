// The books, for reading.
#pragma once

#include "firmware-bridge/api/exchange.hpp"
#include "firmware-bridge/api/service.hpp"

namespace bridge::api {

[[nodiscard]] asio::awaitable<answer> list_journal_entries(service&, const request&);

}  // namespace bridge::api
