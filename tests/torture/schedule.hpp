// Seeds and counts of a torture run. Everything random comes from one seed, which is printed with
// the command that replays it.
//
//     const schedule plan{"storm"};               // BRIDGE_SEED, or a new one
//     auto random = plan.random(3);               // a stream of its own for each actor
//     for (int i = 0; i < count("BRIDGE_KILLS", 500); ++i) …
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <random>
#include <string>

namespace torture {

/// A number from the environment.
inline int count(const char* variable, int otherwise) {
    const char* given = std::getenv(variable);
    return given != nullptr ? std::atoi(given) : otherwise;
}

class schedule {
public:
    explicit schedule(const std::string& program) {
        const char* given = std::getenv("BRIDGE_SEED");
        seed_ = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
        MESSAGE("replay: BRIDGE_SEED=" << seed_ << " build/release/bin/" << program);
    }

    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
    [[nodiscard]] std::mt19937_64 random(std::uint64_t actor) const {
        std::seed_seq mixed{seed_, actor};
        return std::mt19937_64{mixed};
    }

private:
    std::uint64_t seed_;
};

}  // namespace torture
