// What a settled intent changes: in its payment, in its refund, in the books. Pure functions of
// values, so that the engine, recovery and a person's decision all end a payment in the same way.
#pragma once

#include <optional>
#include <vector>

#include "firmware-bridge/journal/record.hpp"
#include "firmware-bridge/sales/payment.hpp"

namespace bridge::sales {

/// The objects that one intent is about. `refund` is set for kind refund only.
struct affected {
    sales::intent& intent;
    sales::payment& payment;
    sales::refund* refund{};
};

/// The money moved: proven. Returns what the ledger must book.
[[nodiscard]] std::vector<journal::booking> settle_done(affected, wall_time now);

/// The money did not move: proven. `declined` tells a refusal from a stop; `why` becomes the
/// failure.
[[nodiscard]] std::vector<journal::booking> settle_not_done(affected, bool declined, failure why,
                                                            wall_time now);

/// Nobody can tell (M4). Booked as pending once.
[[nodiscard]] std::vector<journal::booking> settle_unknown(affected, wall_time now);

/// Takes the numbers, card and texts of a result into the payment or refund.
void adopt_result(affected, const drivers::transaction_result&);

}  // namespace bridge::sales
