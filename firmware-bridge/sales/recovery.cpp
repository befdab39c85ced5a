#include "firmware-bridge/sales/recovery.hpp"

#include <algorithm>
#include <array>

#include "protocol/invariant.hpp"

namespace bridge::sales {
namespace {

using drivers::money_kind;

template <class... Enum>
constexpr std::uint8_t any_of(Enum... values) noexcept {
    return static_cast<std::uint8_t>((0U | ... | (1U << static_cast<unsigned>(values))));
}
template <class Enum>
constexpr bool holds(std::uint8_t set, Enum value) noexcept {
    return ((set >> static_cast<unsigned>(value)) & 1U) != 0;
}

constexpr std::uint8_t any_stage =
    any_of(intent_stage::intended, intent_stage::approved, intent_stage::approved_aborted,
           intent_stage::declined, intent_stage::declined_ended);
constexpr std::uint8_t any_kind =
    any_of(money_kind::payment, money_kind::reservation, money_kind::book_total,
           money_kind::release, money_kind::reversal, money_kind::refund);
constexpr std::uint8_t any_second = any_of(second_answer::not_asked, second_answer::shows_done,
                                           second_answer::shows_not_done, second_answer::undecided);

constexpr std::uint8_t undecided_dialogue = any_of(intent_stage::intended, intent_stage::declined);
constexpr std::uint8_t approved = any_of(intent_stage::approved, intent_stage::approved_aborted);
constexpr std::uint8_t open_dialogue = undecided_dialogue | approved;
constexpr std::uint8_t declined_ended = any_of(intent_stage::declined_ended);

constexpr std::uint8_t without_second = any_of(money_kind::reversal, money_kind::refund);
constexpr std::uint8_t with_second = any_kind & static_cast<std::uint8_t>(~without_second);

constexpr std::uint8_t cannot_tell = any_of(repeat_answer::other, repeat_answer::nothing);
// An approval that we saw, and a terminal that now calls the same transaction declined, contradict
// each other: as good as no answer.
constexpr std::uint8_t cannot_tell_approved = cannot_tell | any_of(repeat_answer::ours_declined);

// clang-format off
constexpr std::array table{
    recovery_row{any_stage, any_kind, any_of(repeat_answer::unanswered), any_second,
                 decision::ask_again, "no answer is no evidence"},

    recovery_row{open_dialogue, any_kind, any_of(repeat_answer::ours_approved), any_second,
                 decision::settle_done, "the terminal holds it as its last transaction, approved"},
    recovery_row{undecided_dialogue, any_kind, any_of(repeat_answer::ours_declined), any_second,
                 decision::settle_declined, "the terminal's record of it is a refusal"},
    recovery_row{any_of(intent_stage::intended) | approved, any_kind, any_of(repeat_answer::unchanged), any_second,
                 decision::settle_not_done, "the terminal's last transaction is still the one before it"},
    recovery_row{any_of(intent_stage::declined), any_kind, any_of(repeat_answer::unchanged), any_second,
                 decision::settle_declined, "refused, and nothing was stored after it"},
    recovery_row{open_dialogue, any_kind, any_of(repeat_answer::ours_reversed), any_second,
                 decision::settle_not_done, "the terminal reversed it by itself"},

    recovery_row{undecided_dialogue, with_second, cannot_tell, any_of(second_answer::not_asked),
                 decision::ask_second, "the last transaction does not tell: ask for totals or reservations"},
    recovery_row{undecided_dialogue, with_second, cannot_tell, any_of(second_answer::shows_done),
                 decision::settle_done, "totals or reservations contain it"},
    recovery_row{undecided_dialogue, with_second, cannot_tell, any_of(second_answer::shows_not_done),
                 decision::settle_not_done, "totals or reservations do not contain it"},
    recovery_row{undecided_dialogue, with_second, cannot_tell, any_of(second_answer::undecided),
                 decision::stay_unknown, "neither question could be decided"},
    recovery_row{approved, with_second, cannot_tell_approved, any_of(second_answer::not_asked),
                 decision::ask_second, "the last transaction does not tell: ask for totals or reservations"},
    recovery_row{approved, with_second, cannot_tell_approved, any_of(second_answer::shows_done),
                 decision::settle_done, "totals or reservations contain it"},
    recovery_row{approved, with_second, cannot_tell_approved, any_of(second_answer::shows_not_done),
                 decision::settle_not_done, "totals or reservations do not contain it"},
    recovery_row{approved, with_second, cannot_tell_approved, any_of(second_answer::undecided),
                 decision::stay_unknown, "neither question could be decided"},

    recovery_row{undecided_dialogue, without_second, cannot_tell, any_second,
                 decision::stay_unknown, "terminals differ in how they count reversals and refunds"},
    recovery_row{approved, without_second, cannot_tell_approved, any_second,
                 decision::stay_unknown, "terminals differ in how they count reversals and refunds"},

    recovery_row{declined_ended, any_kind, any_of(repeat_answer::ours_approved), any_second,
                 decision::settle_done, "the regular completion was right, a later result was lost"},
    recovery_row{declined_ended, any_kind,
                 any_of(repeat_answer::unchanged, repeat_answer::ours_declined, repeat_answer::ours_reversed,
                        repeat_answer::other, repeat_answer::nothing), any_second,
                 decision::settle_declined, "the result was a refusal and nothing contradicts it"},
};
// clang-format on

bool amounts_agree(const intent& ours, const drivers::transaction_result& seen) noexcept {
    if (seen.currency && *seen.currency != ours.amount.unit.number()) return false;
    switch (ours.kind) {
        case money_kind::payment:
        case money_kind::reservation:
        case money_kind::book_total:
        case money_kind::refund: return seen.amount == ours.amount.minor;
        case money_kind::release:  // seen with amount 0 and without one
        case money_kind::reversal:
            return !seen.amount || *seen.amount == 0 || *seen.amount == ours.amount.minor;
    }
    return false;
}

template <class T>
bool differ(const std::optional<T>& a, const std::optional<T>& b) noexcept {
    return a && b && *a != *b;
}

/// Trace numbers run from 000001 to 999999 and round again: the nearer way tells which is newer.
bool newer(protocol::trace_number one, protocol::trace_number other) noexcept {
    constexpr std::uint64_t round = 999'999;
    const auto ahead = (one.value() + round - other.value() % round) % round;
    return ahead != 0 && ahead < round / 2;
}

/// Whether `seen`, which bears the number of the transaction before ours, is that transaction.
repeat_answer judge_number_before(const intent& ours,
                                  const drivers::transaction_result& seen) noexcept {
    // A terminal gives the number of a reversed transaction out again (and one that synchronises by
    // 1F1F does so by design); only trace numbers tell the two apart.
    const bool told_apart = seen.trace && ours.trace_before;
    return told_apart && !newer(*seen.trace, *ours.trace_before) ? repeat_answer::unchanged
                                                                 : repeat_answer::other;
}

/// The receipt number that ours must have if it was the terminal's next transaction.
std::optional<protocol::receipt_number> expected_receipt(const intent& ours) noexcept {
    if (ours.receipt_before) return protocol::following(*ours.receipt_before);
    // A terminal that had no transaction at all starts at 0001.
    if (ours.baseline_known) return protocol::receipt_number{1};
    return std::nullopt;
}

/// `seen` has the number of ours: what does it say?
repeat_answer judge_own_record(const intent& ours,
                               const drivers::transaction_result& seen) noexcept {
    if (!seen.result_code) return repeat_answer::other;
    if (!seen.approved()) return repeat_answer::ours_declined;
    if (ours.kind == money_kind::reversal) {
        const auto original = ours.original ? ours.original->trace : std::nullopt;
        return differ(seen.original_trace, original) ? repeat_answer::other
                                                     : repeat_answer::ours_approved;
    }
    // Some terminals send BMP 37 with a release of a reservation, too; for a charge it means
    // "reversed".
    if (seen.original_trace && ours.kind != money_kind::release)
        return repeat_answer::ours_reversed;
    return amounts_agree(ours, seen) ? repeat_answer::ours_approved : repeat_answer::other;
}

bool is_reversal_of(const intent& ours, const drivers::transaction_result& seen) noexcept {
    if (!seen.original_trace || !seen.approved()) return false;
    if (ours.kind == money_kind::reversal || ours.kind == money_kind::release) return false;
    if (ours.result && ours.result->trace) return *ours.result->trace == *seen.original_trace;
    // Its result never reached us: then it must have been the next one, and this the one after.
    const auto expected = expected_receipt(ours);
    return expected && seen.receipt == protocol::following(*expected) && amounts_agree(ours, seen);
}

}  // namespace

second_question second_question_for(money_kind kind) noexcept {
    switch (kind) {
        case money_kind::payment:
        case money_kind::book_total: return second_question::totals;
        case money_kind::reservation:
        case money_kind::release: return second_question::reservations;
        case money_kind::reversal:
        case money_kind::refund: return second_question::none;
    }
    return second_question::none;
}

repeat_answer classify(const intent& ours, const drivers::transaction_result& seen) noexcept {
    if (seen.totals) return repeat_answer::other;
    if (!seen.receipt && !seen.trace) {
        return seen.result_code ? repeat_answer::other : repeat_answer::nothing;
    }
    const bool number_before = ours.receipt_before && seen.receipt == ours.receipt_before;
    const bool told_apart = seen.trace && ours.trace_before;
    if (number_before && !told_apart) return judge_number_before(ours, seen);
    // Ours by its own numbers, when its result reached us.
    if (ours.result && (ours.result->receipt || ours.result->trace)) {
        const bool same =
            !differ(seen.receipt, ours.result->receipt) &&
            !differ(seen.trace, ours.result->trace) &&
            (seen.receipt == ours.result->receipt || seen.trace == ours.result->trace);
        if (same) {
            return ours.kind != money_kind::reversal && ours.kind != money_kind::release &&
                           seen.original_trace && !ours.result->original_trace
                       ? repeat_answer::ours_reversed
                       : judge_own_record(ours, seen);
        }
    }
    if (number_before) return judge_number_before(ours, seen);
    // What was to be captured, released or reversed is not the command that was to do it, under
    // whatever number that was expected; where trace numbers prove it, nothing came behind it.
    if (ours.original && seen.receipt == ours.original->receipt &&
        !differ(seen.trace, ours.original->trace)) {
        return seen.trace && ours.original->trace && !seen.original_trace ? repeat_answer::unchanged
                                                                          : repeat_answer::other;
    }
    if (is_reversal_of(ours, seen)) return repeat_answer::ours_reversed;
    // An approval that reached us told its number: then the next number is some other sale's.
    const bool numbered = ours.result && ours.result->approved() && ours.result->receipt;
    const auto expected = expected_receipt(ours);
    if (!numbered && expected && seen.receipt == expected) return judge_own_record(ours, seen);
    // A refusal often has no receipt number, but it has the next trace number.
    if (!seen.receipt && seen.result_code && !seen.approved() && ours.trace_before && seen.trace &&
        seen.trace->value() == ours.trace_before->value() + 1 && amounts_agree(ours, seen)) {
        return repeat_answer::ours_declined;
    }
    return repeat_answer::other;
}

second_answer judge_totals(const intent& ours, const terminal_memory& memory,
                           const drivers::day_totals& totals) noexcept {
    if (!memory.day_complete || second_question_for(ours.kind) != second_question::totals) {
        return second_answer::undecided;
    }
    std::int64_t expected_amount{};
    std::uint64_t expected_count{};
    for (const auto& [brand, tally] : memory.day) {
        expected_amount += tally.amount;
        expected_count += tally.count;
    }
    std::int64_t amount{};
    std::uint64_t count{};
    for (const auto& brand : totals.brands) {
        amount += brand.amount;
        count += brand.count;
    }
    const bool counted = !totals.brands.empty();
    if (!counted && !totals.amount) return second_answer::undecided;
    if (counted && totals.amount && *totals.amount != amount) return second_answer::undecided;
    if (!counted) amount = *totals.amount;

    // Each row is told in one byte.
    constexpr std::uint64_t count_wraps = 256;
    const auto agrees = [&](std::uint64_t extra_count, std::int64_t extra_amount) {
        return amount == expected_amount + extra_amount &&
               (!counted || (expected_count + extra_count - count) % count_wraps == 0);
    };
    if (agrees(0, 0)) return second_answer::shows_not_done;
    if (agrees(1, ours.amount.minor)) return second_answer::shows_done;
    return second_answer::undecided;
}

second_answer judge_reservations(const intent& ours,
                                 std::span<const protocol::receipt_number> open) noexcept {
    // A terminal may list only the first open reservation: "none" and "this one" are proof, "not
    // among these" is not.
    const auto listed = [&](protocol::receipt_number number) {
        return std::find(open.begin(), open.end(), number) != open.end();
    };
    if (ours.kind == money_kind::release) {
        if (!ours.original) return second_answer::undecided;
        if (open.empty()) return second_answer::shows_done;
        return listed(ours.original->receipt) ? second_answer::shows_not_done
                                              : second_answer::undecided;
    }
    if (ours.kind != money_kind::reservation) return second_answer::undecided;
    if (open.empty()) return second_answer::shows_not_done;
    const auto expected = expected_receipt(ours);
    return expected && listed(*expected) ? second_answer::shows_done : second_answer::undecided;
}

bool recovery_row::covers(const situation& s) const noexcept {
    return holds(stages, s.stage) && holds(kinds, s.kind) && holds(repeats, s.repeat) &&
           holds(seconds, s.second);
}

std::span<const recovery_row> recovery_table() noexcept { return table; }

const recovery_row& row_for(const situation& s) noexcept {
    const auto* row =
        std::find_if(table.begin(), table.end(), [&](const auto& r) { return r.covers(s); });
    BRIDGE_INVARIANT(row != table.end());
    return *row;
}

std::string advice_for(const intent& ours) {
    std::string where = "Compare the terminal's journal and the acquirer's list with ";
    where += protocol::format_amount(ours.amount);
    where += ' ';
    where += ours.amount.unit.code();
    if (ours.result && ours.result->receipt) {
        where += ", receipt number " + std::to_string(ours.result->receipt->value());
    } else if (ours.receipt_before) {
        where += ", a receipt number after " + std::to_string(ours.receipt_before->value());
    }
    if (ours.result && ours.result->trace) {
        where += ", trace number " + std::to_string(ours.result->trace->value());
    }
    where += ". Then settle it: bridgectl resolve ";
    where += ours.payment;
    where += " captured|not_charged --reason …";
    return where;
}

std::string_view to_string(repeat_answer answer) noexcept {
    switch (answer) {
        case repeat_answer::unanswered: return "unanswered";
        case repeat_answer::unchanged: return "unchanged";
        case repeat_answer::ours_approved: return "ours_approved";
        case repeat_answer::ours_declined: return "ours_declined";
        case repeat_answer::ours_reversed: return "ours_reversed";
        case repeat_answer::other: return "other";
        case repeat_answer::nothing: return "nothing";
    }
    return "";
}

std::string_view to_string(decision d) noexcept {
    switch (d) {
        case decision::settle_done: return "settle_done";
        case decision::settle_declined: return "settle_declined";
        case decision::settle_not_done: return "settle_not_done";
        case decision::ask_second: return "ask_second";
        case decision::ask_again: return "ask_again";
        case decision::stay_unknown: return "stay_unknown";
    }
    return "";
}

}  // namespace bridge::sales
