// 06 B0: asking a running payment to stop.
#include <doctest/doctest.h>

#include "tests/support/session_rig.hpp"

using namespace support;
using drivers::money_kind;

TEST_SUITE_BEGIN("drivers/zvt/session");

TEST_CASE("session: an abort leaves at once, and 06 1E ends the payment") {
    auto rig = paying();
    rig.play("P 04 FF 01 0A ~");
    rig.abort();
    rig.play("E 06 B0 00 ~ \n P 06 1E 01 6C ~");
    CHECK(rig.ended().outcome == how::aborted);
    CHECK(rig.ended().abort_requested);
}

TEST_CASE("session: an abort before the command is answered follows right after its answer") {
    session_rig rig;
    rig.log_in();
    rig.start(payment(1234));
    CHECK(rig.heard().starts_with("06 01"));
    rig.abort();
    rig.expect_silence();
    rig.play("P 80 00 00 \n E 06 B0 00 ~ \n P 06 1E 01 6C ~");
    CHECK(rig.ended().abort_requested);
}

TEST_CASE("session: a refused or ignored abort lets the payment go on") {
    auto rig = paying();
    rig.abort();
    rig.expect("06 B0 00");
    SUBCASE("refused") { rig.play("P 84 83 00"); }
    SUBCASE("ignored") { rig.pass(6s); }
    rig.abort();
    rig.expect("06 B0 00");
    rig.says(approval);
    rig.play("A \n E 80 00 00 \n P 06 0F 00 ~");
    CHECK(rig.ended().outcome == how::completed);
    CHECK(rig.only<drivers::result_received>().result.approved());
}

TEST_CASE("[M4] session: an accepted abort that is followed by nothing is lost, never cancelled") {
    auto rig = paying();
    rig.abort();
    rig.play("E 06 B0 00 ~");
    SUBCASE("nothing at all") {
        rig.pass(5s);
        CHECK(rig.ended().outcome == how::lost);
    }
    SUBCASE("remove card, and then nothing") {
        rig.play("P 04 FF 01 4A ~");
        rig.pass(179s);
        CHECK(rig.all<drivers::command_ended>().empty());
        rig.pass(1s);
        CHECK(rig.ended().outcome == how::lost);
    }
    SUBCASE("an approval that was faster") {
        rig.says(approval);
        rig.play("A \n E 80 00 00 \n P 06 0F 00 ~");
        CHECK(rig.ended().outcome == how::completed);
    }
    CHECK(rig.ended().abort_requested);
}

TEST_CASE("session: an abort after the approval has no effect") {
    auto rig = paying();
    rig.says(approval);
    rig.abort();
    rig.play("A \n E 80 00 00");
    rig.abort();
    rig.expect_silence();
    rig.play("P 06 0F 00 ~");
    CHECK(rig.ended().outcome == how::completed);
    CHECK_FALSE(rig.ended().abort_requested);
}

TEST_CASE("session: an abort while a decline is written down waits for it") {
    auto rig = paying();
    rig.says("04 0F 02 27 37");
    rig.abort();
    rig.expect_silence();
    rig.play("A \n E 80 00 00 \n E 06 B0 00 ~ \n P 06 1E 01 6C ~");
    CHECK(rig.ended().outcome == how::aborted);
}

TEST_CASE("session: abort of nothing, and of what cannot be stopped, has no effect") {
    session_rig rig;
    rig.log_in();
    rig.abort();
    rig.expect_silence();
    rig.start(with_original(money_kind::reversal, 1234, 42));
    rig.heard();
    rig.says("80 00 00");
    rig.abort();
    rig.expect_silence();
}

TEST_SUITE_END();
