// What the terminal asks the cashier through the register: a number (04 0D), a choice (04 0E),
// whether a signature is right (06 D0). Only with the faults that make it ask, and only to a
// register that listed the command in tag 26.
#pragma once

#include "sim/workings.hpp"

namespace sim {

/// 04 0D or 04 0E ahead of a payment; what is answered changes nothing.
task<> ask_cashier(workings&);

/// 06 D0 after the receipts; false when the cashier says that the signature is wrong.
task<bool> signature_stands(workings&);

}  // namespace sim
