// Terminals, device actions, and the operations that come of them.
#pragma once

#include <boost/json/object.hpp>

#include "firmware-bridge/api/exchange.hpp"
#include "firmware-bridge/api/service.hpp"

namespace bridge::api {

[[nodiscard]] asio::awaitable<answer> list_terminals(service&, const request&);
[[nodiscard]] asio::awaitable<answer> show_terminal(service&, const request&);
[[nodiscard]] asio::awaitable<answer> start_diagnosis(service&, const request&);
[[nodiscard]] asio::awaitable<answer> start_end_of_day(service&, const request&);
[[nodiscard]] asio::awaitable<answer> start_totals(service&, const request&);
[[nodiscard]] asio::awaitable<answer> start_repeat_receipt(service&, const request&);
[[nodiscard]] asio::awaitable<answer> start_abort(service&, const request&);
[[nodiscard]] asio::awaitable<answer> start_display(service&, const request&);
[[nodiscard]] asio::awaitable<answer> start_reboot(service&, const request&);
[[nodiscard]] asio::awaitable<answer> show_operation(service&, const request&);

/// A terminal as the API shows it, also in the data of terminal.updated.
[[nodiscard]] boost::json::object to_json(const sales::terminal_view&);
[[nodiscard]] std::string_view to_string(drivers::link_state::kind) noexcept;

}  // namespace bridge::api
