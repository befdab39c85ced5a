// Power cuts and lost links at every step, for every kind of money command, under both readings of
// the specification: afterwards the terminal's turnover and the acquirer's books say the same.
#include <doctest/doctest.h>

#include "sim/scripted_register.hpp"

using namespace sim;

namespace {

struct scenario {
    const char* name;
    std::vector<const char*> before;  // commands that go well
    const char* interrupted;
};

const std::vector<scenario>& scenarios() {
    static const std::vector<scenario> all{
        {"payment", {}, "06 01 0A 04 000000001200 49 0978"},
        {"payment with PIN", {}, "06 01 0A 04 000000001203 49 0978"},
        {"second payment",
         {"06 01 0A 04 000000000700 49 0978"},
         "06 01 0A 04 000000001200 49 0978"},
        {"declined payment", {}, "06 01 0A 04 000000001205 49 0978"},
        {"refund", {}, "06 31 0A 000000 04 000000000500"},
        {"reservation", {}, "06 22 07 04 000000005000"},
        {"capture", {"06 22 07 04 000000005000"}, "06 24 0A 87 0001 04 000000004200"},
        {"partial reversal", {"06 22 07 04 000000005000"}, "06 23 0A 87 0001 04 000000000800"},
        {"release", {"06 22 07 04 000000005000"}, "06 25 03 87 0001"},
        {"reversal", {"06 01 07 04 000000001200"}, "06 30 06 000000 87 0001"},
        {"end of day", {"06 01 07 04 000000001200"}, "06 50 03 000000"},
    };
    return all;
}

/// What the terminal believes that it charged since it is new, turnover and closed day.
std::int64_t believed(const terminal_memory& memory) {
    std::int64_t sum = memory.last_day ? memory.last_day->total() : 0;
    for (const auto& one : memory.turnover) {
        if (one.reversed) continue;
        if (one.kind == booking_kind::payment || one.kind == booking_kind::capture) {
            sum += one.amount;
        }
        if (one.kind == booking_kind::refund) sum -= one.amount;
    }
    return sum;
}

std::int64_t believed_held(const terminal_memory& memory) {
    std::int64_t sum = 0;
    for (const auto& one : memory.reservations) sum += one.reversed ? 0 : one.amount;
    return sum;
}

void check_books_agree(scripted_register& till) {
    // What counts is what would be there after another power cut, not what RAM says.
    const auto memory = load_memory(till.world.memory);
    acquirer books{till.world.books};
    std::int64_t charged = 0;
    std::int64_t held = 0;
    for (const auto& [card, balance] : books.balances()) {
        charged += balance.charged;
        held += balance.held;
    }
    CHECK(believed(memory) == charged);
    CHECK(believed_held(memory) == held);
    CHECK_FALSE(memory.pending.has_value());
    CHECK_FALSE(memory.undoing);
}

void come_back(scripted_register& till) {
    till.run();
    if (!till.world.place->powered()) till.world.place->switch_power(true, till.world.now);
    till.run();
    if (!till.connected) till.connect();
}

void check_still_works(scripted_register& till) {
    till.clear();
    till.replies.clear();
    till.world.place->faults().clear();
    till.pay(100);
    CHECK(till.last() == "06 0F 00");
    check_books_agree(till);
}

}  // namespace

TEST_SUITE_BEGIN("sim/power_loss");

TEST_CASE("power loss: at every step of every money command terminal and books agree afterwards") {
    for (const auto rule : {store_rule::after_prints, store_rule::after_status}) {
        for (const auto& one : scenarios()) {
            for (const auto where : all_steps()) {
                CAPTURE(one.name);
                CAPTURE(where);
                terminal_config config;
                config.store_rule = rule;
                scripted_register till{config};
                till.register_with("9E");
                for (const auto* command : one.before) till.say(command);
                till.fault(fmt::format(R"({{"name": "power_loss", "step": "{}"}})", where));
                till.say(one.interrupted);
                come_back(till);
                check_books_agree(till);
                check_still_works(till);
            }
        }
    }
}

TEST_CASE("power loss: at the steps of a reversal that an unacknowledged status sets off") {
    for (const auto* where : {"before_reversal", "reversed", "completed"}) {
        CAPTURE(where);
        scripted_register till;
        till.register_with("9E");
        till.answer("04 0F", "84 66 00");
        till.fault(fmt::format(R"({{"name": "power_loss", "step": "{}"}})", where));
        till.say("06 01 07 04 000000001200");
        come_back(till);
        CHECK(till.world.charged() == 0);
        check_books_agree(till);
        check_still_works(till);
    }
}

TEST_CASE("power loss: at every byte of the messages of a payment, in both directions") {
    for (const auto* way : {"to_register", "to_terminal"}) {
        for (const auto* message : {"80 00", "04 0F", "06 D1", "06 0F", "06 01"}) {
            for (unsigned byte = 0; byte < 12; ++byte) {
                CAPTURE(way);
                CAPTURE(message);
                CAPTURE(byte);
                scripted_register till;
                till.register_with("9E");
                till.fault(fmt::format(
                    R"({{"name": "power_loss", "message": "{}", "direction": "{}", "byte": {}}})",
                    message, way, byte));
                till.say("06 01 0A 04 000000001200 49 0978");
                come_back(till);
                check_books_agree(till);
                check_still_works(till);
            }
        }
    }
}

TEST_CASE("power loss: comes back by itself after the time that the fault says") {
    scripted_register till;
    till.register_with("9E");
    till.fault(R"({"name": "power_loss", "step": "host_asked", "ms": 5000})");
    const auto before = till.world.now;
    till.say("06 01 0A 04 000000001200 49 0978");
    CHECK_FALSE(till.connected);
    CHECK(till.world.place->powered());
    CHECK(till.world.now - before == std::chrono::seconds{5});
    CHECK(till.world.charged() == 0);
}

TEST_CASE("power loss: a terminal that keeps what the host approved has it stored and charged") {
    scripted_register till;
    till.register_with("9E");
    till.fault(R"({"name": "power_loss_keeps"})");
    till.fault(R"({"name": "power_loss", "step": "host_answered"})");
    till.say("06 01 0A 04 000000001200 49 0978");
    come_back(till);
    CHECK(till.world.charged() == 1200);
    check_books_agree(till);
}

TEST_CASE("power loss: registration, counters and the last transaction are still there") {
    scripted_register till;
    till.register_with("0E");
    till.pay(1234);
    const auto original = till.heard("04 0F").front();
    till.power(false);
    CHECK_FALSE(till.connected);
    till.power(true);
    till.connect();
    till.clear();
    till.say("06 20 05 000000 03 03");
    CHECK(till.heard("04 0F") == std::vector<std::string>{original});
    till.pay(500);
    CHECK(till.heard("04 FF").size() == 3);
    CHECK(till.world.place->terminal().memory().last_receipt == 2);
}

TEST_CASE("lost link: at every step of every money command terminal and books agree afterwards") {
    for (const auto rule : {store_rule::after_prints, store_rule::after_status}) {
        for (const auto& one : scenarios()) {
            for (const auto where : all_steps()) {
                CAPTURE(one.name);
                CAPTURE(where);
                terminal_config config;
                config.store_rule = rule;
                scripted_register till{config};
                till.register_with("9E");
                for (const auto* command : one.before) till.say(command);
                till.fault(fmt::format(R"({{"name": "link_cut", "step": "{}"}})", where));
                till.say(one.interrupted);
                come_back(till);
                check_books_agree(till);
                check_still_works(till);
            }
        }
    }
}

TEST_CASE("lost link: at every byte of the messages of a payment, in both directions") {
    for (const auto* way : {"to_register", "to_terminal"}) {
        for (const auto* message : {"80 00", "04 FF", "04 0F", "06 D1", "06 0F", "06 01"}) {
            for (unsigned byte = 0; byte < 12; ++byte) {
                CAPTURE(way);
                CAPTURE(message);
                CAPTURE(byte);
                scripted_register till;
                till.register_with("9E");
                till.fault(fmt::format(
                    R"({{"name": "link_cut", "message": "{}", "direction": "{}", "byte": {}}})",
                    message, way, byte));
                till.say("06 01 0A 04 000000001200 49 0978");
                come_back(till);
                check_books_agree(till);
                check_still_works(till);
            }
        }
    }
}

TEST_CASE("lost link: a terminal that does not care ends the payment on the next connection") {
    scripted_register till;
    till.register_with("0E");
    till.fault(R"({"name": "ignores_link_loss"})");
    till.fault(R"({"name": "link_cut", "step": "host_answered"})");
    till.world.place->receive(till.lane, unhex("06 01 0A 04 000000001200 49 0978"), till.world.now);
    till.run(milliseconds{1000});
    CHECK_FALSE(till.connected);
    till.clear();
    till.connect();
    CHECK(till.heard("04 0F").size() == 1);
    CHECK(till.last() == "06 0F 00");
    CHECK(till.world.charged() == 1200);
    check_books_agree(till);
}

TEST_SUITE_END();
