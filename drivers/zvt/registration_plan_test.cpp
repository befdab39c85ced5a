#include "drivers/zvt/registration_plan.hpp"

#include <doctest/doctest.h>

#include "tests/support/hex_bytes.hpp"

using drivers::errc;
using support::hex;
using namespace drivers::zvt;
using namespace std::chrono_literals;
using how = enum drivers::command_ended::how;
using what = registration_plan::next_step::what;

TEST_SUITE_BEGIN("drivers/zvt/registration_plan");

TEST_CASE("registration_plan: silence is met with two full tries and one without TLV") {
    registration_plan plan{session_options{}};
    CHECK(plan.form() == registration_form::with_tlv);
    CHECK(plan.unanswered(heard::nothing, false).action == what::again);
    CHECK(plan.form() == registration_form::with_tlv);
    CHECK(plan.unanswered(heard::messages, false).action == what::again);
    CHECK(plan.form() == registration_form::without_tlv);
    const auto last = plan.unanswered(heard::nothing, false);
    CHECK(last.action == what::give_up);
    CHECK(last.reason == errc::timeout);
    CHECK(plan.form() == registration_form::with_tlv);
}

TEST_CASE("registration_plan: garbage and NAKs are another protocol, at once") {
    registration_plan plan{session_options{}};
    for (const auto& step :
         {plan.unanswered(heard::garbage, false), plan.unanswered(heard::nothing, true)}) {
        CHECK(step.action == what::give_up);
        CHECK(step.reason == errc::link_speaks_other_protocol);
    }
}

TEST_CASE("registration_plan: refusals and what becomes of them") {
    struct row {
        ending end;
        const char* behind;  // the code
        what action;
        const char* detail;
    };
    const ending busy{how::refused, 0x9C, "wait", {}, true};
    const ending currency{how::refused, 0x6F, "wrong currency", {}, false};
    const ending other{how::aborted, 0xC1, "merchant card locked", {}, false};
    for (const auto& row :
         {row{busy, "", what::wait, "busy"}, row{currency, "0756", what::wait, "CHF"},
          row{currency, "49 0756", what::wait, "CHF"}, row{currency, "", what::wait, "EUR"},
          row{currency, "FF FF", what::wait, "EUR"}, row{other, "", what::again, ""}}) {
        registration_plan plan{session_options{}};
        const auto step = plan.refused(row.end, hex(row.behind));
        CHECK(step.action == row.action);
        CHECK(step.detail.find(row.detail) != std::string::npos);
    }
}

TEST_CASE("registration_plan: refused with and without TLV, it waits longer each time") {
    registration_plan plan{session_options{}};
    const ending refusal{how::refused, 0xC1, "merchant card locked", {}, false};
    std::chrono::milliseconds last{};
    for (int round = 0; round < 10; ++round) {
        CHECK(plan.refused(refusal, {}).action == what::again);
        const auto step = plan.refused(refusal, {});
        CHECK(step.action == what::wait);
        CHECK(step.reason == errc::registration_refused);
        CHECK(step.pause >= last);
        CHECK(step.pause <= 60s);
        last = step.pause;
    }
    CHECK(last == 60s);
    plan.succeeded();
    CHECK(plan.refused({how::refused, 0x6F, "", {}, false}, {}).pause == 1s);
}

TEST_SUITE_END();
