// Registration, status enquiries, and what a terminal says when nobody asked.
#include <doctest/doctest.h>

#include "tests/support/session_rig.hpp"

using namespace support;
using drivers::errc;
using link_kind = enum drivers::link_state::kind;

namespace {

constexpr const char* with_tlv =
    "06 00 19 | 000000 | 8E | 0978 | 06 11 | 12 01 40 | 1A 02 4000 | 26 08 0A 02 06D1 0A 02 06D3";
constexpr const char* without_tlv = "06 00 06 | 000000 | 8E | 0978";
constexpr const char* enquiry = "05 01 05 | 000000 | 03 04";

drivers::link_state last_link(const session_rig& rig) {
    const auto all = rig.all<drivers::link_state>();
    REQUIRE_FALSE(all.empty());
    return all.back();
}

/// Answers whatever own command is due until the session is ready.
void become_ready(session_rig& rig) {
    rig.expect(with_tlv);
    rig.answer_registration();
    rig.expect(enquiry);
    rig.play("P 80 00 00 \n P 06 0F 01 00 ~");
    CHECK(rig.machine->idle());
}

}  // namespace

TEST_SUITE_BEGIN("drivers/zvt/session");

TEST_CASE("session: registers and asks for the status by itself, then is ready") {
    session_rig rig;
    CHECK_FALSE(rig.machine->idle());
    rig.open();
    rig.expect(with_tlv);
    CHECK(last_link(rig).state == link_kind::registering);
    rig.play(R"(
        P 80 00 00
        P 06 0F 0F | 19 03 | 29 12345678 | 49 0978 | 06 03120124 ~
    )");
    CHECK_FALSE(rig.machine->idle());
    rig.play(R"(
        E 05 01 05 | 000000 | 03 04 ~
        P 06 0F 22 | F0F0F65054312E3233 | 00 | 06 161F440412345678340D1F0E04202605141F0F03101500 ~
    )");
    CHECK(rig.machine->idle());
    CHECK(last_link(rig).state == link_kind::ready);
    const auto known = rig.only<drivers::registered>();
    CHECK(known.terminal == drivers::terminal_number{12345678});
    CHECK(known.software_version == "PT1.23");
    CHECK(known.needs_initialisation);
    CHECK(known.needs_diagnosis);
    const auto status = rig.only<drivers::terminal_status>();
    CHECK(status.code == 0);
    CHECK(status.idle);
}

TEST_CASE("session: the registration says what was configured") {
    drivers::zvt::session_options options;
    options.password = protocol::zvt::password{123456};
    options.currency = protocol::currency::from_code("CHF").value();
    options.lock_terminal = true;
    const char* expected = "";
    SUBCASE("receipts as lines, terminal locked, UTF-8") {
        options.charset = protocol::zvt::charset::utf_8;
        expected =
            "06 00 1E | 123456 | BE | 0756 | 06 16 | 12 01 40 | 1A 02 4000 | 26 08 0A 02 06D1 0A "
            "02 "
            "06D3 | 27 03 14 01 FE";
    }
    SUBCASE("receipts composed by the register") {
        options.printing = drivers::zvt::receipt_printing::compose;
        expected =
            "06 00 16 | 123456 | 3E | 0756 | 06 0E | 1A 02 4000 | 26 08 0A 02 06D1 0A 02 06D3";
    }
    SUBCASE("receipts on the terminal's paper") {
        options.printing = drivers::zvt::receipt_printing::terminal;
        expected =
            "06 00 16 | 123456 | 38 | 0756 | 06 0E | 1A 02 4000 | 26 08 0A 02 06D1 0A 02 06D3";
    }
    session_rig rig{options};
    rig.open();
    rig.expect(expected);
    // The password is in the frame, not in the trace.
    for (const auto& record : rig.traces) {
        CHECK(spelled(record.bytes).find("12 34 56") == std::string::npos);
    }
}

TEST_CASE("session: impossible options are refused at start") {
    CHECK_THROWS_AS(drivers::zvt::make_session({.password = protocol::zvt::password{1'000'000}}),
                    std::invalid_argument);
    CHECK_THROWS_AS(drivers::zvt::make_session({.printer_width = 100}), std::invalid_argument);
}

TEST_CASE("session: a registration refused for its currency says what to do, and is tried again") {
    for (const std::string refusal :
         {"84 1E 03 6F 07 56", "84 1E 04 6F 49 07 56", "80 00 00|06 1E 03 6F 07 56",
          "80 00 00|06 1E 04 6F 49 07 56"}) {
        CAPTURE(refusal);
        session_rig rig;
        rig.open();
        rig.expect(with_tlv);
        if (const auto bar = refusal.find('|'); bar != std::string::npos) {
            rig.says(refusal.substr(0, bar));
            rig.play("P " + refusal.substr(bar + 1) + " ~");
        } else {
            rig.says(refusal);
        }
        const auto link = last_link(rig);
        CHECK(link.state == link_kind::down);
        CHECK(link.reason == errc::registration_refused);
        CHECK(link.detail.find("EUR") != std::string::npos);
        CHECK(link.detail.find("CHF") != std::string::npos);
        CHECK(rig.close_wishes.empty());
        CHECK(rig.refused_to_start(payment(1)) == errc::not_connected);
        rig.pass(1s);
        rig.expect(with_tlv);
        rig.says(refusal.starts_with("84") ? refusal : "84 1E 01 6F");
        rig.pass(1s);
        rig.expect_silence();  // not in a hurry: twice as long each time
        rig.pass(1s);
        become_ready(rig);
    }
}

TEST_CASE("session: a container that is not understood is left out, from then on") {
    for (const auto* refusal : {"84 83 00", "84 9A 00"}) {
        session_rig rig;
        rig.open();
        rig.expect(with_tlv);
        rig.says(refusal);
        rig.expect(without_tlv);
        rig.play("P 80 00 00 \n P 06 0F 00 ~");
        rig.expect(enquiry);
        rig.close();
        rig.open();
        rig.expect(without_tlv);
    }
}

TEST_CASE("session: any other refusal is told, with the code's meaning") {
    session_rig rig;
    rig.open();
    rig.expect(with_tlv);
    rig.says("84 C1 00");
    rig.expect(without_tlv);
    rig.says("84 C1 00");
    const auto link = last_link(rig);
    CHECK(link.reason == errc::registration_refused);
    CHECK(link.detail.find("password") != std::string::npos);
}

TEST_CASE("quirk: registration ignored without an answer: again, then without TLV, then said so") {
    session_rig rig;
    rig.open();
    rig.expect(with_tlv);
    rig.pass(5s);
    rig.expect(with_tlv);
    rig.pass(5s);
    rig.expect(without_tlv);
    rig.pass(5s);
    rig.expect_silence();
    const auto link = last_link(rig);
    CHECK(link.state == link_kind::down);
    CHECK(link.reason == errc::timeout);
    CHECK(link.detail.find("currency") != std::string::npos);
    CHECK(rig.close_wishes == std::vector<drivers::error_code>{errc::timeout});
    rig.close();
    rig.open();
    become_ready(rig);
}

TEST_CASE("session: a registration without TLV that is answered is a registration") {
    session_rig rig;
    rig.open();
    rig.heard();
    rig.pass(10s);
    rig.heard();
    rig.expect(without_tlv);
    rig.answer_registration();
    rig.expect(enquiry);
}

TEST_CASE("session: a terminal that is busy when we register is asked again") {
    session_rig rig;
    rig.open();
    rig.expect(with_tlv);
    rig.says("84 9C 00");
    CHECK(last_link(rig).state == link_kind::registering);
    rig.pass(2s);
    become_ready(rig);
}

TEST_CASE("quirk: answers of another protocol are called that, not just a timeout") {
    for (const std::string garbage :
         {"15", "06", "05 05 05", "48 54 54 50 2F 31 2E 31 20 34 30 30 0D 0A"}) {
        CAPTURE(garbage);
        session_rig rig;
        rig.open();
        rig.heard();
        rig.wire(garbage);
        rig.pass(6s);
        CHECK(last_link(rig).state == link_kind::down);
        CHECK(last_link(rig).reason == errc::link_speaks_other_protocol);
        CHECK(last_link(rig).detail.size() > 40);
        CHECK(rig.close_wishes.size() == 1);
    }
}

TEST_CASE(
    "quirk: another protocol is named although its bytes come late, or the other side hangs up") {
    session_rig rig;
    rig.open();
    rig.heard();
    rig.pass(10ms);
    rig.wire("05 15 06 05 15 06");
    SUBCASE("T3 of the registration is over before the silence behind the bytes is") {
        rig.pass(4990ms);
        CHECK(rig.close_wishes.size() == 1);
    }
    SUBCASE("it hangs up") { rig.close(); }
    CHECK(last_link(rig).state == link_kind::down);
    CHECK(last_link(rig).reason == errc::link_speaks_other_protocol);
    CHECK(last_link(rig).detail.size() > 40);
}

TEST_CASE("quirk: bytes or a banner before the first APDU are passed over") {
    for (const std::string banner : {"0D 0A", "57 65 6C 63 6F 6D 65 0D 0A", "00"}) {
        CAPTURE(banner);
        session_rig rig;
        rig.open();
        rig.wire(banner);
        become_ready(rig);
    }
}

TEST_CASE("quirk: several APDUs in one segment, one APDU in many, one byte at a time") {
    SUBCASE("glued") {
        session_rig rig;
        rig.open();
        rig.expect(with_tlv);
        rig.wire("80 00 00 06 0F 00 ");
        rig.expect("80 00 00");
        rig.expect(enquiry);
    }
    SUBCASE("one byte at a time") {
        session_rig rig;
        rig.open();
        rig.expect(with_tlv);
        for (const auto byte : hex("80 00 00 06 0F 0C 19 00 29 12 34 56 78 49 09 78 06 00")) {
            rig.wire(bytes{byte});
            rig.pass(100ms);
        }
        rig.expect("80 00 00");
        rig.expect(enquiry);
    }
}

TEST_CASE("session: a message whose rest does not come within T3 closes the stream") {
    session_rig rig;
    rig.log_in();
    rig.start(payment(100));
    rig.heard();
    rig.says("80 00 00");
    rig.wire("04 0F 10 27 00");
    rig.pass(5s);
    CHECK(rig.ended().outcome == how::lost);
    CHECK(rig.close_wishes == std::vector<drivers::error_code>{errc::timeout});
    rig.wire("06 0F 00");  // too late: deaf until the link is new
    rig.expect_silence();
}

// ---------------------------------------------------------------- status enquiry

TEST_CASE("quirk: 06 0F of a status enquiry: empty, one raw byte, version with status and TLV") {
    struct row {
        const char* apdu;
        int code;
        bool idle;
        const char* version;
    };
    for (const auto& row :
         {row{"06 0F 00", 0, true, ""}, row{"06 0F 01 DC", 0xDC, true, ""},
          row{"06 0F 01 F0", 0xF0, false, ""},
          row{"06 0F 0A F0 F0 F6 50 54 31 2E 32 33 00", 0, true, "PT1.23"},
          row{"06 0F 12 00 06 0F E4 0D 1F 41 04 32 2E 31 36 1F 43 01 00 00 00", 0, true, "2.16"}}) {
        CAPTURE(row.apdu);
        session_rig rig;
        rig.log_in();
        rig.start(drivers::status_enquiry{});
        rig.expect(enquiry);
        rig.says("80 00 00");
        rig.play("P " + std::string{row.apdu} + " ~");
        CHECK(rig.ended().outcome == how::completed);
        const auto status = rig.only<drivers::terminal_status>();
        CHECK(status.code == row.code);
        CHECK(status.idle == row.idle);
        CHECK(status.software_version == row.version);
        CHECK_FALSE(status.text.empty());
    }
}

TEST_CASE("session: a terminal that says wait is asked until it does not") {
    session_rig rig;
    rig.open();
    rig.heard();
    rig.answer_registration();
    rig.play("E 05 01 05 000000 03 04 ~ \n P 06 0F 01 9C ~");
    CHECK_FALSE(rig.machine->idle());
    CHECK(rig.all<drivers::registered>().empty());
    rig.pass(2s);
    rig.play("E 05 01 05 000000 03 04 \n P 84 9C 00");
    CHECK_FALSE(rig.machine->idle());
    rig.pass(2s);
    rig.play("E 05 01 05 000000 03 04 ~ \n P 06 0F 01 DC ~");
    CHECK(rig.machine->idle());
    CHECK(rig.all<drivers::terminal_status>().back().idle);
}

TEST_CASE("session: a terminal that needs a cure is ready for it") {
    session_rig rig;
    rig.open();
    rig.heard();
    rig.answer_registration();
    rig.play("E 05 01 05 000000 03 04 ~ \n P 06 0F 01 F0 ~");
    CHECK(rig.machine->idle());
    CHECK_FALSE(rig.only<drivers::terminal_status>().idle);
    rig.start(drivers::end_of_day{});
    rig.expect("06 50 03 000000");
}

TEST_CASE("session: status enquiries become simpler until the terminal understands one") {
    session_rig rig;
    rig.open();
    rig.heard();
    rig.answer_registration();
    rig.play(
        "E 05 01 05 000000 03 04 \n P 84 83 00 \n E 05 01 03 000000 \n P 84 83 00 \n E 05 01 00");
    SUBCASE("understood") {
        rig.play("P 80 00 00 \n P 06 0F 01 00 ~");
        CHECK(rig.machine->idle());
        rig.pass(60s);
        rig.expect("05 01 00");
    }
    SUBCASE("there is none") {
        rig.says("84 83 00");
        CHECK(rig.machine->idle());
        rig.pass(600s);
        rig.expect_silence();
        CHECK(rig.all<drivers::registered>().size() == 1);
    }
}

TEST_CASE("session: an idle terminal is asked every poll interval; silence then closes the link") {
    session_rig rig;
    rig.log_in();
    rig.pass(59s);
    rig.expect_silence();
    rig.pass(1s);
    rig.play("E 05 01 05 000000 03 04 ~ \n P 06 0F 01 00 ~");
    CHECK(rig.all<drivers::terminal_status>().size() == 1);
    rig.pass(60s);
    rig.expect(enquiry);
    rig.pass(5s);
    CHECK(last_link(rig).reason == errc::timeout);
    CHECK(rig.close_wishes.size() == 1);
    CHECK(rig.all<drivers::command_ended>().empty());
}

TEST_CASE("session: with a poll interval of 0 it never asks") {
    session_rig rig{{.poll_interval = 0ms}};
    rig.log_in();
    CHECK_FALSE(rig.machine->deadline().has_value());
    rig.pass(24h);
    rig.expect_silence();
}

TEST_CASE("session: a command given during an enquiry of ours follows it") {
    session_rig rig;
    rig.log_in();
    rig.pass(60s);
    rig.expect(enquiry);
    CHECK(rig.machine->idle());
    rig.start(payment(1234));
    CHECK_FALSE(rig.machine->idle());
    rig.expect_silence();
    SUBCASE("the enquiry ends") {
        rig.play("P 80 00 00 \n P 06 0F 01 00 ~ \n E 06 01 0C 04 000000001234 49 0978 19 40 ~");
        rig.play("P 06 1E 01 6C ~");
        CHECK(rig.ended().outcome == how::aborted);
    }
    SUBCASE("the enquiry is refused") {
        rig.play("P 84 9C 00 \n E 06 01 0C 04 000000001234 49 0978 19 40");
    }
    SUBCASE("the enquiry stays without an answer") {
        rig.pass(5s);
        CHECK(rig.ended().outcome == how::never_sent);
        CHECK(rig.ended().error == errc::timeout);
        CHECK(rig.money_frames == 0);
    }
    SUBCASE("the link goes") {
        rig.close();
        CHECK(rig.ended().outcome == how::never_sent);
        CHECK(rig.money_frames == 0);
    }
    SUBCASE("it is withdrawn") {
        rig.abort();
        CHECK(rig.ended().outcome == how::never_sent);
        CHECK(rig.ended().abort_requested);
        rig.play("P 80 00 00 \n P 06 0F 01 00 ~");
        rig.expect_silence();
        CHECK(rig.money_frames == 0);
    }
    SUBCASE("the terminal has restarted: registered again first") {
        rig.play("P 80 00 00 \n P 06 0F 07 00 06 04 1F 79 01 01 ~");
        rig.expect(with_tlv);
        rig.answer_registration();
        rig.play("E 05 01 05 000000 03 04 ~ \n P 06 0F 01 00 ~");
        CHECK(rig.heard().starts_with("06 01"));
    }
}

TEST_CASE("session: a terminal that has restarted is registered again") {
    session_rig rig;
    rig.log_in();
    SUBCASE("says so in its status (1F79)") {
        rig.pass(60s);
        rig.play("E 05 01 05 000000 03 04 ~ \n P 06 0F 07 00 06 04 1F 79 01 01 ~");
    }
    SUBCASE("does not know us any more: enquiry") {
        rig.pass(60s);
        rig.play("E 05 01 05 000000 03 04 \n P 84 6B 00");
    }
    SUBCASE("quirk: refuses payments before registration, by 84 6B") {
        rig.start(payment(1));
        rig.heard();
        rig.says("84 6B 00");
        CHECK(rig.ended().outcome == how::refused);
    }
    SUBCASE("quirk: refuses payments before registration, by 06 1E 6B") {
        rig.start(payment(1));
        rig.heard();
        rig.play("P 80 00 00 \n P 06 1E 01 6B ~");
        CHECK(rig.ended().outcome == how::aborted);
    }
    CHECK_FALSE(rig.machine->idle());
    become_ready(rig);
}

TEST_CASE("session: losing the link while registering is told once") {
    session_rig rig;
    rig.open();
    rig.heard();
    rig.close();
    CHECK(last_link(rig).state == link_kind::down);
    CHECK(last_link(rig).reason == errc::link_lost);
    CHECK_FALSE(rig.machine->deadline().has_value());
    rig.pass(60s);
    rig.expect_silence();
    CHECK(rig.all<drivers::command_ended>().empty());
}

TEST_SUITE_END();
