// The same session on RS232: ACK, NAK, T1, T2, repeats, and what they must never do to a payment.
#include <doctest/doctest.h>

#include "tests/support/session_rig.hpp"

using namespace support;
using drivers::errc;

TEST_SUITE_BEGIN("drivers/zvt/session");

namespace {

session_rig ready() {
    session_rig rig{serial_options()};
    rig.log_in();
    return rig;
}

/// The payment's frame has left; the terminal has not reacted, and sends no ACK by itself.
session_rig sent() {
    auto rig = ready();
    rig.mute = true;
    rig.start(payment(1234));
    CHECK(rig.heard() == "06 01 0C 04 00 00 00 00 12 34 49 09 78 19 40");
    return rig;
}

session_rig paying_on_the_line() {
    auto rig = sent();
    rig.wire("06");
    rig.mute = false;
    rig.says("80 00 00");
    return rig;
}

}  // namespace

TEST_CASE("session: a payment on RS232, byte for byte") {
    auto rig = ready();
    rig.mute = true;
    const auto next = [&] {
        REQUIRE_FALSE(rig.sent.empty());
        auto first = spelled(rig.sent.front());
        rig.sent.pop_front();
        return first;
    };
    rig.start(payment(1234));
    CHECK(next() == "10 02 06 01 0C 04 00 00 00 00 12 34 49 09 78 19 40 10 03 11 33");
    rig.wire("06");
    rig.wire("10 02 80 00 00 10 03 F5 1F");
    CHECK(next() == "06");
    rig.wire("10 02 04 FF 01 0A 10 03 F5 7D");
    CHECK(next() == "06");
    CHECK(next() == "10 02 80 00 00 10 03 F5 1F");
    rig.wire("06");
    rig.wire("10 02 06 0F 00 10 03 C6 33");
    CHECK(next() == "06");
    CHECK(next() == "10 02 80 00 00 10 03 F5 1F");
    rig.wire("06");
    CHECK(rig.sent.empty());
    CHECK(rig.ended().outcome == how::completed);
}

TEST_CASE("quirk: 10h in data and in the CRC") {
    auto rig = ready();
    rig.mute = true;
    rig.start(payment(1010));
    REQUIRE_FALSE(rig.sent.empty());
    CHECK(spelled(rig.sent.front()).starts_with("10 02 06 01 0C 04 00 00 00 00 10 10 10 10 49"));
}

// ---------------------------------------------------------------- M2

TEST_CASE("[M2] session: a payment frame without an ACK is never sent again") {
    auto rig = sent();
    SUBCASE("the terminal took it and goes on: the ACK was lost") {
        rig.pass(3s);
        rig.says("80 00 00");
        rig.mute = false;
        rig.play("P 06 1E 01 6C ~");
        CHECK(rig.ended().outcome == how::aborted);
    }
    SUBCASE("the answer comes after T2") {
        rig.pass(7s);
        rig.says("80 00 00");
        rig.mute = false;
        rig.play("P 06 1E 01 6C ~");
        CHECK(rig.ended().outcome == how::aborted);
    }
    SUBCASE("silence") {
        rig.pass(9s);
        CHECK(rig.all<drivers::command_ended>().empty());
        rig.pass(1s);
        CHECK(rig.ended().outcome == how::lost);
        CHECK(rig.ended().error == errc::timeout);
        CHECK(rig.close_wishes.size() == 1);
    }
    SUBCASE("an ACK, and then silence") {
        rig.wire("06");
        rig.pass(5s);
        CHECK(rig.ended().outcome == how::lost);
    }
    SUBCASE("garbage in place of the ACK") {
        rig.wire("07 FF");
        rig.pass(10s);
        CHECK(rig.ended().outcome == how::lost);
    }
    CHECK(rig.money_frames == 1);
}

TEST_CASE("[M2] session: a NAK repeats the payment frame, twice at most, then it is refused") {
    auto rig = sent();
    rig.wire("15");
    rig.pass(200ms);
    CHECK(rig.money_frames == 2);
    rig.wire("15");
    rig.pass(200ms);
    CHECK(rig.money_frames == 3);
    SUBCASE("the third is taken") {
        rig.wire("06");
        rig.says("80 00 00");
        rig.pass(10s);
        CHECK(rig.all<drivers::command_ended>().empty());
    }
    SUBCASE("the third is rejected too") {
        rig.wire("15");
        rig.pass(200ms);
        CHECK(rig.ended().outcome == how::refused);
        CHECK(rig.machine->idle());
        CHECK(rig.close_wishes.empty());
    }
    SUBCASE("the third stays without an answer: unknown") {
        rig.pass(10s);
        CHECK(rig.ended().outcome == how::lost);
    }
    CHECK(rig.money_frames == 3);
}

TEST_CASE("[M2] session: only a NAK that is certainly for this frame repeats it") {
    SUBCASE("among noise") {
        auto rig = sent();
        rig.wire("FF 15");
        rig.pass(20s);
        CHECK(rig.money_frames == 1);
        CHECK(rig.ended().outcome == how::lost);
    }
    SUBCASE("after the silence of T2") {
        auto rig = sent();
        rig.pass(6s);
        rig.wire("15");
        rig.pass(1s);
        CHECK(rig.money_frames == 1);
    }
    SUBCASE("after the ACK") {
        auto rig = sent();
        rig.wire("06 15");
        rig.pass(1s);
        CHECK(rig.money_frames == 1);
    }
    SUBCASE("after the answer") {
        auto rig = sent();
        rig.says("80 00 00");
        rig.wire("15");
        rig.pass(1s);
        CHECK(rig.money_frames == 1);
    }
    SUBCASE("behind an answer of ours whose ACK never came") {
        auto rig = ready();
        rig.start(drivers::diagnosis{});
        rig.heard();
        rig.says("80 00 00");
        rig.mute = true;
        rig.says("06 0F 00");
        CHECK(rig.heard() == "80 00 00");
        rig.start(payment(1234));
        rig.pass(600ms);  // not for ever behind an ACK that some terminals never send
        CHECK(rig.money_frames == 1);
        rig.wire("15");  // for whichever of the two
        rig.pass(1s);
        CHECK(rig.money_frames == 1);
    }
}

TEST_CASE(
    "[M2] session: what comes before the payment's first byte has left is not about the payment") {
    auto rig = ready();
    rig.start(drivers::diagnosis{});
    rig.heard();
    rig.says("80 00 00");
    rig.mute = true;
    rig.says("06 0F 00");
    CHECK(rig.heard() == "80 00 00");
    rig.clear();
    rig.start(payment(1234));  // waits a moment for the ACK
    CHECK(rig.money_frames == 0);
    SUBCASE("a late refusal") { rig.says("84 9C 00"); }
    SUBCASE("a late abort") {
        rig.says("06 1E 01 05");
        rig.expect("80 00 00");
    }
    SUBCASE("a result: somebody else's, so ours stays here") {
        rig.says("04 0F 02 27 00");
        CHECK(rig.ended().outcome == how::never_sent);
        CHECK(std::holds_alternative<drivers::command_ended>(rig.events.front()));
        rig.acknowledge();
        rig.expect("80 00 00");
        rig.pass(60s);
        CHECK(rig.money_frames == 0);
        return;
    }
    SUBCASE("an abort of ours") {
        rig.abort();
        CHECK(rig.ended().outcome == how::never_sent);
        rig.pass(5s);
        CHECK(rig.money_frames == 0);
        return;
    }
    rig.pass(1s);
    CHECK(rig.all<drivers::command_ended>().empty());
    CHECK(rig.money_frames == 1);
}

TEST_CASE("session: other commands are repeated on T2, as the specification says") {
    auto rig = ready();
    rig.mute = true;
    rig.start(drivers::diagnosis{});
    CHECK(rig.heard() == "06 70 00");
    rig.pass(5s);
    CHECK(rig.heard() == "06 70 00");
    rig.pass(5s);
    CHECK(rig.heard() == "06 70 00");
    SUBCASE("in vain") {
        rig.pass(5s);
        CHECK(rig.ended().outcome == how::lost);
        CHECK(rig.close_wishes.size() == 1);
    }
    SUBCASE("not in vain") {
        rig.wire("06");
        rig.says("80 00 00");
        CHECK(rig.all<drivers::command_ended>().empty());
    }
    rig.pass(4s);
    CHECK(rig.heard() == "");
}

TEST_CASE("session: a line on which every frame is rejected is called that") {
    session_rig rig{serial_options()};
    rig.mute = true;
    rig.open();
    for (int i = 0; i < 3; ++i) {
        CHECK(rig.heard().starts_with("06 00"));
        rig.wire("15");
    }
    CHECK(rig.heard() == "");
    const auto link = rig.all<drivers::link_state>().back();
    CHECK(link.reason == errc::link_speaks_other_protocol);
    CHECK(link.detail.find("baud rate") != std::string::npos);
    CHECK(rig.close_wishes.size() == 1);
}

TEST_CASE("quirk: link ACK missing altogether, as on some terminals") {
    session_rig rig{serial_options()};
    rig.mute = true;
    rig.open();
    CHECK(rig.heard().starts_with("06 00"));
    rig.says("80 00 00");
    rig.says("06 0F 00");
    rig.expect("80 00 00");
    rig.pass(1s);
    CHECK(rig.heard().starts_with("05 01"));
    rig.says("80 00 00");
    rig.says("06 0F 01 00");
    rig.expect("80 00 00");
    CHECK(rig.machine->idle());
    rig.start(payment(1234));
    rig.pass(1s);
    CHECK(rig.heard().starts_with("06 01"));
    rig.play("P 80 00 00 \n P 04 FF 01 0A ~");
    rig.pass(40s);  // PIN entry; our answer is repeated in vain, and that is no reason to give up
    while (!rig.sent.empty()) rig.expect("80 00 00");
    rig.says("04 0F 02 27 00");
    rig.expect_silence();
    rig.play("A \n E 80 00 00 \n P 06 0F 00 ~");
    CHECK(rig.ended().outcome == how::completed);
    CHECK(rig.all<drivers::acknowledgement_seen>().size() == 1);
    CHECK(rig.money_frames == 1);
}

// ---------------------------------------------------------------- what comes in

TEST_CASE("quirk: a bad CRC is answered with NAK, and the repeat is taken") {
    auto rig = paying_on_the_line();
    rig.wire("10 02 06 1E 01 6C 10 03 00 00");
    rig.expect_control("15");
    CHECK(rig.all<drivers::command_ended>().empty());
    rig.play("P 06 1E 01 6C ~");
    CHECK(rig.ended().outcome == how::aborted);
}

TEST_CASE("session: bytes that come slower than T1 are answered with NAK") {
    auto rig = paying_on_the_line();
    rig.wire("10 02 06 1E 01");
    rig.pass(300ms);
    rig.expect_control("15");
    rig.play("P 06 1E 01 6C ~");
    CHECK(rig.ended().outcome == how::aborted);
}

TEST_CASE("session: noise before a frame is passed over") {
    auto rig = paying_on_the_line();
    rig.wire("00 FF 41 10 41");
    rig.play("P 06 1E 01 6C ~");
    CHECK(rig.ended().outcome == how::aborted);
}

TEST_CASE("session: a frame repeated because our ACK was lost is answered again, not taken twice") {
    auto rig = paying_on_the_line();
    rig.mute = true;
    rig.says("06 D1 02 00 41");
    rig.expect("80 00 00");
    rig.pass(5s);
    while (!rig.sent.empty()) rig.heard();  // our own repeat
    rig.says("06 D1 02 00 41");
    rig.expect("80 00 00");
    rig.wire("06");
    rig.mute = false;
    rig.play("P 06 1E 01 6C ~");
    CHECK(rig.only<drivers::receipt_text>().lines == std::vector<std::string>{"A"});
}

TEST_CASE("session: two equal lines, each confirmed, are two lines") {
    auto rig = paying_on_the_line();
    rig.play("P 06 D1 02 00 41 ~ \n P 06 D1 02 00 41 ~ \n P 06 1E 01 6C ~");
    CHECK(rig.only<drivers::receipt_text>().lines == std::vector<std::string>{"A", "A"});
}

TEST_CASE(
    "[M3] session: a result repeated on the line is told once and stays unanswered until then") {
    auto rig = paying_on_the_line();
    rig.mute = true;
    for (int i = 0; i < 3; ++i) {
        rig.says("04 0F 02 27 00");
        rig.pass(5s);
        CHECK(rig.heard() == "");
    }
    CHECK(rig.all<drivers::result_received>().size() == 1);
    rig.acknowledge();
    rig.expect("80 00 00");
    rig.says("04 0F 02 27 00");
    rig.expect("80 00 00");
    CHECK(rig.all<drivers::result_received>().size() == 1);
}

TEST_CASE(
    "[M3] session: an older answer is not repeated behind a result, where it could pass for its "
    "own") {
    auto rig = paying_on_the_line();
    rig.mute = true;
    rig.says("04 FF 01 0A");
    rig.expect("80 00 00");  // its ACK is lost
    rig.pass(4s);
    rig.says("04 0F 02 27 00");
    rig.pass(30s);
    CHECK(rig.heard() == "");
    rig.wire("15");
    CHECK(rig.heard() == "");
}

TEST_CASE("[M5] session: the link's ACK to our acknowledgement proves that it arrived") {
    auto rig = paying_on_the_line();
    rig.mute = true;
    rig.says("04 0F 02 27 00");
    rig.acknowledge();
    rig.expect("80 00 00");
    CHECK(rig.all<drivers::acknowledgement_seen>().empty());
    SUBCASE("a clean one") {
        rig.wire("06");
        CHECK(rig.all<drivers::acknowledgement_seen>().size() == 1);
        rig.mute = false;
        rig.play("P 06 0F 00 ~");
        CHECK(rig.all<drivers::acknowledgement_seen>().size() == 1);
    }
    SUBCASE("one among noise does not, the completion does") {
        rig.wire("FF 06");
        CHECK(rig.all<drivers::acknowledgement_seen>().empty());
        rig.mute = false;
        rig.play("P 06 0F 00 ~");
        CHECK(rig.all<drivers::acknowledgement_seen>().size() == 1);
    }
    SUBCASE("none") {
        rig.pass(30s);
        CHECK(rig.all<drivers::acknowledgement_seen>().empty());
    }
}

TEST_CASE("[M5] session: the ACK to a decline's answer proves nothing that matters") {
    auto rig = paying_on_the_line();
    rig.play("P 04 0F 02 27 05 \n A \n E 80 00 00 \n P 06 1E 01 05 ~");
    CHECK(rig.all<drivers::acknowledgement_seen>().empty());
}

// ---------------------------------------------------------------- abort

TEST_CASE("session: an abort leaves within a second although the ACK of an answer is missing") {
    auto rig = paying_on_the_line();
    rig.mute = true;
    rig.says("04 FF 01 0A");
    rig.expect("80 00 00");
    rig.abort();
    CHECK(rig.heard() == "");
    rig.pass(1s);
    CHECK(rig.heard() == "06 B0 00");
    rig.wire("06");
    rig.mute = false;
    rig.play("P 80 00 00 \n P 06 1E 01 6C ~");
    CHECK(rig.ended().outcome == how::aborted);
    CHECK(rig.ended().abort_requested);
}

TEST_CASE("session: an abort that the line swallows lets the payment go on") {
    auto rig = paying_on_the_line();
    rig.mute = true;
    rig.abort();
    for (int i = 0; i < 3; ++i) {
        CHECK(rig.heard() == "06 B0 00");
        rig.pass(5s);
    }
    CHECK(rig.heard() == "");
    rig.mute = false;
    rig.says("04 0F 02 27 00");
    rig.play("A \n E 80 00 00 \n P 06 0F 00 ~");
    CHECK(rig.ended().outcome == how::completed);
}

TEST_SUITE_END();
