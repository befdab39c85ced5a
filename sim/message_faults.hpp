// Faults in what a message says: its fields, its length, whether it is sent at all.
//
//     for (auto& apdu : spoil(message, faults)) line.send(message.code, apdu, now);
//
// None: the message is lost. Two: it comes twice.
#pragma once

#include <vector>

#include "sim/fault.hpp"
#include "sim/message.hpp"

namespace sim {

[[nodiscard]] std::vector<bytes> spoil(message, fault_plan&);

}  // namespace sim
