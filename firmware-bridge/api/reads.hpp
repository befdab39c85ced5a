// The journal's answers as awaitables. A coroutine that waits here goes on inside the journal's
// handler, with nothing run in between.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "firmware-bridge/api/ledger_reader.hpp"
#include "firmware-bridge/journal/journal.hpp"
#include "firmware-bridge/sales/request.hpp"

namespace bridge::api {

namespace asio = boost::asio;
using protocol::result;

[[nodiscard]] asio::awaitable<result<sales::payment>> find_payment(journal::journal&, std::string);
[[nodiscard]] asio::awaitable<result<sales::refund>> find_refund(journal::journal&, std::string);
[[nodiscard]] asio::awaitable<result<sales::operation>> find_operation(journal::journal&,
                                                                       std::string);
[[nodiscard]] asio::awaitable<result<journal::listing<sales::payment>>> list_payments(
    journal::journal&, journal::payment_filter, journal::page);
[[nodiscard]] asio::awaitable<result<journal::listing<sales::refund>>> list_refunds(
    journal::journal&, std::string payment, journal::page);
[[nodiscard]] asio::awaitable<result<std::vector<journal::stored_event>>> events_after(
    journal::journal&, std::uint64_t after, std::size_t limit);
[[nodiscard]] asio::awaitable<result<journal::listing<boost::json::object>>> list_entries(
    ledger_reader&, ledger_reader::filter, journal::page);

/// What the engine must know of the journal to judge a request.
struct standing {
    std::optional<sales::payment> subject;      // absent: not asked for
    std::optional<journal::key_claim> claim;    // absent: not asked for, or the key is free
    decltype(sales::request::key_object) made;  // what the claim names
};

/// Reads the payment that a request is about and the claim of its idempotency key; both or one of
/// them (an empty id, no key). Errors: the journal's; not_found means the payment.
///
/// The two reads stand side by side in the journal's queue. If the key is free, the coroutine goes
/// on inside the handler of the second one: until it suspends again, every commit that those reads
/// did not see is still in flight and known to the engine. So a request that is handed to the
/// engine at once meets an engine and a journal that together know every earlier one (M6).
[[nodiscard]] asio::awaitable<result<standing>> look_up(journal::journal&, std::string payment,
                                                        std::optional<std::string> key);

}  // namespace bridge::api
