#include "tests/simulation/world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "firmware-bridge/storage/error.hpp"
#include "protocol/invariant.hpp"
#include "tests/simulation/books_check.hpp"
#include "tests/simulation/cashier.hpp"
#include "tests/simulation/point_of_sale.hpp"

namespace tests::simulation {

using namespace std::chrono_literals;
using sim::world::side;

namespace {

/// What a run may last in virtual time, whatever strikes.
constexpr std::chrono::seconds longest_run{4 * 3600};
/// After faults stop a terminal sells again within this and its own timeouts.
constexpr auto sells_again_within = 60s;

}  // namespace

world::world(const world_options& options)
    : options_{options},
      chance_{options.seed},
      people_{options.seed ^ 0x9E0'91E},
      latencies_{options.seed ^ 0x1A7E'9C1} {
    seen_.read_by(options_.reader);
    host_ = std::make_unique<sim::acquirer>(books_);
    disk_ = std::make_unique<simulated_disk>(time_, seen_, chance_.next());
    disk_->lie_about_sync(options_.lying_disk);
    place_terminals();
    hire_people();
    plan_faults();
    start_bridge();
    cashier_ = std::make_unique<cashier>(*this);
    cashier_->start();
    for (auto& one : people_at_tills_) one->start();
}

world::~world() {
    bridge_.reset();
    people_at_tills_.clear();
}

till& world::till_of(const std::string& id) {
    const auto found = std::ranges::find(tills_, id, &till::id);
    BRIDGE_INVARIANT(found != tills_.end());
    return *found;
}

std::int64_t world::new_amount(unsigned last_two_digits) {
    return ++last_amount_ * 100 + last_two_digits;
}

std::string world::new_key(std::string_view whose) {
    return fmt::format("{}-{}", whose, ++last_key_);
}

void world::violated(std::string what) {
    seen_.add("violated", 0, what);
    if (report_.violations.size() < 20) report_.violations.push_back(std::move(what));
}

// --------------------------------------------------------------------------- the beginning

void world::place_terminals() {
    const auto count = chance_.between(1, 3);
    for (std::uint64_t i = 0; i < count; ++i) {
        till made;
        made.id = fmt::format("lane-{}", i + 1);
        sim::terminal_config config;
        config.terminal_id = static_cast<std::uint32_t>(52'000'001 + i);
        config.seed = chance_.next();
        config.delays = chance_.between(0, 1) == 0 ? sim::human_delays : sim::fast_delays;
        config.store_rule = chance_.between(0, 1) == 0 ? sim::store_rule::after_prints
                                                       : sim::store_rule::after_status;
        config.synchronises = chance_.between(0, 3) == 0;
        config.numbers_messages = chance_.between(0, 3) == 0;
        made.session.synchronise = config.synchronises && chance_.between(0, 3) != 0;
        if (options_.synchronise) config.synchronises = made.session.synchronise = true;
        made.session.printing = chance_.between(0, 2) == 0
                                    ? drivers::zvt::receipt_printing::compose
                                    : drivers::zvt::receipt_printing::ecr_lines;
        if (chance_.between(0, 1) == 0) {
            made.session.timers.t4 = 40s;
            made.session.timers.after_decline = 5s;
        }
        sim::world::wire_settings wire;
        wire.nature =
            chance_.between(0, 1) == 0 ? sim::link_nature::stream : sim::link_nature::serial;
        made.watch = std::make_unique<money_watch>(wire.nature);
        made.terminal = std::make_unique<sim::world::placed_terminal>(
            time_, config, sim::line_timers{}, *host_, i + 1, seen_);
        made.way = &made.terminal->add_wire(wire, chance_.next());
        made.way->watch([this, watch = made.watch.get()](side from, sim::bytes_view piece) {
            watch->see(from, piece, time_.now());
        });
        made.misbehaves = !options_.from_start.empty();
        made.terminal->act([&](sim::station& place, auto) {
            for (const auto& fault : options_.from_start) place.faults().add(fault);
        });
        if (options_.habits) give_habits(made, options_.seed * 10 + i);
        tills_.push_back(std::move(made));
    }
}

void world::hire_people() {
    unsigned left = options_.orders;
    const auto people = tills_.size() + chance_.between(0, 2);
    for (std::size_t i = 0; i < people; ++i) {
        const auto orders =
            i + 1 == people ? left : options_.orders / static_cast<unsigned>(people);
        left -= orders;
        people_at_tills_.push_back(std::make_unique<point_of_sale>(
            *this, tills_[i % tills_.size()].id, orders, chance_.next()));
    }
}

void world::plan_faults() {
    // About as long as the orders take; what comes later than the last order does not strike.
    const auto each = options_.orders / people_at_tills_.size();
    const auto plan = draw_faults({.seed = chance_.next(),
                                   .terminals = static_cast<unsigned>(tills_.size()),
                                   .within = 900ms * static_cast<std::int64_t>(each),
                                   .most = options_.most_faults});
    for (const auto& one : plan) {
        if (options_.only && std::ranges::find(*options_.only, one.number) == options_.only->end())
            continue;
        time_.after(one.at, [this, one] {
            if (!calm_) strike(one);
        });
    }
}

// ------------------------------------------------------------------------------ the bridge

void world::start_bridge() {
    surroundings around{
        .time = time_,
        .disk = *disk_,
        .terminals = {},
        .seed = chance_.next(),
        .disk_latency =
            [this] {
                const auto slow = disk_slow_ && latencies_.between(0, 3) == 0;
                return std::chrono::microseconds{slow ? latencies_.between(100'000, 8'000'000)
                                                      : latencies_.between(100, 3000)};
            },
        .ledger_there = [this] { return !ledger_away_; },
        .log = [this](const auto& entry) { log_line(entry); },
        .traced =
            [this](std::string_view, const drivers::trace_record& record) {
                search_card_numbers(
                    "the trace",
                    {reinterpret_cast<const char*>(record.bytes.data()), record.bytes.size()});
            }};
    for (auto& one : tills_) {
        around.terminals.push_back({one.id, one.session, one.way});
        one.watch->new_connection();
    }
    ++incarnation_;
    seen_.add("bridge", incarnation_, "starts");
    try {
        bridge_ = std::make_unique<simulated_bridge>(std::move(around));
        ++counts().starts;
    } catch (const bridge::storage::open_error& refused) {
        ++counts().refused_starts;
        seen_.add("bridge", incarnation_, refused.what());
        if (!disk_->dead() &&
            (refused.code() == bridge::storage::errc::corrupt ||
             refused.code() == bridge::storage::errc::needs_operator) &&
            !options_.lying_disk)
            violated(std::string{"the start found damage: "} + refused.what());
        if (disk_->dead()) disk_->restart();
        restart_later();
    }
}

void world::restart_later() {
    time_.after(std::chrono::milliseconds{latencies_.between(50, 4000)}, [this] {
        if (!bridge_) start_bridge();
    });
}

/// The process ends at this moment, between two of its handlers.
void world::lose_bridge(bool process_only) {
    seen_.add("bridge", incarnation_, process_only ? "is killed" : "loses its power");
    ++(process_only ? counts().kills : counts().box_power_losses);
    const bool torn = disk_->dead();
    if (torn) ++counts().torn_writes;
    disk_->die();
    for (auto& one : tills_) {
        one.way->attach(side::cash_register, {});
        // A kernel closes what its process had open; a box without power tells nobody.
        if (process_only) {
            one.way->close(side::cash_register);
        } else {
            one.way->abandon(side::cash_register, 15s);
        }
    }
    bridge_.reset();
    kernel_.forget_timers();
    for (auto& [number, then] : std::exchange(asked_, {}))
        time_.after(1ms, [then = std::move(then)] { then({}); });
    if (process_only && !torn) {
        disk_->restart_with_all_written();
    } else {
        disk_->restart();
    }
    dies_after_handlers_ = 0;
    follows_ = false;
    restart_later();
}

void world::ask(question what, std::function<void(const reply&)> then,
                std::chrono::seconds patience) {
    const auto number = ++last_asked_;
    asked_.emplace(number, std::move(then));
    const auto answer = [this, number](const reply& given) {
        auto found = asked_.extract(number);
        if (!found.empty()) found.mapped()(given);
    };
    const bool lost = !calm_ && one_in(40);
    time_.after(std::chrono::microseconds{latencies_.between(100, 2000)},
                [this, answer, lost, what = std::move(what), at = incarnation_]() mutable {
                    if (!bridge_ || !bridge_->serves()) return answer({});
                    bridge_->ask(std::move(what), [this, answer, lost, at](reply given) {
                        seen_.add("answer", given.status, given.body);
                        search_card_numbers("an answer", given.body);
                        if (lost || at != incarnation_) return false;
                        time_.after(std::chrono::microseconds{latencies_.between(100, 2000)},
                                    [answer, given = std::move(given)] { answer(given); });
                        return false;
                    });
                });
    time_.after(patience, [answer] { answer({}); });
}

/// A display in the shop that shows what happens: reads the events, falls behind, comes back.
void world::follow_events() {
    if (follows_ || !bridge_ || !bridge_->serves()) return;
    follows_ = true;
    question stream{.target = "/v1/events", .accept = "text/event-stream"};
    if (last_event_ != 0) stream.last_event_id = fmt::format("evt_{:016}", last_event_);
    bridge_->ask(std::move(stream), [this, at = incarnation_](const reply& part) {
        if (at != incarnation_) return false;
        search_card_numbers("an event", part.body);
        // Events come by number, without a gap: after a break, where it had stopped.
        for (std::size_t found = part.body.find("id: evt_"); found != std::string::npos;
             found = part.body.find("id: evt_", found + 1)) {
            const auto sequence = std::stoull(part.body.substr(found + 8, 16));
            if (last_event_ != 0 && sequence != last_event_ + 1)
                violated(fmt::format("event {} came after event {}", sequence, last_event_));
            last_event_ = sequence;
        }
        if (part.status != 200 || (!calm_ && one_in(50))) {
            follows_ = false;
            return false;
        }
        return true;
    });
}

// -------------------------------------------------------------------------------- checkers

void world::search_card_numbers(std::string_view where, std::string_view text) {
    for (const auto& card : sim::all_cards()) {
        if (text.find(card.pan) != text.npos)
            return violated(fmt::format("M9: a card number is in {}", where));
    }
}

void world::log_line(const bridge::daemon::log::entry& entry) {
    seen_.add("log", static_cast<std::uint64_t>(entry.level), entry.text);
    search_card_numbers("the log", entry.text);
    constexpr std::string_view recovery = "recovery: ";
    if (entry.text.starts_with(recovery))
        ++counts().rows[std::string{entry.text.substr(recovery.size())}];
}

// -------------------------------------------------------------------------------- the loop

bool world::step() {
    if (bridge_) {
        if (disk_->dead()) {
            lose_bridge(false);
            return true;
        }
        if (bridge_->poll_one()) {
            if (!bridge_->trouble().empty() && !disk_->dead()) {
                violated("a task of the bridge failed: " + bridge_->trouble());
                lose_bridge(true);
            } else if (dies_after_handlers_ != 0 && --dies_after_handlers_ == 0) {
                lose_bridge(!dies_with_box_);
            }
            return true;
        }
        if (!follows_) follow_events();
    }
    const auto timer = bridge_ ? kernel_.next_timer() : std::nullopt;
    const auto event = time_.next();
    if (!timer && !event) return false;
    if (timer && (!event || *timer < *event)) {
        time_.advance_to(*timer);
        return true;
    }
    return time_.run_next();
}

void world::until(const std::function<bool()>& done, std::chrono::seconds at_most,
                  const char* what) {
    const auto limit = time_.now() + at_most;
    while (!done()) {
        if (time_.now() > limit || report_.violations.size() > 10) {
            std::string waiting;
            for (const auto& one : people_at_tills_)
                if (!one->done()) waiting += "; " + one->state();
            return violated(fmt::format("not within {} s: {}{}", at_most.count(), what, waiting));
        }
        const auto before = time_.now();
        if (!step()) return violated("nothing happens any more");
        idle_steps_ = time_.now() == before ? idle_steps_ + 1 : 0;
        if (idle_steps_ > 200'000) return violated("time stands still: somebody spins");
    }
}

void world::calm_down() {
    calm_ = true;
    seen_.add("calm", 0, std::string_view{});
    disk_->heal();
    disk_slow_ = ledger_away_ = false;
    dies_after_handlers_ = 0;
    for (auto& one : tills_) {
        one.way->heal();
        one.terminal->act([&](sim::station& place, auto now) {
            auto active = place.faults().active();
            place.faults().clear();
            for (auto& fault : active)
                if (sim::info_of(fault.kind).habit) place.faults().add(std::move(fault));
            if (!place.powered()) place.switch_power(true, now);
        });
    }
}

run_report world::run() {
    const auto sold_out = [this] {
        return std::ranges::all_of(people_at_tills_, [](auto& one) { return one->done(); });
    };
    until(sold_out, longest_run, "all orders");
    calm_down();

    const auto calm_at = time_.now();
    std::vector<std::unique_ptr<point_of_sale>> probes;
    for (auto& one : tills_) {
        probes.push_back(std::make_unique<point_of_sale>(*this, one.id, 0U, chance_.next()));
        probes.back()->sell_once_more([this, &one] { one.sold_again = time_.now(); });
    }
    const auto all_sold = [this] {
        return std::ranges::all_of(tills_, [](auto& one) { return one.sold_again.has_value(); });
    };
    until(all_sold, 600s, "a sale at every terminal after faults stopped");
    for (const auto& one : tills_) {
        const auto& timers = one.session.timers;
        const auto own = timers.t4 + timers.t3 * 4 + timers.registration_retry_longest;
        if (one.sold_again && *one.sold_again - calm_at > sells_again_within + own)
            violated(fmt::format("{} sold again only {} s after faults stopped", one.id,
                                 (*one.sold_again - calm_at) / 1s));
    }
    // The ledger's sink is a little behind.
    const auto later = time_.now() + 45s;
    until([&] { return time_.now() >= later; }, 60s, "quiescence");
    if (report_.violations.empty()) {
        if (bridge_) seen_.add("ledger", 0, bridge_->ledger_state());
        for (const auto& [name, content] : disk_->contents()) search_card_numbers(name, content);
        // The box loses its power: what the books are now is what they are for ever.
        lose_bridge(false);
        try {
            check_books(*this);
        } catch (const std::exception& unreadable) {
            violated(std::string{"the books cannot be read: "} + unreadable.what());
        }
    }
    for (const auto& one : tills_) {
        counts().cuts += one.way->cuts();
        counts().terminal_power_losses += one.terminal->place().power_losses();
    }
    report_.digest = seen_.digest();
    report_.lasted = time_.elapsed();
    return std::move(report_);
}

run_report run_world(const world_options& options) { return world{options}.run(); }

}  // namespace tests::simulation
