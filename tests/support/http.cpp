#include "tests/support/http.hpp"

#include <doctest/doctest.h>

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

/// Connects, asks and reads the answer; nothing of it may take longer than `limit` in all.
template <class Protocol>
http_answer talk(const typename Protocol::endpoint& where,
                 beast::http::request<beast::http::string_body>& request,
                 std::chrono::seconds limit) {
    asio::io_context context;
    beast::basic_stream<Protocol> stream{context};
    beast::flat_buffer buffer;
    beast::http::response<beast::http::string_body> response;
    bool complete = false;
    stream.expires_after(limit);
    stream.async_connect(where, [&](boost::system::error_code failed) {
        if (failed) return;
        beast::http::async_write(stream, request, [&](auto unsent, std::size_t) {
            if (unsent) return;
            beast::http::async_read(stream, buffer, response,
                                    [&](auto lost, std::size_t) { complete = !lost; });
        });
    });
    context.run();
    if (!complete) return {};
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
                 const std::string& body, const http_headers& headers, std::chrono::seconds limit) {
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

    if (where.starts_with("unix:"))
        return talk<asio::local::stream_protocol>({where.substr(5)}, request, limit);
    const auto colon = where.rfind(':');
    const auto port = static_cast<unsigned short>(std::stoi(where.substr(colon + 1)));
    return talk<asio::ip::tcp>({asio::ip::make_address(where.substr(0, colon)), port}, request,
                               limit);
}

}  // namespace tests
