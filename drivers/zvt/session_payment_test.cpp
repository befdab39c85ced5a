// The dialogues of money commands on TCP, as the specification shows them, and the money rules.
#include <doctest/doctest.h>

#include "tests/support/session_rig.hpp"

using namespace support;
using drivers::errc;
using drivers::money_kind;

TEST_SUITE_BEGIN("drivers/zvt/session");

TEST_CASE("session: a payment is approved, printed and completed") {
    auto rig = paying();
    rig.play(R"(
        P 04 FF 01 | 0A ~             ; insert card
        P 04 FF 01 | 01 ~             ; watch PIN pad
        P 04 FF 02 | 04 | 02 ~        ; waiting for host, T4 2 minutes
        P 04 FF 01 | 0B ~             ; remove card
    )");
    CHECK(rig.all<drivers::display_line>().size() == 4);
    CHECK(rig.all<drivers::display_line>().front().code == 0x0A);
    rig.says(approval);
    rig.expect_silence();
    rig.play(R"(
        A
        E 80 00 00
        P 06 D1 0C | 404B756E64656E62656C6567 ~
        P 06 D1 13 | 004265747261672020455552202031322C3334 ~
        P 06 D1 0A | 6067656E65686D696774 ~
        P 06 D1 06 | C044616E6B65 ~
        P 06 0F 00 ~
    )");
    CHECK(rig.ended().outcome == how::completed);
    CHECK(rig.machine->idle());
    CHECK(rig.money_frames == 1);
    CHECK(rig.all<drivers::acknowledgement_seen>().size() == 1);

    const auto told = rig.only<drivers::result_received>().result;
    CHECK(told.approved());
    CHECK(told.amount == 1234);
    CHECK(told.currency == 978);
    CHECK(told.receipt == drivers::receipt_number{42});
    CHECK(told.trace == drivers::trace_number{123});
    CHECK(told.turnover == drivers::turnover_number{42});
    CHECK(told.authorisation_code == "837645");
    CHECK(told.terminal == drivers::terminal_number{12345678});
    CHECK(told.terminal_date == "0514");
    CHECK(told.terminal_time == "101530");
    CHECK(told.card.brand == "girocard");
    CHECK(told.card.masked_pan == "672812*********3456");
    CHECK(told.card.entry_mode == "chip");
    CHECK(told.card.cardholder_verification == "online_pin");

    const auto receipt = rig.only<drivers::receipt_text>();
    REQUIRE(receipt.lines.size() == 4);
    CHECK(receipt.lines[0] == "              Kundenbeleg");
    CHECK(receipt.lines[1] == "Betrag  EUR  12,34");
}

TEST_CASE("session: a declined payment is aborted with the host's code") {
    auto rig = paying();
    rig.play(R"(
        P 04 FF 01 | 0A ~
        P 04 FF 01 | 5D ~
        P 04 0F 1E | 27 05 | 04 000000001234 | 0B 000124 | 0C 101702 | 0D 0514 | 29 12345678 | 49 0978 | 8A 05
        A
        E 80 00 00
        P 06 1E 01 | 05 ~
    )");
    CHECK(rig.ended().outcome == how::aborted);
    CHECK(rig.ended().code == 5);
    CHECK(rig.ended().text.starts_with("host code 5"));
    CHECK_FALSE(rig.only<drivers::result_received>().result.approved());
    CHECK(rig.all<drivers::acknowledgement_seen>().empty());
}

TEST_CASE("session: a reservation is booked in part") {
    session_rig rig;
    rig.log_in();
    rig.start(drivers::money_command{money_kind::reservation, euros(5000), {}, {}});
    rig.play(R"(
        E 06 22 0C | 04 000000005000 | 49 0978 | 19 40 ~
        P 04 0F 55 | 27 00 | 04 000000005000 | 0B 000125 | 0C 110000 | 0D 0514 | 19 60 | 22 F0F8541333EEEEEE1234 | 29 12345678 | 3B 3030343731310000 | 49 0978 | 87 0043 | 8A 06 | 2A 565534373131202020202020202020 | 8B F1F14D61737465726361726400
        A
        E 80 00 00
        P 06 0F 00 ~
    )");
    const auto reserved = rig.only<drivers::result_received>().result;
    CHECK(reserved.contract_number == "VU4711");
    CHECK(reserved.card.brand == "Mastercard");
    CHECK(reserved.card.masked_pan == "541333******1234");
    rig.clear();

    rig.start(
        drivers::money_command{money_kind::book_total,
                               euros(4200),
                               drivers::original_transaction{*reserved.receipt, reserved.trace,
                                                             reserved.authorisation_code},
                               {}});
    rig.play(R"(
        E 06 24 1A | 87 0043 | 04 000000004200 | 49 0978 | 0B 000125 | 3B 3030343731310000 ~
        P 04 0F 2A | 27 00 | 04 000000004200 | 0B 000126 | 0C 183010 | 0D 0514 | 29 12345678 | 3B 3030343731310000 | 49 0978 | 87 0044 | 8A 06
        A
        E 80 00 00
        P 06 0F 00 ~
    )");
    CHECK(rig.ended().outcome == how::completed);
    CHECK(rig.only<drivers::result_received>().result.receipt == drivers::receipt_number{44});
}

TEST_CASE("session: a reservation is released") {
    session_rig rig;
    rig.log_in();
    rig.start(with_original(money_kind::release, 5000, 43));
    rig.play(R"(
        E 06 25 0D | 87 0043 | 04 000000005000 | 49 0978 ~
        P 06 0F 00 ~
    )");
    CHECK(rig.ended().outcome == how::completed);
}

TEST_CASE("session: a payment is reversed whole") {
    session_rig rig;
    rig.log_in();
    rig.start(with_original(money_kind::reversal, 1234, 42));
    rig.play(R"(
        E 06 30 10 | 000000 | 87 0042 | 04 000000001234 | 49 0978 ~
        P 04 0F 32 | 27 00 | 04 000000001234 | 0B 000127 | 37 000123 | 0C 183500 | 0D 0514 | 22 F1F0672812EEEEEEEEE3456F | 29 12345678 | 49 0978 | 87 0045 | 8A 05
        A
        E 80 00 00
        P 06 0F 00 ~
    )");
    CHECK(rig.only<drivers::result_received>().result.original_trace == drivers::trace_number{123});
    CHECK(rig.ended().outcome == how::completed);
}

TEST_CASE("session: money is refunded to a card") {
    session_rig rig;
    rig.log_in();
    rig.start(drivers::money_command{money_kind::refund, euros(500), {}, {}});
    rig.play(R"(
        E 06 31 0F | 000000 | 04 000000000500 | 49 0978 | 19 40 ~
        P 04 FF 01 | 0A ~
        P 04 0F 2C | 27 00 | 04 000000000500 | 0B 000128 | 0C 184000 | 0D 0514 | 22 F0F8541333EEEEEE1234 | 29 12345678 | 49 0978 | 87 0046 | 8A 06
        A
        E 80 00 00
        P 06 0F 00 ~
    )");
    CHECK(rig.ended().outcome == how::completed);
}

TEST_CASE("session: the card holder stops a payment") {
    auto rig = paying();
    rig.play("P 06 1E 01 | 6C ~");
    CHECK(rig.ended().outcome == how::aborted);
    CHECK(rig.ended().code == 0x6C);
    CHECK_FALSE(rig.ended().abort_requested);
    CHECK(rig.machine->idle());
}

// ---------------------------------------------------------------- the money rules

TEST_CASE("[M3] session: nothing is answered to a result before it is acknowledged") {
    auto rig = paying();
    rig.says(approval);
    rig.pass(100s);
    rig.expect_silence();
    CHECK(rig.all<drivers::acknowledgement_seen>().empty());
    rig.play("A \n E 80 00 00");
}

TEST_CASE(
    "[M3] session: what the terminal sends while a result is written down is answered after it") {
    auto rig = paying();
    rig.says(approval);
    rig.says("06 D1 02 C0 41");
    rig.says("06 0F 00");
    rig.expect_silence();
    CHECK(rig.all<drivers::command_ended>().empty());
    rig.play(R"(
        A
        E 80 00 00
        E 80 00 00
        E 80 00 00
    )");
    CHECK(rig.ended().outcome == how::completed);
    // What it sent without waiting for our acknowledgement does not prove that it got it.
    CHECK(rig.all<drivers::acknowledgement_seen>().empty());
}

TEST_CASE(
    "[M3] session: an acknowledgement for a result whose link went says nothing on the next") {
    auto rig = paying();
    rig.says(approval);
    rig.close();
    CHECK(rig.ended().outcome == how::lost);
    rig.open();
    CHECK(rig.heard().starts_with("06 00"));
    rig.acknowledge();
    rig.expect_silence();
}

TEST_CASE("[M3] session: a result that the engine has not seen yet cannot be acknowledged") {
    auto rig = paying();
    rig.machine->receive(hex(approval), rig.now);
    rig.machine->acknowledge(rig.now);  // for something older
    CHECK_FALSE(rig.machine->next_output().has_value());
    rig.drain();
    rig.play("A \n E 80 00 00");
}

TEST_CASE("[M3] session: a second result while the first is written down waits for both") {
    auto rig = paying();
    rig.says(approval);
    rig.machine->receive(hex("04 0F 02 27 6C"), rig.now);
    rig.machine->acknowledge(rig.now);  // of the first; the second is still in next_event()
    CHECK_FALSE(rig.machine->next_output().has_value());
    rig.drain();
    CHECK(rig.all<drivers::result_received>().size() == 2);
    rig.play("A \n E 80 00 00");
    rig.expect_silence();
}

TEST_CASE("[M5] session: a print or the completion after the acknowledgement proves its arrival") {
    for (const std::string next : {"06 D1 01 00", "06 D3 04 06 02 25 00", "06 0F 00"}) {
        CAPTURE(next);
        auto rig = paying();
        rig.says(approval);
        rig.play("A \n E 80 00 00");
        CHECK(rig.all<drivers::acknowledgement_seen>().empty());
        rig.play("P " + next + " ~");
        CHECK(rig.all<drivers::acknowledgement_seen>().size() == 1);
    }
}

TEST_CASE("[M5] session: neither a repeated result nor an announced reversal proves anything") {
    for (const std::string& next :
         {std::string{approval}, std::string{"04 FF 01 05"}, std::string{"04 FF 01 45"}}) {
        CAPTURE(next);
        auto rig = paying();
        rig.says(approval);
        rig.play("A \n E 80 00 00");
        rig.play("P " + next + " ~");
        CHECK(rig.all<drivers::acknowledgement_seen>().empty());
    }
}

TEST_CASE("[M4] session: an approval that the terminal says it reverses never ends as completed") {
    auto rig = paying();
    rig.says(approval);
    rig.play("A \n E 80 00 00 \n P 04 FF 01 | 05 ~");
    CHECK(rig.all<drivers::display_line>().size() == 1);
    SUBCASE("aborted after it") {
        rig.play("P 06 1E 01 | 6C ~");
        CHECK(rig.ended().outcome == how::aborted);
    }
    SUBCASE("completed after it: contradictory, so unknown") {
        rig.play("P 06 0F 00 ~");
        CHECK(rig.ended().outcome == how::lost);
        CHECK(rig.ended().error == errc::protocol_violation);
        CHECK(rig.machine->idle());
    }
    SUBCASE("silence after it") {
        rig.pass(181s);
        CHECK(rig.ended().outcome == how::lost);
    }
    CHECK(rig.all<drivers::acknowledgement_seen>().empty());
}

TEST_CASE(
    "session: a reversal left over from before, announced before our result, changes nothing") {
    auto rig = paying();
    rig.play("P 04 FF 01 | 05 ~");
    rig.says(approval);
    rig.play("A \n E 80 00 00 \n P 06 0F 00 ~");
    CHECK(rig.ended().outcome == how::completed);
}
// ---------------------------------------------------------------- what cannot be asked

TEST_CASE("session: amounts, currencies and originals that ZVT cannot carry are refused") {
    session_rig rig;
    rig.log_in();
    const auto dollars = protocol::currency::from_code("USD").value();
    CHECK(rig.refused_to_start(payment(0)) == errc::bad_request);
    CHECK(rig.refused_to_start(payment(-1)) == errc::bad_request);
    CHECK(rig.refused_to_start(payment(10'000'000'000)) == errc::bad_request);
    CHECK(rig.refused_to_start(drivers::money_command{
              money_kind::payment, {100, dollars}, {}, {}}) == errc::bad_request);
    for (const auto kind : {money_kind::book_total, money_kind::release, money_kind::reversal}) {
        CHECK(rig.refused_to_start(drivers::money_command{kind, euros(1), {}, {}}) ==
              errc::bad_request);
        CHECK(rig.refused_to_start(with_original(kind, 1, 0)) == errc::bad_request);
        CHECK(rig.refused_to_start(with_original(kind, 1, 10'000)) == errc::bad_request);
    }
    auto long_attribute = with_original(money_kind::book_total, 1, 1);
    long_attribute.original->authorisation_attribute = "123456789";
    CHECK(rig.refused_to_start(long_attribute) == errc::bad_request);
    rig.expect_silence();
    CHECK(rig.events.empty());
    rig.start(payment(9'999'999'999));
    CHECK(rig.heard() == "06 01 0C 04 00 99 99 99 99 99 49 09 78 19 40");
}

TEST_CASE("session: one command at a time") {
    session_rig rig;
    CHECK(rig.refused_to_start(payment(1)) == errc::not_connected);
    rig.log_in();
    rig.start(payment(1));
    CHECK_FALSE(rig.machine->idle());
    CHECK(rig.refused_to_start(payment(1)) == errc::busy);
    CHECK(rig.refused_to_start(drivers::repeat_receipt{}) == errc::busy);
    CHECK(rig.money_frames == 1);
}

TEST_CASE(
    "[M4] session: no command starts behind half a message, which could pass for its answer") {
    session_rig rig;
    rig.log_in();
    rig.wire("84 07");
    CHECK(rig.refused_to_start(payment(1)) == errc::busy);
    CHECK(rig.money_frames == 0);
}

// ---------------------------------------------------------------- 1F1F

TEST_CASE("session: a synchronised payment mirrors the last agreed number") {
    session_rig rig{{.synchronise = true}};
    rig.log_in();
    auto command = payment(1234);
    SUBCASE("none yet: an empty tag, never 0") {
        rig.start(command);
        rig.expect("06 01 11 | 04 000000001234 | 49 0978 | 19 40 | 06 03 1F1F00");
    }
    SUBCASE("a number from the journal: BCD") {
        command.last_agreed = drivers::receipt_number{42};
        rig.start(command);
        rig.expect("06 01 13 | 04 000000001234 | 49 0978 | 19 40 | 06 05 1F1F020042");
    }
    rig.says("80 00 00");
    rig.says("04 0F 18 | 27 00 | 04 000000001234 | 0B 000130 | 87 0043 | 06 06 1F1F03 00002B");
    CHECK(rig.only<drivers::result_received>().result.synchronised);
    rig.play("A \n E 80 00 00 \n P 06 0F 00 ~");
    rig.clear();

    // The bytes are mirrored as they came, whatever their encoding.
    rig.start(drivers::end_of_day{drivers::receipt_number{43}});
    rig.expect("06 50 0B | 000000 | 06 06 1F1F03 00002B");
}

TEST_CASE("session: without being told to it does not synchronise") {
    session_rig rig;
    rig.log_in();
    auto command = payment(1234);
    command.last_agreed = drivers::receipt_number{42};
    rig.start(command);
    rig.expect("06 01 0C | 04 000000001234 | 49 0978 | 19 40");
}

TEST_SUITE_END();
