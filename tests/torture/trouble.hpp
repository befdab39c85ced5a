// What happens to a shop's box, one accident after the other, each at a moment of the conversation
// that a seed chose.
//
//     trouble ahead{here, between, lanes, plan.random(0)};
//     for (int i = 0; i < 500; ++i) ahead.strike();     // kill -9 and what comes with it
//     ahead.clear_up();                                 // everything runs and nothing is spoilt
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>

#include "tests/support/shop.hpp"

namespace torture {

class trouble {
public:
    /// Calls `last_words` with what a daemon wrote when it is gone.
    trouble(tests::shop&, tests::wires&, int lanes, std::mt19937_64 random,
            std::function<void(const std::string&)> last_words);

    /// One kill -9 of the daemon, and in every second case something else before it.
    void strike();
    void clear_up();
    /// How often each accident happened, for people.
    [[nodiscard]] std::string summary() const;

private:
    /// Something else than a kill.
    void lesser();
    void stop_and_go(tests::process&);
    void kill_bridge();
    /// Until so many more bytes have crossed the wires and `act` was called; sooner when nothing
    /// crosses them any more.
    void after_bytes(std::uint64_t, const std::function<void()>& act);
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    void pause(std::uint64_t most_ms);
    [[nodiscard]] bool connected(int lane) const;

    tests::shop& here_;
    tests::wires& between_;
    int lanes_;
    std::mt19937_64 random_;
    std::function<void(const std::string&)> last_words_;
    std::map<std::string, int> happened_;
};

}  // namespace torture
