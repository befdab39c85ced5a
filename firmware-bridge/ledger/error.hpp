// What is wrong with an entry that cannot be posted.
#pragma once

#include "protocol/result.hpp"

namespace bridge::ledger {

using protocol::error_code;
using protocol::result;

enum class errc {
    no_lines = 1,       // an entry of fewer than two lines
    bad_amount,         // a line's amount is not above zero, or has no currency
    unbalanced,         // debits and credits of a currency differ
    overflow,           // a sum does not fit 64 bits
    unknown_account,    // no such code in the chart
    misplaced_client,   // a client on an account that has no sub-accounts
    no_booking,         // an event that moves no money
    conflicting_entry,  // the event was posted before, and not like this
    journal_behind,     // the ledger has seen more events than the journal holds
};
[[nodiscard]] error_code make_error_code(errc) noexcept;

}  // namespace bridge::ledger

template <>
struct boost::system::is_error_code_enum<bridge::ledger::errc> : std::true_type {};
