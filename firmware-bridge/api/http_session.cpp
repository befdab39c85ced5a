#include "firmware-bridge/api/http_session.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>
#include <ctime>

#include "firmware-bridge/api/credentials.hpp"
#include "firmware-bridge/api/metrics.hpp"
#include "firmware-bridge/api/router.hpp"

namespace bridge::api {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using std::chrono::steady_clock;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

/// What a peer may send ahead while its request is answered.
constexpr std::size_t read_ahead = 16U << 10U;
/// For an event stream: what the kernel keeps for a slow reader.
constexpr int stream_send_buffer = 64 * 1024;

std::optional<code> code_of(const error_code& why) {
    if (why == http::error::header_limit || why == http::error::buffer_overflow)
        return code::header_too_large;
    if (why == http::error::body_limit) return code::body_too_large;
    if (why == asio::error::timed_out) return code::request_timeout;
    if (why == http::error::end_of_stream || why == http::error::partial_message)
        return std::nullopt;
    if (why.category() == http::make_error_code(http::error::bad_method).category())
        return code::malformed_request;
    return std::nullopt;
}

/// RFC 9110 5.6.7, such as "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date() {
    const auto now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    char text[40]{};
    const auto size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    return {text, size};
}

/// A field that may come once: its value; empty when it came twice, which no value of ours is.
std::optional<std::string> single(const http::fields& fields, std::string_view name) {
    const auto [first, last] = fields.equal_range(name);
    if (first == last) return std::nullopt;
    return std::next(first) == last ? std::string{first->value()} : std::string{};
}

template <class Body>
void set_header(http::response<Body>& message, const response& shown, const request_record& noted) {
    message.set(http::field::server, "firmware-bridge");
    message.set(http::field::date, http_date());
    message.set("X-Request-Id", noted.id);
    if (shown.status != 204) message.set(http::field::content_type, shown.content_type);
    message.set(http::field::cache_control, "no-store");
    for (const auto& [name, value] : shown.fields) message.set(name, value);
}

}  // namespace

std::string server_state::next_request_id() {
    auto digits = std::to_string(++requests);
    if (digits.size() < 8) digits.insert(0, 8 - digits.size(), '0');
    return "req_" + id_prefix + digits;
}

// ------------------------------------------------------------------------------- deadlines

/// While it lives, the socket's operation is cancelled when the time is over. An operation that has
/// ended and waits in the queue is not to be cancelled any more, so whoever does several looks at
/// timed_out_ after each.
class http_session::time_limit {
public:
    time_limit(http_session& session, steady_clock::duration longest) : session_{session} {
        session_.timed_out_ = false;
        session_.timer_.expires_after(longest);
        // An expiry that is queued already is not taken back by cancel(): hence number and
        // weak_ptr.
        auto expired = [weak = session.weak_from_this(), mine = ++session.limits_set_](auto) {
            const auto late = weak.lock();
            if (!late || mine != late->limits_set_) return;
            late->timed_out_ = true;
            error_code ignored;
            late->socket_.cancel(ignored);
        };
        session_.timer_.async_wait(std::move(expired));
    }
    ~time_limit() {
        ++session_.limits_set_;
        session_.timer_.cancel();
    }
    time_limit(const time_limit&) = delete;
    time_limit& operator=(const time_limit&) = delete;

private:
    http_session& session_;
};

http_session::http_session(stream_socket socket, server_state& server,
                           std::optional<identified> unix_caller)
    : socket_{std::move(socket)},
      server_{server},
      unix_caller_{std::move(unix_caller)},
      buffer_{server.settings.limits.header_bytes + read_ahead},
      timer_{socket_.get_executor()},
      read_ahead_full_{socket_.get_executor(), steady_clock::time_point::max()} {}

http_session::~http_session() = default;

void http_session::finish() {
    error_code ignored;
    if (!interruptible_) return;
    socket_.cancel(ignored);
    read_ahead_full_.cancel();
}

void http_session::break_off() {
    error_code ignored;
    socket_.close(ignored);
}

std::chrono::milliseconds http_session::heartbeat() const {
    return server_.settings.limits.heartbeat;
}

// ------------------------------------------------------------------------------- requests

asio::awaitable<void> http_session::run() {
    auto then = next::request;
    // Step by step: GCC 12 loses the other conditions of a loop when one of them is a co_await.
    while (then == next::request && !server_.stopping) {
        const bool begun = co_await first_byte();
        then = next::end;
        if (begun) then = co_await serve_one();
    }
    if (then == next::linger) co_await linger();
    error_code ignored;
    socket_.shutdown(stream_socket::shutdown_both, ignored);
    socket_.close(ignored);
}

/// Waits for a request to begin. False: the peer has gone, was idle for too long, or we stop.
asio::awaitable<bool> http_session::first_byte() {
    if (buffer_.size() > 0) co_return true;
    time_limit idle{*this, server_.settings.limits.idle_time};
    auto [failed, got] = co_await socket_.async_read_some(buffer_.prepare(1024), no_throw);
    buffer_.commit(got);
    co_return !failed;
}

asio::awaitable<error_code> http_session::read(request_parser& into, extent wanted) {
    std::size_t bytes = 0;
    for (;;) {
        if (wanted == extent::header ? into.is_header_done() : into.is_done())
            co_return error_code{};
        if (timed_out_) co_return error_code{asio::error::timed_out};
        const auto [failed, used] =
            co_await http::async_read_some(socket_, buffer_, into, no_throw);
        bytes += used;
        if (failed) co_return timed_out_ ? error_code{asio::error::timed_out} : failed;
        // The parser holds its limit against the line and the fields, each by itself.
        if (wanted == extent::header && bytes > server_.settings.limits.header_bytes)
            co_return http::make_error_code(http::error::header_limit);
    }
}

asio::awaitable<http_session::next> http_session::serve_one() {
    const auto& limits = server_.settings.limits;
    interruptible_ = false;
    request_parser parser;
    parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    parser.body_limit(limits.body_bytes);
    error_code failed;
    {
        time_limit header{*this, limits.header_time};
        failed = co_await read(parser, extent::header);
    }
    const auto version = parser.get().version() == 10 ? 10U : 11U;
    if (!failed && beast::iequals(parser.get()[http::field::expect], "100-continue") &&
        !parser.is_done()) {
        if (!co_await send("HTTP/1.1 100 Continue\r\n\r\n")) co_return next::end;
    }
    if (!failed && !parser.is_done()) {
        time_limit body{*this, limits.body_time};
        failed = co_await read(parser, extent::whole);
    }
    if (failed) {
        const auto wrong = code_of(failed);
        if (!wrong) co_return next::end;
        error told{*wrong, {}, {}};
        if (*wrong == code::malformed_request)
            told.message = "The request is not HTTP/1.1: " + failed.message() + ".";
        co_return co_await refuse(std::move(told), version);
    }

    auto message = parser.release();
    request asked;
    asked.id = server_.next_request_id();
    asked.method = std::string{message.method_string()};
    asked.target = std::string{message.target()};
    asked.body = std::move(message.body());
    asked.idempotency_key = single(message, "Idempotency-Key");
    asked.last_event_id = std::string{message["Last-Event-ID"]};
    asked.accept = std::string{message[http::field::accept]};
    asked.peer = this;
    identify(asked, single(message, "Authorization"));
    co_return co_await answer_request(asked, version, message.keep_alive());
}

void http_session::identify(request& asked, const std::optional<std::string>& authorization) const {
    if (unix_caller_) {
        asked.caller = unix_caller_->grants;
        asked.caller_name = unix_caller_->name;
        return;
    }
    if (authorization) asked.caller = role_of(*authorization, server_.settings.tokens);
    asked.caller_name = "token";
    asked.token_wrong = authorization && !asked.caller;
}

asio::awaitable<http_session::next> http_session::answer_request(request& asked, unsigned version,
                                                                 bool keep_alive) {
    const auto began = steady_clock::now();
    request_record noted;
    noted.id = asked.id;
    auto shown = co_await respond(server_.service, asked, noted);
    const bool head = asked.method == "HEAD";

    if (shown.stream && server_.event_streams >= server_.settings.limits.most_event_streams())
        shown = respond(error{code::too_many_event_streams, {}, {}}, asked.id, noted);
    if (shown.stream) {
        note(noted, began);
        co_await run_stream(shown, noted, head);
        co_return next::end;
    }
    keep_alive = keep_alive && !server_.stopping;
    const bool written = co_await write(shown, noted, version, keep_alive, head);
    note(noted, began);
    interruptible_ = true;
    co_return written&& keep_alive ? next::request : next::end;
}

asio::awaitable<http_session::next> http_session::refuse(error wrong, unsigned version) {
    const auto began = steady_clock::now();
    request_record noted;
    noted.id = server_.next_request_id();
    const auto shown = respond(wrong, noted.id, noted);
    const bool written = co_await write(shown, noted, version, false, false);
    note(noted, began);
    co_return written ? next::linger : next::end;
}

asio::awaitable<void> http_session::turn_away() {
    // A variable: GCC 12 destroys a braced temporary of a co_await twice.
    error wrong{code::too_many_connections, {}, {}};
    co_await refuse(std::move(wrong), 11);
    co_await linger();
}

void http_session::note(const request_record& noted, steady_clock::time_point began) {
    const auto took = steady_clock::now() - began;
    server_.service.metrics().answered(noted.status, took);
    if (!server_.settings.log) return;
    auto record = noted;
    record.took = std::chrono::duration_cast<std::chrono::microseconds>(took);
    server_.settings.log(record);
}

// ------------------------------------------------------------------------------- responses

asio::awaitable<bool> http_session::write(const response& shown, const request_record& noted,
                                          unsigned version, bool keep_alive, bool head) {
    http::response<http::string_body> message{static_cast<http::status>(shown.status), version};
    set_header(message, shown, noted);
    message.keep_alive(keep_alive);
    if (shown.status != 204) message.content_length(shown.body.size());
    if (!head) message.body() = shown.body;
    http::response_serializer<http::string_body> serializer{message};
    serializer.split(head);
    time_limit slow{*this, server_.settings.limits.write_time};
    while (head ? !serializer.is_header_done() : !serializer.is_done()) {
        const auto [failed, sent] = co_await http::async_write_some(socket_, serializer, no_throw);
        if (failed || timed_out_) co_return false;
    }
    co_return true;
}

/// The stream has no length: it ends when the connection does.
asio::awaitable<void> http_session::run_stream(const response& shown, const request_record& noted,
                                               bool head) {
    http::response<http::empty_body> message{static_cast<http::status>(shown.status), 11};
    set_header(message, shown, noted);
    message.keep_alive(false);
    http::response_serializer<http::empty_body> serializer{message};
    error_code failed;
    {
        time_limit slow{*this, server_.settings.limits.write_time};
        failed = std::get<0>(co_await http::async_write_header(socket_, serializer, no_throw));
    }
    if (failed || head) co_return;
    socket_.set_option(asio::socket_base::send_buffer_size{stream_send_buffer}, failed);
    ++server_.event_streams;
    struct leaving {
        std::size_t& count;
        ~leaving() { --count; }
    } const counted{server_.event_streams};
    co_await shown.stream();
}

asio::awaitable<bool> http_session::send(std::string part) {
    time_limit slow{*this, server_.settings.limits.write_time};
    for (std::size_t at = 0; at < part.size();) {
        const auto rest = asio::buffer(part) + at;
        const auto [failed, sent] = co_await socket_.async_write_some(rest, no_throw);
        if (failed || timed_out_) co_return false;
        at += sent;
    }
    co_return !server_.stopping;
}

/// Reads what the peer sends ahead, so that its end is seen; keeps it for the next request.
asio::awaitable<void> http_session::gone() {
    interruptible_ = true;
    struct leaving {
        bool& interruptible;
        ~leaving() { interruptible = false; }
    } const watched{interruptible_};
    while (!server_.stopping && buffer_.size() + 1024 <= buffer_.max_size()) {
        auto [failed, got] = co_await socket_.async_read_some(buffer_.prepare(1024), no_throw);
        buffer_.commit(got);
        if (failed) co_return;
    }
    // It has sent more than it may: it is there. Its end will show when we write.
    if (!server_.stopping) co_await read_ahead_full_.async_wait(no_throw);
}

/// Lets a peer that still sends read our refusal: closing at once would reset the connection.
asio::awaitable<void> http_session::linger() {
    interruptible_ = true;
    error_code failed;
    socket_.shutdown(stream_socket::shutdown_send, failed);
    time_limit longest{*this, server_.settings.limits.linger_time};
    std::array<char, 4096> dropped;
    while (!failed && !timed_out_)
        failed = std::get<0>(co_await socket_.async_read_some(asio::buffer(dropped), no_throw));
}

}  // namespace bridge::api
