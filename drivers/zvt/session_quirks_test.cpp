// What terminals really do in the course of a payment, each seen in the field.
#include <doctest/doctest.h>

#include "tests/support/session_rig.hpp"

using namespace support;
using drivers::errc;

TEST_SUITE_BEGIN("drivers/zvt/session");

// ---------------------------------------------------------------- quirks: sequence

TEST_CASE("quirk: error 04 0F not followed by 06 0F or 06 1E ends as lost, its result known") {
    auto rig = paying();
    rig.play("P 04 0F 02 27 05 \n A \n E 80 00 00");
    rig.pass(14s);
    CHECK(rig.all<drivers::command_ended>().empty());
    rig.pass(2s);
    CHECK(rig.ended().outcome == how::lost);
    CHECK(rig.ended().error == errc::timeout);
    CHECK(rig.only<drivers::result_received>().result.result_code == 5);
    CHECK(rig.close_wishes.size() == 1);
}

TEST_CASE(
    "session: after a decline prints keep the short wait, a display line brings back the long "
    "one") {
    auto rig = paying();
    rig.play("P 04 0F 02 27 05 \n A \n E 80 00 00");
    rig.pass(10s);
    rig.play("P 06 D1 02 00 41 ~");
    rig.pass(10s);
    CHECK(rig.all<drivers::command_ended>().empty());
    SUBCASE("silence") {
        rig.pass(6s);
        CHECK(rig.ended().outcome == how::lost);
    }
    SUBCASE("remove card") {
        rig.play("P 04 FF 01 4A ~");
        rig.pass(170s);
        CHECK(rig.all<drivers::command_ended>().empty());
        rig.play("P 06 1E 01 05 ~");
        CHECK(rig.ended().outcome == how::aborted);
    }
}

TEST_CASE("quirk: 06 0F after a negative 04 0F is completed, and the result says declined") {
    auto rig = paying();
    rig.play("P 04 0F 02 27 05 \n A \n E 80 00 00 \n P 06 0F 00 ~");
    CHECK(rig.ended().outcome == how::completed);
    CHECK_FALSE(rig.only<drivers::result_received>().result.approved());
}

TEST_CASE("quirk: 06 0F without 04 0F, BMP 27 inside it: completed without a result") {
    auto rig = paying();
    rig.play("P 06 0F 09 27 00 04 00 00 00 00 12 34 ~");
    CHECK(rig.ended().outcome == how::completed);
    CHECK(rig.all<drivers::result_received>().empty());
    CHECK(rig.ended().text.find("no status information came") != std::string::npos);
}

TEST_CASE("quirk: 04 0F repeated is told once and answered each time") {
    auto rig = paying();
    rig.says(approval);
    rig.says(approval);
    rig.expect_silence();
    rig.play("A \n E 80 00 00");
    rig.expect_silence();
    rig.play("P " + std::string{approval} + " ~");
    rig.play("P 06 0F 00 ~");
    CHECK(rig.all<drivers::result_received>().size() == 1);
    CHECK(rig.ended().outcome == how::completed);
}

TEST_CASE("quirk: a wrong PIN is not the end, minutes pass, and the second try is approved") {
    auto rig = paying();
    rig.play("P 04 0F 02 27 37 \n A \n E 80 00 00");
    rig.pass(170s);
    CHECK(rig.all<drivers::command_ended>().empty());
    rig.says(approval);
    rig.play("A \n E 80 00 00 \n P 06 0F 00 ~");
    CHECK(rig.ended().outcome == how::completed);
    const auto told = rig.all<drivers::result_received>();
    REQUIRE(told.size() == 2);
    CHECK_FALSE(told[0].result.approved());
    CHECK(told[1].result.approved());
}

TEST_CASE("quirk: minutes without any message during PIN entry") {
    auto rig = paying();
    rig.play("P 04 FF 02 | 01 | 05 ~");  // watch PIN pad, T4 five minutes
    rig.pass(299s);
    CHECK(rig.all<drivers::command_ended>().empty());
    rig.pass(2s);
    CHECK(rig.ended().outcome == how::lost);
    CHECK(rig.ended().error == errc::timeout);
    REQUIRE(rig.close_wishes.size() == 1);
    CHECK(rig.close_wishes[0] == errc::timeout);
}

TEST_CASE("session: any message of the terminal starts T4 again") {
    for (const std::string next : {"04 FF 01 0E", "06 D1 01 00"}) {
        auto rig = paying();
        rig.pass(170s);
        rig.play("P " + next + " ~");
        rig.pass(170s);
        CHECK(rig.all<drivers::command_ended>().empty());
        rig.pass(11s);
        CHECK(rig.ended().outcome == how::lost);
    }
}

TEST_CASE("session: 06 1E after an approval is told as aborted with its code") {
    auto rig = paying();
    rig.says(approval);
    rig.play("A \n E 80 00 00 \n P 06 1E 01 | 6C ~");
    CHECK(rig.ended().outcome == how::aborted);
    CHECK(rig.ended().code == 0x6C);
}

TEST_CASE("quirk: 06 1E empty, with one byte, and with the vendor's own text 1F16, 1F17") {
    struct row {
        const char* apdu;
        int code;
        const char* text;
    };
    for (const auto& row :
         {row{"06 1E 00", 0x6C, ""}, row{"06 1E 01 05", 5, "host code 5"},
          row{"06 1E 11 FF 06 0E 1F 16 02 00 17 1F 17 06 4B 65 69 6E 20 41", 0xFF, "Kein A"},
          row{"06 1E 08 FF 06 05 1F 16 02 00 17", 0xFF, "vendor code 0017"}}) {
        CAPTURE(row.apdu);
        auto rig = paying();
        rig.play("P " + std::string{row.apdu} + " ~");
        CHECK(rig.ended().code == row.code);
        CHECK(rig.ended().text.find(row.text) != std::string::npos);
    }
}

TEST_CASE("quirk: no 80 00 00 but a direct message of the dialogue counts as started") {
    session_rig rig;
    rig.log_in();
    rig.start(payment(1234));
    CHECK(rig.heard().starts_with("06 01"));
    SUBCASE("04 FF") { rig.play("P 04 FF 01 0A ~"); }
    SUBCASE("04 0F") {}
    rig.pass(4s);
    rig.says(approval);
    rig.pass(20s);
    rig.play("A \n E 80 00 00 \n P 06 0F 00 ~");
    CHECK(rig.ended().outcome == how::completed);
}

TEST_CASE("quirk: stale 04 FF, 04 0F and 06 0F of the command before do not answer the next one") {
    auto rig = paying();
    rig.says(approval);
    rig.play("A \n E 80 00 00 \n P 06 0F 00 ~");
    rig.clear();
    rig.start(payment(100));
    CHECK(rig.heard().starts_with("06 01"));
    rig.play("P " + std::string{approval} + " ~");  // known and durable: answered, not told
    rig.play("P 06 0F 00 ~");
    CHECK(rig.all<drivers::result_received>().empty());
    CHECK(rig.all<drivers::command_ended>().empty());
    rig.play("P 80 00 00");
    rig.play("P 06 1E 01 6C ~");
    CHECK(rig.ended().outcome == how::aborted);
}

TEST_CASE("session: a refusal after a stale 04 FF is still a refusal") {
    session_rig rig;
    rig.log_in();
    rig.start(payment(1234));
    rig.heard();
    rig.play("P 04 FF 01 0E ~ \n P 84 9C 00");
    CHECK(rig.ended().outcome == how::refused);
    CHECK(rig.ended().busy);
}

// ---------------------------------------------------------------- quirks: answers

TEST_CASE("quirk: 84 xx with data, 84 00 00 as positive answer, 84 9C and A0 as busy") {
    struct row {
        const char* answer;
        how outcome;
        int code;
        bool busy;
    };
    for (const auto& row :
         {row{"84 1E 01 7D", how::refused, 0x7D, false}, row{"84 83 00", how::refused, 0x83, false},
          row{"84 9C 00", how::refused, 0x9C, true}, row{"84 A0 00", how::refused, 0xA0, true},
          row{"84 1E 03 6F 07 56", how::refused, 0x6F, false},
          row{"84 FF 06 06 04 1F 16 01 07", how::refused, 0xFF, false}}) {
        CAPTURE(row.answer);
        session_rig rig;
        rig.log_in();
        rig.start(payment(1234));
        rig.heard();
        rig.says(row.answer);
        CHECK(rig.ended().outcome == row.outcome);
        CHECK(rig.ended().code == row.code);
        CHECK(rig.ended().busy == row.busy);
        CHECK(rig.machine->idle());
        CHECK(rig.close_wishes.empty());
    }
    for (const auto* answer : {"84 00 00", "80 00 00", "80 00 02 19 00", "84 00 02 19 00"}) {
        CAPTURE(answer);
        session_rig rig;
        rig.log_in();
        rig.start(payment(1234));
        rig.heard();
        rig.says(answer);
        rig.pass(20s);
        CHECK(rig.all<drivers::command_ended>().empty());
        rig.play("P 06 1E 01 6C ~");
        CHECK(rig.ended().outcome == how::aborted);
    }
}

TEST_CASE(
    "[M4] session: silence to a payment is lost after T3, never failed, and closes the link") {
    session_rig rig;
    rig.log_in();
    rig.start(payment(1234));
    rig.pass(4999ms);
    CHECK(rig.all<drivers::command_ended>().empty());
    rig.pass(1ms);
    CHECK(rig.ended().outcome == how::lost);
    CHECK(rig.ended().error == errc::timeout);
    CHECK(rig.close_wishes.size() == 1);
    CHECK(rig.money_frames == 1);
    CHECK_FALSE(rig.machine->idle());
}

TEST_CASE("[M2] session: a payment that was not handed to the link was never sent, and never is") {
    session_rig rig;
    rig.log_in();
    CHECK(rig.machine->start(payment(1234), rig.now).has_value());
    rig.machine->link_closed(errc::link_lost, rig.now);
    rig.drain();
    CHECK(rig.ended().outcome == how::never_sent);
    CHECK(rig.money_frames == 0);
    rig.open();
    CHECK(rig.heard().starts_with("06 00"));
    CHECK(rig.money_frames == 0);
}
// ---------------------------------------------------------------- quirks: content

TEST_CASE("quirk: status information that cannot be read is told without a result code") {
    auto rig = paying();
    rig.says("04 0F 03 27 00 0B");
    const auto told = rig.only<drivers::result_received>().result;
    CHECK_FALSE(told.result_code.has_value());
    CHECK_FALSE(told.approved());
    rig.play("A \n E 80 00 00 \n P 06 0F 00 ~");
    CHECK(rig.ended().outcome == how::completed);
    CHECK(rig.all<drivers::acknowledgement_seen>().empty());
}

TEST_CASE("quirk: unknown BMPs inside 04 0F, amount absent, receipt number FFFF, trace missing") {
    auto rig = paying();
    rig.says("04 0F 0B | 27 00 | 87 FFFF | 0D 0514 | DE AD BE");
    const auto told = rig.only<drivers::result_received>().result;
    CHECK(told.approved());
    CHECK_FALSE(told.amount.has_value());
    CHECK_FALSE(told.receipt.has_value());
    CHECK_FALSE(told.trace.has_value());
    CHECK(told.terminal_date == "0514");
}

TEST_CASE("session: a result without BMP 27 is no approval") {
    auto rig = paying();
    rig.says("04 0F 07 | 04 000000001234");
    CHECK_FALSE(rig.only<drivers::result_received>().result.approved());
}

TEST_SUITE_END();
