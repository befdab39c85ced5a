#include "tests/torture/trouble.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <thread>
#include <utility>

namespace torture {

using namespace std::chrono_literals;
using tests::wires;

trouble::trouble(tests::shop& here, wires& between, int lanes, std::mt19937_64 random,
                 std::function<void(const std::string&)> last_words)
    : here_{here},
      between_{between},
      lanes_{lanes},
      random_{random},
      last_words_{std::move(last_words)} {}

void trouble::pause(std::uint64_t most_ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds{below(most_ms + 1)});
}

void trouble::after_bytes(std::uint64_t bytes, const std::function<void()>& act) {
    std::atomic<bool> done{false};
    between_.after_bytes(bytes, [&] {
        act();
        done = true;
    });
    auto passed = between_.passed();
    auto moved = std::chrono::steady_clock::now();
    while (!done) {
        tests::short_pause();
        const auto now = std::chrono::steady_clock::now();
        if (std::exchange(passed, between_.passed()) != between_.passed()) moved = now;
        // Silence: every lane waits for something that takes longer, or is cut off.
        if (now - moved > 500ms && between_.forget_strike()) {
            ++happened_["(in silence)"];
            return act();
        }
    }
}

void trouble::strike() {
    if (below(2) == 0) lesser();
    kill_bridge();
}

void trouble::kill_bridge() {
    ++happened_["kill -9 of the daemon"];
    const auto pid = here_.bridge().pid();
    const auto kill = [pid] { ::kill(pid, SIGKILL); };
    switch (below(8)) {
        case 0:  // while it starts, before it has said anything
            pause(30);
            kill();
            break;
        case 1:
        case 2: after_bytes(4000 + below(16'000), kill); break;
        default: after_bytes(below(4000), kill);
    }
    here_.bridge().wait();
    last_words_(here_.bridge().output());
    here_.start_bridge();
}

void trouble::lesser() {
    const int lane = static_cast<int>(below(static_cast<std::uint64_t>(lanes_)));
    const auto terminal = "/v1/power?terminal=" + std::to_string(lane + 1);
    const auto at = below(3000);
    switch (below(10)) {
        case 0:
        case 1:
            ++happened_["wire cut"];
            // Not from the strike: the wires' own thread would wait for itself.
            after_bytes(at, [] {});
            between_.cut(lane);
            break;
        case 2:
            ++happened_["wire held"];
            after_bytes(at, [] {});
            between_.set(lane, wires::mood::held);
            pause(400);
            between_.set(lane, wires::mood::clear);
            break;
        case 3:
            ++happened_["wire trickling"];
            between_.set(lane, wires::mood::trickling);
            after_bytes(at / 4, [] {});
            between_.set(lane, wires::mood::clear);
            break;
        case 4:
        case 5:
            ++happened_["power cycle of a terminal"];
            after_bytes(at, [] {});
            (void)here_.emulator("POST", terminal, R"({"state":"cycle"})");
            break;
        case 6:
            ++happened_["terminal without power"];
            after_bytes(at, [] {});
            (void)here_.emulator("POST", terminal, R"({"state":"off"})");
            pause(300);
            (void)here_.emulator("POST", terminal, R"({"state":"on"})");
            break;
        case 7:
            ++happened_["kill -9 of the terminals"];
            after_bytes(at, [pid = here_.terminals().pid()] { ::kill(pid, SIGKILL); });
            here_.restart_emulator();
            break;
        case 8:
            ++happened_["daemon stopped and continued"];
            stop_and_go(here_.bridge());
            break;
        case 9:
            ++happened_["terminals stopped and continued"];
            stop_and_go(here_.terminals());
            break;
    }
}

void trouble::stop_and_go(tests::process& which) {
    const auto pid = which.pid();
    after_bytes(below(3000), [pid] { ::kill(pid, SIGSTOP); });
    // Now and then longer than the other side's patience (t3 is 1.5 s).
    pause(below(8) == 0 ? 2500 : 200);
    ::kill(pid, SIGCONT);
}

void trouble::clear_up() {
    for (int lane = 0; lane < lanes_; ++lane) between_.set(lane, wires::mood::clear);
    const auto end = std::chrono::steady_clock::now() + 60s;
    for (int lane = 1; lane <= lanes_; ++lane) {
        while (!connected(lane)) {
            if (std::chrono::steady_clock::now() > end) {
                const auto which = "?terminal=" + std::to_string(lane);
                FAIL("lane-" << lane << " stays away; the terminal says "
                             << here_.ask_emulator("GET", "/v1/state" + which).body << "\n"
                             << here_.ask_emulator("GET", "/v1/trace" + which).body);
            }
            tests::short_pause();
        }
    }
}

bool trouble::connected(int lane) const {
    const auto answer = here_.api("GET", "/v1/terminals/lane-" + std::to_string(lane));
    return answer.status == 200 && tests::text_of(answer.json().at("link"), "state") == "ready";
}

std::string trouble::summary() const {
    std::string text;
    for (const auto& [what, times] : happened_) {
        text += (text.empty() ? "" : ", ") + std::to_string(times) + " x " + what;
    }
    return text;
}

}  // namespace torture
