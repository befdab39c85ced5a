#include "firmware-bridge/api/http_server.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <list>
#include <utility>

#include "firmware-bridge/api/testing/http_rig.hpp"

namespace bridge::api {
namespace {

using namespace std::chrono_literals;
using namespace testing;

const std::string no_token = "GET /v1/terminals HTTP/1.1\r\n\r\n";

std::string reason_not_to_listen(http_rig& rig) {
    http_server server{rig.io.get_executor(), rig.bridge, rig.settings};
    try {
        server.open();
    } catch (const listen_error& why) {
        return why.what();
    }
    return "";
}

int listening_socket(int family, const sockaddr* address, socklen_t size) {
    const int made = ::socket(family, SOCK_STREAM, 0);
    REQUIRE(made >= 0);
    REQUIRE(::bind(made, address, size) == 0);
    REQUIRE(::listen(made, 8) == 0);
    return made;
}

}  // namespace

TEST_SUITE("firmware-bridge/api/http_server") {
    TEST_CASE("http_server: on TCP the token decides, and nothing without one") {
        http_rig rig;
        rig.start();
        http_client till{rig, rig.tcp()};
        till.send(no_token);
        const auto nobody = till.answer();
        CHECK(nobody.status == 401);
        CHECK(nobody.code() == "authentication_required");
        CHECK(nobody.field("WWW-Authenticate") == "Bearer realm=\"firmware-bridge\"");

        till.send(get("/v1/terminals", "", "wrong-token"));
        CHECK(till.answer().code() == "token_invalid");
        till.send("GET /v1/terminals HTTP/1.1\r\nAuthorization: Basic dmlld2Vy\r\n\r\n");
        CHECK(till.answer().code() == "token_invalid");
        till.send(
            "GET /v1/terminals HTTP/1.1\r\nAuthorization: Bearer viewer-token\r\n"
            "Authorization: Bearer admin-token\r\n\r\n");
        CHECK(till.answer().code() == "token_invalid");

        till.send(get("/v1/terminals"));
        CHECK(till.answer().status == 200);
        till.send(
            "POST /v1/payments HTTP/1.1\r\nAuthorization: Bearer viewer-token\r\n"
            "Content-Length: 0\r\n\r\n");
        CHECK(till.answer().code() == "role_not_sufficient");
        till.send("GET /healthz HTTP/1.1\r\n\r\n");
        CHECK(till.answer().status == 200);
        CHECK(rig.logged(7).caller == "");
    }

    TEST_CASE("http_server: a token that was replaced is of no use from then on") {
        http_rig rig;
        rig.start();
        http_client till{rig, rig.tcp()};
        till.send(get("/v1/terminals"));
        CHECK(till.answer().status == 200);
        rig.server->replace_tokens({{role::viewer, "another-token"}});
        till.send(get("/v1/terminals") + get("/v1/terminals", "", "another-token"));
        CHECK(till.answer().code() == "token_invalid");
        CHECK(till.answer().status == 200);
    }

    TEST_CASE("http_server: on the Unix socket the peer's credentials decide, not a token") {
        http_rig rig;
        rig.start();
        http_client till{rig, rig.local()};
        till.send("POST /v1/terminals/lane-1/reboot HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
        CHECK(till.answer().status == 200);  // our own user is an administrator
        CHECK(rig.logged(1).caller == "administrator");
        till.send(get("/v1/terminals", "", "wrong-token"));
        CHECK(till.answer().status == 200);
        till.send(
            "POST /v1/payments/pay_1/resolve HTTP/1.1\r\nContent-Length: 41\r\n\r\n"
            R"({"outcome":"captured","reason":"a slip"})"
            " ");
        CHECK(till.answer().code() == "payment_not_found");
    }

    TEST_CASE("http_server: the socket file has the mode that was asked for, and goes with us") {
        http_rig rig;
        rig.settings.socket_mode = 0600;
        rig.settings.socket_group = ::getegid();
        const auto path = *rig.settings.socket;
        rig.start();
        struct stat found {};
        REQUIRE(::stat(path.c_str(), &found) == 0);
        CHECK((found.st_mode & 0777) == 0600);
        CHECK(rig.local() == "unix:" + path.string());
        rig.server->stop(0ms);
        CHECK(rig.until([&] { return rig.ended; }));
        CHECK_FALSE(std::filesystem::exists(path));
    }

    TEST_CASE("http_server: a stale socket is replaced, one that is in use is not") {
        http_rig rig;
        const auto path = *rig.settings.socket;
        sockaddr_un where{};
        where.sun_family = AF_UNIX;
        path.native().copy(where.sun_path, sizeof where.sun_path - 1);
        const int stale =
            listening_socket(AF_UNIX, reinterpret_cast<sockaddr*>(&where), sizeof where);
        CHECK(reason_not_to_listen(rig).find("another process listens") != std::string::npos);
        ::close(stale);
        rig.start();
        http_client till{rig, rig.local()};
        till.send(get("/healthz"));
        CHECK(till.answer().status == 200);
    }

    TEST_CASE("http_server: what it cannot listen on is refused with a reason, and left alone") {
        struct row {
            std::string address, says;
        };
        for (const auto& row :
             {row{"0.0.0.0:0", "not loopback"}, row{"192.0.2.1:7707", "not loopback"},
              row{"[::]:0", "not loopback"}, row{"127.0.0.1", "HOST:PORT"},
              row{"127.0.0.1:", "HOST:PORT"}, row{"127.0.0.1:65536", "HOST:PORT"},
              row{"127.0.0.1:80x", "HOST:PORT"}, row{"::1:7707", "HOST:PORT"},
              row{"[::1:7707", "HOST:PORT"}, row{"example.com:80", "HOST:PORT"},
              row{"", "HOST:PORT"}, row{":7707", "HOST:PORT"}}) {
            CAPTURE(row.address);
            http_rig rig;
            rig.settings.listen = {row.address};
            CHECK(reason_not_to_listen(rig).find(row.says) != std::string::npos);
            CHECK_FALSE(std::filesystem::exists(*rig.settings.socket));  // it had been made
        }
        http_rig rig;
        std::ofstream{*rig.settings.socket} << "a file of somebody";
        CHECK(reason_not_to_listen(rig).find("not a socket") != std::string::npos);
        CHECK(std::filesystem::exists(*rig.settings.socket));
        rig.settings.socket = rig.folder.path() / std::string(200, 'x');
        CHECK(reason_not_to_listen(rig).find("characters") != std::string::npos);
    }

    TEST_CASE("http_server: a port that is taken is named") {
        http_rig rig, other;
        rig.start();
        other.settings.listen = {rig.tcp().substr(std::string{"http://"}.size())};
        CHECK(reason_not_to_listen(other).find(other.settings.listen[0]) != std::string::npos);
    }

    TEST_CASE("http_server: sockets that systemd opened are served") {
        http_rig rig;
        sockaddr_un where{};
        where.sun_family = AF_UNIX;
        rig.settings.socket->native().copy(where.sun_path, sizeof where.sun_path - 1);
        rig.settings.inherited = {
            listening_socket(AF_UNIX, reinterpret_cast<sockaddr*>(&where), sizeof where)};
        rig.settings.listen.clear();
        const auto path = *std::exchange(rig.settings.socket, std::nullopt);
        rig.start();
        CHECK(rig.local() == "unix:" + path.string());
        http_client till{rig, rig.local()};
        till.send(no_token);
        CHECK(till.answer().status == 200);
        rig.server->stop(0ms);
        CHECK(rig.until([&] { return rig.ended; }));
        CHECK(std::filesystem::exists(path));  // it is systemd's
    }

    TEST_CASE("http_server: of wrong inherited descriptors none stays open") {
        http_rig rig;
        const int no_listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un where{};
        where.sun_family = AF_UNIX;
        (rig.folder.path() / "inherited.sock").native().copy(where.sun_path, 100);
        const int listens =
            listening_socket(AF_UNIX, reinterpret_cast<sockaddr*>(&where), sizeof where);
        rig.settings.inherited = {no_listener, listens};
        CHECK(reason_not_to_listen(rig).find("not a listening stream socket") != std::string::npos);
        CHECK(::fcntl(no_listener, F_GETFD) < 0);
        CHECK(::fcntl(listens, F_GETFD) < 0);
    }

    TEST_CASE("http_server: connections beyond the limit are told so, then not even that") {
        http_rig rig;
        rig.settings.limits.connections = 2;
        rig.settings.limits.linger_time = 10ms;
        rig.start();
        http_client first{rig, rig.tcp()}, second{rig, rig.local()};
        for (auto* one : {&first, &second}) {
            one->send(get("/healthz"));
            CHECK(one->answer().status == 200);
        }
        for (const auto& where : {rig.tcp(), rig.local()}) {
            http_client third{rig, where};
            third.send(get("/healthz"));
            const auto got = third.answer();
            CHECK(got.status == 503);
            CHECK(got.code() == "too_many_connections");
            CHECK(got.field("Retry-After") == "2");
            CHECK(third.until_closed());
        }
        std::list<http_client> crowd;
        for (int n = 0; n < 40; ++n) crowd.emplace_back(rig, rig.local());
        for (auto& one : crowd) one.read();
        CHECK(rig.until([&] {
            CHECK(rig.server->connections() <= 2 + 16);
            return std::ranges::all_of(crowd, &http_client::closed);
        }));
        first.close();
        CHECK(rig.until([&] { return rig.server->connections() == 1; }));
        http_client next{rig, rig.tcp()};
        next.send(get("/healthz"));
        CHECK(next.answer().status == 200);
    }

    TEST_CASE("http_server: event streams leave room for other requests") {
        http_rig rig;
        rig.settings.limits.connections = 3;  // half of them, rounded down
        rig.start();
        http_client first{rig, rig.tcp()}, second{rig, rig.tcp()};
        first.send(get("/v1/events"));
        CHECK(first.until_received("retry: "));
        second.send(get("/v1/events"));
        const auto refused = second.answer();
        CHECK(refused.status == 503);
        CHECK(refused.code() == "too_many_event_streams");
        second.send(get("/v1/events?after=0"));
        CHECK(second.answer().status == 200);
        first.close();
        CHECK(rig.until([&] { return rig.server->connections() == 1; }));
        second.send(get("/v1/events"));
        CHECK(second.until_received("retry: "));
    }

    TEST_CASE("http_server: a stop ends idle connections, waits and streams, and lets others end") {
        http_rig rig;
        rig.bridge.commit(payment_of("pay_2", sales::payment_status::in_progress));
        rig.start();
        http_client idle{rig, rig.tcp()}, waits{rig, rig.local()}, streams{rig, rig.tcp()},
            half{rig, rig.tcp()};
        waits.send(get("/v1/payments/pay_2?wait=300"));
        streams.send(get("/v1/events"));
        half.send("GET /healthz HTTP/1.1\r\n");
        CHECK(streams.until_received("retry: "));
        CHECK(rig.until([&] { return rig.server->connections() == 4; }));
        rig.server->stop(1h);
        CHECK(waits.answer().body.find("in_progress") != std::string::npos);
        CHECK(idle.until_closed());
        CHECK(waits.until_closed());
        CHECK(streams.until_closed());
        half.send("\r\n");
        const auto last = half.answer();
        CHECK(last.status == 200);
        CHECK(last.field("Connection") == "close");
        CHECK(rig.until([&] { return rig.ended; }));
    }

    TEST_CASE("http_server: after the grace time nothing is left") {
        http_rig rig;
        rig.start();
        http_client half{rig, rig.tcp()};
        half.send("GET /healthz HT");
        CHECK(rig.until([&] { return rig.server->connections() == 1; }));
        rig.server->stop(10ms);
        CHECK(half.answer().status == 0);
        CHECK(rig.until([&] { return rig.ended; }));
        CHECK(rig.server->connections() == 0);
    }
}

}  // namespace bridge::api
