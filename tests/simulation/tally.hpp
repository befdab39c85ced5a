// What a run counted, for the report of a storm.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace tests::simulation {

struct tally {
    std::uint64_t orders{}, sales{};  // asked for; charged
    std::uint64_t declined{}, cancelled{}, voided{}, refunds{};
    std::uint64_t starts{}, kills{}, box_power_losses{}, torn_writes{}, refused_starts{};
    std::uint64_t cuts{}, terminal_power_losses{}, station_faults{}, disk_faults{};
    std::uint64_t unknowns{};                   // that a person had to settle
    std::map<std::string, std::uint64_t> rows;  // of the recovery table, by its reason

    tally& operator+=(const tally& other) {
        orders += other.orders;
        sales += other.sales;
        declined += other.declined;
        cancelled += other.cancelled;
        voided += other.voided;
        refunds += other.refunds;
        starts += other.starts;
        kills += other.kills;
        box_power_losses += other.box_power_losses;
        torn_writes += other.torn_writes;
        refused_starts += other.refused_starts;
        cuts += other.cuts;
        terminal_power_losses += other.terminal_power_losses;
        station_faults += other.station_faults;
        disk_faults += other.disk_faults;
        unknowns += other.unknowns;
        for (const auto& [row, count] : other.rows) rows[row] += count;
        return *this;
    }
};

}  // namespace tests::simulation
