// The bridge, assembled as daemon/daemon.cpp does it, out of the production's objects: engine,
// shell, journal, books, ledger sink, connections, sessions, the API's router. The world's are its
// clock (virtual_kernel), its disk, its wires, its random numbers and the place of its blocking
// work. There is no HTTP on the way in: ask() hands a request to the router as the HTTP server
// does.
//
//     simulated_bridge bridge{surroundings};        // throws storage::open_error, as the daemon
//     while (bridge.poll_one()) {}
//     bridge.ask({.method = "POST", …}, [](reply r) {…});
//
// A crash is: make the disk die, take the wires away, and destroy the bridge, between two handlers.
// Whoever asked and has no answer then gets none.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "drivers/zvt/session.hpp"
#include "firmware-bridge/api/roles.hpp"
#include "firmware-bridge/daemon/log.hpp"
#include "sim/world/wire.hpp"
#include "tests/simulation/simulated_disk.hpp"

namespace tests::simulation {

struct bridge_terminal {
    std::string id;
    drivers::zvt::session_options options;
    sim::world::wire* way{};
};

struct surroundings {
    sim::world::timeline& time;
    simulated_disk& disk;
    std::vector<bridge_terminal> terminals;
    std::uint64_t seed{};
    /// How long the disk takes for one round of blocking work.
    std::function<std::chrono::microseconds()> disk_latency;
    /// False while the ledger is away.
    std::function<bool()> ledger_there;
    std::function<void(const bridge::daemon::log::entry&)> log;
    std::function<void(std::string_view terminal, const drivers::trace_record&)> traced;
};

struct question {
    std::string method{"GET"};
    std::string target;
    std::string body{};
    std::optional<std::string> key{};
    std::string accept{"application/json"};
    std::string last_event_id{};
    bridge::api::role caller{bridge::api::role::administrator};
};
struct reply {
    unsigned status{};  // 0: none came, the connection broke
    std::string body;
};

class simulated_bridge {
public:
    explicit simulated_bridge(surroundings);
    ~simulated_bridge();
    simulated_bridge(const simulated_bridge&) = delete;
    simulated_bridge& operator=(const simulated_bridge&) = delete;

    /// Runs one handler that is ready; false: there is none now.
    bool poll_one();
    /// The start found the journal readable, and the API answers.
    [[nodiscard]] bool serves() const noexcept { return serves_; }
    /// Why the start failed or a task ended; "": all is well.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

    /// How far the ledger's sink came, for people.
    [[nodiscard]] std::string ledger_state() const;

    /// `answered` is called once, unless the bridge crashes first. For an event stream also for
    /// each part of it (status 200) until it returns false.
    void ask(question, std::function<bool(reply)> answered);

    /// Stops as SIGTERM does: commands end, at most `within`, terminals are logged off.
    void stop(std::chrono::milliseconds within);
    [[nodiscard]] bool stopped() const noexcept { return stopped_; }

private:
    struct parts;
    class lane;
    class caller;
    class absent_ledger;

    std::unique_ptr<parts> parts_;
    bool serves_{};
    bool stopped_{};
    std::string trouble_;
};

}  // namespace tests::simulation
