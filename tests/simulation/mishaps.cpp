// How each planned fault strikes.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "firmware-bridge/storage/state_directory.hpp"
#include "tests/simulation/world.hpp"

namespace tests::simulation {

using namespace std::chrono_literals;
using sim::fault_kind;
using sim::world::side;
using sim::world::wire_fault;

void world::strike(const planned_fault& planned) {
    sim::random_source chance{planned.seed};
    report_.struck.push_back(planned);
    seen_.add("mishap", planned.number, name_of(planned.what));
    const auto ms = [&](std::uint64_t low, std::uint64_t high) {
        return std::chrono::milliseconds{chance.between(low, high)};
    };
    auto& where = tills_[planned.terminal];
    switch (planned.what) {
        case mishap::wire_cut:
        case mishap::wire_garbled:
        case mishap::wire_loses_bytes:
        case mishap::wire_noise:
        case mishap::wire_stalls:
        case mishap::wire_half_open: return strike_wire(planned, chance);
        case mishap::wire_unplugged: return where.way->cut(ms(5000, 60'000));
        case mishap::reconnect_storm:
            for (int i = 0; i < 20; ++i) {
                time_.after(ms(0, 10'000), [this, way = where.way] {
                    if (!calm_) way->cut(0ms);
                });
            }
            return;
        case mishap::bridge_killed:
        case mishap::box_power_lost:
            dies_after_handlers_ = chance.between(1, 400);
            dies_with_box_ = planned.what == mishap::box_power_lost;
            return;
        case mishap::bridge_dies_in_write:
            return disk_->die_in_write(static_cast<std::uint32_t>(chance.between(1, 40)));
        case mishap::bridge_restarted:
            if (!bridge_ || !bridge_->serves() || stopping_ == incarnation_) return;
            stopping_ = incarnation_;
            bridge_->stop(ms(1000, 30'000));
            time_.after(40s, [this, at = incarnation_] {
                if (bridge_ && at == incarnation_) lose_bridge(true);
            });
            return;
        case mishap::second_instance:
            if (!bridge_) return;
            try {
                const bridge::storage::state_directory second{"/state", *disk_};
                violated("a second instance was let into the state directory");
            } catch (const bridge::storage::open_error& refused) {
                if (refused.code() != bridge::storage::errc::in_use && !disk_->dead())
                    violated(std::string{"a second instance was refused for another reason: "} +
                             refused.what());
            }
            return;
        case mishap::clock_set: {
            constexpr std::array<std::int64_t, 6> by{1, -2, 3600, -3600, 86'400 * 366, -86'400};
            time_.shift_wall(std::chrono::seconds{by[chance.between(0, by.size() - 1)]});
            return;
        }
        case mishap::disk_write_fails:
            ++counts().disk_faults;
            return disk_->fail({.what = disk_operation::write,
                                .skip = static_cast<std::uint32_t>(chance.between(0, 20)),
                                .times = static_cast<std::uint32_t>(chance.between(1, 4)),
                                .code = SQLITE_IOERR_WRITE,
                                .half_written = chance.between(0, 1) == 0});
        case mishap::disk_sync_fails:
            ++counts().disk_faults;
            return disk_->fail({.what = disk_operation::sync,
                                .skip = static_cast<std::uint32_t>(chance.between(0, 5)),
                                .times = static_cast<std::uint32_t>(chance.between(1, 3)),
                                .code = SQLITE_IOERR_FSYNC});
        case mishap::disk_full:
            ++counts().disk_faults;
            disk_->limit_space(static_cast<std::int64_t>(chance.between(0, 40'000)));
            time_.after(ms(1000, 20'000), [this] { disk_->limit_space(std::nullopt); });
            return;
        case mishap::disk_slow:
            disk_slow_ = true;
            time_.after(ms(1000, 30'000), [this] { disk_slow_ = false; });
            return;
        case mishap::terminal_power_lost:
            time_.after(ms(0, 3000), [this, &where, down = ms(200, 20'000)] {
                if (calm_) return;
                where.terminal->act([](auto& place, auto now) { place.switch_power(false, now); });
                time_.after(down, [&where] {
                    where.terminal->act(
                        [](auto& place, auto now) { place.switch_power(true, now); });
                });
            });
            return;
        case mishap::terminal_misbehaves: return strike_station(planned, chance);
        case mishap::sale_at_terminal:
            where.terminal->act([&](sim::station& place, auto now) {
                if (place.terminal().start_sale(5'000'000'000 + chance.between(1, 1000) * 100, now))
                    where.used_by_others = true;
                place.pump(now);
            });
            return;
        case mishap::day_closed_at_terminal:
            where.terminal->act([&](sim::station& place, auto now) {
                if (place.terminal().start_end_of_day(now)) where.used_by_others = true;
                place.pump(now);
            });
            return;
        case mishap::ledger_away:
            ledger_away_ = true;
            time_.after(ms(1000, 100'000), [this] { ledger_away_ = false; });
            return;
    }
}

void world::strike_wire(const planned_fault& planned, sim::random_source& chance) {
    using enum wire_fault::what;
    wire_fault fault;
    fault.kind = [&] {
        switch (planned.what) {
            case mishap::wire_garbled: return garble;
            case mishap::wire_loses_bytes: return lose;
            case mishap::wire_noise: return noise;
            case mishap::wire_stalls: return stall;
            case mishap::wire_half_open: return half_open;
            default: return wire_fault::what::cut;
        }
    }();
    fault.towards = chance.between(0, 1) == 0 ? side::terminal : side::cash_register;
    fault.after_bytes = static_cast<std::uint32_t>(chance.between(0, 600));
    fault.count = static_cast<std::uint32_t>(chance.between(1, 6));
    fault.lasts = std::chrono::milliseconds{fault.kind == wire_fault::what::cut
                                                ? chance.between(0, 3000)
                                                : chance.between(100, 30'000)};
    tills_[planned.terminal].way->arm(fault);
}

/// Each habit of the emulator's table with one chance in eight; those whose `value` says how are
/// left out.
void world::give_habits(till& to, std::uint64_t seed) {
    sim::random_source chance{seed};
    for (const auto& known : sim::all_faults()) {
        const bool takes_value = known.parameters.find("value") != known.parameters.npos;
        if (!known.habit || takes_value || chance.between(0, 7) != 0) continue;
        sim::fault habit;
        habit.kind = known.kind;
        habit.times = 0;
        to.misbehaves = true;
        seen_.add("habit", 0, known.name);
        to.terminal->act([&](sim::station& place, auto) { place.faults().add(habit); });
    }
}

/// One of the emulator's named faults, from its own table.
void world::strike_station(const planned_fault& planned, sim::random_source& chance) {
    constexpr std::array kinds{fault_kind::link_cut,
                               fault_kind::ack_lost,
                               fault_kind::ack_duplicated,
                               fault_kind::nak_storm,
                               fault_kind::bad_crc,
                               fault_kind::noise,
                               fault_kind::slow_bytes,
                               fault_kind::split,
                               fault_kind::glue,
                               fault_kind::silence,
                               fault_kind::message_lost,
                               fault_kind::status_lost,
                               fault_kind::completion_lost,
                               fault_kind::message_repeated,
                               fault_kind::stale_messages,
                               fault_kind::extended_length,
                               fault_kind::unknown_bmp,
                               fault_kind::unknown_tag,
                               fault_kind::busy,
                               fault_kind::refusal_with_data,
                               fault_kind::deaf,
                               fault_kind::power_loss,
                               fault_kind::late_approval,
                               fault_kind::abort_ignored,
                               fault_kind::status_without_completion,
                               fault_kind::completion_without_status,
                               fault_kind::status_repeated,
                               fault_kind::silent_pin_entry,
                               fault_kind::print_refused,
                               fault_kind::printer_out_of_paper,
                               fault_kind::negative_status_without_end};
    auto& where = tills_[planned.terminal];
    sim::fault fault;
    fault.kind = kinds[chance.between(0, kinds.size() - 1)];
    fault.occurrence = static_cast<std::uint32_t>(chance.between(1, 4));
    fault.times =
        fault.kind == fault_kind::nak_storm ? static_cast<std::uint32_t>(chance.between(1, 5)) : 1;
    fault.seed = chance.next();
    fault.way =
        chance.between(0, 1) == 0 ? sim::direction::to_register : sim::direction::to_terminal;
    fault.count = static_cast<std::uint32_t>(chance.between(1, 4));
    fault.lasts = std::chrono::milliseconds{chance.between(100, 12'000)};
    if (chance.between(0, 1) == 0) fault.byte = static_cast<std::uint32_t>(chance.between(0, 30));
    if (fault.kind == fault_kind::power_loss && chance.between(0, 3) != 0) {
        const auto steps = sim::all_steps();
        fault.step = steps[chance.between(0, steps.size() - 1)];
    }
    ++counts().station_faults;
    where.misbehaves = true;
    seen_.add("station fault", planned.terminal + 1, sim::info_of(fault.kind).name);
    where.terminal->act([&](sim::station& place, auto) { place.faults().add(fault); });
}

}  // namespace tests::simulation
