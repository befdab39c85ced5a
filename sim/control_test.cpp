#include "sim/control.hpp"

#include <doctest/doctest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "sim/scripted_register.hpp"

using namespace sim;

namespace {

struct controlled {
    terminal_world world;
    std::optional<control> api;

    controlled() {
        world.start();
        api.emplace(std::vector{world.place.get()}, world.host);
    }
    control_reply ask(std::string_view verb, std::string_view target, std::string_view body = "") {
        return api->handle({verb, target, body}, world.now);
    }
    std::string complaint(std::string_view verb, std::string_view target,
                          std::string_view body = "") {
        const auto reply = ask(verb, target, body);
        return std::to_string(reply.status) + " " +
               std::string{reply.status == 200 ? "" : reply.body.at("error").as_string()};
    }
};

}  // namespace

TEST_SUITE_BEGIN("sim/control");

TEST_CASE("control: everything that can be looked at is JSON") {
    controlled c;
    CHECK(c.ask("GET", "/v1/state").body.at("powered").as_bool());
    CHECK(c.ask("GET", "/v1/state?terminal=1").status == 200);
    CHECK(c.ask("GET", "/v1/acquirer").body.at("bookings").as_array().empty());
    CHECK(c.ask("GET", "/v1/trace").body.is_array());
    CHECK_FALSE(c.ask("GET", "/v1/cards").body.as_array().empty());
    CHECK(c.ask("GET", "/v1/faults").body.as_array().empty());
}

TEST_CASE("control: faults are added, shown and forgotten") {
    controlled c;
    const auto added = c.ask("POST", "/v1/faults", R"([{"name": "busy", "times": 3}])");
    CHECK(added.status == 200);
    CHECK(added.body.at("faults").as_array().size() == 1);
    CHECK(c.ask("GET", "/v1/faults").body.as_array().size() == 1);
    CHECK(c.ask("DELETE", "/v1/faults").status == 200);
    CHECK(c.ask("GET", "/v1/faults").body.as_array().empty());
}

TEST_CASE("control: a terminal without power takes neither card nor key") {
    controlled c;
    CHECK(c.ask("POST", "/v1/power", R"({"state": "off"})").status == 200);
    CHECK_FALSE(c.ask("GET", "/v1/state").body.at("powered").as_bool());
    struct row {
        std::string path, body;
    };
    for (const auto& row : {row{"/v1/card", R"({"action": "present", "card": "girocard"})"},
                            row{"/v1/keys", R"({"keys": ["OK"]})"},
                            row{"/v1/sale", R"({"amount": 100})"}, row{"/v1/end-of-day", "{}"}}) {
        CAPTURE(row.path);
        CHECK(c.ask("POST", row.path, row.body).status == 409);
    }
    CHECK(c.ask("POST", "/v1/power", R"({"state": "on"})").status == 200);
    CHECK(c.ask("GET", "/v1/state").body.at("powered").as_bool());
}

TEST_CASE("control: what it does not understand is refused with what to write") {
    struct row {
        std::string verb, target, body, says;
    };
    const row rows[] = {
        {"GET", "", "", "400 the target is not a path"},
        {"GET", "v1/state", "", "400 the target is not a path"},
        {"GET", "/v1/%zz", "", "400 the target is not a path"},
        {"GET", "/v1/nothing", "", "404 there is no /v1/nothing"},
        {"GET", "/v1/state/", "", "404 there is no /v1/state/"},
        {"GET", "/v1/%73tate", "", "404 there is no /v1/%73tate"},
        {"GET", "/v1/state?terminal=0", "", "400 the only parameter is terminal=1 to 1"},
        {"GET", "/v1/state?terminal=2", "", "400 the only parameter"},
        {"GET", "/v1/state?terminal=1x", "", "400 the only parameter"},
        {"GET", "/v1/state?terminal=", "", "400 the only parameter"},
        {"GET", "/v1/state?lane=1", "", "400 the only parameter"},
        {"GET", "/v1/state?terminal=99999999999999999999", "", "400 the only parameter"},
        {"GET", "/v1/keys", "", "405 only POST is possible here"},
        {"POST", "/v1/state", "{}", "405 only GET is possible here"},
        {"PUT", "/v1/state", "", "405 use GET or POST"},
        {"DELETE", "/v1/state", "", "405 use GET or POST"},
        {"get", "/v1/state", "", "405 use GET or POST"},
        {"POST", "/v1/keys", "{", "400 the body must be a JSON object"},
        {"POST", "/v1/keys", "[]", "400 the body must be a JSON object"},
        {"POST", "/v1/keys", "{} {}", "400 the body must be a JSON object"},
        {"POST", "/v1/keys", "", "400 keys: expected a list"},
        {"POST", "/v1/keys", R"({"keys": "OK"})", "400 keys: expected a list"},
        {"POST", "/v1/keys", R"({"keys": ["1", "10"]})", "400 keys[1]: expected"},
        {"POST", "/v1/keys", R"({"keys": [1]})", "400 keys[0]: expected"},
        {"POST", "/v1/card", "{}", "400 action: expected"},
        {"POST", "/v1/card", R"({"action": 1})", "400 action: expected"},
        {"POST", "/v1/card", R"({"action": "present"})", "400 card: no card is called ''"},
        {"POST", "/v1/card", R"({"action": "present", "card": "gold"})", "400 card: no card is"},
        {"POST", "/v1/power", R"({"state": "half"})", "400 state: expected"},
        {"POST", "/v1/sale", "{}", "400 amount: expected"},
        {"POST", "/v1/sale", R"({"amount": 0})", "400 amount: expected"},
        {"POST", "/v1/sale", R"({"amount": -1})", "400 amount: expected"},
        {"POST", "/v1/sale", R"({"amount": 1.5})", "400 amount: expected"},
        {"POST", "/v1/sale", R"({"amount": "100"})", "400 amount: expected"},
        {"POST", "/v1/sale", R"({"amount": 10000000000})", "400 amount: expected"},
        {"POST", "/v1/sale", R"({"amount": 18446744073709551615})", "400 amount: expected"},
        {"POST", "/v1/faults", "", "400 not JSON"},
        {"POST", "/v1/faults", R"([{"name": "bussy"}])", "400 faults[0].name: no fault"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.verb);
        CAPTURE(row.target);
        CAPTURE(row.body);
        controlled c;
        CHECK(c.complaint(row.verb, row.target, row.body).starts_with(row.says));
        CHECK(c.ask("GET", "/v1/acquirer").body.at("bookings").as_array().empty());
    }
}

TEST_SUITE_END();
