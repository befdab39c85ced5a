#include "sim/fault_script.hpp"

#include <doctest/doctest.h>

#include <boost/json.hpp>

using namespace sim;

namespace {

std::vector<fault> good(std::string_view text) {
    auto parsed = parse_fault_script(text);
    REQUIRE(std::holds_alternative<std::vector<fault>>(parsed));
    return std::get<std::vector<fault>>(std::move(parsed));
}

constexpr auto status = protocol::zvt::command::status_information;
constexpr auto completion = protocol::zvt::command::completion;

}  // namespace

TEST_SUITE_BEGIN("sim/fault_script");

TEST_CASE("script: every field of a fault is read") {
    const auto faults = good(R"({"seed": 7, "faults": [
        {"name": "link_cut", "message": "04 0F", "direction": "to_terminal", "occurrence": 2,
         "times": 3, "probability": 0.5, "byte": 5, "ms": 250},
        {"name": "busy", "code": "A0", "seed": 99},
        {"name": "power_loss", "step": "host_asked"},
        {"name": "pan_form", "value": "padded"}]})");
    REQUIRE(faults.size() == 4);
    CHECK(faults[0].kind == fault_kind::link_cut);
    CHECK(faults[0].message.matches(status));
    CHECK_FALSE(faults[0].message.matches(completion));
    CHECK(faults[0].way == direction::to_terminal);
    CHECK(faults[0].occurrence == 2);
    CHECK(faults[0].times == 3);
    CHECK(faults[0].probability_ppm == 500000);
    CHECK(faults[0].seed == 7);
    CHECK(faults[0].byte == 5U);
    CHECK(faults[0].lasts == std::chrono::milliseconds{250});
    CHECK(faults[1].code == std::uint8_t{0xA0});
    CHECK(faults[1].seed == 99);
    CHECK(faults[2].step == "host_asked");
    CHECK(faults[3].value == "padded");
}

TEST_CASE("script: what a fault does not say fits its kind") {
    const auto faults = good(R"([{"name": "status_lost"}, {"name": "bare_repeat_receipt"},
                                 {"name": "busy"}, {"name": "status_repeated"}])");
    CHECK(faults[0].message.matches(status));
    CHECK_FALSE(faults[0].message.matches(completion));
    CHECK(faults[0].times == 1);
    CHECK(faults[1].times == 0);
    CHECK(faults[2].way == direction::to_terminal);
    CHECK(faults[3].count == 2);
}

TEST_CASE("script: every fault and every step can be named") {
    for (const auto& info : all_faults()) {
        CAPTURE(info.name);
        std::string value;
        for (const auto* one : {"empty", "extended", "padded", "amount", "FFFF", "utf_8"}) {
            const auto text = std::string{"[{\"name\":\""} + std::string{info.name} +
                              "\",\"value\":\"" + one + "\"}]";
            if (std::holds_alternative<std::vector<fault>>(parse_fault_script(text))) value = one;
        }
        CHECK_FALSE(value.empty());
    }
    for (const auto step : all_steps()) {
        CHECK(good("[{\"name\":\"power_loss\",\"step\":\"" + std::string{step} + "\"}]").size() ==
              1);
    }
}

TEST_CASE("script: an empty list is a script") { CHECK(good("[]").empty()); }

TEST_CASE("script: what is wrong is named with its place") {
    struct row {
        const char* text;
        const char* complaint;
    };
    const row rows[] = {
        {"", "not JSON: incomplete JSON at byte 0"},
        {"{", "not JSON: incomplete JSON at byte 1"},
        {"[] []", "not JSON: extra data at byte 3"},
        {"[{]", "not JSON: syntax error at byte 2"},
        {"7", "faults: expected a list"},
        {"{}", "script: has no faults"},
        {R"({"faults": 7})", "faults: expected a list"},
        {R"({"faults": [], "sed": 1})", "sed: a script has only seed and faults"},
        {R"({"faults": [], "seed": -1})", "seed: expected a whole number"},
        {"[7]", "faults[0]: expected an object"},
        {"[{}]", "faults[0]: has no name"},
        {R"([{"name": 7}])", "faults[0].name: expected a text"},
        {R"([{"name": "busy"}, {"name": "bussy"}])",
         "faults[1].name: no fault is called 'bussy': see --list-faults"},
        {R"([{"name": "busy", "cod": "9C"}])", "faults[0].cod: no fault has this key"},
        {R"([{"name": "busy", "code": "9"}])", "faults[0].code: expected two hex digits"},
        {R"([{"name": "busy", "code": 9}])", "faults[0].code: expected a text"},
        {R"([{"name": "busy", "code": "XY"}])", "faults[0].code: expected two hex digits"},
        {R"([{"name": "link_cut", "message": "04"}])", "faults[0].message: expected a control"},
        {R"([{"name": "link_cut", "message": "status"}])", "faults[0].message: expected a control"},
        {R"([{"name": "link_cut", "direction": "up"}])", "faults[0].direction: expected"},
        {R"([{"name": "link_cut", "byte": -1}])", "faults[0].byte: expected a whole number"},
        {R"([{"name": "link_cut", "byte": 1.5}])", "faults[0].byte: expected a whole number"},
        {R"([{"name": "link_cut", "byte": "1"}])", "faults[0].byte: expected a whole number"},
        {R"([{"name": "link_cut", "byte": 70000}])", "faults[0].byte: expected a whole number"},
        {R"([{"name": "link_cut", "occurrence": 0}])", "faults[0].occurrence: expected a whole"},
        {R"([{"name": "link_cut", "times": true}])", "faults[0].times: expected a whole number"},
        {R"([{"name": "link_cut", "probability": 1.1}])", "faults[0].probability: expected a numb"},
        {R"([{"name": "link_cut", "probability": "1"}])", "faults[0].probability: expected a numb"},
        {R"([{"name": "link_cut", "ms": 1e12}])", "faults[0].ms: expected a whole number"},
        {R"([{"name": "link_cut", "step": "nowhere"}])", "faults[0].step: no step is called"},
        {R"([{"name": "noise", "step": "stored"}])", "faults[0].step: only power_loss and link"},
        {R"([{"name": "noise", "count": 65536}])", "faults[0].count: expected a whole number"},
        {R"([{"name": "pan_form"}])", "faults[0].value: expected one of absent"},
        {R"([{"name": "pan_form", "value": "red"}])", "faults[0].value: expected one of absent"},
        {R"([{"name": "text_encoding", "value": "latin"}])", "faults[0].value: expected one of cp"},
    };
    for (const auto& [text, complaint] : rows) {
        CAPTURE(text);
        const auto parsed = parse_fault_script(text);
        REQUIRE(std::holds_alternative<script_error>(parsed));
        const auto& what = std::get<script_error>(parsed).what;
        CAPTURE(what);
        CHECK(what.starts_with(complaint));
    }
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("sim/fault");

TEST_CASE("fault_plan: strikes from its occurrence on, as often as it says") {
    fault_plan plan;
    plan.add(good(R"([{"name": "noise", "message": "04 0F", "occurrence": 2, "times": 2}])")[0]);
    std::string struck;
    for (int message = 0; message < 5; ++message) {
        CHECK_FALSE(plan.strike(fault_kind::noise, completion, direction::to_register));
        struck += plan.strike(fault_kind::noise, status, direction::to_register) ? 'x' : '.';
    }
    CHECK(struck == ".xx..");
    CHECK(plan.active().empty());
    CHECK(plan.take_struck().size() == 2);
    CHECK(plan.take_struck().empty());
}

TEST_CASE("fault_plan: the other direction and other kinds are not its business") {
    fault_plan plan;
    plan.add(good(R"([{"name": "noise"}])")[0]);
    CHECK_FALSE(plan.strike(fault_kind::noise, status, direction::to_terminal));
    CHECK_FALSE(plan.strike(fault_kind::split, status, direction::to_register));
    CHECK(plan.watches(direction::to_register));
    CHECK_FALSE(plan.watches(direction::to_terminal));
    CHECK(plan.strike(fault_kind::noise, status, direction::to_register));
    CHECK_FALSE(plan.watches(direction::to_register));
}

TEST_CASE("fault_plan: chance is drawn from the seed and is the same every time") {
    const auto pattern = [](std::uint64_t seed) {
        fault_plan plan;
        auto one = good(R"([{"name": "noise", "probability": 0.3, "times": 0}])")[0];
        one.seed = seed;
        plan.add(one);
        std::string struck;
        for (int message = 0; message < 1000; ++message) {
            struck += plan.strike(fault_kind::noise, status, direction::to_register) ? 'x' : '.';
        }
        return struck;
    };
    CHECK(pattern(1) == pattern(1));
    CHECK(pattern(1) != pattern(2));
    const auto hits = std::ranges::count(pattern(1), 'x');
    CHECK(hits > 240);
    CHECK(hits < 360);
}

TEST_CASE("fault_plan: a fault of a step strikes at that step only") {
    fault_plan plan;
    plan.add(good(R"([{"name": "link_cut", "step": "stored"}])")[0]);
    CHECK_FALSE(plan.strike(fault_kind::link_cut, status, direction::to_register));
    CHECK_FALSE(plan.strike(fault_kind::link_cut, "before_host"));
    CHECK(plan.strike(fault_kind::link_cut, "stored"));
}

TEST_SUITE_END();
