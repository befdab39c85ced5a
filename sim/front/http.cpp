#include "sim/front/http.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

#include "sim/front/shell.hpp"

namespace sim {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace {

constexpr std::uint64_t largest_body = 1'000'000;
constexpr std::chrono::seconds patience{30};

using request_type = http::request<http::string_body>;
using response_type = http::response<http::string_body>;

response_type answer_to(const request_type& request, const control_reply& reply) {
    response_type response{static_cast<http::status>(reply.status), request.version()};
    response.set(http::field::content_type, "application/json");
    response.keep_alive(request.keep_alive());
    response.body() = boost::json::serialize(reply.body) + "\n";
    response.prepare_payload();
    return response;
}

}  // namespace

http_server::http_server(asio::io_context& context, asio::ip::tcp::endpoint endpoint, control& api,
                         std::function<void()> handled)
    : context_{context}, acceptor_{context, endpoint}, api_{api}, handled_{std::move(handled)} {
    asio::co_spawn(context_, accept_connections(), rethrow);
}

asio::awaitable<void> http_server::accept_connections() {
    for (;;) {
        error_code error;
        auto socket =
            co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (error) {  // the peer went before it was accepted, or no descriptor is left
            asio::steady_timer pause{context_, milliseconds{20}};
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        asio::co_spawn(context_, serve(std::move(socket)), rethrow);
    }
}

asio::awaitable<void> http_server::serve(asio::ip::tcp::socket socket) {
    beast::tcp_stream stream{std::move(socket)};
    beast::flat_buffer buffer;
    for (bool more = true; more;) {
        http::request_parser<http::string_body> parser;
        parser.body_limit(largest_body);
        stream.expires_after(patience);
        error_code error;
        co_await http::async_read(stream, buffer, parser,
                                  asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return;
        const auto& request = parser.get();
        const std::string verb{request.method_string()};
        const std::string target{request.target()};
        const auto reply = api_.handle({verb, target, request.body()}, shell::now());
        handled_();
        const auto response = answer_to(request, reply);
        more = response.keep_alive();
        co_await http::async_write(stream, response,
                                   asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return;
    }
}

}  // namespace sim
