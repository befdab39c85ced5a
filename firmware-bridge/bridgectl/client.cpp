#include "firmware-bridge/bridgectl/client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

namespace bridge::bridgectl {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using std::chrono::seconds;

constexpr auto use_result = asio::as_tuple(asio::use_awaitable);
constexpr seconds connect_within{5};
/// The daemon sends a comment line every 15 s on a quiet stream.
constexpr seconds silence_of_a_stream{45};

class client_category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "bridgectl.client"; }
    std::string message(int code) const override {
        switch (static_cast<client_errc>(code)) {
            case client_errc::unreachable: return "the daemon cannot be reached";
            case client_errc::no_answer: return "the daemon did not answer";
            case client_errc::bad_answer: return "the answer is not one of firmware-bridge";
        }
        return "unknown client error";
    }
};
constexpr client_category category;

}  // namespace

protocol::error_code make_error_code(client_errc code) noexcept {
    return {static_cast<int>(code), category};
}

/// A stream over either kind of socket.
class client::connection {
public:
    connection(const asio::any_io_executor& executor, client& owner)
        : stream_{executor}, owner_{owner} {}

    asio::awaitable<bool> open() {
        stream_.expires_after(connect_within);
        if (const auto* local = std::get_if<unix_address>(&owner_.where_))
            co_return co_await connect(asio::local::stream_protocol::endpoint{local->path});
        const auto& tcp = std::get<tcp_address>(owner_.where_);
        asio::ip::tcp::resolver resolver{co_await asio::this_coro::executor};
        const auto [failed, found] =
            co_await resolver.async_resolve(tcp.host, std::to_string(tcp.port), use_result);
        if (failed) co_return fail(failed);
        for (const auto& one : found) {
            const bool connected = co_await connect(one.endpoint());
            if (connected) co_return true;
        }
        co_return false;
    }

    asio::awaitable<bool> write(const http_request& wanted, std::string_view last_event) {
        http::request<http::string_body> request{wanted.method, wanted.target, 11};
        request.set(http::field::host, "firmware-bridge");
        request.set(http::field::user_agent, "bridgectl");
        request.set(http::field::connection, "close");
        request.set(http::field::accept,
                    last_event.data() != nullptr ? "text/event-stream" : "application/json");
        if (!last_event.empty()) request.set("Last-Event-ID", last_event);
        if (!owner_.token_.empty())
            request.set(http::field::authorization, "Bearer " + owner_.token_);
        if (!wanted.idempotency_key.empty()) request.set("Idempotency-Key", wanted.idempotency_key);
        if (wanted.body) {
            request.set(http::field::content_type, "application/json");
            request.body() = boost::json::serialize(*wanted.body);
        }
        if (wanted.body || wanted.method == verb::post) request.prepare_payload();
        stream_.expires_after(wanted.timeout);
        const auto [failed, written] = co_await http::async_write(stream_, request, use_result);
        co_return !failed || fail(failed);
    }

    asio::awaitable<protocol::result<http_answer>> read_answer() {
        http::response_parser<http::string_body> parser;
        parser.body_limit(std::uint64_t{16} << 20U);
        const auto [failed, size] = co_await http::async_read(stream_, buffer_, parser, use_result);
        if (failed) co_return broken(failed);
        http_answer answer{parser.get().result_int(), std::move(parser.get().body()), {}};
        boost::system::error_code not_json;
        answer.body = boost::json::parse(answer.text, not_json);
        if (not_json) answer.body = nullptr;
        co_return answer;
    }

    /// The head of a stream's answer, then its body piece by piece.
    asio::awaitable<protocol::result<http_answer>> read_stream(
        const event_handler& each, const std::function<void()>& opened) {
        http::response_parser<http::buffer_body> parser;
        parser.body_limit(boost::none);
        const auto [failed, size] =
            co_await http::async_read_header(stream_, buffer_, parser, use_result);
        if (failed) co_return broken(failed);
        const bool events = parser.get().result() == http::status::ok;
        if (events && opened) opened();
        event_stream_reader reader;
        http_answer answer{parser.get().result_int(), {}, {}};
        std::array<char, 4096> piece{};
        while (!parser.is_done()) {
            parser.get().body().data = piece.data();
            parser.get().body().size = piece.size();
            stream_.expires_after(silence_of_a_stream);
            const auto [cut, count] =
                co_await http::async_read_some(stream_, buffer_, parser, use_result);
            const std::string_view bytes{piece.data(), piece.size() - parser.get().body().size};
            if (events)
                reader.receive(bytes);
            else
                answer.text += bytes;
            while (const auto event = reader.next()) each(*event);
            if (cut && cut != http::error::need_buffer) co_return broken(cut);
        }
        boost::system::error_code not_json;
        answer.body = boost::json::parse(answer.text, not_json);
        if (not_json) answer.body = nullptr;
        co_return answer;
    }

private:
    template <class Endpoint>
    asio::awaitable<bool> connect(Endpoint endpoint) {
        const auto [failed] = co_await stream_.async_connect(
            asio::generic::stream_protocol::endpoint{endpoint}, use_result);
        co_return !failed || fail(failed);
    }

    bool fail(const boost::system::error_code& why) {
        owner_.reason_ = why == beast::error::timeout ? "it did not answer in time" : why.message();
        return false;
    }
    protocol::error_code broken(const boost::system::error_code& why) {
        fail(why);
        const bool not_http = why.category() == make_error_code(http::error::bad_method).category();
        const bool cut = why == http::error::end_of_stream || why == http::error::partial_message;
        return not_http && !cut ? client_errc::bad_answer : client_errc::no_answer;
    }

    beast::basic_stream<asio::generic::stream_protocol> stream_;
    beast::flat_buffer buffer_;
    client& owner_;
};

client::client(asio::any_io_executor executor, address where, std::string token)
    : executor_{std::move(executor)}, where_{std::move(where)}, token_{std::move(token)} {}

asio::awaitable<protocol::result<http_answer>> client::send(http_request wanted) {
    connection wire{executor_, *this};
    // Awaits stand outside of conditions: GCC 12.2 lays out such frames wrongly.
    const bool open = co_await wire.open();
    if (!open) co_return client_errc::unreachable;
    const bool written = co_await wire.write(wanted, {});
    if (!written) co_return client_errc::no_answer;
    co_return co_await wire.read_answer();
}

asio::awaitable<protocol::result<http_answer>> client::follow(std::string last_id,
                                                              event_handler each,
                                                              std::function<void()> opened) {
    connection wire{executor_, *this};
    const bool open = co_await wire.open();
    if (!open) co_return client_errc::unreachable;
    const http_request wanted{.target = "/v1/events"};
    const bool written =
        co_await wire.write(wanted, std::string_view{last_id.c_str(), last_id.size()});
    if (!written) co_return client_errc::no_answer;
    co_return co_await wire.read_stream(each, opened);
}

std::string escaped(std::string_view text) {
    return boost::urls::encode(text, boost::urls::unreserved_chars);
}

}  // namespace bridge::bridgectl
