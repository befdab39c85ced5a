// Puts Asio's timers, and every clock of the process, under the world's time, without a change to
// the code that uses them: while one of these lives, the program's own clock_gettime(),
// timerfd_create(), timerfd_settime(), epoll_ctl() and epoll_wait() stand before the C library's.
//
//     virtual_kernel kernel{time};
//     asio::io_context context{1};
//     while (context.poll_one() != 0) {}           // until nothing is left to do now
//     kernel.next_timer();                         // when Asio wants to be woken; then move `time`
//
// An io_context of the world has timers and posted handlers, no descriptors: epoll_wait() reports
// the timer when its time has come, and nothing else. It never waits.
//
// One at a time, in the one thread of the simulation. Without one, all calls go to the kernel.
#pragma once

#include <map>
#include <optional>

#include "sim/world/timeline.hpp"

namespace tests::simulation {

using sim::world::time_point;

class virtual_kernel {
public:
    explicit virtual_kernel(const sim::world::timeline&);
    ~virtual_kernel();
    virtual_kernel(const virtual_kernel&) = delete;
    virtual_kernel& operator=(const virtual_kernel&) = delete;

    /// The earliest time at which an event loop wants to be woken.
    [[nodiscard]] std::optional<time_point> next_timer() const noexcept;

    /// The event loops are gone: nobody waits for their timers.
    void forget_timers() noexcept { timers_.clear(); }

    /// Real seconds, for those who measure the simulation itself.
    [[nodiscard]] static double real_seconds() noexcept;

    // What the functions of the C library ask.
    [[nodiscard]] const sim::world::timeline& time() const noexcept { return time_; }
    [[nodiscard]] int make_timer();
    [[nodiscard]] bool is_timer(int descriptor) const { return timers_.contains(descriptor); }
    void set_timer(int descriptor, std::optional<time_point> due);
    void watch_timer(int poll, int descriptor, void* data);
    /// The data of a timer of this poll whose time has come; nullptr: none.
    [[nodiscard]] void* due_timer(int poll);

private:
    struct timer {
        std::optional<time_point> due;
        int poll{-1};
        void* data{};
    };

    const sim::world::timeline& time_;
    std::map<int, timer> timers_;
    int last_timer_{1'000'000};  // no number that the real kernel gives
};

}  // namespace tests::simulation
