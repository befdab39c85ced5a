// What passes between the HTTP server and the handlers: a request as text, a response as text.
// Nothing here knows Beast, so handlers compile fast and are tested without a socket.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware-bridge/api/error.hpp"
#include "firmware-bridge/api/roles.hpp"

namespace bridge::api {

namespace asio = boost::asio;

struct route;

/// The one who asked, while we work on the answer.
class peer {
public:
    virtual ~peer() = default;
    /// Completes when the other side has closed the connection, or the server stops.
    [[nodiscard]] virtual asio::awaitable<void> gone() = 0;
    /// Sends a part of a response that has no end of its own (an event stream). False when the
    /// other side is gone, or so slow that the write timed out: then it is over.
    [[nodiscard]] virtual asio::awaitable<bool> send(std::string part) = 0;
    /// After how long a quiet event stream should show a sign of life.
    [[nodiscard]] virtual std::chrono::milliseconds heartbeat() const = 0;
};

struct request {
    std::string id;      // X-Request-Id of the answer
    std::string method;  // "GET", "POST", …
    std::string target;  // as received: path and query, percent-encoded
    std::string body;
    std::optional<std::string> idempotency_key;
    std::string last_event_id;
    std::string accept;
    std::optional<role> caller;
    bool token_wrong{};       // a token was given, but not one that we know
    std::string caller_name;  // "uid 1000", "token"; for what a person decides
    api::peer* peer{};        // not null; valid until the answer is given

    // Filled by the router.
    const api::route* route{};
    std::string path;    // decoded
    std::string object;  // the {id} of the path, decoded; empty when it has none
    std::vector<std::pair<std::string, std::string>> query;
};

struct response {
    unsigned status{200};
    std::string body;
    std::string_view content_type{"application/json"};
    std::vector<std::pair<std::string, std::string>> fields;  // further header fields
    std::string object;  // for the log: what the request made or read
    /// Set for an event stream: writes to the peer until it is gone. The status line and header
    /// have been sent by then; `body` is not used.
    std::function<asio::awaitable<void>()> stream;
};

/// What a handler returns.
using answer = checked<response>;

}  // namespace bridge::api
