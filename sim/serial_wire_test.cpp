#include "sim/serial_wire.hpp"

#include <doctest/doctest.h>

#include "sim/fault_script.hpp"
#include "sim/scripted_register.hpp"

using namespace sim;
using strings = std::vector<std::string>;

namespace {

const std::string framed_enquiry = "10 02 05 01 00 10 03 2E 37";
const std::string framed_positive = "10 02 80 00 00 10 03 F5 1F";

/// Both ends of a wire: what went out as hex, what the terminal heard.
struct bench {
    fault_plan faults;
    serial_wire wire{{}, faults};
    time_point now{std::chrono::hours{1}};

    strings sent() {
        strings out;
        while (const auto one = wire.next_transmission(now)) out.push_back(hex_of(one->content));
        return out;
    }
    void receive(std::string_view hex) { wire.receive(unhex(hex), now); }
    void wait(milliseconds time) {
        now += time;
        wire.elapse(now);
    }
    std::optional<wire_event> event() { return wire.next_event(); }
    void arm(std::string_view json) {
        auto parsed = parse_fault_script("[" + std::string{json} + "]");
        faults.add(std::get<std::vector<fault>>(parsed).front());
    }
};

template <class Kind>
bool is(const std::optional<wire_event>& event) {
    return event && std::holds_alternative<Kind>(*event);
}

}  // namespace

TEST_SUITE_BEGIN("sim/serial_wire");

TEST_CASE("serial_wire: a good frame is acknowledged at once and handed on") {
    bench at;
    at.receive(framed_positive);
    CHECK(at.sent() == strings{"06"});
    const auto event = at.event();
    REQUIRE(is<apdu_came>(event));
    CHECK(hex_of(std::get<apdu_came>(*event).whole) == "80 00 00");
}

TEST_CASE("serial_wire: a bad checksum and a gap beyond T1 are answered NAK") {
    bench wrong;
    wrong.receive("10 02 80 00 00 10 03 F5 1E");
    wrong.wait(milliseconds{200});
    CHECK(wrong.sent() == strings{"15"});
    CHECK(is<garbage>(wrong.event()));

    bench slow;
    slow.receive("10 02 80 00");
    slow.wait(milliseconds{200});
    CHECK(slow.sent() == strings{"15"});
}

TEST_CASE("serial_wire: one frame at a time waits for its ACK") {
    bench at;
    at.wire.send(unhex("80 00 00"));
    at.wire.send(unhex("06 0F 00"));
    CHECK(at.sent() == strings{framed_positive});
    at.receive("06");
    CHECK(is<delivered>(at.event()));
    CHECK(at.sent().size() == 1);
}

TEST_CASE("serial_wire: NAK and silence repeat a frame twice, then it is undeliverable") {
    bench nak;
    nak.wire.send(unhex("80 00 00"));
    CHECK(nak.sent() == strings{framed_positive});
    for (int repeat = 0; repeat < 2; ++repeat) {
        nak.receive("15");
        CHECK(nak.sent() == strings{framed_positive});
    }
    nak.receive("15");
    CHECK(nak.sent().empty());
    CHECK(is<undeliverable>(nak.event()));

    bench silence;
    silence.wire.send(unhex("80 00 00"));
    CHECK(silence.sent().size() == 1);
    for (int repeat = 0; repeat < 2; ++repeat) {
        silence.wait(milliseconds{4999});
        CHECK(silence.sent().empty());
        silence.wait(milliseconds{1});
        CHECK(silence.sent().size() == 1);
    }
    silence.wait(milliseconds{5000});
    CHECK(is<undeliverable>(silence.event()));
}

TEST_CASE("serial_wire: after an undeliverable frame the next one gets its chance") {
    bench at;
    at.wire.send(unhex("80 00 00"));
    at.wire.send(unhex("06 0F 00"));
    (void)at.sent();
    for (int sending = 0; sending < 3; ++sending) {
        at.receive("15");
        if (sending < 2) (void)at.sent();
    }
    CHECK(at.sent() == strings{"10 02 06 0F 00 10 03 C6 33"});
}

TEST_CASE("serial_wire: an ACK that nobody waits for changes nothing") {
    bench at;
    at.receive("06");
    CHECK_FALSE(at.event().has_value());
    at.wire.send(unhex("80 00 00"));
    CHECK(at.sent().size() == 1);
    CHECK(at.wire.deadline().has_value());
}

TEST_CASE("serial_wire: a NAK storm refuses good frames as often as it says") {
    bench at;
    at.arm(R"({"name": "nak_storm", "times": 2})");
    for (int sending = 0; sending < 2; ++sending) {
        at.receive(framed_positive);
        CHECK(at.sent() == strings{"15"});
        CHECK_FALSE(at.event().has_value());
    }
    at.receive(framed_positive);
    CHECK(at.sent() == strings{"06"});
    CHECK(is<apdu_came>(at.event()));
}

TEST_SUITE_END();

// ---------------------------------------------------------------- a whole payment on a serial line

namespace {

/// A register on a serial line: acknowledges frames, answers commands, keeps what it heard.
struct serial_register {
    terminal_world world;
    station::lane lane{};
    fault_plan none;
    serial_wire wire{{}, none};
    strings heard;
    bytes raw;           // every byte that the terminal sent
    bool mute{};         // no ACK, no answer
    bool answers{true};  // ACK always, answers only if true
    int acks_to_withhold{};

    explicit serial_register(terminal_config config = {}) {
        world.config = std::move(config);
        world.start();
        lane = world.place->add_line(link_nature::serial, world.now);
    }
    void fault(std::string_view json) {
        auto parsed = parse_fault_script("[" + std::string{json} + "]");
        REQUIRE(std::holds_alternative<std::vector<sim::fault>>(parsed));
        world.place->faults().add(std::get<std::vector<sim::fault>>(parsed).front());
    }
    void say(std::string_view hex) {
        wire.send(unhex(hex));
        run();
    }
    void run() {
        const auto end = world.now + std::chrono::minutes{10};
        for (;;) {
            while (exchange()) {
            }
            auto due = world.place->deadline();
            if (const auto mine = wire.deadline(); mine && (!due || *mine < *due)) due = mine;
            if (!due || *due > end) return;
            world.now = std::max(world.now, *due);
            world.place->elapse(world.now);
            wire.elapse(world.now);
        }
    }

private:
    bool exchange() {
        bool moved = false;
        while (const auto out = wire.next_transmission(world.now)) {
            moved = true;
            if (mute) continue;
            if (out->what == transmission::kind::ack && acks_to_withhold > 0) {
                --acks_to_withhold;
                continue;
            }
            world.place->receive(lane, out->content, world.now);
        }
        while (auto action = world.place->next_action(lane, world.now)) {
            moved = true;
            const auto* written = std::get_if<write_bytes>(&*action);
            if (written == nullptr) continue;
            raw.insert(raw.end(), written->content.begin(), written->content.end());
            wire.receive(written->content, world.now);
        }
        while (const auto event = wire.next_event()) {
            moved = true;
            const auto* apdu = std::get_if<apdu_came>(&*event);
            if (apdu == nullptr) continue;
            heard.push_back(hex_of(apdu->whole));
            const bool response = apdu->whole[0] == 0x80 || apdu->whole[0] == 0x84;
            if (!response && answers) wire.send(unhex("80 00 00"));
        }
        return moved;
    }
};

constexpr auto payment = "06 01 07 04 000000001210";

}  // namespace

TEST_SUITE_BEGIN("sim/serial_line");

TEST_CASE("serial line: a payment goes through, bytes of 10 doubled on the way") {
    serial_register till;
    till.say("06 00 06 000000 0E 0978");
    till.say(payment);
    CHECK(till.heard.back() == "06 0F 00");
    CHECK(till.world.charged() == 1210);
}

TEST_CASE("serial line: ACKs that get lost cost repeats, not payments") {
    serial_register till;
    till.say("06 00 06 000000 0E 0978");
    till.acks_to_withhold = 3;
    till.say(payment);
    CHECK(till.heard.back() == "06 0F 00");
    CHECK(till.world.charged() == 1210);
    CHECK(till.world.host.bookings().size() == 1);
}

TEST_CASE("serial line: faults of the wire cost repeats, not payments") {
    for (const auto* fault :
         {R"({"name": "ack_lost"})", R"({"name": "ack_duplicated", "times": 3})",
          R"({"name": "ack_garbled"})", R"({"name": "ack_lost", "direction": "to_terminal"})",
          R"({"name": "ack_garbled", "direction": "to_terminal"})",
          R"({"name": "ack_duplicated", "direction": "to_terminal"})",
          R"({"name": "nak_storm", "message": "06 01", "times": 2})",
          R"({"name": "bad_crc", "message": "04 0F"})",
          R"({"name": "noise", "message": "04 0F", "count": 20})",
          R"({"name": "slow_bytes", "message": "04 0F", "ms": 400})",
          R"({"name": "split", "message": "04 0F", "count": 1, "ms": 5})",
          R"({"name": "message_repeated", "message": "04 0F"})",
          R"({"name": "message_repeated", "message": "06 01", "direction": "to_terminal"})"}) {
        CAPTURE(fault);
        serial_register till;
        till.say("06 00 06 000000 0E 0978");
        till.fault(fault);
        till.say(payment);
        CHECK(till.world.charged() == 1210);
        CHECK(till.world.host.bookings().size() == 1);
        CHECK(till.world.place->terminal().memory().turnover.size() == 1);
    }
}

TEST_CASE("serial line: a register that falls silent gets its payment reversed") {
    serial_register till;
    till.say("06 00 06 000000 06 0978");
    till.fault(R"({"name": "ack_lost", "direction": "to_terminal", "times": 0, "occurrence": 2})");
    till.answers = false;
    till.say(payment);
    CHECK(till.world.charged() == 0);
    CHECK(till.world.place->terminal().memory().turnover.empty());
    CHECK_FALSE(till.world.place->terminal().busy());
}

TEST_CASE("serial line: an acknowledged but unanswered status is repeated, then reversed") {
    serial_register till;
    till.say("06 00 06 000000 06 0978");
    till.answers = false;
    till.say(payment);
    std::size_t statuses = 0;
    for (const auto& one : till.heard) statuses += one.starts_with("04 0F") ? 1 : 0;
    CHECK(statuses == 3);
    CHECK(till.world.charged() == 0);
}

TEST_CASE("serial line: a command repeated by the wire is answered again and runs once") {
    serial_register till;
    till.world.place->terminal().remove_card(till.world.now);
    till.wire.send(unhex(payment));
    till.wire.send(unhex(payment));
    till.run();
    CHECK(till.heard[0] == "80 00 00");
    CHECK(till.world.host.bookings().empty());
}

TEST_SUITE_END();
