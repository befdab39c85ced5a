#include "sim/dialogues.hpp"

#include <algorithm>
#include <array>

namespace sim {
namespace {

struct entry {
    command code;
    dialogue run;
};

constexpr std::array table{
    entry{command::authorization, dialogues::payment},
    entry{command::refund, dialogues::refund},
    entry{command::reservation, dialogues::reservation},
    entry{command::book_total, dialogues::book_total},
    entry{command::partial_reversal, dialogues::partial_reversal},
    entry{command::reservation_reversal, dialogues::reservation_reversal},
    entry{command::reversal, dialogues::reversal},
    entry{command::registration, dialogues::registration},
    entry{command::log_off, dialogues::log_off},
    entry{command::status_enquiry, dialogues::status_enquiry},
    entry{command::send_turnover_totals, dialogues::turnover_totals},
    entry{command::end_of_day, dialogues::end_of_day},
    entry{command::repeat_receipt, dialogues::repeat_receipt},
    entry{command::reprint_receipts, dialogues::reprint_receipts},
    entry{command::diagnosis, dialogues::diagnosis},
    entry{command::initialisation, dialogues::initialisation},
    entry{command::selftest, dialogues::selftest},
    entry{command::print_system_configuration, dialogues::print_configuration},
    entry{command::set_date_and_time, dialogues::set_date_and_time},
    entry{command::set_terminal_id, dialogues::set_terminal_id},
    entry{command::reset_terminal, dialogues::reset_terminal},
    entry{command::display_text, dialogues::display_text},
    entry{command::select_language, dialogues::select_language},
    entry{command::read_card, dialogues::read_card},
    entry{command::abort, dialogues::abort_in_idle},
};

}  // namespace

dialogue find_dialogue(command code) noexcept {
    const auto found = std::ranges::find(table, code, &entry::code);
    return found == table.end() ? nullptr : found->run;
}

}  // namespace sim
