// A terminal with its links, sans-I/O: bytes and people in, bytes out. What the fronts and the
// control API drive, and what tests drive in their place.
//
//     station place{config, memory_store, acquirer, seed, wall_now, now};
//     const auto lane = place.add_line(link_nature::stream, now);
//     place.opened(lane, now);
//     place.receive(lane, bytes, now);
//     while (auto action = place.next_action(lane, now)) …
//     if (now >= place.deadline()) place.elapse(now);
//
// Several links lead to the same terminal. It serves the one whose command it is working on; the
// others hear that it is busy.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sim/line.hpp"
#include "sim/terminal.hpp"

namespace sim {

struct trace_entry {
    milliseconds at{};  // since the start of the emulator
    std::size_t lane{};
    std::string text;  // "< 06 01 …", "> 80 00 00", "fault: link_cut", "power off"
};

class station {
public:
    using lane = std::size_t;

    station(terminal_config, line_timers, record_store&, acquirer&, wall_time wall_now, time_point);

    /// A serial line is open from the start; a stream when opened() says so.
    lane add_line(link_nature, time_point);
    void opened(lane, time_point);
    void closed(lane, time_point);
    void receive(lane, bytes_view, time_point);
    void elapse(time_point);
    [[nodiscard]] std::optional<time_point> deadline() const;
    [[nodiscard]] std::optional<line_action> next_action(lane, time_point);

    /// For people and the control API: act, then pump().
    [[nodiscard]] sim::terminal& terminal() noexcept { return terminal_; }
    [[nodiscard]] fault_plan& faults() noexcept { return faults_; }
    void switch_power(bool on, time_point);
    /// Moves what the terminal said to its line; after every call on terminal().
    void pump(time_point);
    /// Links are dead while there is no power.
    [[nodiscard]] bool powered() const noexcept { return terminal_.powered(); }

    /// How often the power went: also when it is back already, every link broke.
    [[nodiscard]] unsigned power_losses() const noexcept { return power_losses_; }

    [[nodiscard]] const std::deque<trace_entry>& trace() const noexcept { return trace_; }

private:
    void take_events(lane, time_point);
    void apdu_came_on(lane, const bytes&, time_point);
    void transmit(line&, const send_message&, time_point);
    void note(lane, std::string, time_point);
    void notice_power(time_point);

    fault_plan faults_;
    line_timers timers_;
    std::uint64_t seed_;
    time_point started_;
    sim::terminal terminal_;
    std::vector<std::unique_ptr<line>> lines_;
    lane serving_{};
    bool was_powered_{true};
    unsigned power_losses_{};
    std::deque<trace_entry> trace_;
};

}  // namespace sim
