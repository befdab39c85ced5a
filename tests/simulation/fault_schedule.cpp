#include "tests/simulation/fault_schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/random.hpp"

namespace tests::simulation {
namespace {

struct row {
    mishap what;
    std::string_view name;
    unsigned weight;  // how often, against the others
};

using enum mishap;
constexpr std::array<row, mishap_count> table{{
    {wire_cut, "wire_cut", 10},
    {wire_garbled, "wire_garbled", 4},
    {wire_loses_bytes, "wire_loses_bytes", 4},
    {wire_noise, "wire_noise", 2},
    {wire_stalls, "wire_stalls", 4},
    {wire_half_open, "wire_half_open", 4},
    {wire_unplugged, "wire_unplugged", 2},
    {reconnect_storm, "reconnect_storm", 1},
    {bridge_killed, "bridge_killed", 6},
    {box_power_lost, "box_power_lost", 5},
    {bridge_dies_in_write, "bridge_dies_in_write", 5},
    {bridge_restarted, "bridge_restarted", 2},
    {second_instance, "second_instance", 1},
    {clock_set, "clock_set", 1},
    {disk_write_fails, "disk_write_fails", 3},
    {disk_sync_fails, "disk_sync_fails", 3},
    {disk_full, "disk_full", 2},
    {disk_slow, "disk_slow", 3},
    {terminal_power_lost, "terminal_power_lost", 8},
    {terminal_misbehaves, "terminal_misbehaves", 14},
    {sale_at_terminal, "sale_at_terminal", 1},
    {day_closed_at_terminal, "day_closed_at_terminal", 1},
    {ledger_away, "ledger_away", 2},
}};

}  // namespace

std::string_view name_of(mishap what) noexcept {
    return table[static_cast<std::size_t>(what)].name;
}

std::string describe(const planned_fault& one) {
    return fmt::format("{}: at {}.{:03} s {} (terminal {}, seed {})", one.number,
                       one.at.count() / 1'000'000, one.at.count() / 1000 % 1000, name_of(one.what),
                       one.terminal, one.seed);
}

std::vector<planned_fault> draw_faults(const fault_plan_settings& wanted) {
    sim::random_source chance{wanted.seed};
    // Not every run has every kind: what is rare alone would hide behind what is frequent.
    std::array<unsigned, mishap_count> weights{};
    unsigned sum = 0;
    const bool everything = chance.between(0, 3) == 0;
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (everything || chance.between(0, 2) == 0) weights[i] = table[i].weight;
        sum += weights[i];
    }
    std::vector<planned_fault> plan;
    if (sum == 0) return plan;
    const auto count = chance.between(0, wanted.most);
    for (unsigned i = 0; i < count; ++i) {
        auto draw = chance.between(0, sum - 1);
        std::size_t which = 0;
        while (draw >= weights[which]) draw -= weights[which++];
        const auto at = chance.between(0, static_cast<std::uint64_t>(wanted.within.count()));
        plan.push_back(
            {0, std::chrono::microseconds{static_cast<std::int64_t>(at)}, table[which].what,
             static_cast<unsigned>(chance.between(0, wanted.terminals - 1)), chance.next()});
    }
    std::ranges::stable_sort(plan, {}, &planned_fault::at);
    for (unsigned i = 0; i < plan.size(); ++i) plan[i].number = i;
    return plan;
}

}  // namespace tests::simulation
