// From what happened at a terminal to what the books say: one event, at most one entry.
//
//   sale, capture      Dr PROC          Cr AR when an invoice is named, else UNAP
//   void               the reverse of that
//   refund, terminal   Dr CRED Cr RFP,  Dr RFP Cr PROC   (issued and done in one)
//   refund, offline    Dr CRED          Cr CASH
//   pending            Dr UNKN          Cr UNKC
//   pending_cleared    Dr UNKC          Cr UNKN
//
// A refund debits the client's credits, whether or not a credit memo was written before: that is
// what makes money given back without one visible, as a debit balance there.
#pragma once

#include "firmware-bridge/journal/record.hpp"
#include "firmware-bridge/ledger/posting.hpp"

namespace bridge::ledger {

/// Errors: no_booking, and those of journal_entry::make().
[[nodiscard]] result<journal_entry> entry_for(const journal::stored_event&);

}  // namespace bridge::ledger
