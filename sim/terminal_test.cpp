// The terminal's own side: busy, abort, the card holder, sales started at it, several links.
#include <doctest/doctest.h>

#include "sim/scripted_register.hpp"

using namespace sim;
using strings = std::vector<std::string>;

namespace {

/// A register in front of a terminal where nobody does anything by himself.
scripted_register manual_register() {
    scripted_register till;
    till.register_with("0E");
    till.world.place->terminal().remove_card(till.world.now);
    return till;
}

void begin_payment(scripted_register& till, std::string_view hex = "06 01 07 04 000000001200") {
    till.world.place->receive(till.lane, unhex(hex), till.world.now);
    till.run(milliseconds{0});
}

void act(scripted_register& till) {
    till.world.place->pump(till.world.now);
    till.run(milliseconds{0});
}

}  // namespace

TEST_SUITE_BEGIN("sim/terminal");

TEST_CASE("terminal: commands of a register whose payment runs are answered busy") {
    auto till = manual_register();
    begin_payment(till);
    till.clear();
    till.world.place->receive(till.lane, unhex("05 01 00"), till.world.now);
    till.run(milliseconds{0});
    CHECK(till.heard() == strings{"84 9C 00"});
}

TEST_CASE("terminal: a card that is presented is charged") {
    auto till = manual_register();
    begin_payment(till);
    CHECK(till.world.place->terminal().state().waits_for == "card");
    CHECK(till.world.place->terminal().state().display == strings{"insert card"});
    till.world.place->terminal().present_card("girocard", till.world.now);
    act(till);
    CHECK(till.world.place->terminal().state().waits_for == "pin");
    for (const char key : {'1', '2', '9', 'C', '1', '2', '3', '4', 'O'}) {
        till.world.place->terminal().press(key, till.world.now);
    }
    act(till);
    till.run();
    CHECK(till.last() == "06 0F 00");
    CHECK(till.world.charged("girocard") == 1200);
}

TEST_CASE("terminal: [M9] a PIN being typed shows as stars") {
    auto till = manual_register();
    begin_payment(till);
    till.world.place->terminal().present_card("girocard", till.world.now);
    act(till);
    for (const char key : {'1', '2'}) till.world.place->terminal().press(key, till.world.now);
    CHECK(till.world.place->terminal().state().display == strings{"**"});
}

TEST_CASE("terminal: three wrong PINs are the last") {
    auto till = manual_register();
    begin_payment(till);
    till.world.place->terminal().present_card("girocard", till.world.now);
    act(till);
    for (int attempt = 0; attempt < 3; ++attempt) {
        for (const char key : {'9', 'O'}) till.world.place->terminal().press(key, till.world.now);
        act(till);
    }
    till.run();
    CHECK(till.heard("04 0F").size() == 3);
    CHECK(till.last() == "06 1E 01 37");
    CHECK(till.world.charged("girocard") == 0);
}

TEST_CASE("terminal: STOP and silence of the card holder end the payment with 6C") {
    auto stopped = manual_register();
    begin_payment(stopped);
    stopped.world.place->terminal().press('S', stopped.world.now);
    act(stopped);
    stopped.run();
    CHECK(stopped.last() == "06 1E 01 6C");

    auto silent = manual_register();
    const auto before = silent.world.now;
    silent.say("06 01 07 04 000000001200");
    CHECK(silent.last() == "06 1E 01 6C");
    CHECK(silent.world.now - before == std::chrono::seconds{30});
    CHECK(silent.heard("04 0F").empty());
}

TEST_CASE("terminal: 06 B0 before the host is asked ends the payment after its 80 00") {
    auto till = manual_register();
    begin_payment(till);
    till.clear();
    till.world.place->receive(till.lane, unhex("06 B0 00"), till.world.now);
    till.run(milliseconds{0});
    CHECK(till.heard() == strings{"80 00 00", "06 1E 01 6C"});
    CHECK(till.world.charged() == 0);
}

TEST_CASE("terminal: 06 B0 past the point of no return is refused and changes nothing") {
    terminal_config config;
    config.delays.host = {milliseconds{1000}, milliseconds{1000}};
    scripted_register till{config};
    till.register_with("0E");
    begin_payment(till);
    CHECK(till.world.place->terminal().state().waits_for == "host");
    till.clear();
    till.world.place->receive(till.lane, unhex("06 B0 00"), till.world.now);
    till.run();
    CHECK(till.heard().front() == "84 83 00");
    CHECK(till.last() == "06 0F 00");
    CHECK(till.world.charged() == 1200);
}

TEST_CASE("terminal: 06 B0 in idle is answered") {
    scripted_register till;
    till.say("06 B0 00");
    CHECK(till.heard() == strings{"80 00 00"});
}

TEST_CASE("terminal: an expired card is refused before the host hears of it") {
    scripted_register till;
    till.register_with("0E");
    (void)till.world.place->terminal().use_autopilot("expired", till.world.now);
    till.pay(1200);
    CHECK(till.last() == "06 1E 01 78");
    CHECK(till.world.host.bookings().empty());
}

TEST_CASE("terminal: a sale started at it prints on its own paper and hides behind the register") {
    scripted_register till;
    till.register_with("8E");
    REQUIRE(till.world.place->terminal().start_sale(700, till.world.now));
    act(till);
    CHECK(till.heard().empty());
    CHECK(till.world.charged() == 700);
    CHECK(till.world.place->terminal().state().paper.size() == 2);
    CHECK(till.world.place->terminal().memory().last_receipt == 1);
}

TEST_CASE("terminal: a register that forbade manual sales (config 10) is obeyed") {
    scripted_register till;
    till.register_with("9E");
    CHECK_FALSE(till.world.place->terminal().start_sale(700, till.world.now));
    till.register_with("BE");
    CHECK_FALSE(till.world.place->terminal().start_end_of_day(till.world.now));
}

TEST_CASE("terminal: what it refuses before it asks for a card") {
    struct row {
        const char* command;
        const char* end;
    };
    for (const auto& [command, end] :
         {row{"06 01 00", "06 1E 01 C8"}, row{"06 01 07 04 000000000000", "06 1E 01 C8"},
          row{"06 01 0A 04 000000000100 49 0840", "06 1E 03 6F 09 78"},
          row{"06 01 07 04 999999999999", "06 1E 01 C3"}}) {
        CAPTURE(command);
        scripted_register till;
        till.register_with("0E");
        till.say(command);
        CHECK(till.heard() == strings{"80 00 00", end});
    }
}

TEST_CASE("terminal: payments with whatever BMPs a foreign register sends") {
    for (const auto* more :
         {"1940", "0E2912", "02010300", "8A05", "3CF0F0F3414243 0605 1F04020120", "0532",
          "1960 0605 1F5B02000A", "22F0F8 4111111111111111 0E 3012", "0600"}) {
        CAPTURE(more);
        scripted_register till;
        till.pay(600, more);
        CHECK(till.heard().front() == "80 00 00");
        CHECK(till.world.charged() == 600);
    }
}

TEST_CASE("terminal: answers that nobody asked for are passed over") {
    scripted_register till;
    till.say("80 00 00");
    till.say("84 9C 00");
    CHECK(till.heard().empty());
    till.pay(600);
    CHECK(till.world.charged() == 600);
}

TEST_CASE("terminal: several APDUs in one segment, one byte at a time, a stray byte before") {
    scripted_register till;
    till.say("05 01 03 000000 80 00 00 06 01 07 04 000000000600");
    CHECK(till.heard("06 0F").size() >= 1);
    till.run();

    scripted_register slow;
    for (const auto byte : unhex("06 01 07 04 000000000600")) {
        const std::array one{byte};
        slow.world.place->receive(slow.lane, one, slow.world.now);
    }
    slow.run();
    CHECK(slow.world.charged() == 600);
}

TEST_CASE("terminal: a message that stays incomplete longer than T3 closes the connection") {
    scripted_register till;
    till.say("06 01 07 04");
    CHECK_FALSE(till.connected);
}

TEST_CASE("station: a second link hears that the terminal is busy, then is served") {
    auto till = manual_register();
    auto& place = *till.world.place;
    const auto other = place.add_line(link_nature::stream, till.world.now);
    place.opened(other, till.world.now);
    begin_payment(till);
    place.receive(other, unhex("05 01 00"), till.world.now);
    auto action = place.next_action(other, till.world.now);
    REQUIRE(action.has_value());
    CHECK(hex_of(std::get<write_bytes>(*action).content) == "84 9C 00");
    place.terminal().press('S', till.world.now);
    act(till);
    place.receive(other, unhex("06 02 00"), till.world.now);
    action = place.next_action(other, till.world.now);
    REQUIRE(action.has_value());
    CHECK(hex_of(std::get<write_bytes>(*action).content) == "80 00 00");
}

TEST_CASE("terminal: receipt numbers go from 9999 to 0001") {
    scripted_register till;
    auto memory = till.world.place->terminal().memory();
    memory.last_receipt = 9999;
    save_memory(till.world.memory, memory);
    till.power(false);
    till.power(true);
    till.connect();
    till.pay(600);
    CHECK(till.world.place->terminal().memory().last_receipt == 1);
}

TEST_SUITE_END();
