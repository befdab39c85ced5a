#include "sim/serial_wire.hpp"

#include "protocol/invariant.hpp"
#include "protocol/zvt/serial_frame.hpp"

namespace sim {
namespace {

namespace zvt = protocol::zvt;

command code_of(bytes_view apdu) {
    return apdu.size() < 2 ? command{} : zvt::make_command(apdu[0], apdu[1]);
}

bytes framed(bytes_view apdu) {
    bytes buffer(zvt::max_serial_frame_size(apdu.size()));
    const auto frame = zvt::write_serial_frame(apdu, buffer);
    BRIDGE_INVARIANT(frame.has_value());
    buffer.resize(frame->size());
    return buffer;
}

}  // namespace

serial_wire::serial_wire(serial_timers timers, fault_plan& faults)
    : timers_{timers}, faults_{faults}, receiver_{timers.between_bytes} {}

void serial_wire::send(bytes apdu) {
    queue_.push_back(std::move(apdu));
    if (queue_.size() == 1) send_now_ = true;
}

void serial_wire::receive(bytes_view incoming, time_point now) {
    receiver_.receive(incoming, now);
    while (const auto one = receiver_.next()) found(*one, now);
}

void serial_wire::elapse(time_point now) {
    receiver_.elapse(now);
    while (const auto one = receiver_.next()) found(*one, now);
    if (ack_due_ && now >= *ack_due_) repeat_or_fail();
}

void serial_wire::found(const zvt::received& one, time_point) {
    if (const auto* apdu = std::get_if<zvt::received_apdu>(&one)) {
        frame_came(*apdu);
    } else if (std::holds_alternative<zvt::received_ack>(one)) {
        if (ack_due_) settle(delivered{});
    } else if (std::holds_alternative<zvt::received_nak>(one)) {
        if (ack_due_) repeat_or_fail();
    } else {
        const auto& dropped = std::get<zvt::dropped>(one);
        events_.emplace_back(garbage{dropped.reason, dropped.bytes});
        const bool in_frame = dropped.reason != zvt::drop_reason::noise &&
                              dropped.reason != zvt::drop_reason::other_protocol;
        if (in_frame) acknowledge(transmission::kind::nak);
    }
}

void serial_wire::frame_came(const zvt::received_apdu& frame) {
    if (faults_.strike(fault_kind::nak_storm, frame.apdu.code, direction::to_terminal)) {
        acknowledge(transmission::kind::nak);
        return;
    }
    acknowledge(transmission::kind::ack);
    events_.emplace_back(apdu_came{bytes(frame.whole.begin(), frame.whole.end())});
}

void serial_wire::acknowledge(transmission::kind what) {
    const auto byte = what == transmission::kind::ack ? zvt::ack : zvt::nak;
    answers_.push_back({what, {}, {byte}});
}

void serial_wire::settle(wire_event how) {
    queue_.pop_front();
    sendings_ = 0;
    ack_due_.reset();
    send_now_ = !queue_.empty();
    events_.push_back(std::move(how));
}

void serial_wire::repeat_or_fail() {
    ack_due_.reset();
    if (sendings_ > timers_.repeats) {
        settle(undeliverable{});
    } else {
        send_now_ = true;
    }
}

std::optional<time_point> serial_wire::deadline() const noexcept {
    const auto t1 = receiver_.deadline();
    if (!t1 || !ack_due_) return t1 ? t1 : ack_due_;
    return std::min(*t1, *ack_due_);
}

std::optional<transmission> serial_wire::next_transmission(time_point now) {
    if (!answers_.empty()) {
        auto first = std::move(answers_.front());
        answers_.pop_front();
        return first;
    }
    if (!send_now_ || queue_.empty()) return std::nullopt;
    send_now_ = false;
    ++sendings_;
    ack_due_ = now + timers_.acknowledgement;
    return transmission{transmission::kind::frame, code_of(queue_.front()), framed(queue_.front())};
}

std::optional<wire_event> serial_wire::next_event() {
    if (events_.empty()) return std::nullopt;
    auto first = std::move(events_.front());
    events_.pop_front();
    return first;
}

void serial_wire::reset() {
    receiver_.reset();
    queue_.clear();
    answers_.clear();
    events_.clear();
    sendings_ = 0;
    ack_due_.reset();
    send_now_ = false;
}

}  // namespace sim
