// How long to wait before the next attempt to open a link: twice as long after every failure, up to
// a bound, and never twice the same, so that the tills of a shop do not knock in step after a power
// cut.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace drivers {

class backoff {
public:
    using duration = std::chrono::milliseconds;

    explicit backoff(duration first = duration{250}, duration most = duration{10'000}) noexcept
        : first_{first}, most_{most}, next_{first} {}

    /// The next wait: between half the current step and all of it, as `random` falls.
    [[nodiscard]] duration next(std::uint32_t random) noexcept {
        const auto half = next_ / 2;
        next_ = std::min(next_ * 2, most_);
        return half + duration{random % static_cast<std::uint64_t>((half + duration{1}).count())};
    }
    void reset() noexcept { next_ = first_; }

private:
    duration first_;
    duration most_;
    duration next_;
};

}  // namespace drivers
