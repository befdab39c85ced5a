// End of day, totals, repeated receipts; diagnosis and the other administration.
#include <doctest/doctest.h>

#include "sim/scripted_register.hpp"

using namespace sim;
using strings = std::vector<std::string>;

namespace {

std::string text_of(const std::string& print_line) {
    const auto line = unhex(print_line);
    return {line.begin() + 4, line.end()};
}

}  // namespace

TEST_SUITE_BEGIN("sim/reports");

TEST_CASE("end of day: totals per brand, then an empty turnover") {
    scripted_register till;
    till.register_with("0E");
    (void)till.world.place->terminal().use_autopilot("girocard", till.world.now);
    till.pay(1234);
    (void)till.world.place->terminal().use_autopilot("mastercard-credit", till.world.now);
    till.pay(4200);
    till.clear();
    till.say("06 50 03 000000");
    CHECK(till.heard() ==
          strings{"80 00 00", "04 FF 01 0E",
                  hex_of(unhex("04 0F 4D | 27 00 | 04 000000005434 | 60 F0F5F3 0001 0002"
                               "01000000001234 00000000000000 01000000004200 00000000000000"
                               "00000000000000 00000000000000 00000000000000"
                               "| 0B 000003 | 0C 100000 | 0D 0514")),
                  "06 0F 00"});
    till.clear();
    till.say("06 50 03 000000");
    CHECK(till.heard("04 0F").front().find("04 00 00 00 00 00 00 60") != std::string::npos);
    CHECK(till.world.charged("girocard") == 1234);
}

TEST_CASE("end of day: the receipt goes where administration receipts go") {
    scripted_register lines;
    lines.register_with("86");
    lines.say("06 50 03 000000");
    CHECK(lines.heard("06 D1").size() > 4);

    scripted_register own;
    own.register_with("82");
    own.say("06 50 03 000000");
    CHECK(own.heard("06 D1").empty());
    CHECK(own.world.place->terminal().state().paper.size() == 1);
}

TEST_CASE("end of day: a fault hides one sale from the totals") {
    scripted_register till;
    till.register_with("0E");
    till.pay(1000);
    till.pay(2000);
    till.fault(R"({"name": "totals_differ"})");
    till.clear();
    till.say("06 50 03 000000");
    CHECK(till.heard("04 0F").front().substr(0, 38) == "04 0F 4D 27 00 04 00 00 00 00 10 00 60");
    CHECK(till.world.charged() == 3000);
}

TEST_CASE("turnover totals: tell and keep") {
    scripted_register till;
    till.register_with("0E");
    till.pay(1000);
    till.clear();
    till.say("06 10 03 000000");
    CHECK(till.course() == strings{"80 00", "04 0F", "06 0F"});
    CHECK(till.world.place->terminal().memory().turnover.size() == 1);
}

TEST_CASE("repeat receipt: the service byte chooses status and prints") {
    struct row {
        const char* command;
        bool status;
        bool prints;
    };
    for (const auto& [command, status, prints] :
         {row{"06 20 03 000000", false, true}, row{"06 20 05 000000 03 01", true, true},
          row{"06 20 05 000000 03 03", true, false}, row{"06 20 05 000000 03 02", false, false}}) {
        CAPTURE(command);
        scripted_register till;
        till.register_with("8E");
        till.pay(1234);
        const auto original = till.heard("04 0F").front();
        till.clear();
        till.say(command);
        CHECK(till.heard("04 0F") == (status ? strings{original} : strings{}));
        CHECK(till.heard("06 D1").empty() != prints);
        CHECK(till.last() == "06 0F 00");
    }
}

TEST_CASE("repeat receipt: the last stored one, not a declined one after it") {
    scripted_register till;
    till.register_with("0E");
    till.pay(1234);
    const auto original = till.heard("04 0F").front();
    till.pay(1005);
    till.clear();
    till.say("06 20 05 000000 03 03");
    CHECK(till.heard("04 0F") == strings{original});

    till.fault(R"({"name": "repeat_shows_last_executed"})");
    till.clear();
    till.say("06 20 05 000000 03 03");
    CHECK(till.heard("04 0F").front().substr(9, 5) == "27 05");
}

TEST_CASE("repeat receipt: survives the end of day, or shows it where a terminal does that") {
    scripted_register till;
    till.register_with("0E");
    till.pay(1234);
    const auto original = till.heard("04 0F").front();
    till.say("06 50 03 000000");
    const auto day = till.heard("04 0F").back();
    till.clear();
    till.say("06 20 05 000000 03 03");
    CHECK(till.heard("04 0F") == strings{original});
    till.clear();
    till.say("06 20 0B 000000 03 03 06 04 1F010104");
    CHECK(till.heard("04 0F") == strings{day});
    till.fault(R"({"name": "repeat_shows_end_of_day"})");
    till.clear();
    till.say("06 20 05 000000 03 03");
    CHECK(till.heard("04 0F") == strings{day});
}

TEST_CASE("repeat receipt: nothing stored, and the terminal that answers with a bare completion") {
    scripted_register till;
    till.register_with("0E");
    till.say("06 20 05 000000 03 03");
    CHECK(till.heard() == strings{"80 00 00", "06 1E 01 83"});
    till.pay(1234);
    till.fault(R"({"name": "bare_repeat_receipt"})");
    till.clear();
    till.say("06 20 05 000000 03 03");
    CHECK(till.heard() == strings{"80 00 00", "06 0F 00"});
}

TEST_CASE("reprint: by receipt number, from to") {
    scripted_register till;
    till.register_with("8E");
    till.pay(1000);
    till.pay(2000);
    till.clear();
    till.say("06 12 07 000000 0001 0002");
    std::size_t receipts = 0;
    for (const auto& line : till.heard("06 D1")) {
        receipts += text_of(line).starts_with("Merchant") ? 1 : 0;
    }
    CHECK(receipts == 2);
    till.say("06 12 05 000000 0009");
    CHECK(till.last() == "06 1E 01 83");
    till.say("06 12 03 000000");
    CHECK(till.last() == "84 9A 00");
}

TEST_CASE("status enquiry: version, status and TLV as the service byte says") {
    struct row {
        const char* command;
        const char* answer;
    };
    const std::string version = "F0 F1 F2 45 4D 55 4C 41 54 4F 52 20 30 2E 31";
    for (const auto& [command, answer] :
         {row{"05 01 00", "06 0F 10 F0 F1 F2 45 4D 55 4C 41 54 4F 52 20 30 2E 31 00"},
          row{"05 01 03 000000", "06 0F 10 F0 F1 F2 45 4D 55 4C 41 54 4F 52 20 30 2E 31 00"},
          row{"05 01 05 000000 03 02", "06 0F 01 00"}}) {
        CAPTURE(command);
        scripted_register till;
        till.say(command);
        CHECK(till.heard() == strings{"80 00 00", answer});
    }
    scripted_register till;
    till.say("05 01 05 000000 03 06");
    CHECK(till.last().starts_with("06 0F"));
    CHECK(till.last().find("1F 44 04 12 34 56 78") != std::string::npos);
    CHECK(till.last().ends_with("34 0D 1F 0E 04 20 26 05 14 1F 0F 03 10 00 00"));
}

TEST_CASE("diagnosis: the host's time for a register that listed 04 01, then the receipt") {
    scripted_register till;
    till.register_with("8E", "06 06 26 04 0A02 0401");
    till.say("06 70 00");
    CHECK(till.heard("04 01") == strings{"04 01 08 AA 26 05 14 0C 10 00 00"});
    CHECK(till.heard("06 D1").size() > 3);
    CHECK(till.last() == "06 0F 00");
}

TEST_CASE("log-off: no intermediate statuses and no TLV any more") {
    scripted_register till;
    till.register_with("8E", "0600");
    till.say("06 02 00");
    CHECK(till.heard() == strings{"80 00 00"});
    till.clear();
    till.pay(500);
    CHECK(till.heard("04 FF").empty());
    CHECK(till.heard("04 0F").front().find(" 2F ") == std::string::npos);
}

TEST_CASE("set date and time: receipts carry it; a 30th of February is refused") {
    scripted_register till;
    till.register_with("0E");
    till.say("06 91 0B 000000 AA 270102 0C 030405");
    CHECK(till.last() == "06 0F 00");
    till.pay(500);
    CHECK(till.heard("04 0F").front().find("0C 03 04 05 0D 01 02") != std::string::npos);
    till.say("06 91 0B 000000 AA 270230 0C 030405");
    CHECK(till.last() == "06 1E 01 83");
}

TEST_CASE("display text: shown, answered, kept until the next dialogue") {
    scripted_register till;
    till.say("06 E0 0A F0 05 F1 F0F5 48454C4C4F");
    CHECK(till.heard() == strings{"80 00 00"});
    CHECK(till.world.place->terminal().state().display == strings{"HELLO"});
}

TEST_CASE("terminal id: set while the turnover is empty, refused after a sale") {
    scripted_register till;
    till.say("06 1B 08 000000 29 87654321");
    CHECK(till.last() == "06 0F 00");
    till.pay(500);
    CHECK(till.heard("04 0F").front().find("29 87 65 43 21") != std::string::npos);
    till.say("06 1B 03 000000");
    CHECK(till.last() == "06 1E 01 F0");
}

TEST_CASE("reset: completes, restarts, remembers") {
    scripted_register till;
    till.register_with("0E");
    till.pay(500);
    till.clear();
    till.say("06 18 00");
    CHECK(till.heard() == strings{"80 00 00", "06 0F 00"});
    till.run();
    till.connect();
    till.say("06 20 05 000000 03 03");
    CHECK(till.heard("04 0F").size() == 1);
}

TEST_CASE("read card: the card is told without its number, 06 B0 ends it silently") {
    scripted_register till;
    till.say("06 C0 01 1E");
    CHECK(till.last() == "04 0F 12 27 00 0E 30 12 22 F0 F8 41 11 11 EE EE EE 11 11 8A 0A");
    till.world.place->terminal().remove_card(till.world.now);
    till.clear();
    till.world.place->receive(till.lane, unhex("06 C0 01 1E"), till.world.now);
    till.run(milliseconds{0});
    till.say("06 B0 00");
    CHECK(till.heard() == strings{"80 00 00", "80 00 00"});
}

TEST_CASE("administration: commands with unreadable data are refused, none is lost") {
    for (const auto* command :
         {"06 91 03 000000", "06 E0 02 F1 F0", "08 30 00", "08 30 01 44", "05 01 05 000000 22 FA",
          "06 00 02 0000", "06 50 05 000000 22 00", "06 20 04 000000 04"}) {
        CAPTURE(command);
        scripted_register till;
        till.say(command);
        CHECK(till.heard() == strings{"84 9A 00"});
    }
}

TEST_SUITE_END();
