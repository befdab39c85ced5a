#include "drivers/zvt/link_layer.hpp"

#include <algorithm>
#include <utility>

#include "drivers/zvt/requests.hpp"
#include "protocol/invariant.hpp"
#include "protocol/zvt/serial_frame.hpp"

namespace drivers::zvt {
namespace {

namespace wire = protocol::zvt;

constexpr int most_sendings = 3;

// How long a request waits behind an answer whose ACK does not come. Some terminals send no ACKs,
// and an abort must leave within a second of being asked for.
constexpr std::chrono::milliseconds patience{500};

std::variant<wire::serial_receiver, wire::tcp_receiver> make_receiver(
    framing wanted, const session_timers& timers) {
    if (wanted == framing::serial) return wire::serial_receiver{timers.t1};
    return wire::tcp_receiver{wire::receiver_side::from_terminal, timers.t3};
}

bool is_answer(sending what) { return what == sending::answer || what == sending::result_answer; }

bool is_request(sending what) { return what == sending::request || what == sending::money_request; }

std::string_view reason_text(wire::drop_reason reason) {
    switch (reason) {
        case wire::drop_reason::noise: return "noise";
        case wire::drop_reason::bad_crc: return "bad CRC";
        case wire::drop_reason::bad_structure: return "bad frame structure";
        case wire::drop_reason::inter_byte_timeout:
            return "message incomplete when its time ran out";
        case wire::drop_reason::too_long: return "longer than any message";
        case wire::drop_reason::other_protocol: return "another protocol";
    }
    return "";
}

trace_record record(trace_record::direction way, trace_record::kind what,
                    std::vector<std::uint8_t> bytes = {}, std::string note = {}) {
    return {way, what, std::move(bytes), std::move(note)};
}

using way = trace_record::direction;
using kind = trace_record::kind;

}  // namespace

link_layer::link_layer(framing wanted, const session_timers& timers)
    : framing_{wanted}, timers_{timers}, receiver_{make_receiver(wanted, timers)} {}

void link_layer::reset() {
    std::visit([](auto& receiver) { receiver.reset(); }, receiver_);
    outstanding_.reset();
    waiting_.clear();
    outputs_.clear();
    events_.clear();
    request_left_ = false;
    hushed_ = false;
    last_message_.clear();
    answer_confirmed_ = false;
    stray_until_.reset();
}

void link_layer::note(std::string text) {
    trace_.push_back(record(way::sent, kind::note, {}, std::move(text)));
}

void link_layer::send(std::vector<std::uint8_t> apdu, sending what, time_point now) {
    if (is_request(what)) request_left_ = false;
    // The other side's next message is about this one: it is no repeat of what came before.
    if (!is_answer(what)) last_message_.clear();
    // An answer goes before requests that wait: the terminal waits for it, not for them.
    const auto at = is_answer(what) ? std::ranges::find_if_not(waiting_, is_answer, &frame::what)
                                    : waiting_.end();
    waiting_.insert(at, {.apdu = std::move(apdu), .what = what, .queued = now, .due = {}});
    transmit_next(now);
}

void link_layer::withdraw(time_point now) {
    std::erase_if(waiting_, [](const frame& f) { return !is_answer(f.what); });
    if (outstanding_ && !is_answer(outstanding_->what)) abandon(now);
}

void link_layer::hush(bool silent) noexcept { hushed_ = silent; }

void link_layer::go_on(time_point now) { transmit_next(now); }

void link_layer::transmit_next(time_point now) {
    while (!outstanding_ && !hushed_ && !waiting_.empty()) {
        outstanding_ = std::move(waiting_.front());
        waiting_.pop_front();
        transmit(*outstanding_, now);
        if (framing_ == framing::stream) take_as_delivered(false, now);
    }
}

void link_layer::transmit(frame& out, time_point now) {
    if (++out.sendings == 1 && !is_answer(out.what)) events_.push_back(transmitted{out.what});
    out.due = now + timers_.t2;
    out.disturbed = false;
    trace_.push_back(record(way::sent, kind::message, without_password(out.apdu),
                            out.sendings > 1 ? "repeat" : ""));
    output_bytes bytes{.bytes = {}, .is_request = is_request(out.what)};
    if (framing_ == framing::stream) {
        bytes.bytes = out.apdu;
    } else {
        bytes.bytes.resize(wire::max_serial_frame_size(out.apdu.size()));
        const auto framed = wire::write_serial_frame(out.apdu, bytes.bytes);
        BRIDGE_INVARIANT(framed.has_value());
        bytes.bytes.resize(framed->size());
    }
    outputs_.push_back(std::move(bytes));
}

void link_layer::say(std::uint8_t single_byte) {
    trace_.push_back(record(way::sent, single_byte == wire::ack ? kind::ack : kind::nak));
    outputs_.push_back({.bytes = {single_byte}, .is_request = false});
}

void link_layer::receive(std::span<const std::uint8_t> bytes, time_point now) {
    std::visit([&](auto& receiver) { receiver.receive(bytes, now); }, receiver_);
    read(now);
}

void link_layer::read(time_point now) {
    const auto next = [&] { return std::visit([](auto& r) { return r.next(); }, receiver_); };
    while (const auto found = next()) {
        if (const auto* message = std::get_if<wire::received_apdu>(&*found)) {
            on_message(message->whole, now);
        } else if (std::holds_alternative<wire::received_ack>(*found)) {
            on_ack(now);
        } else if (std::holds_alternative<wire::received_nak>(*found)) {
            on_nak(now);
        } else {
            on_dropped(std::get<wire::dropped>(*found), now);
        }
    }
}

void link_layer::on_message(std::span<const std::uint8_t> whole, time_point now) {
    trace_.push_back(record(way::received, kind::message, {whole.begin(), whole.end()}));
    if (framing_ == framing::serial) say(wire::ack);

    const bool repeated = framing_ == framing::serial && !answer_confirmed_ &&
                          !last_message_.empty() && std::ranges::equal(whole, last_message_);
    last_message_.assign(whole.begin(), whole.end());
    answer_confirmed_ = false;
    if (outstanding_) abandon(now);
    // Answers to messages before this one would be taken for the answer to this one.
    std::erase_if(waiting_, [](const frame& f) { return is_answer(f.what); });
    events_.push_back(arrived{last_message_, repeated});
}

void link_layer::on_ack(time_point now) {
    trace_.push_back(record(way::received, kind::ack));
    if (!outstanding_) {
        stray_until_.reset();  // here it is
        return;
    }
    if (is_answer(outstanding_->what)) answer_confirmed_ = true;
    take_as_delivered(!doubtful(now) && !outstanding_->rejected, now);
    transmit_next(now);
}

void link_layer::on_nak(time_point now) {
    trace_.push_back(record(way::received, kind::nak));
    if (!outstanding_) return;
    auto& out = *outstanding_;
    // Only a NAK that is certainly a NAK to this frame may repeat a payment (M2).
    if (out.what != sending::money_request) {
        repeat_rejected(now);
    } else if (doubtful(now) || out.rejected) {
        out.rejected.reset();
        out.disturbed = true;
        note("NAK among noise or behind an unanswered frame: not repeated");
    } else {
        out.rejected = now + timers_.t1;
    }
}

void link_layer::repeat_rejected(time_point now) {
    auto& out = *outstanding_;
    out.rejected.reset();
    if (out.sendings < most_sendings) {
        transmit(out, now);
        return;
    }
    events_.push_back(undelivered{out.what, !out.silent});
    outstanding_.reset();
    transmit_next(now);
}

void link_layer::on_dropped(wire::dropped what, time_point now) {
    trace_.push_back(record(
        way::received, kind::dropped, {},
        std::string{reason_text(what.reason)} + ", " + std::to_string(what.bytes) + " bytes"));
    if (outstanding_) {
        outstanding_->disturbed = true;
        outstanding_->rejected.reset();
    }
    const bool broken_frame = what.reason == wire::drop_reason::bad_crc ||
                              what.reason == wire::drop_reason::bad_structure ||
                              what.reason == wire::drop_reason::inter_byte_timeout;
    if (framing_ == framing::serial && broken_frame) say(wire::nak);
    events_.push_back(what);
    transmit_next(now);
}

void link_layer::on_silence(time_point now) {
    auto& out = *outstanding_;
    out.silent = true;
    stray_until_ = now + timers_.t2;
    if (out.what != sending::money_request && out.sendings < most_sendings) {
        transmit(out, now);
        return;
    }
    events_.push_back(undelivered{out.what, false});
    outstanding_.reset();
    transmit_next(now);
}

void link_layer::take_as_delivered(bool proven, time_point) {
    events_.push_back(delivered{outstanding_->what, proven});
    outstanding_.reset();
}

// Its ACK did not come and is no longer waited for.
void link_layer::abandon(time_point now) {
    stray_until_ = now + timers_.t2;
    take_as_delivered(false, now);
}

bool link_layer::doubtful(time_point now) const noexcept {
    return (stray_until_ && now < *stray_until_) || outstanding_->disturbed;
}

std::optional<time_point> link_layer::impatient_at() const noexcept {
    if (!outstanding_ || waiting_.empty() || hushed_) return std::nullopt;
    if (!is_answer(outstanding_->what) || is_answer(waiting_.front().what)) return std::nullopt;
    return waiting_.front().queued + patience;
}

void link_layer::elapse(time_point now) {
    std::visit([&](auto& receiver) { receiver.elapse(now); }, receiver_);
    read(now);
    if (const auto impatient = impatient_at(); impatient && now >= *impatient) {
        abandon(now);
        transmit_next(now);
    }
    if (outstanding_ && outstanding_->rejected && now >= *outstanding_->rejected) {
        repeat_rejected(now);
    }
    if (outstanding_ && now >= outstanding_->due) on_silence(now);
}

std::optional<time_point> link_layer::deadline() const {
    auto earliest = std::visit([](const auto& receiver) { return receiver.deadline(); }, receiver_);
    const auto consider = [&](std::optional<time_point> when) {
        if (when && (!earliest || *when < *earliest)) earliest = when;
    };
    consider(impatient_at());
    if (outstanding_) {
        consider(outstanding_->rejected);
        consider(outstanding_->due);
    }
    return earliest;
}

bool link_layer::has_unread() const {
    return std::visit([](const auto& receiver) { return receiver.deadline().has_value(); },
                      receiver_);
}

std::optional<link_event> link_layer::next() {
    if (events_.empty()) return std::nullopt;
    auto event = std::move(events_.front());
    events_.pop_front();
    return event;
}

std::optional<std::vector<std::uint8_t>> link_layer::next_output() {
    if (outputs_.empty()) return std::nullopt;
    auto out = std::move(outputs_.front());
    outputs_.pop_front();
    if (out.is_request) request_left_ = true;
    return std::move(out.bytes);
}

std::optional<trace_record> link_layer::next_trace() {
    if (trace_.empty()) return std::nullopt;
    auto next = std::move(trace_.front());
    trace_.pop_front();
    return next;
}

}  // namespace drivers::zvt
