// The states of a payment and the steps between them: one table, checked at every change.
//
//   created ──▶ in_progress ─┬▶ captured ──▶ in_progress (void) ──▶ voided
//      │                     ├▶ authorized ──▶ in_progress (capture) ──▶ captured
//      │                     │            └──▶ in_progress (release) ──▶ cancelled
//      │                     ├▶ declined | cancelled
//      │                     └▶ unknown ──▶ any end, by recovery or by a person
//      └▶ cancelled | unknown
//
// A void, capture or release that the terminal refuses brings the payment back to where it was.
#pragma once

#include "firmware-bridge/sales/payment.hpp"

namespace bridge::sales {

[[nodiscard]] bool may_become(payment_status from, payment_status to) noexcept;
[[nodiscard]] bool may_become(refund_status from, refund_status to) noexcept;

/// Changes the status; BRIDGE_INVARIANT when the table does not have the step.
void move_to(payment&, payment_status, wall_time now) noexcept;
void move_to(refund&, refund_status, wall_time now) noexcept;

}  // namespace bridge::sales
