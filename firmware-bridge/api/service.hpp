// The bridge as the API's handlers see it. The daemon implements it over engine and journal; tests
// bring a scripted one.
//
// Everything here is called on the one thread of the server's executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "firmware-bridge/api/feed.hpp"
#include "firmware-bridge/api/ledger_reader.hpp"
#include "firmware-bridge/journal/journal.hpp"
#include "firmware-bridge/sales/request.hpp"

namespace bridge::api {

class metrics;

struct health {
    bool journal_ok{true};
    std::string journal_error;  // why not
    bool shutting_down{};
};

class service {
public:
    virtual ~service() = default;

    /// Hands the request to the engine and returns its reply. The implementation chooses
    /// `request.number`, calls engine.submit() before it suspends for the first time (M6: what the
    /// journal said of the idempotency key must still hold), and answers every request, also those
    /// that come while the daemon stops. The effect does not hang on the caller: if the awaiting
    /// coroutine is cancelled, the request goes on.
    [[nodiscard]] virtual asio::awaitable<sales::reply> submit(sales::request) = 0;

    /// For reading only.
    [[nodiscard]] virtual journal::journal& records() = 0;
    [[nodiscard]] virtual std::vector<sales::terminal_view> terminals() const = 0;
    [[nodiscard]] virtual feed& changes() = 0;
    /// Null when this daemon keeps no books.
    [[nodiscard]] virtual ledger_reader* ledger() = 0;
    [[nodiscard]] virtual api::health health() const = 0;
    /// Counters that the daemon feeds (metrics.hpp) and /metrics shows.
    [[nodiscard]] virtual api::metrics& metrics() = 0;
};

}  // namespace bridge::api
