// What a booking of the journal means in double entry.
//
//   sale, capture      Dr PROC / Cr AR (the payment names an invoice) or UNAP (it does not)
//   void               the reverse
//   refund             Dr AR or UNAP / Cr RFP, Dr RFP / Cr PROC; offline: Cr CASH instead of PROC
//   pending            Dr UNRES / Cr UNRESC: visible, and outside of every balance (M4)
//   pending_cleared    the reverse
#pragma once

#include "firmware-bridge/journal/record.hpp"
#include "firmware-bridge/ledger/posting.hpp"

namespace bridge::ledger {

/// Errors: those of make_entry.
[[nodiscard]] protocol::result<entry> entry_for(const journal::booking&);

}  // namespace bridge::ledger
