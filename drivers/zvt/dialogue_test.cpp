// The transition table of dialogue.hpp, cell by cell.
#include "drivers/zvt/dialogue.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/support/hex_bytes.hpp"

using drivers::errc;
using drivers::time_point;
using support::hex;
using namespace drivers::zvt;
using namespace std::chrono_literals;
using how = enum drivers::command_ended::how;

namespace {

constexpr time_point start{1h};

request some_request(bool moves_money = true) {
    request out;
    out.apdu = hex("06 01 00");
    out.moves_money = moves_money;
    out.may_be_aborted = moves_money;
    out.answer_within = 5s;
    out.end_within = 180s;
    return out;
}

enum class in : std::uint8_t { queued, sent, running };

dialogue one(in phase, request wanted = some_request(),
             dialogue::owner owner = dialogue::owner::engine) {
    dialogue out{std::move(wanted), owner, session_timers{}};
    if (phase == in::queued) return out;
    out.sent();
    out.delivered(start);
    if (phase == in::running) {
        CHECK_FALSE(out.answered({protocol::zvt::command::positive, {}}, start).has_value());
    }
    return out;
}

/// What becomes of it when this message comes: "" goes on.
std::string after(dialogue& running, std::string_view text) {
    const auto bytes = hex(text);
    const auto split = protocol::zvt::split_apdu(bytes);
    REQUIRE(split.has_value());
    const auto& apdu = split->apdu;
    std::optional<ending> end;
    if (apdu.is_response()) {
        end = running.answered(apdu, start);
    } else if (apdu.code == protocol::zvt::command::completion ||
               apdu.code == protocol::zvt::command::abort_indication) {
        end = running.ended(apdu, false);
    } else {
        running.sign_of_life(dialogue::sign::working, start);
    }
    if (!end) return running.queued() ? "queued" : running.unanswered() ? "sent" : "running";
    switch (end->outcome) {
        case how::completed: return "completed";
        case how::aborted: return "aborted";
        case how::refused: return "refused";
        case how::never_sent: return "never_sent";
        case how::lost: return "lost";
    }
    return "";
}

}  // namespace

TEST_SUITE_BEGIN("drivers/zvt/dialogue");

TEST_CASE("dialogue: every phase and every message") {
    struct row {
        in phase;
        const char* message;
        const char* then;
    };
    for (const auto& row : {
             row{in::queued, "80 00 00", "queued"},
             row{in::queued, "84 9C 00", "queued"},
             row{in::queued, "04 FF 01 0A", "queued"},
             row{in::queued, "06 0F 00", "queued"},
             row{in::queued, "06 1E 01 6C", "queued"},
             row{in::sent, "80 00 00", "running"},
             row{in::sent, "84 00 00", "running"},
             row{in::sent, "84 9C 00", "refused"},
             row{in::sent, "04 FF 01 0A", "running"},
             row{in::sent, "06 0F 00", "completed"},
             row{in::sent, "06 1E 01 6C", "aborted"},
             row{in::running, "80 00 00", "running"},
             row{in::running, "84 9C 00", "running"},
             row{in::running, "04 FF 01 0A", "running"},
             row{in::running, "06 0F 00", "completed"},
             row{in::running, "06 1E 01 6C", "aborted"},
         }) {
        CAPTURE(static_cast<int>(row.phase));
        CAPTURE(row.message);
        auto tested = one(row.phase);
        CHECK(after(tested, row.message) == row.then);
    }
}

TEST_CASE("dialogue: for our own commands what comes before the answer is about something else") {
    for (const auto owner : {dialogue::owner::registration, dialogue::owner::enquiry}) {
        auto own = one(in::sent, some_request(false), owner);
        CHECK(after(own, "04 FF 01 0A") == "sent");
        CHECK(after(own, "06 0F 00") == "sent");
        CHECK(after(own, "06 0F 02 19 00") == "completed");  // no empty one is a stale one
    }
}

TEST_CASE("dialogue: a command that is only answered ends with its answer") {
    auto wanted = some_request(false);
    wanted.answer_ends = true;
    auto shown = one(in::sent, wanted);
    CHECK(after(shown, "80 00 00") == "completed");
}

TEST_CASE("dialogue: an end seen before is no direct answer") {
    const auto end = hex("06 1E 01 6C");
    const auto apdu = protocol::zvt::split_apdu(end).value().apdu;
    CHECK_FALSE(one(in::sent).ended(apdu, true).has_value());
    CHECK(one(in::running).ended(apdu, true).has_value());
}

TEST_CASE("[M4] dialogue: time runs out as lost, in every phase that has a time") {
    for (const auto phase : {in::sent, in::running}) {
        auto late = one(phase);
        const auto limit = phase == in::sent ? 5s : 180s;
        REQUIRE(late.deadline().has_value());
        CHECK(*late.deadline() == start + limit);
        CHECK_FALSE(late.elapse(start + limit - 1ms).has_value());
        const auto end = late.elapse(start + limit);
        REQUIRE(end.has_value());
        CHECK(end->outcome == how::lost);
        CHECK(end->error == errc::timeout);
        CHECK_FALSE(late.elapse(start + 1000s).has_value());
    }
    CHECK_FALSE(one(in::queued).deadline().has_value());
}

TEST_CASE("[M2] dialogue: only a command that moves no money is lost for want of an ACK") {
    auto money = one(in::sent);
    CHECK_FALSE(money.undelivered(false, start).has_value());
    CHECK(*money.deadline() == start + 5s);
    auto other = one(in::sent, some_request(false));
    CHECK(other.undelivered(false, start)->outcome == how::lost);
    CHECK(one(in::sent).undelivered(true, start)->outcome == how::refused);
    CHECK_FALSE(one(in::running).undelivered(true, start).has_value());
}

TEST_CASE("dialogue: 04 FF sets T4 in BCD minutes, 00 leaves it") {
    auto waiting = one(in::running);
    waiting.intermediate(0x0E, 0x12, start);
    CHECK(*waiting.deadline() == start + 12min);
    waiting.intermediate(0x0E, 0x00, start);
    CHECK(*waiting.deadline() == start + 12min);
    waiting.intermediate(0x0E, std::nullopt, start);
    CHECK(*waiting.deadline() == start + 12min);
}

TEST_CASE("dialogue: an abort is due only while a card holder can still stop") {
    auto stopped = one(in::sent);
    stopped.request_abort();
    CHECK_FALSE(stopped.abort_due());
    CHECK(after(stopped, "80 00 00") == "running");
    CHECK(stopped.abort_due());
    stopped.abort_sent();
    CHECK_FALSE(stopped.abort_due());
    stopped.abort_delivered(start);
    CHECK(*stopped.deadline() == start + 5s);
    SUBCASE("accepted") {
        CHECK(after(stopped, "80 00 00") == "running");
        CHECK(*stopped.deadline() == start + 5s);
        CHECK(stopped.elapse(start + 5s)->outcome == how::lost);
    }
    SUBCASE("refused: another try is free, the command goes on") {
        CHECK(after(stopped, "84 83 00") == "running");
        CHECK(*stopped.deadline() == start + 180s);
        stopped.request_abort();
        CHECK(stopped.abort_due());
    }
    SUBCASE("no answer") {
        CHECK_FALSE(stopped.elapse(start + 5s).has_value());
        stopped.request_abort();
        CHECK(stopped.abort_due());
    }
    SUBCASE("approved meanwhile") {
        drivers::transaction_result approval;
        approval.result_code = 0;
        stopped.result(approval);
        stopped.request_abort();
        CHECK_FALSE(stopped.abort_due());
    }
    CHECK(stopped.abort_requested());
}

TEST_SUITE_END();
