// The HTTP/1.1 server of the API: a Unix socket, loopback TCP ports, sockets that systemd handed
// over.
//
//     http_server server{executor, service, settings};
//     server.open();                       // binds; throws listen_error with a sentence for people
//     supervise("api", server.run());      // serves until stop()
//     …
//     server.stop(5s);                     // run() returns when the last connection has ended
//
// On the Unix socket the peer's credentials decide the role, on TCP a bearer token does. TLS is not
// part of this version, so TCP addresses beyond loopback are refused when binding.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "firmware-bridge/api/roles.hpp"
#include "firmware-bridge/api/service.hpp"

namespace bridge::api {

/// One answered request, for the log. Neither query nor body are in it.
struct request_record {
    std::string id;      // X-Request-Id
    std::string method;  // "POST"
    std::string route;   // "/v1/payments/{id}"; empty when none matched
    std::string object;  // pay_…, ref_…, op_… that the path names or the request made
    std::string caller;  // role; empty when not authenticated
    unsigned status{};
    std::string code;     // error code, when it was an error
    std::string trouble;  // what an unexpected exception said; worth an error line
    std::chrono::microseconds took{};
};

struct server_limits {
    std::size_t header_bytes{8U << 10U};
    std::size_t body_bytes{64U << 10U};
    std::size_t connections{256};
    std::optional<std::size_t> event_streams;  // of those connections; half of them, if not given
    std::chrono::milliseconds header_time{10'000};
    std::chrono::milliseconds body_time{10'000};
    std::chrono::milliseconds write_time{10'000};
    std::chrono::milliseconds idle_time{60'000};
    std::chrono::milliseconds linger_time{1'000};  // for a refused peer to end what it sends
    std::chrono::milliseconds heartbeat{15'000};   // comment line on a quiet event stream

    [[nodiscard]] std::size_t most_event_streams() const noexcept {
        return event_streams.value_or(std::max<std::size_t>(1, connections / 2));
    }
};

struct server_settings {
    /// Unix socket. A stale file is replaced, one on which somebody listens is not.
    std::optional<std::filesystem::path> socket;
    mode_t socket_mode{0660};
    std::optional<gid_t> socket_group;  // who may connect, beside the owner
    /// "127.0.0.1:7707", "[::1]:7707", "localhost:7707". Port 0: any free one, see addresses().
    std::vector<std::string> listen;
    /// Listening sockets from systemd (sd_listen_fds), Unix or loopback TCP; owned from now on.
    std::vector<int> inherited;

    /// Members of this group are administrators on the Unix socket; root and our own user always
    /// are.
    std::optional<gid_t> administrator_group;
    /// What everybody else is who can open the Unix socket.
    role socket_role{role::cashier};
    struct token {
        role grants{};
        std::string value;
    };
    std::vector<token> tokens;  // for TCP

    server_limits limits;
    std::function<void(const request_record&)> log;
};

/// Why the server cannot listen, as one sentence that names the address.
class listen_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class http_server {
public:
    /// `service` must outlive the server and every connection, that is the end of run().
    http_server(asio::any_io_executor, service&, server_settings);
    ~http_server();
    http_server(const http_server&) = delete;
    http_server& operator=(const http_server&) = delete;

    /// Binds and listens on everything in the settings, or throws listen_error and listens on
    /// nothing.
    void open();

    /// Where it listens: "unix:/run/firmware-bridge/api.sock", "http://127.0.0.1:7707".
    [[nodiscard]] std::vector<std::string> addresses() const;

    /// Serves until stop(); returns when the last connection has ended.
    [[nodiscard]] asio::awaitable<void> run();

    /// Takes no more connections. Idle ones and event streams end now, a request with ?wait= is
    /// answered with what is known now, other requests have `grace` to end.
    void stop(std::chrono::milliseconds grace);

    [[nodiscard]] std::size_t connections() const noexcept;

    /// New tokens for new requests (SIGHUP).
    void replace_tokens(std::vector<server_settings::token>);

private:
    class impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace bridge::api
