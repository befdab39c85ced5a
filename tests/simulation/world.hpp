// The whole system in one process, one thread and virtual time: bridge, terminals, card holders,
// acquirer, people at tills, wires, disk, and what befalls them. One seed is one run.
//
//     const auto done = run_world({.seed = 7});
//     done.digest;                          // of everything that happened: the same in every run
//     done.violations;                      // empty, or what was broken, in words
//
// A run has three parts. First people sell while the drawn faults strike. Then faults stop, and
// every terminal must sell again in time. Then the books of bridge, acquirer and ledger are read
// from where they lie and must agree (books_check.hpp).
//
// To replay one that failed: storm --seed 7 --trace; to make it small: storm --seed 7 --shrink.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/world/placed_terminal.hpp"
#include "tests/simulation/fault_schedule.hpp"
#include "tests/simulation/money_watch.hpp"
#include "tests/simulation/simulated_bridge.hpp"
#include "tests/simulation/tally.hpp"
#include "tests/simulation/virtual_kernel.hpp"

namespace tests::simulation {

struct world_options {
    std::uint64_t seed{1};
    unsigned orders{100};
    unsigned most_faults{20};
    /// Terminals read the specification in their own ways, from the start.
    bool habits{};
    /// Disks say that they have synced and have not: reported apart, since nothing can help then.
    bool lying_disk{false};
    /// Every terminal and its session synchronise by receipt number (1F1F).
    bool synchronise{};
    /// What every terminal does wrong from the start.
    std::vector<sim::fault> from_start{};
    /// Only these of the drawn faults; absent: all.
    std::optional<std::vector<unsigned>> only{};
    sim::world::trace::reader reader{};
};

struct run_report {
    std::uint64_t digest{};
    tally counts;
    std::vector<std::string> violations;
    std::vector<planned_fault> struck;
    std::chrono::microseconds lasted{};
};

[[nodiscard]] run_report run_world(const world_options&);

class point_of_sale;
class cashier;

/// One terminal, and what the world knows of it.
struct till {
    std::string id;
    std::unique_ptr<sim::world::placed_terminal> terminal;
    sim::world::wire* way{};
    std::unique_ptr<money_watch> watch;
    drivers::zvt::session_options session;
    /// Somebody else used it: a sale or an end of day at the terminal itself.
    bool used_by_others{};
    /// Habits and faults of its own: then an unknown outcome may have no better answer.
    bool misbehaves{};
    std::optional<sim::world::time_point> sold_again;  // after faults stopped
};

/// What people and checkers need of the world.
class world {
public:
    explicit world(const world_options&);
    ~world();
    world(const world&) = delete;
    world& operator=(const world&) = delete;

    run_report run();

    // ---- for people
    [[nodiscard]] sim::world::timeline& time() noexcept { return time_; }
    [[nodiscard]] sim::acquirer& host() noexcept { return *host_; }
    [[nodiscard]] std::vector<till>& tills() noexcept { return tills_; }
    [[nodiscard]] till& till_of(const std::string& id);
    [[nodiscard]] tally& counts() noexcept { return report_.counts; }
    [[nodiscard]] std::uint64_t draw(std::uint64_t low, std::uint64_t high) {
        return people_.between(low, high);
    }
    [[nodiscard]] bool one_in(std::uint64_t n) { return people_.between(1, n) == 1; }
    /// Asks the bridge; `then` is called once, with status 0 when no answer came.
    void ask(question, std::function<void(const reply&)> then, std::chrono::seconds patience);
    /// Amounts that no other payment of this run has; the last two digits decide the outcome.
    [[nodiscard]] std::int64_t new_amount(unsigned last_two_digits);
    [[nodiscard]] std::int64_t new_refund_amount() { return ++last_refund_; }
    [[nodiscard]] std::string new_key(std::string_view whose);
    /// Faults have stopped: people do nothing strange any more.
    [[nodiscard]] bool calm() const noexcept { return calm_; }
    void note(std::string_view what, const std::string& text) { seen_.add(what, 0, text); }
    void violated(std::string what);

    // ---- for checkers
    [[nodiscard]] simulated_disk& disk() noexcept { return *disk_; }
    /// What became durable knowledge of somebody outside: payment id to the captured amount that
    /// he was told.
    std::map<std::string, std::int64_t> told_captured;
    /// A client asked to take it back, so a captured one may end voided.
    std::map<std::string, bool> void_asked;
    /// What was last asked for an authorised payment: "capture" or "release".
    std::map<std::string, std::string> last_step;

private:
    void place_terminals();
    void give_habits(till&, std::uint64_t seed);
    void hire_people();
    void plan_faults();
    void start_bridge();
    bool step();
    void until(const std::function<bool()>& done, std::chrono::seconds at_most, const char* what);
    void lose_bridge(bool process_only);
    void restart_later();
    void strike(const planned_fault&);
    void strike_wire(const planned_fault&, sim::random_source&);
    void strike_station(const planned_fault&, sim::random_source&);
    void calm_down();
    void search_card_numbers(std::string_view where, std::string_view text);
    void log_line(const bridge::daemon::log::entry&);
    void follow_events();

    world_options options_;
    sim::world::timeline time_;
    sim::world::trace seen_{time_};
    virtual_kernel kernel_{time_};
    sim::random_source chance_, people_, latencies_;
    sim::log_in_memory books_;
    std::unique_ptr<sim::acquirer> host_;
    std::unique_ptr<simulated_disk> disk_;
    std::vector<till> tills_;
    std::unique_ptr<simulated_bridge> bridge_;
    std::vector<std::unique_ptr<point_of_sale>> people_at_tills_;
    std::unique_ptr<cashier> cashier_;
    std::map<std::uint64_t, std::function<void(const reply&)>> asked_;
    std::uint64_t last_asked_{}, incarnation_{}, stopping_{};
    std::int64_t last_amount_{99}, last_refund_{};
    std::uint64_t last_key_{};
    std::uint64_t dies_after_handlers_{};
    bool dies_with_box_{};
    bool disk_slow_{};
    bool ledger_away_{};
    bool calm_{};
    bool follows_{};
    std::uint64_t last_event_{}, idle_steps_{};
    run_report report_;
};

}  // namespace tests::simulation
