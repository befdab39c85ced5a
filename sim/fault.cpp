#include "sim/fault.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/invariant.hpp"

namespace sim {
namespace {

constexpr std::array steps{
    step::command_received,  step::before_card,   step::card_read,       step::before_host,
    step::host_asked,        step::host_answered, step::before_status,   step::status_acknowledged,
    step::before_prints,     step::printed,       step::before_store,    step::stored,
    step::before_completion, step::completed,     step::before_reversal, step::reversed,
};

}  // namespace

std::span<const std::string_view> all_steps() noexcept { return steps; }

const fault_info& info_of(fault_kind kind) noexcept {
    const auto found = std::ranges::find(all_faults(), kind, &fault_info::kind);
    BRIDGE_INVARIANT(found != all_faults().end());
    return *found;
}

const fault_info* find_fault(std::string_view name) noexcept {
    const auto found = std::ranges::find(all_faults(), name, &fault_info::name);
    return found == all_faults().end() ? nullptr : &*found;
}

bool message_match::matches(protocol::zvt::command code) const noexcept {
    const auto number = static_cast<std::uint16_t>(code);
    if (answer_) return (number >> 8U) == 0x80 || (number >> 8U) == 0x84;
    return !code_ || *code_ == number;
}

void fault_plan::add(fault what) {
    const random_source chance{what.seed};
    armed_.push_back({std::move(what), chance, 0, 0});
}

std::vector<fault> fault_plan::active() const {
    std::vector<fault> all;
    for (const auto& one : armed_) {
        if (one.what.times == 0 || one.struck < one.what.times) all.push_back(one.what);
    }
    return all;
}

bool fault_plan::watches(direction way) const noexcept {
    return std::ranges::any_of(armed_, [&](const armed& one) {
        return one.what.way == way && (one.what.times == 0 || one.struck < one.what.times);
    });
}

bool fault_plan::decide(armed& one, bool another_struck) {
    if (++one.seen < one.what.occurrence || another_struck) return false;
    if (one.what.times != 0 && one.struck >= one.what.times) return false;
    if (one.chance.between(1, 1'000'000) > one.what.probability_ppm) return false;
    ++one.struck;
    return true;
}

std::optional<fault> fault_plan::report(const armed& one) {
    struck_.push_back(info_of(one.what.kind).name);
    return one.what;
}

std::optional<fault> fault_plan::strike(fault_kind kind, protocol::zvt::command code,
                                        direction way) {
    std::optional<fault> first;
    for (auto& one : armed_) {
        if (one.what.kind != kind || one.what.way != way || !one.what.step.empty()) continue;
        if (!one.what.message.matches(code)) continue;
        if (decide(one, first.has_value())) first = report(one);
    }
    return first;
}

std::optional<fault> fault_plan::strike(fault_kind kind, std::string_view step) {
    std::optional<fault> first;
    for (auto& one : armed_) {
        if (one.what.kind != kind || one.what.step != step) continue;
        if (decide(one, first.has_value())) first = report(one);
    }
    return first;
}

std::vector<std::string_view> fault_plan::take_struck() { return std::exchange(struck_, {}); }

}  // namespace sim
