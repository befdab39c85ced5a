// The emulator's only source of chance: seeded, small, the same on every machine (the standard
// library's distributions are not).
#pragma once

#include <cstdint>

namespace sim {

/// splitmix64.
class random_source {
public:
    explicit constexpr random_source(std::uint64_t seed) noexcept : state_{seed} {}

    constexpr std::uint64_t next() noexcept {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
        return mixed ^ (mixed >> 31U);
    }

    /// A number from `low` to `high`, both included.
    constexpr std::uint64_t between(std::uint64_t low, std::uint64_t high) noexcept {
        return high <= low ? low : low + next() % (high - low + 1);
    }

private:
    std::uint64_t state_;
};

}  // namespace sim
