#include "drivers/tcp_link.hpp"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <array>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <vector>

#include "drivers/link_error.hpp"
#include "tests/support/run_io.hpp"

using namespace drivers;
using namespace std::chrono_literals;
using asio::ip::tcp;
using support::complete;
using support::run_until;

namespace {

using bytes = std::vector<std::uint8_t>;

/// A listening terminal that takes one connection.
struct far_end {
    tcp::acceptor acceptor;
    std::optional<tcp::socket> peer;

    explicit far_end(asio::io_context& io, const char* on = "127.0.0.1", int backlog = 16)
        : acceptor{io} {
        const tcp::endpoint local{asio::ip::make_address(on), 0};
        acceptor.open(local.protocol());
        acceptor.bind(local);
        acceptor.listen(backlog);
    }
    [[nodiscard]] std::uint16_t port() const { return acceptor.local_endpoint().port(); }
    void accept() {
        acceptor.async_accept([this](protocol::error_code failed, tcp::socket socket) {
            if (!failed) peer.emplace(std::move(socket));
        });
    }
};

/// Both ends of an open connection.
struct open_pair {
    far_end far;
    tcp_link near;

    explicit open_pair(asio::io_context& io, tcp_options options = {}, const char* on = "127.0.0.1")
        : far{io, on}, near{io.get_executor(), {on, far.port()}, options} {
        far.accept();
        REQUIRE(!complete(io, near.open()));
        REQUIRE(run_until(io, [&] { return far.peer.has_value(); }));
    }
};

struct pending_read {
    std::array<std::uint8_t, 16> buffer{};
    std::optional<protocol::result<std::size_t>> outcome;

    pending_read(asio::io_context& io, drivers::link& from) {
        asio::co_spawn(
            io, from.read(buffer),
            [this](std::exception_ptr, protocol::result<std::size_t> result) { outcome = result; });
        io.restart();
        io.poll();
    }
};

struct pending_open {
    std::optional<protocol::error_code> outcome;
    pending_open(asio::io_context& io, drivers::link& what) {
        asio::co_spawn(io, what.open(), [this](std::exception_ptr, protocol::error_code result) {
            outcome = result;
        });
        io.restart();
        io.poll();
    }
};

bool has_ipv6() {
    asio::io_context io;
    tcp::acceptor probe{io, tcp::v6()};
    protocol::error_code failed;
    probe.bind({asio::ip::address_v6::loopback(), 0}, failed);
    return !failed;
}

}  // namespace

TEST_SUITE_BEGIN("drivers/tcp_link");

TEST_CASE("tcp_link: bytes pass both ways, over IPv4, IPv6 and by name") {
    for (const char* host : {"127.0.0.1", "::1", "localhost"}) {
        CAPTURE(host);
        asio::io_context io;
        const bool ipv6 = std::string_view{host} == "::1";
        if (ipv6 && !has_ipv6()) {
            MESSAGE("skipped: this machine has no IPv6");
            continue;
        }
        far_end far{io, ipv6 ? "::1" : "127.0.0.1"};
        far.accept();
        tcp_link near{io.get_executor(), {host, far.port()}};
        REQUIRE(!complete(io, near.open()));
        REQUIRE(run_until(io, [&] { return far.peer.has_value(); }));
        CHECK(near.needs() == framing::stream);
        CHECK(near.name() == std::string{ipv6 ? "tcp:[::1]:" : "tcp:"} +
                                 (ipv6 ? "" : std::string{host} + ":") +
                                 std::to_string(far.port()));

        const bytes command{0x06, 0x00, 0x00};
        CHECK(complete(io, near.write(command)).written == 3);
        bytes received(3);
        asio::read(*far.peer, asio::buffer(received));
        CHECK(received == command);

        asio::write(*far.peer, asio::buffer(bytes{0x80, 0x00, 0x00}));
        std::array<std::uint8_t, 16> answer{};
        CHECK(*complete(io, near.read(answer)) == 3);
        CHECK(answer[0] == 0x80);
    }
}

TEST_CASE("tcp_link: a terminal that refuses the connection is told as the system tells it") {
    asio::io_context io;
    std::uint16_t closed_port = 0;
    {
        const far_end gone{io};
        closed_port = gone.port();
    }
    tcp_link near{io.get_executor(), {"127.0.0.1", closed_port}};
    CHECK(complete(io, near.open()) == asio::error::connection_refused);
}

TEST_CASE("tcp_link: a terminal that does not answer the connection is given up in time") {
    asio::io_context io;
    far_end far{io, "127.0.0.1", 0};
    tcp::socket first{io};
    first.connect(far.acceptor.local_endpoint());  // fills the queue; the kernel drops what follows
    tcp_link near{io.get_executor(), {"127.0.0.1", far.port()}, {.open_within = 150ms}};
    const auto start = std::chrono::steady_clock::now();
    CHECK(complete(io, near.open()) == link_errc::open_timeout);
    const auto took = std::chrono::steady_clock::now() - start;
    CHECK(took >= 150ms);
    CHECK(took < 5s);
}

TEST_CASE("tcp_link: a name that nobody knows is told") {
    asio::io_context io;
    // A label of 64 letters is refused by the resolver itself, without a name server.
    tcp_link near{io.get_executor(), {std::string(64, 'a') + ".example", 20007}};
    CHECK(complete(io, near.open()) == link_errc::name_not_found);
}

TEST_CASE("tcp_link: close() ends an opening that is under way") {
    asio::io_context io;
    far_end far{io, "127.0.0.1", 0};
    tcp::socket first{io};
    first.connect(far.acceptor.local_endpoint());
    tcp_link near{io.get_executor(), {"127.0.0.1", far.port()}};
    const pending_open opening{io, near};
    CHECK(!opening.outcome.has_value());
    near.close();
    REQUIRE(run_until(
        io, [&] { return opening.outcome.has_value(); }, 2s));
    CHECK(*opening.outcome == asio::error::operation_aborted);
}

TEST_CASE("tcp_link: a peer that closes ends the read") {
    asio::io_context io;
    open_pair ends{io};
    const pending_read read{io, ends.near};
    CHECK(!read.outcome.has_value());
    ends.far.peer->close();
    REQUIRE(run_until(io, [&] { return read.outcome.has_value(); }));
    CHECK(read.outcome->error() == link_errc::hung_up);
}

TEST_CASE("tcp_link: after an error it opens again") {
    asio::io_context io;
    open_pair ends{io};
    ends.far.peer->close();
    std::array<std::uint8_t, 16> buffer{};
    REQUIRE(complete(io, ends.near.read(buffer)).error() == link_errc::hung_up);
    ends.near.close();
    ends.far.peer.reset();
    ends.far.accept();
    REQUIRE(!complete(io, ends.near.open()));
    REQUIRE(run_until(io, [&] { return ends.far.peer.has_value(); }));
    asio::write(*ends.far.peer, asio::buffer(bytes{0x80}));
    CHECK(*complete(io, ends.near.read(buffer)) == 1);
}

TEST_CASE("tcp_link: half open while sending: the peer's silence ends the write") {
    asio::io_context io;
    open_pair ends{io, {.user_timeout = 300ms}};
    const bytes endless(64'000'000);  // more than both kernels buffer: the window closes
    std::optional<drivers::link::write_outcome> outcome;
    asio::co_spawn(
        io, ends.near.write(endless),
        [&](std::exception_ptr, drivers::link::write_outcome result) { outcome = result; });
    REQUIRE(run_until(io, [&] { return outcome.has_value(); }));
    CHECK(outcome->error == asio::error::timed_out);
    CHECK(outcome->written < endless.size());
}

TEST_CASE("tcp_link: half open while idle: a peer that vanished without a word ends the read") {
    asio::io_context io;
    open_pair ends{io, {.keepalive_idle = 1s, .keepalive_interval = 1s, .keepalive_probes = 1}};
    // A socket under repair is closed without FIN or RST, as by a power cut. Needs CAP_NET_ADMIN.
    const int repair = 1;
    if (::setsockopt(ends.far.peer->native_handle(), IPPROTO_TCP, TCP_REPAIR, &repair,
                     sizeof repair) != 0) {
        MESSAGE("skipped: this user may not make a connection vanish");
        return;
    }
    const pending_read read{io, ends.near};
    ends.far.peer->close();
    io.restart();
    io.poll();
    CHECK(!read.outcome.has_value());
    REQUIRE(run_until(io, [&] { return read.outcome.has_value(); }));
    CHECK(read.outcome->has_error());
}

TEST_SUITE_END();
