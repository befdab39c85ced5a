#include "sim/world/timeline.hpp"

#include <algorithm>

namespace sim::world {
namespace {

constexpr time_point beginning{std::chrono::hours{1000}};
/// Noon, so that a run of some hours stays within one day.
constexpr wall_time wall_beginning{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} +
                                   std::chrono::hours{12}};

}  // namespace

wall_time timeline::wall() const noexcept {
    return wall_beginning + wall_shift_ +
           std::chrono::duration_cast<milliseconds>(now_ - beginning);
}

timeline::ticket timeline::at(time_point when, std::function<void()> what) {
    const ticket made{std::max(when, now_), ++last_};
    events_.emplace(made, std::move(what));
    return made;
}

timeline::ticket timeline::after(microseconds pause, std::function<void()> what) {
    return at(now_ + pause, std::move(what));
}

void timeline::cancel(ticket& due) noexcept {
    if (due.number != 0) events_.erase(due);
    due = {};
}

std::optional<time_point> timeline::next() const noexcept {
    if (events_.empty()) return std::nullopt;
    return events_.begin()->first.at;
}

bool timeline::run_next() {
    if (events_.empty()) return false;
    auto first = events_.extract(events_.begin());
    now_ = std::max(now_, first.key().at);
    first.mapped()();
    return true;
}

void timeline::advance_to(time_point when) noexcept { now_ = std::max(now_, when); }

microseconds timeline::elapsed() const noexcept {
    return std::chrono::duration_cast<microseconds>(now_ - beginning);
}

}  // namespace sim::world
