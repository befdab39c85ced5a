#include "sim/front/tcp.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace sim {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct tcp_port::connection {
    explicit connection(tcp::socket taken) : socket{std::move(taken)} {}
    tcp::socket socket;
    std::deque<line_action> queue;  // the first is being written
    bool writing{};
};

tcp_port::tcp_port(shell& front, station::lane lane, tcp::endpoint endpoint,
                   second_connection second)
    : front_{front},
      lane_{lane},
      endpoint_{std::move(endpoint)},
      second_{second},
      acceptor_{front.context()},
      down_{front.context()} {
    listen();
}

tcp_port::~tcp_port() = default;

std::string tcp_port::name() const {
    const auto address = endpoint_.address();
    const auto host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    return fmt::format("tcp:{}:{}", host, endpoint_.port());
}

void tcp_port::listen() {
    if (acceptor_.is_open()) return;
    acceptor_.open(endpoint_.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.bind(endpoint_);
    acceptor_.listen();
    endpoint_ = acceptor_.local_endpoint();
    asio::co_spawn(front_.context(), accept_connections(++generation_), rethrow);
}

void tcp_port::stop_listening() {
    ++generation_;
    error_code ignored;
    acceptor_.close(ignored);
}

void tcp_port::listen_after(milliseconds pause) {
    stop_listening();
    down_.expires_after(pause);
    down_.async_wait([this](const error_code& error) {
        if (!error && powered_) listen();
    });
}

asio::awaitable<void> tcp_port::accept_connections(std::size_t generation) {
    while (generation == generation_) {
        error_code error;
        auto socket =
            co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (generation != generation_) co_return;
        if (error) {  // the peer went before it was accepted, or no descriptor is left
            asio::steady_timer pause{front_.context(), milliseconds{20}};
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        if (current_) continue;  // a second register: the socket closes here
        socket.set_option(tcp::no_delay(true), error);
        current_ = std::make_shared<connection>(std::move(socket));
        if (second_ == second_connection::refused) stop_listening();
        asio::co_spawn(front_.context(), serve(current_), rethrow);
    }
}

asio::awaitable<void> tcp_port::serve(std::shared_ptr<connection> link) {
    // Behind the end of the connection before, if the station has not heard of that yet.
    co_await asio::post(asio::use_awaitable);
    front_.happen([&](station& place, time_point at) { place.opened(lane_, at); });
    std::array<std::uint8_t, 4096> buffer;
    while (link == current_) {
        error_code error;
        const auto size = co_await link->socket.async_read_some(
            asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
        if (link != current_) co_return;
        if (error) {
            drop(milliseconds{0});
            co_return;
        }
        const bytes_view came{buffer.data(), size};
        front_.happen([&](station& place, time_point at) { place.receive(lane_, came, at); });
    }
}

void tcp_port::perform(line_action action) {
    if (!current_) return;
    current_->queue.push_back(std::move(action));
    write_next(current_);
}

void tcp_port::write_next(const std::shared_ptr<connection>& link) {
    if (link != current_ || link->writing || link->queue.empty()) return;
    const auto* content = std::get_if<write_bytes>(&link->queue.front());
    if (content == nullptr) {
        const auto* cut = std::get_if<cut_link>(&link->queue.front());
        drop(cut != nullptr ? cut->down : milliseconds{0});
        return;
    }
    link->writing = true;
    asio::async_write(link->socket, asio::buffer(content->content),
                      [this, link](const error_code& error, std::size_t) {
                          link->writing = false;
                          if (link != current_) return;
                          link->queue.pop_front();
                          if (error) {
                              drop(milliseconds{0});
                          } else {
                              write_next(link);
                          }
                      });
}

void tcp_port::drop(milliseconds down) {
    const auto gone = std::exchange(current_, nullptr);
    if (!gone) return;
    error_code ignored;
    gone->socket.shutdown(tcp::socket::shutdown_both, ignored);
    gone->socket.close(ignored);
    if (down.count() > 0) {
        listen_after(down);
    } else if (powered_) {
        listen();
    }
    // Later: whoever asked for this may still be at work with the station.
    asio::post(front_.context(), [this] {
        front_.happen([&](station& place, time_point at) { place.closed(lane_, at); });
    });
}

void tcp_port::power(bool on) {
    powered_ = on;
    if (on) {
        listen();
        return;
    }
    down_.cancel();
    drop(milliseconds{0});
    stop_listening();
}

}  // namespace sim
