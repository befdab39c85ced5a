#include "sim/station.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/message_faults.hpp"

namespace sim {
namespace {

namespace zvt = protocol::zvt;

constexpr std::size_t trace_kept = 2000;

std::string hex(bytes_view content) { return fmt::format("{:02X}", fmt::join(content, " ")); }

std::string_view name_of(zvt::drop_reason reason) {
    switch (reason) {
        case zvt::drop_reason::noise: return "noise";
        case zvt::drop_reason::bad_crc: return "bad checksum";
        case zvt::drop_reason::bad_structure: return "bad structure";
        case zvt::drop_reason::inter_byte_timeout: return "incomplete message";
        case zvt::drop_reason::too_long: return "message too long";
        case zvt::drop_reason::other_protocol: return "another protocol";
    }
    return {};
}

}  // namespace

station::station(terminal_config config, line_timers timers, record_store& store, acquirer& host,
                 wall_time wall_now, time_point now)
    : timers_{timers}, seed_{config.seed}, started_{now}, terminal_{std::move(config),
                                                                    store,
                                                                    host,
                                                                    faults_,
                                                                    wall_now,
                                                                    now} {}

station::lane station::add_line(link_nature nature, time_point now) {
    lines_.push_back(std::make_unique<line>(nature, timers_, faults_, seed_ + lines_.size()));
    const lane added = lines_.size() - 1;
    if (nature == link_nature::serial) opened(added, now);
    return added;
}

void station::note(lane where, std::string text, time_point now) {
    trace_.push_back(
        {std::chrono::duration_cast<milliseconds>(now - started_), where, std::move(text)});
    if (trace_.size() > trace_kept) trace_.pop_front();
}

void station::opened(lane where, time_point now) {
    note(where, "connected", now);
    lines_[where]->opened(now);
    if (!terminal_.busy() || serving_ == where) {
        serving_ = where;
        terminal_.link_up(lines_[where]->nature(), now);
    }
    pump(now);
}

void station::closed(lane where, time_point now) {
    note(where, "disconnected", now);
    lines_[where]->closed();
    if (serving_ == where && lines_[where]->nature() == link_nature::stream) {
        terminal_.link_gone(now);
    }
    pump(now);
}

void station::receive(lane where, bytes_view incoming, time_point now) {
    if (!powered()) return;
    for (auto& part : lines_[where]->screen(incoming)) {
        lines_[where]->receive(part.content, now);
        take_events(where, now);
        pump(now);
        if (part.then) {
            lines_[where]->cut(*part.then, now);
            return;
        }
    }
}

void station::take_events(lane where, time_point now) {
    while (const auto event = lines_[where]->next_event()) {
        if (const auto* apdu = std::get_if<apdu_came>(&*event)) {
            apdu_came_on(where, apdu->whole, now);
        } else if (const auto* dropped = std::get_if<garbage>(&*event)) {
            note(where,
                 fmt::format("dropped {} bytes: {}", dropped->count, name_of(dropped->reason)),
                 now);
        } else if (where == serving_) {
            if (std::holds_alternative<delivered>(*event)) {
                terminal_.delivered(now);
            } else {
                note(where, "not acknowledged", now);
                terminal_.undeliverable(now);
            }
        }
        pump(now);
    }
}

void station::apdu_came_on(lane where, const bytes& whole, time_point now) {
    note(where, "< " + hex(whole), now);
    const auto split = zvt::split_apdu(whole);
    if (!split) return;
    if (where != serving_) {
        if (terminal_.busy()) {
            if (split->apdu.is_response()) return;
            const auto answer = terminal_.busy_answer();
            lines_[where]->send(answer.code, encode(answer), now);
            return;
        }
        serving_ = where;
        terminal_.link_up(lines_[where]->nature(), now);
    }
    terminal_.receive(split->apdu, now);
}

void station::transmit(line& way, const send_message& said, time_point now) {
    const auto code = said.what.code;
    const auto apdus = spoil(said.what, faults_);
    for (const auto& apdu : apdus) {
        note(serving_, "> " + hex(apdu), now);
        way.send(code, apdu, now);
    }
    if (!apdus.empty()) return;
    note(serving_, "> (lost) " + hex(encode(said.what)), now);
    // The terminal believes that it was sent, and waits for the answer.
    if (said.expects_answer) terminal_.delivered(now);
}

void station::pump(time_point now) {
    while (auto out = terminal_.next_output()) {
        auto& way = *lines_.at(serving_);
        if (auto* said = std::get_if<send_message>(&*out)) {
            transmit(way, *said, now);
        } else {
            note(serving_, "hangs up", now);
            way.hang_up(now);
        }
    }
    for (const auto name : faults_.take_struck())
        note(serving_, fmt::format("fault: {}", name), now);
    notice_power(now);
}

void station::notice_power(time_point now) {
    if (was_powered_ == powered()) return;
    was_powered_ = powered();
    note(serving_, was_powered_ ? "power on" : "power off", now);
    for (auto& way : lines_) way->closed();
    if (!was_powered_) {
        ++power_losses_;
        return;
    }
    for (lane where = 0; where < lines_.size(); ++where) {
        if (lines_[where]->nature() != link_nature::serial) continue;
        serving_ = where;
        terminal_.link_up(link_nature::serial, now);
    }
}

void station::switch_power(bool on, time_point now) {
    if (on) {
        terminal_.power_on(now);
    } else {
        terminal_.power_off();
    }
    pump(now);
}

void station::elapse(time_point now) {
    for (lane where = 0; where < lines_.size(); ++where) {
        lines_[where]->elapse(now);
        take_events(where, now);
    }
    terminal_.elapse(now);
    pump(now);
}

std::optional<time_point> station::deadline() const {
    auto next = terminal_.deadline();
    for (const auto& way : lines_) {
        const auto due = way->deadline();
        if (due && (!next || *due < *next)) next = due;
    }
    return next;
}

std::optional<line_action> station::next_action(lane where, time_point now) {
    auto action = lines_[where]->next_action(now);
    if (!action) return std::nullopt;
    if (const auto* power = std::get_if<cut_power>(&*action)) {
        terminal_.cut_power(power->down, now);
        pump(now);
        return cut_link{power->down};
    }
    if (std::holds_alternative<cut_link>(*action)) {
        if (lines_[where]->nature() == link_nature::serial) note(where, "link cut", now);
    }
    return action;
}

}  // namespace sim
