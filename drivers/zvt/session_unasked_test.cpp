// What a terminal says when nobody asked: left over from before a new link, or of its own accord.
#include <doctest/doctest.h>

#include "tests/support/session_rig.hpp"

using namespace support;
using drivers::errc;

namespace {

constexpr const char* with_tlv =
    "06 00 19 | 000000 | 8E | 0978 | 06 11 | 12 01 40 | 1A 02 4000 | 26 08 0A 02 06D1 0A 02 06D3";
constexpr const char* enquiry = "05 01 05 | 000000 | 03 04";

}  // namespace

TEST_SUITE_BEGIN("drivers/zvt/session");

TEST_CASE("session: a terminal still busy with an earlier command is answered politely") {
    session_rig rig;
    rig.open();
    rig.expect(with_tlv);
    rig.play("P 04 FF 01 0E ~ \n P 06 D1 02 C0 41 ~");
    rig.pass(4s);
    rig.play("P 06 0F 00 ~");  // the end of the earlier one, not of our registration
    CHECK(rig.all<drivers::receipt_text>().size() == 1);
    rig.answer_registration();
    rig.expect(enquiry);
}

TEST_CASE("[M3] session: a result of an earlier command, told after reconnecting, waits too") {
    session_rig rig;
    rig.open();
    rig.expect(with_tlv);
    rig.says("04 0F 02 27 00");
    rig.pass(60s);
    rig.expect_silence();  // no answer, and no registration over its head either
    rig.play("A \n E 80 00 00 \n P 06 0F 00 ~");
    CHECK(rig.only<drivers::result_received>().result.approved());
    CHECK(rig.all<drivers::acknowledgement_seen>().size() == 1);
    rig.answer_registration();
    rig.expect(enquiry);
}

TEST_CASE("[M3] session: a result out of nowhere is told and waits, and keeps commands away") {
    session_rig rig;
    rig.log_in();
    rig.says("04 0F 02 27 00");
    CHECK_FALSE(rig.machine->idle());
    CHECK(rig.refused_to_start(payment(1)) == errc::busy);
    rig.pass(100s);
    rig.expect_silence();
    rig.play("A \n E 80 00 00 \n P 04 0F 02 27 00 ~ \n P 06 0F 00 ~");
    CHECK(rig.all<drivers::result_received>().size() == 1);
    CHECK(rig.machine->idle());
}

TEST_CASE("session: a result repeated on the next link is told again unless it was durable") {
    session_rig rig;
    rig.log_in();
    rig.start(payment(1234));
    rig.heard();
    rig.says("80 00 00");
    rig.says("04 0F 02 27 00");
    SUBCASE("durable") {
        rig.play("A \n E 80 00 00");
        rig.close();
        rig.open();
        rig.heard();
        rig.play("P 04 0F 02 27 00 ~");
        CHECK(rig.all<drivers::result_received>().size() == 1);
    }
    SUBCASE("not yet") {
        rig.close();
        rig.open();
        rig.heard();
        rig.says("04 0F 02 27 00");
        rig.expect_silence();
        CHECK(rig.all<drivers::result_received>().size() == 2);
    }
}

TEST_CASE("session: a terminal that does something of its own is left in peace until it is quiet") {
    session_rig rig;
    rig.log_in();
    rig.play("P 04 FF 01 0F ~ \n P 06 D1 03 00 41 42 ~");
    CHECK_FALSE(rig.machine->idle());
    CHECK(rig.refused_to_start(payment(1)) == errc::busy);
    SUBCASE("it says when it is done") { rig.play("P 06 0F 00 ~"); }
    SUBCASE("it does not") { rig.pass(5s); }
    CHECK(rig.machine->idle());
    CHECK(rig.only<drivers::receipt_text>().lines == std::vector<std::string>{"AB"});
    rig.pass(60s);
    rig.expect(enquiry);
}

TEST_CASE(
    "session: what the terminal asks of a person is answered as timed out, the rest as unknown") {
    session_rig rig;
    rig.log_in();
    rig.start(payment(1));
    rig.heard();
    rig.says("80 00 00");
    for (const auto* unserved : {"04 0D 00", "04 0E 00"}) {
        rig.says(unserved);
        rig.expect("84 6C 00");
    }
    for (const auto* unserved : {"06 D0 00", "06 D8 00", "06 DA 00", "06 E4 00", "04 0C 00"}) {
        rig.says(unserved);
        rig.expect("84 83 00");
    }
    rig.play("P 06 1E 01 6C ~");
    CHECK(rig.ended().outcome == how::aborted);
}

TEST_CASE("session: an answer to nothing is passed over") {
    session_rig rig;
    rig.log_in();
    rig.says("80 00 00");
    rig.says("84 83 00");
    rig.expect_silence();
    CHECK(rig.machine->idle());
    CHECK(rig.events.empty());
}

TEST_SUITE_END();
