#include "drivers/replay.hpp"

#include <algorithm>
#include <utility>

namespace drivers {
namespace {

using direction = trace_record::direction;
using kind = trace_record::kind;

bool crosses_the_wire(const trace_record& record) {
    switch (record.what) {
        case kind::message:
        case kind::ack:
        case kind::nak: return true;
        case kind::dropped:
        case kind::note: return false;
    }
    return false;
}

bool same(const trace_record& one, const trace_record& other) {
    return one.way == other.way && one.what == other.what && one.bytes == other.bytes;
}

std::vector<std::uint8_t> as_on_a_stream(const trace_record& record) { return record.bytes; }

class player {
public:
    player(terminal& machine, const replay_options& options)
        : machine_{machine}, options_{options}, now_{options.start} {
        machine_.link_opened(now_);
        drain();
    }

    void play(const trace_record& record, time_point at) {
        let_time_pass(std::max(at, now_));
        if (!crosses_the_wire(record)) return;
        if (record.way == direction::received) {
            const auto bytes = options_.frame ? options_.frame(record) : as_on_a_stream(record);
            machine_.receive(bytes, now_);
        } else if (++sent_in_recording_ > sent_ && options_.prompt) {
            options_.prompt(record, now_);
        }
        drain();
    }

    replayed take() { return std::move(result_); }

private:
    void let_time_pass(time_point until) {
        for (auto due = machine_.deadline(); due && *due <= until; due = machine_.deadline()) {
            now_ = std::max(now_, *due);
            machine_.elapse(now_);
            drain();
            if (machine_.deadline() == due) break;  // it does not want to move
        }
        now_ = until;
    }

    void drain() {
        while (const auto output = machine_.next_output()) {
            if (const auto* wish = std::get_if<close_link>(&*output)) {
                machine_.link_closed(wish->reason, now_);
                machine_.link_opened(now_);
            }
        }
        while (auto record = machine_.next_trace()) {
            if (record->way == direction::sent && crosses_the_wire(*record)) ++sent_;
            result_.records.push_back(std::move(*record));
        }
        while (auto happened = machine_.next_event()) {
            result_.events.push_back(std::move(*happened));
        }
    }

    terminal& machine_;
    const replay_options& options_;
    time_point now_;
    std::size_t sent_{};
    std::size_t sent_in_recording_{};
    replayed result_;
};

}  // namespace

replayed replay(terminal& machine, std::span<const traced> recording,
                const replay_options& options) {
    player run{machine, options};
    for (const auto& line : recording) {
        run.play(line.record, options.start + (line.at - recording.front().at));
    }
    return run.take();
}

std::optional<std::size_t> first_difference(std::span<const traced> recording,
                                            std::span<const trace_record> again) {
    auto next = again.begin();
    const auto skip_unsaid = [&] {
        while (next != again.end() && !crosses_the_wire(*next)) ++next;
    };
    for (std::size_t at = 0; at < recording.size(); ++at) {
        if (!crosses_the_wire(recording[at].record)) continue;
        skip_unsaid();
        if (next == again.end() || !same(recording[at].record, *next)) return at;
        ++next;
    }
    skip_unsaid();
    if (next != again.end()) return recording.size();
    return std::nullopt;
}

}  // namespace drivers
