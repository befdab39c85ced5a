// Asks the daemon over HTTP, one connection a request.
//
//     client api{io.get_executor(), where, token};
//     http_request asked{.method = verb::get, .target = "/v1/terminals"};
//     auto answer = co_await api.send(asked);   // a variable: GCC 12 destroys a temporary twice
//     if (!answer) …answer.error() == client_errc::unreachable: nothing was sent…
//
// The two errors are kept apart because money hangs on it: `unreachable` means that no byte of the
// request has left; after `no_answer` the daemon may have acted on it, and only a repeat with the
// same idempotency key finds out.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "firmware-bridge/bridgectl/address.hpp"
#include "firmware-bridge/bridgectl/event_stream.hpp"
#include "protocol/result.hpp"

namespace bridge::bridgectl {

namespace asio = boost::asio;
using boost::beast::http::verb;

enum class client_errc {
    unreachable = 1,  // nothing was sent
    no_answer,        // sent, perhaps; the connection broke or time ran out before the answer
    bad_answer,       // what came back is not HTTP, or not JSON where it must be
};
[[nodiscard]] protocol::error_code make_error_code(client_errc) noexcept;

struct http_request {
    verb method{verb::get};
    std::string target;                         // path and query
    std::optional<boost::json::object> body{};  // JSON
    std::string idempotency_key{};
    std::chrono::seconds timeout{30};
};

struct http_answer {
    unsigned status{};
    std::string text;
    boost::json::value body;  // null when the text is not JSON
    [[nodiscard]] bool ok() const noexcept { return status >= 200 && status < 300; }
};

class client {
public:
    client(asio::any_io_executor, address, std::string token);

    [[nodiscard]] asio::awaitable<protocol::result<http_answer>> send(http_request);

    /// Follows /v1/events behind `last_id` (empty: from now on) until the stream breaks, which is
    /// what it returns. `opened`, when there is one, is called when the daemon has taken the
    /// subscription.
    using event_handler = std::function<void(const server_sent_event&)>;
    [[nodiscard]] asio::awaitable<protocol::result<http_answer>> follow(
        std::string last_id, event_handler each, std::function<void()> opened);

    [[nodiscard]] const address& where() const noexcept { return where_; }
    /// The system's reason of the last failure: "No such file or directory".
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

private:
    class connection;
    asio::any_io_executor executor_;
    address where_;
    std::string token_;
    std::string reason_;
};

/// Bytes of a path segment or query value, escaped.
[[nodiscard]] std::string escaped(std::string_view);

}  // namespace bridge::bridgectl

template <>
struct boost::system::is_error_code_enum<bridge::bridgectl::client_errc> : std::true_type {};
