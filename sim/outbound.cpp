#include "sim/outbound.hpp"

#include <algorithm>

namespace sim {
namespace {

constexpr auto to_register = direction::to_register;

// ENQ, NAK, ACK: the polling of older terminal protocols.
constexpr std::array<std::uint8_t, 3> polling{0x05, 0x15, 0x06};

bytes text_bytes(const std::string& text) { return {text.begin(), text.end()}; }

std::size_t bounded(std::optional<std::uint32_t> wanted, std::size_t size, std::size_t otherwise) {
    return wanted ? std::min<std::size_t>(*wanted, size) : otherwise;
}

}  // namespace

outbound::outbound(fault_plan& faults, std::uint64_t seed) : faults_{faults}, chance_{seed} {}

void outbound::write(bytes content, time_point at) {
    if (!content.empty()) push_action(write_bytes{std::move(content)}, at);
}

void outbound::opened(time_point now) {
    if (const auto struck = faults_.strike(fault_kind::banner)) {
        write(text_bytes(struck->value.empty() ? "WELCOME\r\n" : struck->value), now);
    }
}

void outbound::push(transmission what, time_point now) {
    if (what.what == transmission::kind::frame) {
        push_message(std::move(what), now);
    } else {
        push_acknowledgement(std::move(what), now);
    }
}

void outbound::push_acknowledgement(transmission what, time_point now) {
    if (what.what == transmission::kind::ack) {
        if (faults_.strike(fault_kind::ack_lost, {}, to_register)) return;
        if (faults_.strike(fault_kind::ack_garbled, {}, to_register)) what.content = {0x46};
        if (faults_.strike(fault_kind::ack_duplicated, {}, to_register)) {
            write(what.content, now);
        }
    }
    write(std::move(what.content), now);
}

void outbound::push_message(transmission what, time_point now) {
    auto at = now;
    if (const auto struck = faults_.strike(fault_kind::silence, what.code, to_register)) {
        at += struck->lasts;
    }
    if (const auto struck = faults_.strike(fault_kind::other_protocol, what.code, to_register)) {
        write(struck->value.empty() ? bytes(polling.begin(), polling.end())
                                    : text_bytes(struck->value),
              at);
        return;
    }
    if (const auto struck = faults_.strike(fault_kind::noise, what.code, to_register)) {
        bytes garbage(std::max<std::uint32_t>(struck->count, 1));
        // Noise that happens to be ACK, NAK or DLE would be something else.
        for (auto& byte : garbage) byte = static_cast<std::uint8_t>(chance_.between(0x90, 0xFF));
        write(std::move(garbage), at);
    }
    spoil(what);
    if (faults_.strike(fault_kind::glue, what.code, to_register)) {
        held_.insert(held_.end(), what.content.begin(), what.content.end());
        return;
    }
    what.content.insert(what.content.begin(), held_.begin(), held_.end());
    held_.clear();
    if (push_cut_inside(what, at)) return;
    push_in_pieces(what, at);
}

void outbound::spoil(transmission& what) {
    const bool is_serial = !what.content.empty() && what.content.front() == 0x10;
    if (is_serial && faults_.strike(fault_kind::bad_crc, what.code, to_register)) {
        what.content.back() ^= 0x5AU;
    }
}

bool outbound::push_cut_inside(const transmission& what, time_point at) {
    const auto power = faults_.strike(fault_kind::power_loss, what.code, to_register);
    const auto link =
        power ? std::nullopt : faults_.strike(fault_kind::link_cut, what.code, to_register);
    if (!power && !link) return false;
    const auto& struck = power ? *power : *link;
    const auto kept = bounded(struck.byte, what.content.size(), what.content.size());
    write({what.content.begin(), what.content.begin() + static_cast<std::ptrdiff_t>(kept)}, at);
    if (power) {
        push_action(cut_power{struck.lasts}, at);
    } else {
        push_action(cut_link{struck.lasts}, at);
    }
    return true;
}

void outbound::push_in_pieces(const transmission& what, time_point at) {
    const auto& content = what.content;
    if (const auto slow = faults_.strike(fault_kind::slow_bytes, what.code, to_register)) {
        const auto first = bounded(slow->byte, content.size(), content.size() / 2);
        const auto middle = content.begin() + static_cast<std::ptrdiff_t>(first);
        write({content.begin(), middle}, at);
        write({middle, content.end()}, at + slow->lasts);
        return;
    }
    if (const auto split = faults_.strike(fault_kind::split, what.code, to_register)) {
        const auto size = std::max<std::size_t>(split->count, 1);
        for (std::size_t start = 0; start < content.size(); start += size) {
            const auto end = std::min(start + size, content.size());
            write({content.begin() + static_cast<std::ptrdiff_t>(start),
                   content.begin() + static_cast<std::ptrdiff_t>(end)},
                  at);
            at += split->lasts;
        }
        return;
    }
    write(content, at);
}

void outbound::push_action(line_action what, time_point at) {
    if (!departures_.empty()) at = std::max(at, departures_.back().at);
    departures_.push_back({at, std::move(what)});
}

std::optional<line_action> outbound::next(time_point now) {
    if (departures_.empty() || departures_.front().at > now) return std::nullopt;
    auto first = std::move(departures_.front().what);
    departures_.pop_front();
    // What stood behind a cut never leaves.
    if (!std::holds_alternative<write_bytes>(first)) reset();
    return first;
}

std::optional<time_point> outbound::deadline() const noexcept {
    if (departures_.empty()) return std::nullopt;
    return departures_.front().at;
}

void outbound::reset() noexcept {
    departures_.clear();
    held_.clear();
}

}  // namespace sim
