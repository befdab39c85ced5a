// Faults as JSON: a file for --faults, a body for POST /v1/faults.
//
//     {"seed": 7, "faults": [
//       {"name": "link_cut", "message": "04 0F", "byte": 5, "occurrence": 2},
//       {"name": "power_loss", "step": "host_asked", "ms": 300},
//       {"name": "bare_repeat_receipt"}]}
//
// A bare list is a script too. What a fault does not say has its default; what no fault knows is an
// error that names the place.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/fault.hpp"

namespace sim {

/// Why a script cannot be used, as a sentence: `faults[2].byte: …`.
struct script_error {
    std::string what;
};

[[nodiscard]] std::variant<std::vector<fault>, script_error> parse_fault_script(
    std::string_view text);

[[nodiscard]] boost::json::object to_json(const fault&);

}  // namespace sim
