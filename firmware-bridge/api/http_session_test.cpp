// One connection, byte by byte, over real sockets.
#include "firmware-bridge/api/http_session.hpp"

#include <doctest/doctest.h>

#include "firmware-bridge/api/testing/http_rig.hpp"

namespace bridge::api {
namespace {

using namespace std::chrono_literals;
using namespace testing;

/// A request whose line and header fields have `bytes` bytes together, the empty line included.
std::string request_of(std::size_t bytes) {
    auto text = get("/healthz", "X-Padding: \r\n");
    REQUIRE(text.size() <= bytes);
    return text.insert(text.size() - 4, std::string(bytes - text.size(), 'x'));
}

std::string sale_of(std::size_t body_bytes, std::string_view length_field) {
    std::string body = R"({"terminal":"lane-1","amount":1234,"currency":"EUR"})";
    body.append(body_bytes - body.size(), ' ');
    return "POST /v1/payments HTTP/1.1\r\nAuthorization: Bearer cashier-token\r\n"
           "Idempotency-Key: k\r\n" +
           std::string{length_field} + "\r\n" + body;
}

/// As "Transfer-Encoding: chunked", 1000 bytes a chunk.
std::string chunked_sale_of(std::size_t body_bytes) {
    const auto plain = sale_of(body_bytes, "Transfer-Encoding: chunked\r\n");
    const auto body_at = plain.find("\r\n\r\n") + 4;
    auto text = plain.substr(0, body_at);
    for (auto at = body_at; at < plain.size(); at += 1000) {
        const auto piece = plain.substr(at, 1000);
        char size[16]{};
        std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
        text += size + piece + "\r\n";
    }
    return text + "0\r\n\r\n";
}

/// Sends the text over and over, a byte whenever the server has had its turn, until the server
/// closes the connection; false when it never does.
bool trickle(http_rig& rig, http_client& slow, std::string_view text) {
    slow.read();
    std::size_t at = 0;
    return rig.until([&] {
        if (!slow.closed()) slow.send(text.substr(at++ % text.size(), 1));
        return slow.closed();
    });
}

}  // namespace

TEST_SUITE("firmware-bridge/api/http_session") {
    TEST_CASE("http_session: an answer has length, date, request id, and is in the log") {
        http_rig rig;
        rig.start();
        http_client till{rig, rig.tcp()};
        till.send(get("/v1/terminals/lane-1"));
        const auto got = till.answer();
        CHECK(got.status == 200);
        CHECK(got.version == "HTTP/1.1");
        CHECK(got.field("Content-Type") == "application/json");
        CHECK(got.field("Content-Length") == std::to_string(got.body.size()));
        CHECK(got.field("Cache-Control") == "no-store");
        CHECK(got.field("Date").ends_with(" GMT"));
        const auto noted = rig.logged(1);
        CHECK(noted.id == got.field("X-Request-Id"));
        CHECK(noted.method == "GET");
        CHECK(noted.route == "/v1/terminals/{id}");
        CHECK(noted.caller == "viewer");
        CHECK(noted.status == 200);
    }

    TEST_CASE("http_session: a request may come in any pieces") {
        const auto whole = sale_of(100, "Content-Length: 100\r\n");
        for (const std::size_t piece : {1U, 2U, 7U, 64U}) {
            CAPTURE(piece);
            http_rig rig;
            rig.start();
            http_client till{rig, rig.tcp()};
            for (std::size_t at = 0; at < whole.size(); at += piece) {
                till.send(std::string_view{whole}.substr(at, piece));
                rig.io.restart();
                rig.io.poll();
            }
            CHECK(till.answer().status == 200);
            CHECK(rig.bridge.asked.size() == 1);
        }
    }

    TEST_CASE("http_session: requests of one connection are answered one after the other") {
        http_rig rig;
        rig.start();
        http_client till{rig, rig.tcp()};
        std::string all;
        for (int n = 0; n < 20; ++n) all += get("/v1/terminals/" + std::to_string(n));
        till.send(all + get("/healthz"));
        std::string last;
        for (int n = 0; n < 20; ++n) {
            const auto got = till.answer();
            CHECK(got.status == 404);
            CHECK(got.field("X-Request-Id") > last);
            last = got.field("X-Request-Id");
        }
        CHECK(till.answer().status == 200);
        CHECK_FALSE(till.closed());
    }

    TEST_CASE("http_session: what is sent behind a waiting request is answered behind it") {
        http_rig rig;
        rig.bridge.commit(payment_of("pay_2", sales::payment_status::in_progress));
        rig.start();
        http_client till{rig, rig.tcp()};
        till.send(get("/v1/payments/pay_2?wait=300") + get("/healthz"));
        till.read();
        rig.io.restart();
        rig.io.poll();
        till.send(get("/v1/terminals"));
        rig.io.poll();
        CHECK(till.received().empty());
        rig.bridge.commit(payment_of("pay_2", sales::payment_status::captured));
        CHECK(till.answer().body.find("captured") != std::string::npos);
        CHECK(till.answer().body.find("ok") != std::string::npos);
        CHECK(till.answer().body.find("lane-1") != std::string::npos);
    }

    TEST_CASE("http_session: a peer that sends without end while it waits costs bounded memory") {
        http_rig rig;
        rig.bridge.commit(payment_of("pay_2", sales::payment_status::in_progress));
        rig.start();
        http_client till{rig, rig.tcp()};
        till.send(get("/v1/payments/pay_2?wait=300"));
        for (int n = 0; n < 100; ++n) till.send(get("/healthz"));
        for (int n = 0; n < 300; ++n) till.send(get("/healthz", "X-More: and more\r\n"));
        till.read();
        rig.io.restart();
        rig.io.poll();
        CHECK(till.received().empty());
        SUBCASE("its requests are answered when the wait is over") {
            rig.bridge.commit(payment_of("pay_2", sales::payment_status::captured));
            for (int n = 0; n < 401; ++n) REQUIRE(till.answer().status == 200);
        }
        SUBCASE("a stop ends its wait all the same") {
            rig.server->stop(1h);
            CHECK(till.answer().body.find("in_progress") != std::string::npos);
            CHECK(rig.until([&] { return rig.ended; }));
        }
    }

    TEST_CASE("http_session: whoever hangs up while waiting frees the connection") {
        http_rig rig;
        rig.bridge.commit(payment_of("pay_2", sales::payment_status::in_progress));
        rig.start();
        http_client till{rig, rig.local()};
        till.send(get("/v1/payments/pay_2?wait=300"));
        CHECK(rig.until([&] { return rig.server->connections() == 1; }));
        till.close();
        CHECK(rig.until([&] { return rig.server->connections() == 0; }));
    }

    TEST_CASE("http_session: the connection stays or ends as version and header say") {
        struct row {
            std::string name, request, version;
            bool stays;
        };
        for (const auto& row : {
                 row{"1.1", "GET /healthz HTTP/1.1\r\n\r\n", "HTTP/1.1", true},
                 row{"1.1 close", "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1",
                     false},
                 row{"1.0", "GET /healthz HTTP/1.0\r\n\r\n", "HTTP/1.0", false},
                 row{"1.0 keep-alive", "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                     "HTTP/1.0", true},
                 row{"1.1 after an error", "GET /nowhere HTTP/1.1\r\n\r\n", "HTTP/1.1", true},
             }) {
            CAPTURE(row.name);
            http_rig rig;
            rig.start();
            http_client till{rig, rig.tcp()};
            till.send(row.request);
            CHECK(till.answer().version == row.version);
            if (row.stays) {
                till.send(row.request);
                CHECK(till.answer().version == row.version);
                CHECK_FALSE(till.closed());
            } else {
                CHECK(till.until_closed());
            }
        }
    }

    TEST_CASE("http_session: HEAD has the header of GET and no body") {
        http_rig rig;
        rig.start();
        http_client till{rig, rig.tcp()};
        till.send(get("/openapi.json"));
        const auto whole = till.answer();
        till.send("HEAD /openapi.json HTTP/1.1\r\n\r\n" + get("/healthz"));
        const auto head = till.answer(true);
        CHECK(head.status == 200);
        CHECK(head.field("Content-Length") == whole.field("Content-Length"));
        CHECK(till.answer().body == R"({"status":"ok"})");
        till.send("OPTIONS /healthz HTTP/1.1\r\n\r\n" + get("/healthz"));
        const auto options = till.answer();
        CHECK(options.status == 204);
        CHECK(options.field("Content-Length") == "");
        CHECK(till.answer().status == 200);
    }

    TEST_CASE("http_session: 8 KiB of request line and header are taken, and not a byte more") {
        struct row {
            std::size_t bytes;
            unsigned status;
        };
        for (const auto& row : {row{8 * 1024, 200}, row{8 * 1024 + 1, 431}, row{64 * 1024, 431}}) {
            CAPTURE(row.bytes);
            http_rig rig;
            rig.start();
            http_client till{rig, rig.tcp()};
            till.send(request_of(row.bytes));
            const auto got = till.answer();
            CHECK(got.status == row.status);
            if (row.status != 200) {
                CHECK(got.code() == "header_too_large");
                CHECK(got.field("Connection") == "close");
                till.end_sending();
                CHECK(till.until_closed());
            }
        }
        http_rig rig;
        rig.start();
        http_client till{rig, rig.tcp()};
        till.send("GET /" + std::string(9000, 'x') + " HTTP/1.1\r\n\r\n");
        CHECK(till.answer().code() == "header_too_large");
    }

    TEST_CASE("http_session: 64 KiB of body are taken, and not a byte more") {
        constexpr std::size_t most = 64 * 1024;
        struct row {
            std::string name, request;
            unsigned status;
        };
        for (const auto& row : {
                 row{"all of it", sale_of(most, "Content-Length: 65536\r\n"), 200},
                 row{"one more", sale_of(most + 1, "Content-Length: 65537\r\n"), 413},
                 row{"announced only", sale_of(100, "Content-Length: 99999999999\r\n"), 413},
                 row{"in chunks", chunked_sale_of(most), 200},
                 row{"one more in chunks", chunked_sale_of(most + 1), 413},
             }) {
            CAPTURE(row.name);
            http_rig rig;
            rig.start();
            http_client till{rig, rig.tcp()};
            till.send(row.request);
            const auto got = till.answer();
            CHECK(got.status == row.status);
            if (row.status == 413) CHECK(got.code() == "body_too_large");
            CHECK(rig.bridge.asked.size() == (row.status == 200 ? 1 : 0));
        }
    }

    TEST_CASE("http_session: what is not HTTP/1.1 is refused and ends the connection") {
        struct row {
            std::string name, bytes;
        };
        for (
            const auto& row : {
                row{"no version", "GET /healthz\r\n\r\n"},
                row{"2.0", "GET /healthz HTTP/2.0\r\n\r\n"},
                row{"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
                row{"0.9", "GET /healthz HTTP/0.9\r\n\r\n"},
                row{"1.2", "GET /healthz HTTP/1.2\r\n\r\n"},
                row{"TLS", std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03\r\n\r\n", 15}},
                row{"blanks in the target", "GET /a b HTTP/1.1\r\n\r\n"},
                row{"no target", "GET  HTTP/1.1\r\n\r\n"},
                row{"no method", " /healthz HTTP/1.1\r\n\r\n"},
                row{"a method of signs", "G@T /healthz HTTP/1.1\r\n\r\n"},
                row{"a field without colon", "GET /healthz HTTP/1.1\r\nHost\r\n\r\n"},
                row{"a blank before the colon", "GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n"},
                row{"a field without name", "GET /healthz HTTP/1.1\r\n: x\r\n\r\n"},
                row{"a control character", "GET /healthz HTTP/1.1\r\nHost: a\x01z\r\n\r\n"},
                row{"a zero", std::string{"GET /healthz HTTP/1.1\r\nHost: a\0\r\n\r\n", 34}},
                row{"two lengths",
                    "POST /v1/payments HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"},
                row{"no length", "POST /v1/payments HTTP/1.1\r\nContent-Length: x\r\n\r\n"},
                row{"a negative length",
                    "POST /v1/payments HTTP/1.1\r\nContent-Length: -1\r\n\r\n"},
                row{"length and chunks",
                    "POST /v1/payments HTTP/1.1\r\nContent-Length: 5\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
                row{"a chunk without size",
                    "POST /v1/payments HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n"},
            }) {
            CAPTURE(row.name);
            http_rig rig;
            rig.start();
            http_client till{rig, rig.tcp()};
            till.send(row.bytes);
            const auto got = till.answer();
            CHECK(got.status == 400);
            if (got.status == 400) CHECK(got.code() == "malformed_request");
            CHECK(got.field("Connection") == "close");
            till.end_sending();
            CHECK(till.until_closed());
            CHECK(rig.bridge.asked.empty());
        }
    }

    TEST_CASE("[M6] http_session: an Idempotency-Key that is sent twice is none") {
        http_rig rig;
        rig.start();
        http_client till{rig, rig.tcp()};
        till.send(sale_of(100, "Content-Length: 100\r\nIdempotency-Key: another\r\n"));
        CHECK(till.answer().code() == "idempotency_key_invalid");
        CHECK(rig.bridge.asked.empty());
    }

    TEST_CASE("http_session: whoever asks to go on before the body is told to") {
        http_rig rig;
        rig.start();
        http_client till{rig, rig.tcp()};
        const auto whole = sale_of(100, "Content-Length: 100\r\nExpect: 100-continue\r\n");
        const auto body_at = whole.find("\r\n\r\n") + 4;
        till.send(whole.substr(0, body_at));
        CHECK(till.answer().status == 100);
        till.send(whole.substr(body_at));
        CHECK(till.answer().status == 200);
        http_client large{rig, rig.tcp()};
        large.send(sale_of(60, "Content-Length: 70000\r\nExpect: 100-continue\r\n"));
        CHECK(large.answer().status == 413);
    }

    TEST_CASE("http_session: a request that ends in the middle is no request") {
        const auto whole = sale_of(100, "Content-Length: 100\r\n");
        for (const std::size_t sent : {std::size_t{1}, std::size_t{30}, whole.size() - 1}) {
            CAPTURE(sent);
            http_rig rig;
            rig.start();
            http_client till{rig, rig.tcp()};
            till.send(std::string_view{whole}.substr(0, sent));
            till.end_sending();
            CHECK(till.answer().status == 0);
            CHECK(rig.bridge.asked.empty());
            CHECK(rig.until([&] { return rig.server->connections() == 0; }));
        }
    }

    TEST_CASE("http_session: a header that does not come whole in time is refused") {
        http_rig rig;
        rig.settings.limits.header_time = 20ms;
        rig.settings.limits.linger_time = 20ms;
        rig.start();
        http_client slow{rig, rig.tcp()};
        slow.send("GET /healthz HT");
        CHECK(slow.answer().code() == "request_timeout");
        CHECK(slow.until_closed());
        CHECK(rig.until([&] { return rig.server->connections() == 0; }));
    }

    TEST_CASE("http_session: a body that does not come whole in time is refused") {
        http_rig rig;
        rig.settings.limits.body_time = 20ms;
        rig.settings.limits.linger_time = 20ms;
        rig.start();
        http_client slow{rig, rig.tcp()};
        slow.send(sale_of(60, "Content-Length: 61\r\n"));
        CHECK(slow.answer().code() == "request_timeout");
        CHECK(slow.until_closed());
        CHECK(rig.bridge.asked.empty());
        CHECK(rig.until([&] { return rig.server->connections() == 0; }));
    }

    TEST_CASE("http_session: bytes that trickle in do not put the limit off") {
        // The limit is over from the start, and there is always a byte more to read: expiry and
        // bytes fall together at every step.
        http_rig rig;
        rig.settings.limits.linger_time = 20ms;
        SUBCASE("header") {
            rig.settings.limits.header_time = 0ms;
            rig.start();
            http_client slow{rig, rig.tcp()};
            slow.send("GET /healthz HTTP/1.1\r\n");
            CHECK(trickle(rig, slow, "X-A: b\r\n"));
            CHECK(slow.received().starts_with("HTTP/1.1 408 "));
        }
        SUBCASE("body") {
            rig.settings.limits.body_time = 0ms;
            rig.start();
            http_client slow{rig, rig.tcp()};
            slow.send(sale_of(60, "Content-Length: 60000\r\n"));
            CHECK(trickle(rig, slow, " "));
            CHECK(slow.received().starts_with("HTTP/1.1 408 "));
        }
        CHECK(rig.bridge.asked.empty());
        CHECK(rig.until([&] { return rig.server->connections() == 0; }));
    }

    TEST_CASE("http_session: an idle connection is closed without a word") {
        http_rig rig;
        rig.settings.limits.idle_time = 20ms;
        rig.start();
        http_client fresh{rig, rig.tcp()};
        http_client used{rig, rig.local()};
        used.send(get("/healthz"));
        CHECK(used.answer().status == 200);
        CHECK(used.until_closed());
        CHECK(used.received().empty());
        CHECK(fresh.until_closed());
        CHECK(fresh.received().empty());
    }

    TEST_CASE("http_session: a client that does not read its answer is cut off") {
        http_rig rig;
        rig.settings.limits.write_time = 20ms;
        std::vector<journal::event> many(100, scripted_service::event_of("payment.updated", "p"));
        for (auto& one : many) one.data = "\"" + std::string(100'000, 'x') + "\"";
        rig.bridge.commit({.events = many});
        rig.start();
        for (const auto& where : {rig.local(), rig.tcp()}) {
            CAPTURE(where);
            http_client deaf{rig, where, 4096};
            deaf.send(get("/v1/events?after=0&limit=100"));
            CHECK(rig.until([&] { return rig.server->connections() == 1; }));
            CHECK(rig.until([&] { return rig.server->connections() == 0; }));
            CHECK(deaf.until_closed());
            CHECK(deaf.received().size() < 100 * 100'000);
        }
    }
}

}  // namespace bridge::api
