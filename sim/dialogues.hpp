// The dialogues that a command of the register starts, one function each. Each begins with the
// answer to its command (80 00 or 84 xx) and ends when the terminal is idle again.
#pragma once

#include "protocol/zvt/apdu.hpp"
#include "sim/workings.hpp"

namespace sim {

/// A command of the register, kept for as long as its dialogue runs.
struct register_command {
    command code{};
    bytes data;
};

using dialogue = task<> (*)(workings&, register_command);

/// nullptr: this terminal does not know the command (84 83).
[[nodiscard]] dialogue find_dialogue(command) noexcept;

namespace dialogues {

// Money: payment, reservation, refund, and what refers to an earlier one.
task<> payment(workings&, register_command);
task<> refund(workings&, register_command);
task<> reservation(workings&, register_command);
task<> book_total(workings&, register_command);
task<> partial_reversal(workings&, register_command);
task<> reservation_reversal(workings&, register_command);
task<> reversal(workings&, register_command);

// Administration.
task<> registration(workings&, register_command);
task<> log_off(workings&, register_command);
task<> status_enquiry(workings&, register_command);
task<> turnover_totals(workings&, register_command);
task<> end_of_day(workings&, register_command);
task<> repeat_receipt(workings&, register_command);
task<> reprint_receipts(workings&, register_command);
task<> diagnosis(workings&, register_command);
task<> initialisation(workings&, register_command);
task<> selftest(workings&, register_command);
task<> print_configuration(workings&, register_command);
task<> set_date_and_time(workings&, register_command);
task<> reset_terminal(workings&, register_command);
task<> set_terminal_id(workings&, register_command);
task<> display_text(workings&, register_command);
task<> select_language(workings&, register_command);
task<> read_card(workings&, register_command);
/// 06 B0 in idle: nothing to abort, answered all the same.
task<> abort_in_idle(workings&, register_command);

}  // namespace dialogues
}  // namespace sim
