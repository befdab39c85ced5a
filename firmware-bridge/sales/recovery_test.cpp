#include "firmware-bridge/sales/recovery.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace bridge::sales;
using drivers::money_kind;
using drivers::transaction_result;
using protocol::receipt_number;
using protocol::trace_number;

namespace {

constexpr std::array stages{intent_stage::intended, intent_stage::approved,
                            intent_stage::approved_aborted, intent_stage::declined,
                            intent_stage::declined_ended};
constexpr std::array kinds{money_kind::payment, money_kind::reservation, money_kind::book_total,
                           money_kind::release, money_kind::reversal,    money_kind::refund};
constexpr std::array repeats{repeat_answer::unanswered,    repeat_answer::unchanged,
                             repeat_answer::ours_approved, repeat_answer::ours_declined,
                             repeat_answer::ours_reversed, repeat_answer::other,
                             repeat_answer::nothing};
constexpr std::array seconds{second_answer::not_asked, second_answer::shows_done,
                             second_answer::shows_not_done, second_answer::undecided};

intent sale_of(std::int64_t minor) {
    intent ours;
    ours.kind = money_kind::payment;
    ours.amount = {minor, protocol::euro()};
    ours.receipt_before = receipt_number{41};
    ours.trace_before = trace_number{122};
    return ours;
}

transaction_result record(std::uint16_t receipt, std::uint64_t trace, std::int64_t amount,
                          std::uint8_t code = 0) {
    transaction_result seen;
    seen.result_code = code;
    seen.receipt = receipt_number{receipt};
    seen.trace = trace_number{trace};
    seen.amount = amount;
    return seen;
}

}  // namespace

TEST_SUITE_BEGIN("sales/recovery");

TEST_CASE("recovery: every situation meets exactly one row of the table, and every row is met") {
    std::vector<int> met(recovery_table().size());
    for (const auto stage : stages) {
        for (const auto kind : kinds) {
            for (const auto repeat : repeats) {
                for (const auto second : seconds) {
                    const situation s{stage, kind, repeat, second};
                    int rows = 0;
                    for (std::size_t i = 0; i < recovery_table().size(); ++i) {
                        if (recovery_table()[i].covers(s)) ++rows, ++met[i];
                    }
                    CAPTURE(to_string(stage));
                    CAPTURE(to_string(kind));
                    CAPTURE(to_string(repeat));
                    REQUIRE(rows == 1);
                }
            }
        }
    }
    CHECK(std::all_of(met.begin(), met.end(), [](int times) { return times > 0; }));
}

TEST_CASE("[M4] recovery: without evidence no situation is ever settled") {
    for (const auto stage : stages) {
        for (const auto kind : kinds) {
            CHECK(decide({stage, kind, repeat_answer::unanswered, second_answer::not_asked}) ==
                  decision::ask_again);
            for (const auto repeat : {repeat_answer::other, repeat_answer::nothing}) {
                if (stage == intent_stage::declined_ended)
                    continue;  // the refusal itself is evidence
                CAPTURE(to_string(stage));
                CAPTURE(to_string(kind));
                CHECK(decide({stage, kind, repeat, second_answer::undecided}) ==
                      decision::stay_unknown);
            }
        }
    }
}

TEST_CASE("recovery: only evidence of the money moving settles as done") {
    for (const auto stage : stages) {
        for (const auto kind : kinds) {
            for (const auto repeat : repeats) {
                for (const auto second : seconds) {
                    if (decide({stage, kind, repeat, second}) != decision::settle_done) continue;
                    CHECK((repeat == repeat_answer::ours_approved ||
                           second == second_answer::shows_done));
                }
            }
        }
    }
}

TEST_CASE("recovery: the last transaction is compared with what was known before ours") {
    const auto ours = sale_of(1234);
    CHECK(classify(ours, record(41, 122, 990)) == repeat_answer::unchanged);
    CHECK(classify(ours, record(42, 123, 1234)) == repeat_answer::ours_approved);
    CHECK(classify(ours, record(42, 123, 1234, 0x05)) == repeat_answer::ours_declined);

    SUBCASE("another amount under the expected number is not ours") {
        CHECK(classify(ours, record(42, 123, 1235)) == repeat_answer::other);
    }
    SUBCASE("a number further on may hide ours") {
        CHECK(classify(ours, record(43, 124, 1234)) == repeat_answer::other);
    }
    SUBCASE("the old number with a new trace number is not the old transaction") {
        CHECK(classify(ours, record(41, 123, 1234)) == repeat_answer::other);
    }
    SUBCASE("another currency is not ours") {
        auto seen = record(42, 123, 1234);
        seen.currency = 756;
        CHECK(classify(ours, seen) == repeat_answer::other);
    }
    SUBCASE("an approval without a result code is no approval") {
        auto seen = record(42, 123, 1234);
        seen.result_code.reset();
        CHECK(classify(ours, seen) == repeat_answer::other);
    }
    SUBCASE("the reversal of ours, with its number after ours") {
        auto seen = record(43, 124, 1234);
        seen.original_trace = trace_number{123};
        CHECK(classify(ours, seen) == repeat_answer::ours_reversed);
    }
    SUBCASE("a reversal under the number that ours would have") {
        auto seen = record(42, 124, 1234);
        seen.original_trace = trace_number{123};
        CHECK(classify(ours, seen) == repeat_answer::ours_reversed);
    }
    SUBCASE("a refusal without receipt number has the next trace number") {
        auto seen = record(0, 123, 1234, 0x33);
        seen.receipt.reset();
        CHECK(classify(ours, seen) == repeat_answer::ours_declined);
        seen.trace = trace_number{125};
        CHECK(classify(ours, seen) == repeat_answer::other);
    }
    SUBCASE("a batch record") {
        auto seen = record(42, 123, 1234);
        seen.totals.emplace();
        CHECK(classify(ours, seen) == repeat_answer::other);
    }
    SUBCASE("a bare completion") {
        CHECK(classify(ours, transaction_result{}) == repeat_answer::nothing);
    }
    SUBCASE("numbers wrap from 9999 to 0001") {
        auto last = ours;
        last.receipt_before = receipt_number{9999};
        CHECK(classify(last, record(1, 123, 1234)) == repeat_answer::ours_approved);
        CHECK(classify(last, record(0, 123, 1234)) == repeat_answer::other);
    }
    SUBCASE("first transaction of a terminal that had none, and of one that we know nothing of") {
        auto first = ours;
        first.receipt_before.reset();
        first.trace_before.reset();
        CHECK(classify(first, record(1, 1, 1234)) == repeat_answer::other);
        first.baseline_known = true;
        CHECK(classify(first, record(1, 1, 1234)) == repeat_answer::ours_approved);
        CHECK(classify(first, record(7, 9, 1234)) == repeat_answer::other);
    }
}

TEST_CASE("recovery: a result that reached us is found again by its own numbers") {
    auto ours = sale_of(1234);
    ours.stage = intent_stage::approved;
    ours.result = record(77, 300, 1234);  // the counter had moved without our knowing
    CHECK(classify(ours, record(77, 300, 1234)) == repeat_answer::ours_approved);
    CHECK(classify(ours, record(41, 122, 990)) == repeat_answer::unchanged);
    CHECK(classify(ours, record(78, 301, 500)) == repeat_answer::other);
    auto reversal = record(78, 301, 1234);
    reversal.original_trace = trace_number{300};
    CHECK(classify(ours, reversal) == repeat_answer::ours_reversed);
    SUBCASE("[M2] another sale with the same amount is not taken for ours") {
        CHECK(classify(ours, record(42, 123, 1234)) == repeat_answer::other);
    }
}

TEST_CASE("recovery: a void is found by the trace number that it reverses") {
    auto ours = sale_of(1234);
    ours.kind = money_kind::reversal;
    ours.original = drivers::original_transaction{receipt_number{40}, trace_number{121}, ""};
    auto seen = record(42, 123, 1234);
    seen.original_trace = trace_number{121};
    CHECK(classify(ours, seen) == repeat_answer::ours_approved);
    seen.original_trace = trace_number{99};
    CHECK(classify(ours, seen) == repeat_answer::other);
}

TEST_CASE("recovery: the transaction that a command refers to is not taken for the command") {
    for (const auto kind : {money_kind::book_total, money_kind::release, money_kind::reversal}) {
        CAPTURE(to_string(kind));
        auto ours = sale_of(1234);
        ours.kind = kind;
        ours.original = drivers::original_transaction{receipt_number{42}, trace_number{123}, {}};
        CHECK(classify(ours, record(42, 123, 1234)) == repeat_answer::unchanged);
        auto silent = record(42, 123, 1234);
        silent.trace.reset();
        CHECK(classify(ours, silent) == repeat_answer::other);
        // Some terminals book a reservation under its own receipt number.
        if (kind != money_kind::reversal) {
            CHECK(classify(ours, record(42, 124, 1234)) == repeat_answer::ours_approved);
        }
    }
}

TEST_CASE(
    "[M4] recovery: the number of the transaction before proves nothing without trace numbers") {
    auto ours = sale_of(1234);
    ours.receipt_before = receipt_number{41};
    ours.trace_before = trace_number{122};
    CHECK(classify(ours, record(41, 122, 1234)) == repeat_answer::unchanged);
    // What was stored before a refusal is older than the refusal.
    CHECK(classify(ours, record(41, 120, 1234)) == repeat_answer::unchanged);
    CHECK(classify(ours, record(41, 123, 1234)) == repeat_answer::other);
    auto silent = record(41, 122, 1234);
    silent.trace.reset();
    CHECK(classify(ours, silent) == repeat_answer::other);
    ours.trace_before.reset();
    CHECK(classify(ours, record(41, 122, 1234)) == repeat_answer::other);
    // Nor does a result of ours that bears that number.
    ours.result = silent;
    CHECK(classify(ours, silent) == repeat_answer::other);
    SUBCASE("trace numbers wrap") {
        ours.result.reset();
        ours.trace_before = trace_number{2};
        CHECK(classify(ours, record(41, 999'998, 1234)) == repeat_answer::unchanged);
        ours.trace_before = trace_number{999'998};
        CHECK(classify(ours, record(41, 2, 1234)) == repeat_answer::other);
    }
}

TEST_CASE(
    "recovery: the original itself, still the last transaction, is no proof of what undoes it") {
    for (const auto kind : {money_kind::reversal, money_kind::release, money_kind::book_total}) {
        CAPTURE(static_cast<int>(kind));
        intent ours;
        ours.kind = kind;
        ours.amount = {1234, protocol::euro()};
        ours.original = {receipt_number{1}, trace_number{3}, {}};
        // We never learned its number, or that of the terminal's last transaction.
        CHECK(classify(ours, record(1, 3, 1234)) == repeat_answer::unchanged);
        ours.receipt_before = receipt_number{1};
        ours.trace_before = trace_number{3};
        CHECK(classify(ours, record(1, 3, 1234)) == repeat_answer::unchanged);
    }
}

TEST_CASE("recovery: totals decide only when we know what they must be") {
    const auto ours = sale_of(1234);
    terminal_memory memory;
    memory.day_complete = true;
    memory.day["Visa"] = {2, 3000};
    memory.day["girocard"] = {1, 500};
    drivers::day_totals totals;
    totals.amount = 3500;
    totals.brands = {{"Visa", 2, 3000}, {"girocard", 1, 500}};
    CHECK(judge_totals(ours, memory, totals) == second_answer::shows_not_done);
    totals.amount = 4734;
    totals.brands[1] = {"girocard", 2, 1734};
    CHECK(judge_totals(ours, memory, totals) == second_answer::shows_done);
    SUBCASE("sums that contradict their parts prove nothing") {
        totals.amount = 3500;
        CHECK(judge_totals(ours, memory, totals) == second_answer::undecided);
    }
    SUBCASE("the sum alone") {
        totals.brands.clear();
        CHECK(judge_totals(ours, memory, totals) == second_answer::shows_done);
    }
    SUBCASE("two sales more are not ours alone") {
        totals.amount = 5968;
        totals.brands[1] = {"girocard", 3, 2968};
        CHECK(judge_totals(ours, memory, totals) == second_answer::undecided);
    }
    SUBCASE("a day that we did not see whole") {
        memory.day_complete = false;
        CHECK(judge_totals(ours, memory, totals) == second_answer::undecided);
    }
}

TEST_CASE("recovery: open reservations prove what they list, and that there are none") {
    auto ours = sale_of(5000);
    ours.kind = money_kind::reservation;
    const std::array with_ours{receipt_number{42}};
    const std::array without{receipt_number{12}};
    CHECK(judge_reservations(ours, with_ours) == second_answer::shows_done);
    CHECK(judge_reservations(ours, {}) == second_answer::shows_not_done);
    CHECK(judge_reservations(ours, without) == second_answer::undecided);
    ours.kind = money_kind::release;
    ours.original = drivers::original_transaction{receipt_number{12}, {}, ""};
    CHECK(judge_reservations(ours, without) == second_answer::shows_not_done);
    CHECK(judge_reservations(ours, {}) == second_answer::shows_done);
}

TEST_SUITE_END();
