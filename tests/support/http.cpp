#include "tests/support/http.hpp"

#include <doctest/doctest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>

namespace tests {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

template <class Socket>
http_answer talk(Socket& socket, const std::string& method, const std::string& target,
                 const std::string& body, const http_headers& headers) {
    beast::http::request<beast::http::string_body> request;
    request.method_string(method);
    request.target(target);
    request.version(11);
    request.set(beast::http::field::host, "localhost");
    request.set(beast::http::field::connection, "close");
    if (!body.empty()) request.set(beast::http::field::content_type, "application/json");
    for (const auto& [name, value] : headers) request.set(name, value);
    request.body() = body;
    request.prepare_payload();

    boost::system::error_code error;
    beast::http::write(socket, request, error);
    if (error) return {};
    beast::flat_buffer buffer;
    beast::http::response<beast::http::string_body> response;
    beast::http::read(socket, buffer, response, error);
    if (error) return {};
    return {static_cast<int>(response.result_int()), std::move(response.body())};
}

}  // namespace

boost::json::value http_answer::json() const {
    boost::system::error_code error;
    auto value = boost::json::parse(body, error);
    REQUIRE_MESSAGE(!error, "not JSON, status " << status << ": " << body);
    return value;
}

http_answer http(const std::string& where, const std::string& method, const std::string& target,
                 const std::string& body, const http_headers& headers) {
    asio::io_context context;
    boost::system::error_code error;
    if (where.starts_with("unix:")) {
        asio::local::stream_protocol::socket socket{context};
        socket.connect(where.substr(5), error);
        return error ? http_answer{} : talk(socket, method, target, body, headers);
    }
    const auto colon = where.rfind(':');
    const auto port = static_cast<unsigned short>(std::stoi(where.substr(colon + 1)));
    asio::ip::tcp::socket socket{context};
    socket.connect({asio::ip::make_address(where.substr(0, colon)), port}, error);
    return error ? http_answer{} : talk(socket, method, target, body, headers);
}

}  // namespace tests
