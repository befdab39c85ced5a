// How payments end: stored or reversed, by the answers that the register gives or does not give.
#include <doctest/doctest.h>

#include "sim/scripted_register.hpp"

using namespace sim;
using strings = std::vector<std::string>;

namespace {

terminal_config with_rule(store_rule rule) {
    terminal_config config;
    config.store_rule = rule;
    return config;
}

const terminal_memory& memory_of(scripted_register& till) {
    return till.world.place->terminal().memory();
}

/// A payment that came to nothing: nobody charged, nothing stored, nothing half done.
void check_undone(scripted_register& till) {
    CHECK(till.world.charged() == 0);
    CHECK(memory_of(till).turnover.empty());
    CHECK(memory_of(till).last_receipt == 0);
    CHECK_FALSE(memory_of(till).pending.has_value());
}

void check_stored(scripted_register& till, std::int64_t amount) {
    CHECK(till.world.charged() == amount);
    REQUIRE(memory_of(till).turnover.size() == 1);
    CHECK(memory_of(till).turnover.front().amount == amount);
    CHECK(memory_of(till).last_receipt == 1);
    CHECK_FALSE(memory_of(till).pending.has_value());
}

}  // namespace

TEST_SUITE_BEGIN("sim/conclusion");

TEST_CASE("conclusion: an unacknowledged status is reversed, under both readings") {
    for (const auto rule : {store_rule::after_prints, store_rule::after_status}) {
        scripted_register till{with_rule(rule)};
        till.register_with("9E");
        till.answer("04 0F", std::nullopt);
        till.pay(1234);
        CHECK_FALSE(till.connected);  // T3 closes the connection
        check_undone(till);
    }
}

TEST_CASE("conclusion: an unanswered print reverses after 2.2.8 and changes nothing after 2.2.9") {
    for (const auto rule : {store_rule::after_prints, store_rule::after_status}) {
        CAPTURE(static_cast<int>(rule));
        scripted_register till{with_rule(rule)};
        till.register_with("9E");
        till.answer("06 D1", std::nullopt);
        till.pay(1234);
        CHECK_FALSE(till.connected);
        if (rule == store_rule::after_prints) {
            check_undone(till);
        } else {
            check_stored(till, 1234);
        }
    }
}

TEST_CASE("conclusion: a register that composes receipts itself has stored with its answer") {
    scripted_register till;
    till.register_with("0E");
    till.answer("06 0F", std::nullopt);
    till.pay(1234);
    CHECK(till.heard("06 D1").empty());
    check_stored(till, 1234);
}

TEST_CASE("conclusion: an unanswered completion changes nothing") {
    scripted_register till;
    till.register_with("9E");
    till.answer("06 0F", std::nullopt);
    till.pay(1234);
    check_stored(till, 1234);
}

TEST_CASE("conclusion: the reversal is shown to a register that is still there") {
    scripted_register till;
    till.register_with("9E");
    till.answer("04 0F", "84 66 00");
    till.pay(1234);
    check_undone(till);
    CHECK(till.heard("04 FF").back() == "04 FF 01 05");
    CHECK(till.last() == "06 1E 01 6C");
    CHECK(till.heard("06 D1").empty());
}

TEST_CASE("conclusion: 84 9C makes the terminal ask again after two seconds") {
    scripted_register till;
    till.register_with("8E");
    int asked = 0;
    till.replies["04 0F"] = [&](const std::string&) -> std::optional<std::string> {
        return ++asked < 4 ? "84 9C 00" : "80 00 00";
    };
    const auto before = till.world.now;
    till.pay(1234);
    CHECK(asked == 4);
    CHECK(till.world.now - before == std::chrono::seconds{6});
    check_stored(till, 1234);
}

TEST_CASE("conclusion: 84 9C more often than BMP 02 allows ends in a reversal") {
    scripted_register till;
    till.register_with("8E");
    till.answer("04 0F", "84 9C 00");
    till.pay(1234, "0202");
    const auto statuses = till.heard("04 0F");
    REQUIRE(statuses.size() == 4);
    CHECK(statuses.back() == "04 0F 02 27 6C");
    CHECK(till.last() == "06 1E 01 6C");
    check_undone(till);
}

TEST_CASE("conclusion: 84 9D lowers the payment to what was delivered") {
    scripted_register till;
    till.register_with("8E");
    till.answer("04 0F", "84 9D 07 04 000000000800");
    till.pay(1234);
    check_stored(till, 800);
}

TEST_CASE("conclusion: the register that issues goods may take as long as BMP 01 says") {
    scripted_register till;
    till.register_with("8E");
    till.answer("04 0F", std::nullopt);
    const auto before = till.world.now;
    till.pay(1234, "013C");
    CHECK(till.world.now - before == std::chrono::seconds{60});
    check_undone(till);
}

TEST_CASE("conclusion: a print answered 84 CC counts as answered") {
    scripted_register till;
    till.register_with("9E");
    till.answer("06 D1", "84 CC 00");
    till.pay(1234);
    check_stored(till, 1234);
}

TEST_CASE("conclusion: a link that goes before the host is asked ends the payment") {
    scripted_register till;
    till.register_with("8E");
    till.replies["04 FF"] = [&](const std::string& text) -> std::optional<std::string> {
        if (text != "04 FF 01 0A") return "80 00 00";
        return std::nullopt;
    };
    till.pay(1234);
    CHECK_FALSE(till.connected);
    check_undone(till);
    CHECK(till.world.host.bookings().empty());
}

TEST_CASE("conclusion: a receipt parameter chooses the slips and their order") {
    struct row {
        const char* tlv;
        std::size_t slips;
        const char* first;
    };
    for (const auto& [tlv, slips, first] :
         {row{"06051F040280 00", 1, "Customer"}, row{"06051F0402A800", 2, "Customer"},
          row{"06051F0402A000", 2, "Merchant"}, row{"06051F04020000", 0, ""}}) {
        CAPTURE(tlv);
        scripted_register till;
        till.register_with("9E");
        till.pay(1234, hex_of(unhex(tlv)));
        const auto prints = till.heard("06 D1");
        std::size_t last_lines = 0;
        for (const auto& one : prints) last_lines += one.substr(9, 2) == "C0" ? 1 : 0;
        CHECK(last_lines == slips);
        if (slips == 0) continue;
        const auto line = unhex(prints.front());
        const std::string text(line.begin() + 4, line.end());
        CHECK(text.starts_with(first));
    }
}

// ---------------------------------------------------------------- 1F1F

TEST_CASE("synchronisation: the number comes in the status and nothing is reversed for silence") {
    scripted_register till;
    till.register_with("8E", "0600");
    till.answer("04 0F", std::nullopt);
    till.pay(1234, "06031F1F00");
    REQUIRE(till.heard("04 0F").size() == 1);
    CHECK(till.heard("04 0F").front().ends_with("1F 1F 02 00 01"));
    check_stored(till, 1234);
}

TEST_CASE("synchronisation: the number before the last undoes the last and takes its number") {
    scripted_register till;
    till.register_with("8E", "0600");
    till.pay(1000, "06031F1F00");
    till.pay(2000, "06051F1F020001");
    till.pay(3000, "06051F1F020001");  // the register never learned of receipt 0002
    CHECK(till.world.charged() == 4000);
    CHECK(memory_of(till).last_receipt == 2);
    CHECK(memory_of(till).turnover.size() == 2);
}

TEST_CASE("synchronisation: equal, far away and empty numbers undo nothing") {
    for (const auto* tlv : {"06051F1F020002", "06051F1F020009", "06031F1F00"}) {
        CAPTURE(tlv);
        scripted_register till;
        till.register_with("8E", "0600");
        till.pay(1000, "06031F1F00");
        till.pay(2000, "06051F1F020001");
        till.pay(3000, tlv);
        CHECK(till.world.charged() == 6000);
        CHECK(memory_of(till).last_receipt == 3);
    }
}

TEST_CASE("synchronisation: goods not issued (84 yy) reverse even so") {
    scripted_register till;
    till.register_with("8E", "0600");
    till.answer("04 0F", "84 66 00");
    till.pay(1234, "06031F1F00");
    check_undone(till);
}

TEST_CASE("synchronisation: an end of day with the old number undoes the last payment first") {
    scripted_register till;
    till.register_with("8E", "0600");
    till.pay(1000, "06031F1F00");
    till.pay(2000, "06051F1F020001");
    till.say("06 50 0A 000000 06051F1F020001");
    CHECK(till.world.charged() == 1000);
    CHECK(memory_of(till).last_day->total() == 1000);
}

// ---------------------------------------------------------------- 1F73

TEST_CASE("message ids: every message of a numbered command carries one, answers echo it") {
    scripted_register till;
    till.say("06 00 12 | 000000 | 0E | 0978 | 06 0A 1F7303000000 26020A00");
    CHECK(till.heard().front() == "80 00 00");
    till.clear();
    till.replies[""] = [](const std::string& message) -> std::optional<std::string> {
        return "80 00 08 06 06 1F 73 03" + message.substr(message.size() - 9);
    };
    till.say("06 01 12 | 04 000000001234 | 49 0978 | 06 06 1F7303000001");
    REQUIRE(till.heard().size() > 3);
    CHECK(till.heard()[0] == "80 00 08 06 06 1F 73 03 00 00 01");
    CHECK(till.heard()[1] == "04 FF 0A 0A 03 06 06 1F 73 03 00 00 02");
    CHECK(till.last() == "06 0F 08 06 06 1F 73 03 00 00 06");
    CHECK(till.world.charged() == 1234);
}

TEST_SUITE_END();
