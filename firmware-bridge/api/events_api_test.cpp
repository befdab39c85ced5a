#include "firmware-bridge/api/events_api.hpp"

#include <doctest/doctest.h>

#include <boost/json/array.hpp>
#include <random>

#include "firmware-bridge/api/testing/ask.hpp"
#include "firmware-bridge/api/testing/failing_journal.hpp"
#include "firmware-bridge/api/testing/http_rig.hpp"

namespace bridge::api {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using sequences = std::vector<std::uint64_t>;

std::string id_of(std::uint64_t sequence) { return journal::stored_event{sequence, {}}.id(); }

void happen(scripted_service& bridge, std::size_t count, std::string data = R"({"n":1})") {
    auto one = scripted_service::event_of("payment.updated", "pay_1");
    one.data = std::move(data);
    bridge.commit({.events = std::vector<journal::event>(count, one)});
}

/// The sequences of the whole events in a stream, in the order in which they came.
sequences sequences_in(std::string_view stream) {
    sequences found;
    const auto whole = stream.substr(0, stream.rfind("\n\n") + 2);
    constexpr std::string_view mark = "id: evt_";
    for (auto at = whole.find(mark); at != std::string_view::npos; at = whole.find(mark, at + 1)) {
        CHECK((at == 0 || whole[at - 1] == '\n'));
        found.push_back(std::stoull(std::string{whole.substr(at + mark.size(), 16)}));
    }
    return found;
}

/// after + 1 … last.
sequences run_of(std::uint64_t after, std::uint64_t last) {
    sequences all;
    while (after < last) all.push_back(++after);
    return all;
}

sequences listed(const shown& list) {
    sequences found;
    const auto parsed = list.json();
    for (const auto& one : parsed.at("data").as_array())
        found.push_back(std::stoull(std::string{one.at("id").as_string()}.substr(4)));
    return found;
}

}  // namespace

TEST_SUITE("firmware-bridge/api/events_api") {
    TEST_CASE("events_api: an event is one line of JSON, whatever line ends its data has") {
        const journal::stored_event stored{42,
                                           {.type = "terminal.display",
                                            .object_id = "lane-1",
                                            .data = "{\r\n\"text\":\"a\\nb\"\n}",
                                            .booking = {},
                                            .at = at_ms(0)}};
        CHECK(to_server_sent(stored) ==
              "id: evt_0000000000000042\nevent: terminal.display\n"
              R"(data: {"id":"evt_0000000000000042","object":"event","type":"terminal.display",)"
              R"("object_id":"lane-1","created":"1970-01-01T00:00:00.000Z",)"
              R"("data":{  "text":"a\nb" }})"
              "\n\n");
        CHECK(boost::json::parse(to_json_text(stored)).at("data").at("text").as_string() == "a\nb");
    }

    TEST_CASE("events_api: with after= the answer is a list, oldest first, in pages") {
        asio::io_context io;
        scripted_service bridge{io};
        happen(bridge, 60);
        const auto get = [&](std::string target) {
            return ask(bridge, {.target = std::move(target), .caller = role::viewer});
        };
        CHECK(listed(get("/v1/events?after=0")) == run_of(0, 25));
        sequences all;
        std::string after = "0";
        for (bool more = true; more;) {
            const auto page = get("/v1/events?limit=7&after=" + after);
            const auto part = listed(page);
            all.insert(all.end(), part.begin(), part.end());
            after = id_of(all.back());
            more = page.json().at("has_more").as_bool();
        }
        CHECK(all == run_of(0, 60));
        const auto end = get("/v1/events?after=60");
        CHECK(listed(end).empty());
        CHECK_FALSE(end.json().at("has_more").as_bool());
        CHECK(listed(get("/v1/events?limit=60&after=0")) == run_of(0, 60));
    }

    TEST_CASE("events_api: Accept chooses between list and stream") {
        struct row {
            std::string target, accept, last;
            bool stream;
        };
        for (const auto& row : {
                 row{"/v1/events", "", "", true},
                 row{"/v1/events", "*/*", "", true},
                 row{"/v1/events", "application/json", "", false},
                 row{"/v1/events", "text/event-stream", "", true},
                 row{"/v1/events?after=0", "", "", false},
                 row{"/v1/events?after=0", "text/event-stream", "", true},
                 row{"/v1/events?after=0", "application/json, text/event-stream", "", true},
             }) {
            CAPTURE(row.target);
            CAPTURE(row.accept);
            asio::io_context io;
            scripted_service bridge{io};
            happen(bridge, 1);
            bridge.changes().close();  // a stream ends at once
            const auto got = ask(bridge, {.target = row.target, .accept = row.accept});
            CHECK(got.status == 200);
            CHECK((got.body.find("retry: ") != std::string::npos) == row.stream);
        }
    }

    TEST_CASE("events_api: an id that is none, or that is yet to come, is refused") {
        asio::io_context io;
        scripted_service bridge{io};
        happen(bridge, 3);
        for (const std::string id :
             {"evt_0000000000000004", "4", "evt_9999999999999999", "99999999999999999999", "-1",
              "evt_", "evt_3", "pay_1", " 1", "evt_00000000000000 3"}) {
            CAPTURE(id);
            const auto resumed = ask(bridge, {.target = "/v1/events", .last_event_id = id});
            CHECK(resumed.status == 400);
            CHECK(resumed.code() == "event_id_invalid");
            CHECK(resumed.param() == "Last-Event-ID");
        }
        CHECK(ask(bridge, {.target = "/v1/events?after=4"}).param() == "after");
        CHECK(ask(bridge, {.target = "/v1/events?after=3"}).status == 200);
        const auto last = ask(bridge, {.target = "/v1/events", .last_event_id = id_of(3)},
                              [](patient_peer& peer) { peer.leave(); });
        CHECK(last.status == 200);
    }

    TEST_CASE("events_api: a stream begins now, or behind the event that was named last") {
        struct row {
            std::string name, target, last;
            std::uint64_t after;
        };
        for (const auto& row : {
                 row{"now", "/v1/events", "", 5},
                 row{"from the start", "/v1/events?after=0", "", 0},
                 row{"behind the second", "/v1/events", "evt_0000000000000002", 2},
                 row{"reconnected: the header is newer than the URL", "/v1/events?after=1",
                     "evt_0000000000000004", 4},
             }) {
            CAPTURE(row.name);
            asio::io_context io;
            scripted_service bridge{io};
            happen(bridge, 5);
            const auto stream = ask(
                bridge,
                {.target = row.target, .last_event_id = row.last, .accept = "text/event-stream"},
                [&](patient_peer& peer) {
                    happen(bridge, 2);
                    peer.sending = [&] {
                        if (peer.parts.back().find(id_of(7)) != std::string::npos) peer.leave();
                    };
                });
            CHECK(sequences_in(stream.body) == run_of(row.after, 7));
        }
    }

    TEST_CASE("events_api: replay has no gap and no double while new events arrive") {
        for (std::uint32_t seed = 1; seed <= 50; ++seed) {
            CAPTURE(seed);
            std::mt19937 random{seed};
            const auto below = [&](std::uint32_t limit) { return random() % limit; };
            asio::io_context io;
            scripted_service bridge{io};
            happen(bridge, 1 + below(200));
            const auto after = below(static_cast<std::uint32_t>(bridge.disk.events.size()) + 1);
            const auto stream =
                ask(bridge, {.target = "/v1/events", .last_event_id = id_of(after)},
                    [&](patient_peer& peer) {
                        happen(bridge, 1 + below(3));
                        peer.sending = [&] {
                            // While a part is on its way; and between that and the next reading.
                            if (peer.parts.size() < 20) {
                                if (below(2) == 0) happen(bridge, 1 + below(100));
                                asio::post(io, [&] { happen(bridge, 1 + below(3)); });
                            } else if (peer.parts.back().find(id_of(bridge.disk.events.size())) !=
                                       std::string::npos) {
                                peer.leave();
                            }
                        };
                    });
            CHECK(sequences_in(stream.body) == run_of(after, bridge.disk.events.size()));
        }
    }

    TEST_CASE("events_api: a quiet stream shows that it lives") {
        asio::io_context io;
        scripted_service bridge{io};
        const auto stream =
            ask(bridge, {.target = "/v1/events"}, [](patient_peer& peer) { peer.takes = 4; });
        CHECK(stream.body == "retry: 2000\n\n: still here\n\n: still here\n\n: still here\n\n");
    }

    TEST_CASE("events_api: a stream whose journal fails ends, and does not go on with a gap") {
        asio::io_context io;
        scripted_service bridge{io};
        happen(bridge, 100);
        failing_journal broken;
        const auto stream =
            ask(bridge, {.target = "/v1/events", .last_event_id = id_of(0)},
                [&](patient_peer& peer) { peer.sending = [&] { bridge.broken = &broken; }; });
        CHECK(sequences_in(stream.body) == run_of(0, 64));
    }

    TEST_CASE("events_api: a consumer that falls behind is dropped and comes back where it was") {
        http_rig rig;
        rig.settings.limits.write_time = 20ms;
        constexpr std::size_t count = 200;
        happen(rig.bridge, count, "\"" + std::string(50'000, 'x') + "\"");
        rig.start();
        http_client quick{rig, rig.tcp()};
        quick.send(get("/v1/events"));
        CHECK(quick.until_received("retry: "));

        std::uint64_t after = 0;
        sequences seen;
        for (int connection = 1; connection <= 5; ++connection) {
            CAPTURE(connection);
            http_client slow{rig, rig.tcp(), 16 * 1024};
            slow.send(get("/v1/events", "Last-Event-ID: " + id_of(after) + "\r\n"));
            CHECK(rig.until([&] { return rig.server->connections() == 2; }));
            CHECK(rig.until([&] { return rig.server->connections() == 1; }));  // dropped
            CHECK(slow.until_closed());
            const auto part = sequences_in(slow.received());
            REQUIRE(!part.empty());
            seen.insert(seen.end(), part.begin(), part.end());
            after = part.back();
        }
        CHECK(after < count);
        CHECK(seen == run_of(0, after));
        happen(rig.bridge, 1);
        CHECK(quick.until_received(id_of(count + 1)));
        CHECK(sequences_in(quick.received()) == sequences{count + 1});
    }

    TEST_CASE("events_api: a consumer that reads hears everything as it happens") {
        http_rig rig;
        rig.start();
        http_client till{rig, rig.local()};
        till.send(get("/v1/events"));
        CHECK(till.until_received("\r\n\r\nretry: "));
        CHECK(till.received().find("Content-Type: text/event-stream\r\n") != std::string::npos);
        CHECK(till.received().find("Content-Length") == std::string::npos);
        for (std::uint64_t n = 1; n <= 20; ++n) {
            happen(rig.bridge, 1);
            CHECK(till.until_received("id: " + id_of(n)));
        }
        till.send("HEAD /v1/events HTTP/1.1\r\n\r\n");  // read and forgotten: the stream goes on
        happen(rig.bridge, 1);
        CHECK(till.until_received("id: " + id_of(21)));
        CHECK(sequences_in(till.received()) == run_of(0, 21));
    }
}

}  // namespace bridge::api
