#include "tests/simulation/virtual_kernel.hpp"

#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <ctime>

#include "protocol/invariant.hpp"

namespace tests::simulation {
namespace {

virtual_kernel* alive = nullptr;

constexpr long billion = 1'000'000'000;

timespec split(std::chrono::nanoseconds since) {
    return {static_cast<time_t>(since.count() / billion), since.count() % billion};
}

}  // namespace

virtual_kernel::virtual_kernel(const sim::world::timeline& time) : time_{time} {
    BRIDGE_INVARIANT(alive == nullptr);
    alive = this;
}

virtual_kernel::~virtual_kernel() { alive = nullptr; }

std::optional<time_point> virtual_kernel::next_timer() const noexcept {
    std::optional<time_point> first;
    for (const auto& [number, one] : timers_) {
        if (one.due && (!first || *one.due < *first)) first = one.due;
    }
    return first;
}

double virtual_kernel::real_seconds() noexcept {
    timespec now{};
    ::syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / billion;
}

int virtual_kernel::make_timer() {
    timers_.emplace(++last_timer_, timer{});
    return last_timer_;
}

void virtual_kernel::set_timer(int descriptor, std::optional<time_point> due) {
    timers_.at(descriptor).due = due;
}

void virtual_kernel::watch_timer(int poll, int descriptor, void* data) {
    auto& watched = timers_.at(descriptor);
    watched.poll = poll;
    watched.data = data;
}

void* virtual_kernel::due_timer(int poll) {
    for (auto& [number, one] : timers_) {
        if (one.poll == poll && one.due && *one.due <= time_.now()) return one.data;
    }
    return nullptr;
}

}  // namespace tests::simulation

// ------------------------------------------------------------------ before the C library's own

using tests::simulation::alive;

extern "C" {

int clock_gettime(clockid_t which, timespec* into) noexcept {
    if (alive != nullptr) {
        switch (which) {
            case CLOCK_MONOTONIC:
            case CLOCK_MONOTONIC_RAW:
            case CLOCK_MONOTONIC_COARSE:
            case CLOCK_BOOTTIME:
                *into = tests::simulation::split(alive->time().now().time_since_epoch());
                return 0;
            case CLOCK_REALTIME:
            case CLOCK_REALTIME_COARSE:
                *into = tests::simulation::split(alive->time().wall().time_since_epoch());
                return 0;
            default: break;
        }
    }
    return static_cast<int>(::syscall(SYS_clock_gettime, which, into));
}

int timerfd_create(clockid_t which, int flags) noexcept {
    if (alive != nullptr) return alive->make_timer();
    return static_cast<int>(::syscall(SYS_timerfd_create, which, flags));
}

int timerfd_settime(int descriptor, int flags, const itimerspec* wanted,
                    itimerspec* before) noexcept {
    if (alive == nullptr || !alive->is_timer(descriptor))
        return static_cast<int>(::syscall(SYS_timerfd_settime, descriptor, flags, wanted, before));
    if (before != nullptr) *before = {};
    const auto span = std::chrono::seconds{wanted->it_value.tv_sec} +
                      std::chrono::nanoseconds{wanted->it_value.tv_nsec};
    if (span.count() == 0) {
        alive->set_timer(descriptor, std::nullopt);
    } else if ((flags & TFD_TIMER_ABSTIME) != 0) {
        alive->set_timer(descriptor, sim::world::time_point{span});
    } else {
        alive->set_timer(descriptor, alive->time().now() + span);
    }
    return 0;
}

int epoll_ctl(int poll, int what, int descriptor, epoll_event* event) noexcept {
    if (alive == nullptr || !alive->is_timer(descriptor))
        return static_cast<int>(::syscall(SYS_epoll_ctl, poll, what, descriptor, event));
    alive->watch_timer(poll, descriptor, what == EPOLL_CTL_DEL ? nullptr : event->data.ptr);
    return 0;
}

int epoll_wait(int poll, epoll_event* events, int most, int timeout) {
    if (alive == nullptr)
        return static_cast<int>(
            ::syscall(SYS_epoll_pwait, poll, events, most, timeout, nullptr, 8));
    void* data = alive->due_timer(poll);
    if (data == nullptr) return 0;
    events[0].events = EPOLLIN;
    events[0].data.ptr = data;
    return 1;
}

}  // extern "C"
