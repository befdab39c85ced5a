// The terminal as a TCP server: it listens, as ZVT terminals do on port 20007, and serves one
// connection at a time. ZVT reference 1.2.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>

#include "sim/front/shell.hpp"

namespace sim {

/// What a second register that connects meets.
enum class second_connection : std::uint8_t { closed_at_once, refused };

class tcp_port : public port {
public:
    /// Throws boost::system::system_error when the address cannot be taken. Port 0: any free one.
    tcp_port(shell&, station::lane, boost::asio::ip::tcp::endpoint, second_connection);
    ~tcp_port() override;

    void perform(line_action) override;
    void power(bool on) override;
    [[nodiscard]] std::string name() const override;

private:
    struct connection;

    void listen();
    void stop_listening();
    void listen_after(milliseconds);
    boost::asio::awaitable<void> accept_connections(std::size_t generation);
    boost::asio::awaitable<void> serve(std::shared_ptr<connection>);
    void write_next(const std::shared_ptr<connection>&);
    void drop(milliseconds down);

    shell& front_;
    station::lane lane_;
    boost::asio::ip::tcp::endpoint endpoint_;
    second_connection second_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer down_;
    std::shared_ptr<connection> current_;
    std::size_t generation_{};  // of listening
    bool powered_{true};
};

}  // namespace sim
