#include "sim/line.hpp"

#include <algorithm>

namespace sim {
namespace {

namespace zvt = protocol::zvt;

std::optional<time_point> earlier(std::optional<time_point> a, std::optional<time_point> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

}  // namespace

line::line(link_nature nature, line_timers timers, fault_plan& faults, std::uint64_t seed)
    : nature_{nature},
      faults_{faults},
      wire_{timers.serial, faults},
      stream_{zvt::receiver_side::from_ecr, timers.pieces},
      in_{nature, faults},
      out_{faults, seed},
      open_{nature == link_nature::serial} {}

void line::opened(time_point now) {
    wire_.reset();
    stream_.reset();
    in_.reset();
    out_.reset();
    events_.clear();
    open_ = true;
    last_traffic_ = now;
    idle_cut_.reset();
    if (const auto struck = faults_.strike(fault_kind::idle_cut)) idle_cut_ = struck->lasts;
    out_.opened(now);
}

void line::closed() {
    wire_.reset();
    stream_.reset();
    in_.reset();
    out_.reset();
    open_ = nature_ == link_nature::serial;
    idle_cut_.reset();
}

std::vector<inbound::passed> line::screen(bytes_view incoming) { return in_.push(incoming); }

void line::cut(line_action how, time_point now) {
    out_.reset();
    out_.push_action(std::move(how), now);
}

void line::receive(bytes_view incoming, time_point now) {
    last_traffic_ = now;
    if (nature_ == link_nature::serial) {
        wire_.receive(incoming, now);
    } else {
        stream_.receive(incoming, now);
        drain_receiver(now);
    }
    take_transmissions(now);
}

void line::drain_receiver(time_point now) {
    while (const auto one = stream_.next()) {
        if (const auto* apdu = std::get_if<zvt::received_apdu>(&*one)) {
            events_.emplace_back(apdu_came{bytes(apdu->whole.begin(), apdu->whole.end())});
        } else if (const auto* dropped = std::get_if<zvt::dropped>(&*one)) {
            events_.emplace_back(garbage{dropped->reason, dropped->bytes});
            if (dropped->reason == zvt::drop_reason::inter_byte_timeout) hang_up(now);
        }
    }
}

void line::send(command code, bytes apdu, time_point now) {
    if (!open_) return;
    last_traffic_ = now;
    if (nature_ == link_nature::serial) {
        wire_.send(std::move(apdu));
        take_transmissions(now);
    } else {
        out_.push({transmission::kind::frame, code, std::move(apdu)}, now);
    }
}

void line::take_transmissions(time_point now) {
    while (auto one = wire_.next_transmission(now)) out_.push(std::move(*one), now);
}

void line::hang_up(time_point now) {
    if (nature_ == link_nature::stream && open_) out_.push_action(cut_link{}, now);
}

void line::elapse(time_point now) {
    if (nature_ == link_nature::serial) {
        wire_.elapse(now);
        take_transmissions(now);
    } else {
        stream_.elapse(now);
        drain_receiver(now);
    }
    if (open_ && idle_cut_ && last_traffic_ && now >= *last_traffic_ + *idle_cut_) {
        idle_cut_.reset();
        out_.push_action(cut_link{}, now);
    }
}

std::optional<time_point> line::deadline() const noexcept {
    auto next = earlier(out_.deadline(),
                        nature_ == link_nature::serial ? wire_.deadline() : stream_.deadline());
    if (open_ && idle_cut_ && last_traffic_) next = earlier(next, *last_traffic_ + *idle_cut_);
    return next;
}

std::optional<wire_event> line::next_event() {
    if (!events_.empty()) {
        auto first = std::move(events_.front());
        events_.pop_front();
        return first;
    }
    return wire_.next_event();
}

std::optional<line_action> line::next_action(time_point now) { return out_.next(now); }

}  // namespace sim
