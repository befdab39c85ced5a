#include "drivers/zvt/link_layer.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/support/session_rig.hpp"

using drivers::framing;
using drivers::time_point;
using drivers::trace_record;
using namespace drivers::zvt;
using namespace std::chrono_literals;

namespace {

/// A link layer and a clock; what it does, in one word each.
struct line {
    explicit line(framing wanted = framing::serial) : layer{wanted, session_timers{}} {}

    void send(std::string_view apdu, sending what) { layer.send(support::hex(apdu), what, now); }
    void receive(std::string_view raw) { layer.receive(support::hex(raw), now); }
    void receive_frame(std::string_view apdu) {
        layer.receive(support::framed(support::hex(apdu)), now);
    }
    void pass(std::chrono::milliseconds duration) {
        now += duration;
        layer.elapse(now);
    }
    std::string happened() {
        std::string out;
        while (const auto event = layer.next()) {
            if (!out.empty()) out += ", ";
            if (const auto* one = std::get_if<transmitted>(&*event)) {
                static_cast<void>(one);
                out += "transmitted";
            } else if (const auto* message = std::get_if<arrived>(&*event)) {
                out += message->repeated ? "repeated" : "arrived";
            } else if (const auto* done = std::get_if<delivered>(&*event)) {
                out += done->proven ? "proven" : "delivered";
            } else if (const auto* failed = std::get_if<undelivered>(&*event)) {
                out += failed->refused ? "refused" : "undelivered";
            } else {
                out += "dropped";
            }
        }
        return out;
    }
    /// Outputs: "06" for an ACK, "frame" for a frame.
    std::string said() {
        std::string out;
        while (const auto bytes = layer.next_output()) {
            if (!out.empty()) out += ", ";
            out += bytes->size() == 1 ? support::spelled(*bytes) : "frame";
        }
        return out;
    }

    link_layer layer;
    time_point now{1h};
};

}  // namespace

TEST_SUITE_BEGIN("drivers/zvt/link_layer");

TEST_CASE("link_layer: a frame and its ACK") {
    line wire;
    wire.send("06 70 00", sending::request);
    CHECK(wire.happened() == "transmitted");
    CHECK_FALSE(wire.layer.request_left());
    CHECK(wire.said() == "frame");
    CHECK(wire.layer.request_left());
    wire.receive("06");
    CHECK(wire.happened() == "proven");
    CHECK_FALSE(wire.layer.deadline().has_value());
}

TEST_CASE("link_layer: on a stream a frame is as it is, and delivered when it is out") {
    line wire{framing::stream};
    wire.send("06 70 00", sending::request);
    CHECK(wire.happened() == "transmitted, delivered");
    const auto bytes = wire.layer.next_output();
    REQUIRE(bytes.has_value());
    CHECK(*bytes == support::hex("06 70 00"));
    wire.receive("80 00 00 80 00 00");
    CHECK(wire.happened() == "arrived, arrived");
    CHECK(wire.said().empty());
}

TEST_CASE("[M2] link_layer: what repeats which frame") {
    struct row {
        sending what;
        const char* answer;  // "" is T2
        bool again;
    };
    for (const auto& row :
         {row{sending::request, "15", true}, row{sending::request, "", true},
          row{sending::money_request, "15", true}, row{sending::money_request, "", false},
          row{sending::money_request, "FF 15", false}, row{sending::answer, "15", true},
          row{sending::answer, "", true}, row{sending::abort, "15", true},
          row{sending::abort, "", true}}) {
        CAPTURE(static_cast<int>(row.what));
        CAPTURE(row.answer);
        line wire;
        wire.send("06 01 00", row.what);
        wire.said();
        if (*row.answer != 0) {
            wire.receive(row.answer);
            wire.pass(200ms);
        } else {
            wire.pass(5s);
        }
        CHECK(wire.said() == (row.again ? "frame" : ""));
    }
}

TEST_CASE("link_layer: three sendings, and what is told then") {
    struct row {
        const char* answers;  // N: NAK, -: silence
        const char* told;
    };
    for (const auto& row :
         {row{"NNN", "refused"}, row{"---", "undelivered"}, row{"N-N", "undelivered"}}) {
        CAPTURE(row.answers);
        line wire;
        wire.send("06 70 00", sending::request);
        for (const char* answer = row.answers; *answer != 0; ++answer) {
            CHECK(wire.said() == "frame");
            if (*answer == 'N') {
                wire.receive("15");
            } else {
                wire.pass(5s);
            }
        }
        CHECK(wire.said().empty());
        CHECK(wire.happened() == std::string{"transmitted, "} + row.told);
    }
}

TEST_CASE("link_layer: frames wait for the ACK of the one before; answers go before requests") {
    line wire;
    wire.send("80 00 00", sending::answer);
    CHECK(wire.said() == "frame");
    wire.send("06 70 00", sending::request);
    wire.send("80 00 00", sending::answer);
    CHECK(wire.said().empty());
    CHECK(wire.happened().empty());
    wire.receive("06");
    CHECK(wire.said() == "frame");
    CHECK(wire.happened() == "proven");  // the answer; the request still waits
    wire.receive("06");
    CHECK(wire.said() == "frame");
    CHECK(wire.happened() == "proven, transmitted");
}

TEST_CASE("link_layer: a request waits half a second for the ACK of an answer, not five") {
    line wire;
    wire.send("80 00 00", sending::answer);
    wire.send("06 B0 00", sending::abort);
    CHECK(wire.said() == "frame");
    REQUIRE(wire.layer.deadline().has_value());
    CHECK(*wire.layer.deadline() == wire.now + 500ms);
    wire.pass(500ms);
    CHECK(wire.said() == "frame");
    CHECK(wire.happened() == "delivered, transmitted");
    wire.receive("06");
    CHECK(wire.happened() == "delivered");  // for whichever of the two: no proof
}

TEST_CASE("link_layer: a message is ACKed at once and ends the wait for an ACK") {
    line wire;
    wire.send("06 70 00", sending::request);
    wire.said();
    wire.happened();
    wire.receive_frame("80 00 00");
    CHECK(wire.said() == "06");
    CHECK(wire.happened() == "delivered, arrived");
    wire.pass(20s);
    CHECK(wire.said().empty());
}

TEST_CASE("link_layer: a message is a repeat until the answer to it is confirmed") {
    line wire;
    wire.receive_frame("04 FF 01 0A");
    CHECK(wire.happened() == "arrived");
    wire.receive_frame("04 FF 01 0A");
    CHECK(wire.happened() == "repeated");
    wire.send("80 00 00", sending::answer);
    wire.receive("06");
    CHECK(wire.happened() == "proven");
    wire.receive_frame("04 FF 01 0A");
    CHECK(wire.happened() == "arrived");
    wire.receive_frame("04 FF 01 0B");
    CHECK(wire.happened() == "arrived");
}

TEST_CASE("link_layer: after a request of ours the same answer is a new one") {
    line wire;
    wire.send("06 E0 00", sending::request);
    wire.receive("06");
    wire.receive_frame("80 00 00");
    wire.send("06 E0 00", sending::request);
    wire.receive("06");
    wire.happened();
    wire.receive_frame("80 00 00");
    CHECK(wire.happened() == "arrived");
}

TEST_CASE("link_layer: broken frames are answered with NAK, noise with nothing") {
    line wire;
    wire.receive("10 02 06 0F 00 10 03 00 00");
    CHECK(wire.said() == "15");
    CHECK(wire.happened() == "dropped");
    wire.receive("FF");
    wire.receive_frame("06 0F 00");
    CHECK(wire.said() == "06");
}

TEST_CASE("[M3] link_layer: hushed, it says nothing but ACK and NAK") {
    line wire;
    wire.receive_frame("04 0F 02 27 00");
    wire.layer.hush(true);
    wire.said();
    wire.happened();
    wire.send("05 01 00", sending::request);
    wire.receive_frame("06 0F 00");
    wire.layer.go_on(wire.now);
    wire.pass(60s);
    CHECK(wire.said() == "06");
    wire.layer.hush(false);
    wire.layer.go_on(wire.now);
    CHECK(wire.said() == "frame");
}

TEST_CASE("link_layer: what is withdrawn goes neither for the first time nor again") {
    line wire;
    wire.send("06 70 00", sending::request);
    wire.send("06 B0 00", sending::abort);
    CHECK(wire.said() == "frame");
    wire.layer.withdraw(wire.now);
    wire.receive("15");
    wire.pass(60s);
    CHECK(wire.said().empty());
}

TEST_CASE("[M9] link_layer: the trace holds each message, without the password") {
    line wire;
    wire.send("06 00 04 12 34 56 8E", sending::request);
    wire.receive("06 FF");
    wire.receive_frame("80 00 00");
    std::string kinds;
    while (const auto record = wire.layer.next_trace()) {
        kinds += static_cast<char>('0' + static_cast<int>(record->what));
        CHECK(support::spelled(record->bytes).find("12 34 56") == std::string::npos);
        if (record->what == trace_record::kind::message &&
            record->way == trace_record::direction::sent) {
            CHECK(support::spelled(record->bytes) == "06 00 04 00 00 00 8E");
        }
    }
    CHECK(kinds == "01301");  // message, ack in; noise; message, ack out
}

TEST_SUITE_END();
