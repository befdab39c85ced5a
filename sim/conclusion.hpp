// How money dialogues end: the result to the register, the receipts, storing or reversing, the
// completion. What makes a charge final is decided here and nowhere else.
//
//     acquirer approved, `pending` in memory
//       -> 04 0F acknowledged? -> prints answered? -> stored -> 06 0F
//       -> else: reversed at the acquirer, nothing stored -> 06 1E
//
// At every point either `pending` or the turnover names the transaction, so that a terminal that
// loses power knows after its next start what to undo.
#pragma once

#include "sim/money_order.hpp"

namespace sim {

/// For an approved transaction that is `pending`.
task<> conclude(workings&, transaction, money_order);

/// For a refused one: 04 0F with its code, then 06 1E with it.
task<> decline(workings&, transaction, money_order);

/// Ends a dialogue that came to no result: 06 1E code.
task<> give_up(workings&, std::uint8_t code);

/// 04 0F of a transaction that does not end the dialogue (wrong PIN, another try).
task<answer> report_status(workings&, transaction, money_order);

[[nodiscard]] messages::status_details details_for(const workings&, const money_order&);

/// At start: a transaction that was at the acquirer when the power went is reversed.
void settle_after_power_loss(workings&);

}  // namespace sim
