// A terminal in the world: a station with its wires, its power and what it remembers, driven by the
// timeline. The simulation's counterpart of sim/front.
//
//     placed_terminal lane{time, config, books, seen};
//     wire& first = lane.add_wire({.nature = link_nature::stream}, seed);
//     lane.act([](station& place, time_point now) { place.switch_power(false, now); });
#pragma once

#include <memory>
#include <vector>

#include "sim/station.hpp"
#include "sim/world/wire.hpp"

namespace sim::world {

class placed_terminal {
public:
    placed_terminal(timeline&, terminal_config, line_timers, acquirer&, std::uint64_t number,
                    trace&);

    wire& add_wire(wire_settings, std::uint64_t seed);
    [[nodiscard]] wire& first_wire() noexcept { return *wires_.front(); }

    /// Anything that is done to the terminal from outside.
    template <class Act>
    void act(Act&& what) {
        what(*place_, time_.now());
        pump();
    }
    [[nodiscard]] station& place() noexcept { return *place_; }
    [[nodiscard]] const station& place() const noexcept { return *place_; }
    [[nodiscard]] std::uint32_t terminal_id() const noexcept { return terminal_id_; }

private:
    void pump();
    void perform(station::lane, const line_action&);

    timeline& time_;
    trace& seen_;
    std::uint64_t number_;
    std::uint32_t terminal_id_;
    record_in_memory remembers_;
    std::unique_ptr<station> place_;
    std::vector<std::unique_ptr<wire>> wires_;
    timeline::ticket alarm_;
    bool powered_{true};
    unsigned power_losses_{};
    bool pumping_{};
};

}  // namespace sim::world
