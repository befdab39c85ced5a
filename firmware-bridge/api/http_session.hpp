// One connection: reads requests one after the other, has them answered, writes the answers in the
// same order. Pipelined requests wait in its buffer, which is bounded; one that is slow to send or
// to read is cut off by a deadline.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "firmware-bridge/api/exchange.hpp"
#include "firmware-bridge/api/http_server.hpp"

namespace bridge::api {

/// What the connections of one server share.
struct server_state {
    api::service& service;
    server_settings settings;
    std::string id_prefix;  // of request ids: differs from start to start
    std::uint64_t requests{};
    std::size_t event_streams{};
    bool stopping{};

    [[nodiscard]] std::string next_request_id();
};

using request_parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
using stream_socket = asio::generic::stream_protocol::socket;

class http_session final : public peer, public std::enable_shared_from_this<http_session> {
public:
    /// `unix_caller`: role and name of the one at the other end of a Unix socket; on TCP each
    /// request brings a token.
    struct identified {
        role grants{};
        std::string name;
    };
    http_session(stream_socket, server_state&, std::optional<identified> unix_caller);
    ~http_session() override;
    http_session(const http_session&) = delete;
    http_session& operator=(const http_session&) = delete;

    /// Serves until the connection ends.
    [[nodiscard]] asio::awaitable<void> run();
    /// Says that there are too many connections, and ends.
    [[nodiscard]] asio::awaitable<void> turn_away();

    /// No further request; a wait or an event stream ends now. See http_server::stop().
    void finish();
    /// Closes the socket, whatever it does.
    void break_off();

    asio::awaitable<void> gone() override;
    asio::awaitable<bool> send(std::string part) override;
    std::chrono::milliseconds heartbeat() const override;

    /// Where the coroutine of run() listens for cancellation.
    asio::cancellation_signal cancel;

private:
    class time_limit;
    enum class next : std::uint8_t { request, end, linger };

    asio::awaitable<bool> first_byte();
    asio::awaitable<next> serve_one();
    enum class extent : std::uint8_t { header, whole };
    asio::awaitable<boost::system::error_code> read(request_parser&, extent wanted);
    asio::awaitable<next> refuse(error, unsigned version);
    asio::awaitable<next> answer_request(request&, unsigned version, bool keep_alive);
    asio::awaitable<bool> write(const response&, const request_record&, unsigned version,
                                bool keep_alive, bool head);
    asio::awaitable<void> run_stream(const response&, const request_record&, bool head);
    asio::awaitable<void> linger();
    void identify(request&, const std::optional<std::string>& authorization) const;
    void note(const request_record&, std::chrono::steady_clock::time_point began);

    stream_socket socket_;
    server_state& server_;
    std::optional<identified> unix_caller_;
    boost::beast::flat_buffer buffer_;
    asio::steady_timer timer_;
    asio::steady_timer read_ahead_full_;  // never expires; gone() waits for finish() on it
    std::uint64_t limits_set_{};  // tells an old limit's expiry from that of the present one
    bool timed_out_{};
    bool interruptible_{true};  // finish() may cancel what the socket does
};

}  // namespace bridge::api
