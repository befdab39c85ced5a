// A TCP connection to a terminal; this side opens it. ZVT reference 1.2.
//
// A connection that is open on one side only (the terminal lost power, a router forgot the flow) is
// found by the kernel: keepalive probes while nothing is sent, TCP_USER_TIMEOUT while something is.
// Both end a pending read() with an error and cost the process no wake-up.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>

#include "drivers/link.hpp"
#include "drivers/link_address.hpp"

namespace drivers {

struct tcp_options {
    std::chrono::milliseconds open_within{5'000};  // name and connection together
    std::chrono::seconds keepalive_idle{10};       // whole seconds, the kernel's unit
    std::chrono::seconds keepalive_interval{5};
    int keepalive_probes{3};
    std::chrono::milliseconds user_timeout{20'000};  // sent and not confirmed by the peer's kernel
};

class tcp_link final : public link {
public:
    tcp_link(asio::any_io_executor executor, tcp_address address, tcp_options options = {});
    ~tcp_link() override;

    /// Tries the addresses of the host in turn, each with its share of the time that is left.
    /// Errors: link_errc::name_not_found, open_timeout; those of connect(2).
    [[nodiscard]] asio::awaitable<protocol::error_code> open() override;
    /// Errors: link_errc::hung_up; those of recv(2).
    [[nodiscard]] asio::awaitable<protocol::result<std::size_t>> read(
        std::span<std::uint8_t> into) override;
    [[nodiscard]] asio::awaitable<write_outcome> write(
        std::span<const std::uint8_t> bytes) override;
    void close() noexcept override;
    [[nodiscard]] framing needs() const noexcept override { return framing::stream; }
    [[nodiscard]] std::string name() const override { return to_string(link_address{address_}); }

private:
    using clock = std::chrono::steady_clock;
    using endpoints = std::vector<asio::ip::tcp::endpoint>;
    struct name_query;

    asio::awaitable<protocol::result<endpoints>> resolve(clock::time_point until);
    asio::awaitable<protocol::error_code> connect(asio::ip::tcp::endpoint to,
                                                  clock::duration within);
    void configure();

    tcp_address address_;
    tcp_options options_;
    asio::ip::tcp::socket socket_;
    asio::ip::tcp::resolver resolver_;
    std::shared_ptr<name_query> query_;  // still running: getaddrinfo(3) cannot be stopped
};

}  // namespace drivers
