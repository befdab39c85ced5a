// What will go wrong in a run, drawn before it begins, so that a shrinker can leave single faults
// out. Each fault has a seed of its own for its details: leaving one out changes no other.
//
//     for (const auto& one : draw_faults({.seed = 7, .terminals = 2, .within = 60s})) …
//     describe(one);                               // "17: at 4.213 s bridge_killed"
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tests::simulation {

enum class mishap : std::uint8_t {
    // wires
    wire_cut,
    wire_garbled,
    wire_loses_bytes,
    wire_noise,
    wire_stalls,
    wire_half_open,
    wire_unplugged,
    reconnect_storm,
    // the bridge and its box
    bridge_killed,         // kill -9: what was written stays
    box_power_lost,        // what was synced stays, and some of the rest
    bridge_dies_in_write,  // the same in the middle of a write
    bridge_restarted,      // SIGTERM
    second_instance,
    clock_set,
    // its disk
    disk_write_fails,
    disk_sync_fails,
    disk_full,
    disk_slow,
    // the terminal
    terminal_power_lost,
    terminal_misbehaves,  // a named fault of the emulator
    sale_at_terminal,
    day_closed_at_terminal,
    // the ledger
    ledger_away,
};
inline constexpr std::size_t mishap_count = static_cast<std::size_t>(mishap::ledger_away) + 1;
[[nodiscard]] std::string_view name_of(mishap) noexcept;

struct planned_fault {
    unsigned number{};  // from 0; --only names it
    std::chrono::microseconds at{};
    mishap what{};
    unsigned terminal{};
    std::uint64_t seed{};  // of its details
};
[[nodiscard]] std::string describe(const planned_fault&);

struct fault_plan_settings {
    std::uint64_t seed{};
    unsigned terminals{1};
    std::chrono::microseconds within{};
    unsigned most{};
};
/// In the order of their times.
[[nodiscard]] std::vector<planned_fault> draw_faults(const fault_plan_settings&);

}  // namespace tests::simulation
