// What becomes of an intent whose end we did not see: one table, and the questions that feed it.
//
// After a lost link, silence, or a restart, the engine asks the terminal for its last transaction
// (ZVT 06 20), compares the answer with what the intent remembers of the time before it (classify),
// and looks up the row for (how far the journal saw it go, kind of command, that answer, second
// answer). Where the first answer cannot tell, a second question follows: the turnover totals (06
// 10) or the open reservations (06 23 FFFF). What stays undecided is unknown (M4): nothing here
// guesses.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "firmware-bridge/sales/payment.hpp"

namespace bridge::sales {

/// The terminal's last transaction, seen from one intent.
enum class repeat_answer : std::uint8_t {
    unanswered,     // no answer yet: link down, terminal busy
    unchanged,      // still the transaction before ours: ours was not stored
    ours_approved,  // ours, approved
    ours_declined,  // ours, refused
    ours_reversed,  // the reversal of ours
    other,          // another transaction, a batch, or one that may or may not be ours
    nothing,        // the terminal has no record or cannot tell (bare completion, 84 83)
};

/// The answer to the second question.
enum class second_answer : std::uint8_t { not_asked, shows_done, shows_not_done, undecided };

enum class second_question : std::uint8_t { none, totals, reservations };

enum class decision : std::uint8_t {
    settle_done,      // the money moved
    settle_declined,  // it did not: refused
    settle_not_done,  // it did not: never stored, or reversed by the terminal
    ask_second,       // put the second question
    ask_again,        // put the first question again when the terminal can answer
    stay_unknown,     // a person must look
};

/// Which question can tell more about a command of this kind.
[[nodiscard]] second_question second_question_for(drivers::money_kind) noexcept;

/// Compares the terminal's last transaction with the intent.
[[nodiscard]] repeat_answer classify(const intent&,
                                     const drivers::transaction_result& seen) noexcept;

/// Terminal totals against what they must be without and with the intent.
[[nodiscard]] second_answer judge_totals(const intent&, const terminal_memory&,
                                         const drivers::day_totals&) noexcept;
[[nodiscard]] second_answer judge_reservations(
    const intent&, std::span<const protocol::receipt_number> open) noexcept;

struct situation {
    intent_stage stage{};
    drivers::money_kind kind{};
    repeat_answer repeat{};
    second_answer second{};
};

/// One row: sets of each dimension as bit masks (bit = enumerator), and the decision.
struct recovery_row {
    std::uint8_t stages, kinds, repeats, seconds;
    sales::decision decision;
    std::string_view why;
    [[nodiscard]] bool covers(const situation&) const noexcept;
};
[[nodiscard]] std::span<const recovery_row> recovery_table() noexcept;
/// Looks the situation up in the table: every one meets a row.
[[nodiscard]] const recovery_row& row_for(const situation&) noexcept;
[[nodiscard]] inline decision decide(const situation& s) noexcept { return row_for(s).decision; }

/// What a person should look at when an intent stays unknown.
[[nodiscard]] std::string advice_for(const intent&);

[[nodiscard]] std::string_view to_string(repeat_answer) noexcept;
[[nodiscard]] std::string_view to_string(decision) noexcept;

}  // namespace bridge::sales
