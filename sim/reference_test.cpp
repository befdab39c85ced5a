// Reservations and reversals.
#include <doctest/doctest.h>

#include "sim/scripted_register.hpp"

using namespace sim;
using strings = std::vector<std::string>;

namespace {

std::int64_t held(const scripted_register& till) {
    const auto all = till.world.host.balances();
    const auto found = all.find({"visa-credit", 978});
    return found == all.end() ? 0 : found->second.held;
}

}  // namespace

TEST_SUITE_BEGIN("sim/reference");

TEST_CASE("reservation: holds without charging and prints nothing") {
    scripted_register till;
    till.register_with("9E");
    till.say("06 22 0C | 04 000000005000 | 49 0978 | 19 40");
    CHECK(till.last() == "06 0F 00");
    CHECK(till.heard("06 D1").empty());
    CHECK(held(till) == 5000);
    CHECK(till.world.charged() == 0);
}

TEST_CASE("book total: charges the used part and releases the rest") {
    scripted_register till;
    till.register_with("8E");
    till.say("06 22 0C | 04 000000005000 | 49 0978 | 19 40");
    till.clear();
    till.say("06 24 1A | 87 0001 | 04 000000004200 | 49 0978 | 0B 000001 | 3B 3130373931390000");
    CHECK(till.last() == "06 0F 00");
    REQUIRE(till.heard("04 0F").size() == 1);
    CHECK(till.heard("04 0F").front().find("87 00 02") != std::string::npos);
    CHECK(held(till) == 0);
    CHECK(till.world.charged() == 4200);
}

TEST_CASE("partial reversal: carries the unused part") {
    scripted_register till;
    till.register_with("8E");
    till.say("06 22 0C | 04 000000005000 | 49 0978 | 19 40");
    till.say("06 23 0A | 87 0001 | 04 000000000800");
    CHECK(till.last() == "06 0F 00");
    CHECK(till.world.charged() == 4200);
}

TEST_CASE("reservation reversal: frees the hold") {
    scripted_register till;
    till.register_with("8E");
    till.say("06 22 0C | 04 000000005000 | 49 0978 | 19 40");
    till.say("06 25 03 | 87 0001");
    CHECK(till.last() == "06 0F 00");
    CHECK(held(till) == 0);
    CHECK(till.world.charged() == 0);
}

TEST_CASE("open reservations: the first, or the list for a register that sent a container") {
    scripted_register till;
    till.register_with("8E");
    till.say("06 23 03 87 FFFF");
    CHECK(till.last() == "06 1E 04 B8 87 FF FF");
    till.say("06 22 07 04 000000005000");
    till.say("06 22 07 04 000000006000");
    till.say("06 23 03 87 FFFF");
    CHECK(till.last() == "06 1E 04 B8 87 00 01");
    till.say("06 23 05 87 FFFF 0600");
    CHECK(till.last() == "06 1E 0D B8 06 0A 23 08 08 02 00 01 08 02 00 02");
}

TEST_CASE("reservations: an unknown one, a used one, too much") {
    scripted_register till;
    till.register_with("8E");
    till.say("06 24 0A 87 0007 04 000000000100");
    CHECK(till.last() == "06 1E 01 B8");
    till.say("06 22 07 04 000000005000");
    till.say("06 24 0A 87 0001 04 000000005001");
    CHECK(till.last() == "06 1E 01 B7");
    till.say("06 23 0A 87 0001 04 000000005000");
    CHECK(till.last() == "06 1E 01 B7");
    till.say("06 25 03 87 0001");
    till.say("06 25 03 87 0001");
    CHECK(till.last() == "06 1E 01 B8");
}

TEST_CASE("reversal: makes the payment void, names its trace, works once") {
    scripted_register till;
    till.register_with("8E");
    till.pay(1234);
    till.clear();
    till.say("06 30 10 | 000000 | 87 0001 | 04 000000001234 | 49 0978");
    CHECK(till.last() == "06 0F 00");
    REQUIRE(till.heard("04 0F").size() == 1);
    CHECK(till.heard("04 0F").front().find("37 00 00 01") != std::string::npos);
    CHECK(till.heard("04 0F").front().find("87 00 02") != std::string::npos);
    CHECK(till.world.charged() == 0);
    till.say("06 30 10 | 000000 | 87 0001 | 04 000000001234 | 49 0978");
    CHECK(till.last() == "06 1E 01 B4");
}

TEST_CASE("reversal: of nothing, of another amount, without a password") {
    scripted_register till;
    till.register_with("8E");
    till.pay(1234);
    till.say("06 30 06 | 000000 | 87 0009");
    CHECK(till.last() == "06 1E 01 B5");
    till.say("06 30 0D | 000000 | 87 0001 | 04 000000001235");
    CHECK(till.last() == "06 1E 01 B5");
    till.say("06 30 00");
    CHECK(till.last() == "84 9A 00");
    CHECK(till.world.charged() == 1234);
}

TEST_CASE("refund: gives money back to the card") {
    scripted_register till;
    till.register_with("8E");
    till.pay(1234);
    till.say("06 31 0F | 000000 | 04 000000000500 | 49 0978 | 19 40");
    CHECK(till.last() == "06 0F 00");
    CHECK(till.world.charged() == 734);
}

TEST_CASE("reversals and captures that are not acknowledged are undone themselves") {
    scripted_register till;
    till.register_with("8E");
    till.pay(1234);
    till.say("06 22 07 04 000000005000");
    till.answer("04 0F", std::nullopt);
    till.say("06 30 06 | 000000 | 87 0001");
    CHECK_FALSE(till.connected);
    CHECK(till.world.charged() == 1234);
    till.connect();
    till.say("06 24 0A 87 0002 04 000000004200");
    CHECK(till.world.charged() == 1234);
    CHECK(held(till) == 5000);
    till.connect();
    till.say("06 25 03 87 0002");
    CHECK(held(till) == 5000);
    till.connect();
    till.replies.clear();
    till.say("06 24 0A 87 0002 04 000000004200");
    CHECK(till.world.charged() == 5434);
}

TEST_SUITE_END();
