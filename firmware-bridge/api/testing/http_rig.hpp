// A server over real sockets, and clients that send bytes instead of requests.
//
//     http_rig rig;                                   // listens on a Unix socket and loopback TCP
//     rig.settings.limits.header_time = 20ms;         // before start()
//     rig.start();
//     http_client till{rig, rig.tcp()};
//     till.send("GET /healthz HTTP/1.1\r\n\r\n");
//     CHECK(till.answer().status == 200);
//
// Server and clients share one io_context, which runs only while a test waits for something.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "firmware-bridge/api/http_server.hpp"
#include "firmware-bridge/api/testing/scripted_service.hpp"
#include "tests/support/run_io.hpp"
#include "tests/support/scratch_directory.hpp"

namespace bridge::api::testing {

class http_rig {
public:
    http_rig() {
        settings.socket = folder.path() / "api.sock";
        settings.listen = {"127.0.0.1:0"};
        settings.tokens = {{role::viewer, "viewer-token"},
                           {role::cashier, "cashier-token"},
                           {role::administrator, "admin-token"}};
        settings.log = [this](const request_record& noted) { log.push_back(noted); };
    }
    ~http_rig() {
        if (!server || ended) return;
        server->stop(std::chrono::milliseconds{0});
        CHECK(support::run_until(io, [this] { return ended; }));
    }
    http_rig(const http_rig&) = delete;
    http_rig& operator=(const http_rig&) = delete;

    void start() {
        server = std::make_unique<http_server>(io.get_executor(), bridge, settings);
        server->open();
        asio::co_spawn(io, server->run(), [this](const std::exception_ptr& failed) {
            CHECK(!failed);
            ended = true;
        });
    }
    /// "unix:/…" and "http://127.0.0.1:…".
    [[nodiscard]] std::string local() const { return server->addresses().at(0); }
    [[nodiscard]] std::string tcp() const { return server->addresses().at(1); }

    template <class Condition>
    [[nodiscard]] bool until(Condition done) {
        return support::run_until(io, std::move(done));
    }

    /// The last of `count` answers in the log, which is written after the answer is sent.
    [[nodiscard]] request_record logged(std::size_t count) {
        REQUIRE(until([&] { return log.size() >= count; }));
        CHECK(log.size() == count);
        return log.back();
    }

    asio::io_context io;
    scripted_service bridge{io};
    support::scratch_directory folder;
    server_settings settings;
    std::unique_ptr<http_server> server;
    std::vector<request_record> log;
    bool ended{};
};

struct http_answer {
    unsigned status{};  // 0: none came
    std::string version;
    std::map<std::string, std::string> fields;
    std::string body;

    [[nodiscard]] std::string field(const std::string& name) const {
        const auto found = fields.find(name);
        return found == fields.end() ? "" : found->second;
    }
    [[nodiscard]] std::string code() const {
        const auto parsed = boost::json::parse(body);
        return std::string{parsed.at("error").at("code").as_string()};
    }
};

class http_client {
public:
    using socket = asio::generic::stream_protocol::socket;

    /// `receive_buffer`: what the kernel keeps for a client that does not read; 0 as usual.
    http_client(http_rig& rig, const std::string& where, int receive_buffer = 0)
        : rig_{rig}, socket_{rig.io} {
        constexpr std::string_view unix_scheme = "unix:", http_scheme = "http://127.0.0.1:";
        if (where.starts_with(unix_scheme)) {
            const asio::local::stream_protocol::endpoint path{where.substr(unix_scheme.size())};
            open(path, receive_buffer);
        } else {
            const auto port = std::stoul(where.substr(http_scheme.size()));
            open(asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(),
                                         static_cast<std::uint16_t>(port)},
                 receive_buffer);
        }
    }

    /// What fits into the kernel's buffers: the server need not run.
    void send(std::string_view text) {
        boost::system::error_code refused;  // the server may have closed: received() tells
        asio::write(socket_, asio::buffer(text), refused);
    }
    void end_sending() { socket_.shutdown(socket::shutdown_send); }
    void close() { socket_.close(); }

    /// Reads from now on, in the background.
    void read() {
        if (reading_) return;
        reading_ = true;
        read_more();
    }
    [[nodiscard]] const std::string& received() const { return received_; }
    [[nodiscard]] bool closed() const { return closed_; }

    /// The next whole answer; `head`: one without a body. Status 0 when the connection ends before.
    [[nodiscard]] http_answer answer(bool head = false) {
        read();
        http_answer got;
        CHECK(rig_.until([&] { return take(got, head) || closed_; }));
        return got;
    }
    /// True when the server closes the connection; what it still sends is dropped.
    [[nodiscard]] bool until_closed() {
        read();
        return rig_.until([&] { return closed_; });
    }
    /// Runs until that text has come.
    [[nodiscard]] bool until_received(std::string_view text) {
        read();
        return rig_.until([&] { return received_.find(text) != std::string::npos; });
    }

private:
    template <class Endpoint>
    void open(const Endpoint& at, int receive_buffer) {
        const asio::generic::stream_protocol::endpoint endpoint{at};
        socket_.open(endpoint.protocol());
        if (receive_buffer > 0)
            socket_.set_option(asio::socket_base::receive_buffer_size{receive_buffer});
        socket_.connect(endpoint);
    }
    void read_more() {
        socket_.async_read_some(asio::buffer(chunk_), [this, alive = std::weak_ptr{alive_}](
                                                          auto failed, std::size_t got) {
            if (alive.expired()) return;
            received_.append(chunk_.data(), got);
            if (failed)
                closed_ = true;
            else
                read_more();
        });
    }
    bool take(http_answer& got, bool head) {
        const auto end = received_.find("\r\n\r\n");
        if (end == std::string::npos) return false;
        got = {};
        const auto line_end = received_.find("\r\n");
        got.version = received_.substr(0, 8);
        got.status = static_cast<unsigned>(std::stoul(received_.substr(9, 3)));
        for (auto at = line_end + 2; at < end + 2;) {
            const auto next = received_.find("\r\n", at);
            const auto colon = received_.find(": ", at);
            got.fields[received_.substr(at, colon - at)] =
                received_.substr(colon + 2, next - colon - 2);
            at = next + 2;
        }
        const auto length = got.field("Content-Length");
        const auto size = head || length.empty() ? 0 : std::stoul(length);
        if (received_.size() < end + 4 + size) {
            got = {};
            return false;
        }
        got.body = received_.substr(end + 4, size);
        received_.erase(0, end + 4 + size);
        return true;
    }

    http_rig& rig_;
    socket socket_;
    std::array<char, 16 * 1024> chunk_{};
    std::string received_;
    bool reading_{}, closed_{};
    std::shared_ptr<int> alive_{std::make_shared<int>()};
};

/// "GET /path HTTP/1.1" with a token and further header fields ("Name: value\r\n").
[[nodiscard]] inline std::string get(std::string_view path, std::string_view fields = "",
                                     std::string_view token = "viewer-token") {
    return "GET " + std::string{path} + " HTTP/1.1\r\nHost: bridge\r\nAuthorization: Bearer " +
           std::string{token} + "\r\n" + std::string{fields} + "\r\n";
}

}  // namespace bridge::api::testing
