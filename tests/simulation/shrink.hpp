// Makes a failing run small: leaves faults out as long as it fails all the same (delta debugging).
//
//     const auto few = shrink(options, [](const auto& tried) {…});
//     few.faults;                       // numbers for --only; options.only stays as it was
//
// What a fault strikes depends on what happened before, so the few that are left need not break the
// same thing in the same way; they do break something.
#pragma once

#include <functional>
#include <vector>

#include "tests/simulation/world.hpp"

namespace tests::simulation {

struct shrunk {
    std::vector<planned_fault> faults;
    std::vector<std::string> violations;
    unsigned orders{};
    unsigned runs{};
};

/// The run of these options must fail. `tried` hears of each attempt: how many faults, and whether
/// it failed.
[[nodiscard]] shrunk shrink(world_options, const std::function<void(std::size_t, bool)>& tried);

}  // namespace tests::simulation
