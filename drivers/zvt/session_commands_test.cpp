// Device actions: what moves no money.
#include <doctest/doctest.h>

#include "tests/support/session_rig.hpp"

using namespace support;
using drivers::errc;

TEST_SUITE_BEGIN("drivers/zvt/session");

namespace {

session_rig ready() {
    session_rig rig;
    rig.log_in();
    return rig;
}

}  // namespace

TEST_CASE("session: repeat receipt tells the last transaction once more, without printing") {
    auto rig = ready();
    rig.start(drivers::repeat_receipt{});
    rig.play("E 06 20 05 | 000000 | 03 03 ~");
    rig.says("04 0F 0C | 27 00 | 04 000000001234 | 87 0042");
    rig.expect_silence();
    rig.play("A \n E 80 00 00 \n P 06 0F 00 ~");
    const auto told = rig.only<drivers::result_received>().result;
    CHECK(told.receipt == drivers::receipt_number{42});
    CHECK_FALSE(told.totals.has_value());
    CHECK(rig.ended().outcome == how::completed);
    // That we acknowledged the copy proves nothing about the original.
    CHECK(rig.all<drivers::acknowledgement_seen>().empty());
}

TEST_CASE("quirk: repeat receipt answered with nothing but a completion") {
    auto rig = ready();
    rig.start(drivers::repeat_receipt{.print = true});
    rig.play("E 06 20 05 | 000000 | 03 01 ~ \n P 06 0F 00 ~");
    CHECK(rig.ended().outcome == how::completed);
    CHECK(rig.all<drivers::result_received>().empty());
}

TEST_CASE("session: repeat receipt tells what was told before, byte for byte") {
    auto rig = ready();
    const std::string result = "04 0F 0C | 27 00 | 04 000000001234 | 87 0042";
    for (int round = 0; round < 2; ++round) {
        rig.start(drivers::repeat_receipt{});
        rig.heard();
        rig.says("80 00 00");
        rig.says(result);
        rig.play("A \n E 80 00 00 \n P 06 0F 00 ~");
    }
    CHECK(rig.all<drivers::result_received>().size() == 2);
}

TEST_CASE("session: end of day tells the totals per brand") {
    auto rig = ready();
    rig.start(drivers::end_of_day{});
    rig.play(R"(
        E 06 50 03 | 000000 ~
        P 04 FF 01 | 0E ~
    )");
    rig.pass(590s);  // the host transfer sends no intermediate status
    CHECK(rig.all<drivers::command_ended>().empty());
    rig.play(R"(
        P 04 0F 4D | 27 00 | 04 000000005434 | 60 F0F5F30042004401000000001234000000000000000100000000420000000000000000000000000000000000000000000000000000000000 | 0B 000129 | 0C 220000 | 0D 0514
        A
        E 80 00 00
        P 06 D1 05 C0 | 53756D61 ~
        P 06 0F 00 ~
    )");
    CHECK(rig.ended().outcome == how::completed);
    const auto totals = rig.only<drivers::result_received>().result.totals;
    REQUIRE(totals.has_value());
    CHECK(totals->amount == 5434);
    CHECK(totals->first == drivers::receipt_number{42});
    CHECK(totals->last == drivers::receipt_number{44});
    REQUIRE(totals->brands.size() == 7);
    CHECK(totals->brands[0].brand == "girocard");
    CHECK(totals->brands[0].count == 1);
    CHECK(totals->brands[0].amount == 1234);
    CHECK(totals->brands[2].brand == "Mastercard");
    CHECK(totals->brands[2].amount == 4200);
    CHECK(rig.only<drivers::receipt_text>().kind == drivers::receipt_text::kind::administration);
}

TEST_CASE("session: turnover totals without single totals still are totals") {
    auto rig = ready();
    rig.start(drivers::turnover_totals{});
    rig.play("E 06 10 03 | 000000 ~");
    rig.says("04 0F 09 | 27 00 | 04 000000005434");
    rig.play("A \n E 80 00 00 \n P 06 0F 00 ~");
    const auto totals = rig.only<drivers::result_received>().result.totals;
    REQUIRE(totals.has_value());
    CHECK(totals->amount == 5434);
    CHECK(totals->brands.empty());
}

TEST_CASE("session: open reservations come as an abort that is none") {
    struct row {
        const char* apdu;
        std::vector<drivers::receipt_number> open;
    };
    using drivers::receipt_number;
    for (const auto& row :
         {row{"06 1E 04 B8 87 FF FF", {}}, row{"06 1E 04 B8 87 00 43", {receipt_number{43}}},
          row{"06 1E 01 B8", {}},
          row{"06 1E 0D B8 06 0A 23 08 08 02 00 43 08 02 00 44",
              {receipt_number{43}, receipt_number{44}}}}) {
        CAPTURE(row.apdu);
        auto rig = ready();
        rig.start(drivers::open_reservations{});
        rig.expect("06 23 03 87 FF FF");
        rig.play("P 80 00 00 \n P " + std::string{row.apdu} + " ~");
        CHECK(rig.ended().outcome == how::completed);
        CHECK(rig.only<drivers::reservations_listed>().open == row.open);
        CHECK(rig.money_frames == 0);
    }
}

TEST_CASE("session: open reservations that the terminal cannot list") {
    auto rig = ready();
    rig.start(drivers::open_reservations{});
    rig.heard();
    rig.play("P 80 00 00 \n P 06 1E 01 83 ~");
    CHECK(rig.ended().outcome == how::aborted);
    CHECK(rig.all<drivers::reservations_listed>().empty());
}

TEST_CASE("session: diagnosis tells the terminal's clock") {
    auto rig = ready();
    rig.start(drivers::diagnosis{});
    rig.play(R"(
        E 06 70 00 ~
        P 04 01 08 | AA 260514 | 0C 081500 ~
        P 06 D1 03 C0 4F4B ~
        P 06 0F 00 ~
    )");
    CHECK(rig.ended().outcome == how::completed);
    CHECK(rig.only<drivers::terminal_clock>().date == "260514");
    CHECK(rig.only<drivers::terminal_clock>().time == "081500");
}

TEST_CASE("session: a text is shown as long as it was asked to") {
    auto rig = ready();
    rig.start(drivers::display{{"Bitte", "warten"}, 20s});
    rig.expect("06 E0 13 | F0 14 | F1 F0F5 4269747465 | F2 F0F6 77617274656E");
    SUBCASE("answered when it is over") {
        rig.pass(20s);
        CHECK(rig.all<drivers::command_ended>().empty());
        rig.says("80 00 00");
        CHECK(rig.ended().outcome == how::completed);
        CHECK(rig.machine->idle());
    }
    SUBCASE("not at all") {
        rig.pass(25s);
        CHECK(rig.ended().outcome == how::lost);
    }
    SUBCASE("refused") {
        rig.says("84 83 00");
        CHECK(rig.ended().outcome == how::refused);
    }
}

TEST_CASE("session: texts that no display takes are refused") {
    auto rig = ready();
    CHECK(rig.refused_to_start(drivers::display{std::vector<std::string>(9, "x"), 1s}) ==
          errc::bad_request);
    CHECK(rig.refused_to_start(drivers::display{{std::string(100, 'x')}, 1s}) == errc::bad_request);
    CHECK(rig.refused_to_start(drivers::display{{"x"}, 256s}) == errc::bad_request);
    CHECK(rig.refused_to_start(drivers::display{{"x"}, -1s}) == errc::bad_request);
}

TEST_CASE("session: after the log-off nothing is sent until the next link") {
    auto rig = ready();
    rig.start(drivers::log_off{});
    rig.play("E 06 02 00 ~");
    CHECK(rig.ended().outcome == how::completed);
    CHECK_FALSE(rig.machine->idle());
    CHECK(rig.refused_to_start(payment(1)) == errc::not_connected);
    rig.pass(600s);
    rig.expect_silence();
    rig.close();
    rig.open();
    CHECK(rig.heard().starts_with("06 00"));
}

TEST_CASE("session: after a restart the terminal is registered again") {
    auto rig = ready();
    rig.start(drivers::reboot{});
    rig.play("E 06 18 00 ~ \n P 06 0F 00 ~");
    CHECK(rig.ended().outcome == how::completed);
    CHECK_FALSE(rig.machine->idle());
    rig.pass(1s);
    CHECK(rig.heard().starts_with("06 00"));
}

TEST_CASE("session: display texts of the terminal come in its words") {
    auto rig = ready();
    rig.start(payment(1));
    rig.heard();
    rig.says("80 00 00");
    rig.play("P 04 FF 14 | FF | 03 | 06 10240E070C42697474652077617274656E ~");
    CHECK(rig.only<drivers::display_line>().lines == std::vector<std::string>{"Bitte warten"});
    rig.clear();
    rig.play("P 04 FF 01 | AB ~");  // a code that the specification does not have
    CHECK(rig.only<drivers::display_line>().lines == std::vector<std::string>{"status AB"});
}

TEST_CASE("session: receipts come whole, in blocks and lines, with their kind") {
    auto rig = ready();
    rig.start(payment(1));
    rig.heard();
    rig.says("80 00 00");
    rig.play(
        "P 06 D3 32 | 06 "
        "301F070102252A090140070B4B756E64656E62656C656707000901000710426574726167204555522031322C33"
        "340901C0 ~");
    const auto receipt = rig.only<drivers::receipt_text>();
    CHECK(receipt.kind == drivers::receipt_text::kind::customer);
    CHECK(receipt.lines ==
          std::vector<std::string>{"              Kundenbeleg", "", "Betrag EUR 12,34"});
    rig.clear();

    rig.play("P 06 D1 03 00 41 42 ~ \n P 06 1E 01 6C ~");  // no end mark: the command's end is it
    CHECK(rig.only<drivers::receipt_text>().lines == std::vector<std::string>{"AB"});
    // The receipt comes before the end of the command that printed it.
    CHECK(std::holds_alternative<drivers::command_ended>(rig.events.back()));
}

TEST_CASE("quirk: texts by the agreed character set, guessed without one; TLV appended to a text") {
    struct row {
        const char* agreed;  // tag 14 of the terminal's answer
        const char* line;
        const char* text;
    };
    for (const auto& row :
         {row{"", "06 D1 04 00 66 81 72", "für"}, row{"", "06 D1 04 00 48 C4 4E", "HÄN"},
          row{"FF", "06 D1 04 00 66 81 72", "für"}, row{"01", "06 D1 04 00 48 C4 4E", "HÄN"},
          row{"FE", "06 D1 05 00 66 C3 BC 72", "für"}, row{"00", "06 D1 04 00 66 7D 72", "für"},
          row{"", "06 D1 08 00 41 06 04 1F 07 01 01", "A"}}) {
        CAPTURE(row.line);
        session_rig rig;
        rig.open();
        rig.heard();
        rig.says("80 00 00");
        rig.play(*row.agreed == 0
                     ? std::string{"P 06 0F 02 19 00 ~"}
                     : "P 06 0F 07 06 05 27 03 14 01 " + std::string{row.agreed} + " ~");
        rig.play("E 05 01 05 000000 03 04 ~ \n P 06 0F 01 00 ~");
        rig.start(payment(1));
        rig.heard();
        rig.says("80 00 00");
        rig.play("P " + std::string{row.line} + " ~ \n P 06 1E 01 6C ~");
        CHECK(rig.only<drivers::receipt_text>().lines == std::vector<std::string>{row.text});
    }
}

TEST_CASE("quirk: receipts up to 4093 bytes in one block") {
    auto rig = ready();
    rig.start(payment(1));
    rig.heard();
    rig.says("80 00 00");
    // FF F8 0F: 4088 bytes of data, little-endian; TLV lengths are big-endian.
    std::string apdu = "06 D3 FF F8 0F 06 82 0F F4 25 82 0F F0";
    constexpr int line_size = 68;  // 60 lines of 2 + 66 bytes, and the rest
    for (int line = 0; line < 60; ++line) {
        apdu += " 07 42";
        for (int i = 0; i < line_size - 2; ++i) apdu += " 41";
    }
    rig.play("P " + apdu + " ~ \n P 06 1E 01 6C ~");
    const auto receipt = rig.only<drivers::receipt_text>();
    CHECK(receipt.lines.size() == 60);
    CHECK(receipt.lines.back().size() == 66);
}

TEST_SUITE_END();
