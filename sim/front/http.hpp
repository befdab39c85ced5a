// A small HTTP server for the control API: one JSON object in, one out.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>

#include "sim/control.hpp"

namespace sim {

class http_server {
public:
    /// `handled` is called after each request, for the shells to send what it caused.
    http_server(boost::asio::io_context&, boost::asio::ip::tcp::endpoint, control&,
                std::function<void()> handled);

    /// With the port that was really taken.
    [[nodiscard]] boost::asio::ip::tcp::endpoint endpoint() const {
        return acceptor_.local_endpoint();
    }

private:
    boost::asio::awaitable<void> accept_connections();
    boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket);

    boost::asio::io_context& context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    control& api_;
    std::function<void()> handled_;
};

}  // namespace sim
