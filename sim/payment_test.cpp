#include <doctest/doctest.h>

#include "sim/scripted_register.hpp"

using namespace sim;
using strings = std::vector<std::string>;

TEST_SUITE_BEGIN("sim/payment");

TEST_CASE("registration: currency, terminal id and the permitted TLV come back") {
    scripted_register till;
    till.say("06 00 15 | 000000 | 9E | 0978 | 06 0D1201241A02040026040A0206D1");
    CHECK(till.heard() ==
          strings{"80 00 00", "06 0F 0F 19 00 29 12 34 56 78 49 09 78 06 03 12 01 24"});
}

TEST_CASE("registration: without currency and without TLV a register is served too") {
    scripted_register till;
    till.say("06 00 04 000000 9E");
    CHECK(till.heard() == strings{"80 00 00", "06 0F 0A 19 00 29 12 34 56 78 49 09 78"});
}

TEST_CASE("registration: a wrong currency is refused with the right one") {
    scripted_register till;
    till.say("06 00 06 000000 9E 0840");
    CHECK(till.heard() == strings{"84 1E 03 6F 09 78"});
}

TEST_CASE("payment: approved, told, printed, completed, charged once") {
    scripted_register till;
    till.register_with("9E");
    till.pay(1234, "1940");
    const auto course = till.course();
    REQUIRE(course.size() > 8);
    CHECK(course.front() == "80 00");
    CHECK(course.back() == "06 0F");
    CHECK(till.heard("04 FF") == strings{"04 FF 01 0A", "04 FF 02 04 02", "04 FF 01 0B"});
    CHECK(till.heard("04 0F").size() == 1);
    CHECK(till.heard("06 D1").size() > 10);
    CHECK(till.world.charged() == 1234);
    CHECK(till.world.place->terminal().memory().turnover.size() == 1);
}

TEST_CASE("payment: the status information has its fields in the order of the table") {
    scripted_register till;
    till.register_with("8E");
    till.pay(1234, "1940");
    REQUIRE(till.heard("04 0F").size() == 1);
    CHECK(till.heard("04 0F").front() ==
          hex_of(unhex("04 0F 59 | 27 00 | 04 000000001234 | 0B 000001 | 0C 100000 | 0D 0514 |"
                       "0E 3012 | 17 0001 | 19 60 | 22 F0F8 411111EEEEEE1111 | 29 12345678 |"
                       "3B 3130373931390000 | 49 0978 | 87 0001 | 8A 0A |"
                       "2A 565534373131313220202020202020 | 88 000001 | 8B F0F5 5669736100")));
}

TEST_CASE("payment: before a registration it works, without intermediate statuses") {
    scripted_register till;
    till.pay(500);
    CHECK(till.heard("04 FF").empty());
    CHECK(till.heard("06 0F").size() == 1);
    CHECK(till.world.charged() == 500);
}

TEST_CASE("payment: declined amounts end in 06 1E with the same code and charge nothing") {
    struct row {
        std::int64_t amount;
        const char* code;
    };
    for (const auto& [amount, code] :
         {row{1001, "01"}, row{1005, "05"}, row{1051, "33"}, row{1054, "36"}, row{1065, "41"},
          row{1075, "4B"}, row{1091, "5B"}}) {
        CAPTURE(amount);
        scripted_register till;
        till.register_with("8E");
        till.pay(amount);
        REQUIRE(till.heard("04 0F").size() == 1);
        CHECK(till.heard("04 0F").front().substr(9, 5) == std::string{"27 "} + code);
        CHECK(till.last() == std::string{"06 1E 01 "} + code);
        CHECK(till.world.charged() == 0);
    }
}

TEST_CASE("payment: a wrong PIN gives a negative status, then the right one an approval") {
    scripted_register till;
    till.register_with("8E");
    till.pay(1055);
    const auto statuses = till.heard("04 0F");
    REQUIRE(statuses.size() == 2);
    CHECK(statuses[0].substr(9, 5) == "27 37");
    CHECK(statuses[1].substr(9, 5) == "27 00");
    CHECK(till.last() == "06 0F 00");
    CHECK(till.world.charged() == 1055);
}

TEST_CASE("payment: an unknown command is answered 84 83, an unknown BMP too") {
    scripted_register till;
    till.say("06 77 00");
    CHECK(till.heard() == strings{"84 83 00"});
    till.clear();
    till.say("06 01 09 04 000000000100 C7 01");
    CHECK(till.heard() == strings{"84 83 00"});
    CHECK(till.world.charged() == 0);
}

TEST_SUITE_END();
