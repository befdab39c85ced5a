// The tables of README.md are those of the code: steps of payments and refunds, recovery.
#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <sstream>
#include <vector>

#include "firmware-bridge/sales/recovery.hpp"
#include "firmware-bridge/sales/transitions.hpp"

using namespace bridge::sales;
using drivers::money_kind;

namespace {

std::string readme() {
    std::ifstream file{SALES_README};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void expect(const std::string& text, const std::string& row) {
    CAPTURE(row);
    CHECK(text.find(row) != std::string::npos);
}

std::size_t occurrences(std::string_view text, std::string_view of) {
    std::size_t count = 0;
    for (auto at = text.find(of); at != text.npos; at = text.find(of, at + 1)) ++count;
    return count;
}

constexpr std::array payment_states{payment_status::created,    payment_status::in_progress,
                                    payment_status::authorized, payment_status::captured,
                                    payment_status::declined,   payment_status::cancelled,
                                    payment_status::unknown,    payment_status::voided};
constexpr std::array refund_states{refund_status::pending, refund_status::succeeded,
                                   refund_status::failed, refund_status::cancelled,
                                   refund_status::unknown};

/// "| `created` | in_progress, cancelled, unknown |"
template <class States>
void expect_steps(const std::string& text, const States& states) {
    for (const auto from : states) {
        std::string steps;
        for (const auto to : states) {
            if (!may_become(from, to)) continue;
            steps += (steps.empty() ? "" : ", ") + std::string{to_string(to)};
        }
        expect(text, "\n| `" + std::string{to_string(from)} + "` | " +
                         (steps.empty() ? "–" : steps) + " |");
    }
}

std::string_view name_of(intent_stage stage) { return to_string(stage); }
std::string_view name_of(money_kind kind) { return to_string(kind); }
std::string_view name_of(repeat_answer answer) { return to_string(answer); }
std::string_view name_of(second_answer answer) {
    switch (answer) {
        case second_answer::not_asked: return "not asked";
        case second_answer::shows_done: return "shows it";
        case second_answer::shows_not_done: return "shows that it is not there";
        case second_answer::undecided: return "undecided";
    }
    return {};
}

/// The members of a bit mask of the recovery table; "any" for all of them.
template <class Enum>
std::string members(std::uint8_t mask, Enum last) {
    std::string names;
    bool all = true;
    for (unsigned bit = 0; bit <= static_cast<unsigned>(last); ++bit) {
        if (((mask >> bit) & 1U) == 0) {
            all = false;
            continue;
        }
        names += (names.empty() ? "" : ", ") + std::string{name_of(static_cast<Enum>(bit))};
    }
    return all ? "any" : names;
}

}  // namespace

TEST_SUITE_BEGIN("sales/readme");

TEST_CASE("readme: every step that a payment and a refund can take, and no other") {
    const auto text = readme();
    REQUIRE_FALSE(text.empty());
    expect_steps(text, payment_states);
    expect_steps(text, refund_states);
}

TEST_CASE("readme: every row of the recovery table, in order, and no other") {
    const auto text = readme();
    const auto begin = text.find("## Recovery");
    REQUIRE(begin != std::string::npos);
    auto at = begin;
    for (const auto& row : recovery_table()) {
        const auto line = "\n| " + members(row.stages, intent_stage::declined_ended) + " | " +
                          members(row.kinds, money_kind::refund) + " | " +
                          members(row.repeats, repeat_answer::nothing) + " | " +
                          members(row.seconds, second_answer::undecided) + " | " +
                          std::string{to_string(row.decision)} + " | " + std::string{row.why} +
                          " |";
        CAPTURE(line);
        const auto found = text.find(line, at);
        CHECK(found != std::string::npos);
        if (found != std::string::npos) at = found;
    }
    const auto section = text.substr(begin, text.find("\n## ", begin) - begin);
    std::size_t shown = 0;
    for (const auto one :
         {decision::settle_done, decision::settle_declined, decision::settle_not_done,
          decision::ask_second, decision::ask_again, decision::stay_unknown}) {
        shown += occurrences(section, " | " + std::string{to_string(one)} + " | ");
    }
    CHECK(shown == recovery_table().size());
}

TEST_SUITE_END();
