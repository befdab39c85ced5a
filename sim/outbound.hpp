// What leaves the terminal, byte by byte and in time: the place of the faults that a wire can have.
//
//     out.push(frame, now);
//     while (auto action = out.next(now)) …     // write these bytes, or: the link goes now
//     out.deadline()                            // when the next one is due
//
// Order is kept: what is held back holds back all behind it.
#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <variant>

#include "sim/random.hpp"
#include "sim/serial_wire.hpp"

namespace sim {

struct write_bytes {
    bytes content;
};
/// The link goes, and stays away for `down` at least.
struct cut_link {
    milliseconds down{};
};
/// The terminal's power goes in the middle of a message; 0: until it is switched on.
struct cut_power {
    milliseconds down{};
};
using line_action = std::variant<write_bytes, cut_link, cut_power>;

class outbound {
public:
    outbound(fault_plan&, std::uint64_t seed);

    /// A connection begins: time for a banner.
    void opened(time_point);
    void push(transmission, time_point);
    /// Behind all that was pushed before.
    void push_action(line_action, time_point);
    [[nodiscard]] std::optional<line_action> next(time_point);
    [[nodiscard]] std::optional<time_point> deadline() const noexcept;
    void reset() noexcept;

private:
    struct departure {
        time_point at;
        line_action what;
    };

    void push_acknowledgement(transmission, time_point);
    void push_message(transmission, time_point);
    void spoil(transmission&);
    bool push_cut_inside(const transmission&, time_point);
    void push_in_pieces(const transmission&, time_point);
    void write(bytes, time_point);

    fault_plan& faults_;
    random_source chance_;
    std::deque<departure> departures_;
    bytes held_;  // glued to the next message
};

}  // namespace sim
