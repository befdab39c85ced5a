// Virtual time and what will happen in it. Nothing waits: the clock jumps to the next event.
//
//     timeline time;
//     auto due = time.after(20ms, [&] { wire.deliver(); });
//     time.cancel(due);                       // harmless when it has happened
//     while (time.run_next()) {}              // earliest first; at the same moment, oldest first
//
// Steady time only moves on; wall time can be set anew. Whoever has deadlines of his own (an event
// loop) moves the clock by advance_to(), never past next().
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "protocol/zvt/received.hpp"

namespace sim::world {

using protocol::zvt::time_point;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using wall_time = std::chrono::sys_time<milliseconds>;

class timeline {
public:
    struct ticket {
        time_point at{};
        std::uint64_t number{};  // 0: none
        friend auto operator<=>(const ticket&, const ticket&) = default;
    };

    [[nodiscard]] time_point now() const noexcept { return now_; }
    [[nodiscard]] wall_time wall() const noexcept;
    /// Sets the wall clock forward or back, as a person or a time server does.
    void shift_wall(milliseconds by) noexcept { wall_shift_ += by; }

    ticket at(time_point, std::function<void()>);
    ticket after(microseconds, std::function<void()>);
    void cancel(ticket&) noexcept;

    [[nodiscard]] std::optional<time_point> next() const noexcept;
    /// Moves the clock to the next event and runs it; false: there is none.
    bool run_next();
    void advance_to(time_point) noexcept;
    /// Since the beginning.
    [[nodiscard]] microseconds elapsed() const noexcept;

private:
    std::map<ticket, std::function<void()>> events_;
    std::uint64_t last_{};
    time_point now_{std::chrono::hours{1000}};
    milliseconds wall_shift_{};
};

}  // namespace sim::world
