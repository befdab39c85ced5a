#include "sim/conversation.hpp"

#include <array>
#include <utility>

#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/tags.hpp"

namespace sim {
namespace {

constexpr std::uint32_t last_message_id = 999999;

std::array<std::uint8_t, 3> packed_id(std::uint32_t id) {
    std::array<std::uint8_t, 3> out{};
    for (std::size_t i = out.size(); i-- > 0; id /= 100) {
        out[i] = static_cast<std::uint8_t>(id / 10 % 10 << 4U | id % 10);
    }
    return out;
}

constexpr std::uint32_t following_id(std::uint32_t id) noexcept {
    return id >= last_message_id ? 1 : id + 1;
}

}  // namespace

conversation::conversation(protocol_timers timers, fault_plan& faults)
    : timers_{timers}, faults_{faults} {}

// ---------------------------------------------------------------- for dialogues

void conversation::send(message what, bool expects_answer) {
    if (numbered_) {
        if (what.code == command::intermediate_status && what.body.size() == 1) {
            what.body.push_back(0x03);  // TLV may only follow the minutes of T4
        }
        add_tlv(what, protocol::zvt::tag::message_sequence_id, packed_id(id_));
    }
    outputs_.push_back(send_message{std::move(what), expects_answer});
}

void conversation::say(message what) {
    if (alone_) return;
    if (what.code == command::positive && faults_.strike(fault_kind::alternative_acknowledgement)) {
        what.code = command::positive_alternative;
    }
    if (awaiting_first_answer_) {
        first_answer_ = what;
        awaiting_first_answer_ = false;
        if (std::exchange(left_out_, false)) return;
    }
    send(std::move(what), false);
}

void conversation::remember(const message& what) {
    std::erase_if(asked_, [&](const message& one) { return one.code == what.code; });
    asked_.push_back(what);
}

task<> conversation::ask_in_passing(message what) {
    constexpr milliseconds a_moment{300};
    if (alone_ || !connected_) co_return;
    send(std::move(what), true);
    co_await waiter(*this, {.answer = true, .until = now_ + a_moment}, false);
    last_answer_ = {};
}

task<answer> conversation::ask(message what, std::optional<milliseconds> patience) {
    if (alone_) co_return answer{answer::how::positive, 0, {}};
    patience_ = patience.value_or(timers_.answer);
    for (unsigned attempt = 0;; ++attempt) {
        if (!connected_ && ignores_loss_) {
            co_await waiter(*this, {.until = now_ + patience_}, false);
        }
        if (!connected_) co_return answer{answer::how::link_lost, 0, {}};
        if (numbered_ && attempt == 0) id_ = following_id(id_);
        send(what, true);
        if (attempt == 0) remember(what);
        // On a serial line T3 begins when the frame was acknowledged; until then T2 rules, and the
        // wire tells how that ended.
        std::optional<time_point> until;
        if (nature_ == link_nature::stream) until = now_ + patience_;
        const wake why = co_await waiter(*this, {.answer = true, .until = until}, false);
        if (why == wake::answered) {
            const bool print =
                what.code == command::print_line || what.code == command::print_text_block;
            if (print && faults_.strike(fault_kind::print_refused)) {
                co_return answer{answer::how::negative, protocol::zvt::code::printer_not_ready, {}};
            }
            co_return std::exchange(last_answer_, {});
        }
        if (why == wake::link_changed) {
            if (ignores_loss_ && attempt < timers_.repeats) continue;
            co_return answer{answer::how::link_lost, 0, {}};
        }
        if (nature_ == link_nature::stream) {
            outputs_.push_back(hang_up{});
            connected_ = false;
            co_return answer{answer::how::timed_out, 0, {}};
        }
        if (attempt >= timers_.repeats) co_return answer{answer::how::timed_out, 0, {}};
    }
}

conversation::waiter conversation::pause(milliseconds duration) noexcept {
    const bool already = abortable_ && aborted();
    return {*this,
            {.interruptible = abortable_, .until = now_ + duration},
            already || duration.count() <= 0};
}

conversation::waiter conversation::input(milliseconds patience) noexcept {
    const bool already = abortable_ && aborted();
    return {*this, {.input = true, .interruptible = abortable_, .until = now_ + patience}, already};
}

conversation::waiter conversation::at(std::string_view step) {
    if (const auto struck = faults_.strike(fault_kind::power_loss, step)) {
        power_loss_ = struck->lasts;
        return {*this, {}, false, true};
    }
    if (connected_ && nature_ == link_nature::stream && !alone_ &&
        faults_.strike(fault_kind::link_cut, step)) {
        outputs_.push_back(hang_up{});
        connected_ = false;
    }
    return {*this, {}, true};
}

void conversation::abortable(bool on) noexcept {
    abortable_ = on;
    if (!on) return;
    abort_requested_ = false;
    stopped_ = false;
}

bool conversation::gone() const noexcept { return !connected_ && !alone_ && !ignores_loss_; }

// ---------------------------------------------------------------- for the terminal

void conversation::waiter::await_suspend(std::coroutine_handle<> dialogue) noexcept {
    if (for_ever_) return;  // the power is gone; nothing wakes this dialogue again
    in_.wait_ = what_;
    in_.waiting_ = dialogue;
}

void conversation::resume(wake why) {
    if (!waiting_) return;
    reason_ = why;
    wait_ = {};
    std::exchange(waiting_, {}).resume();
}

void conversation::interrupt() {
    if (waiting_ && wait_.interruptible) resume(wake::interrupted);
}

void conversation::begin(time_point now) noexcept {
    now_ = now;
    abortable_ = false;
    abort_requested_ = false;
    stopped_ = false;
    alone_ = false;
    first_answer_.reset();
    awaiting_first_answer_ = true;
    left_out_ = false;
    if (!asked_.empty()) asked_before_ = std::exchange(asked_, {});
    ignores_loss_ = faults_.strike(fault_kind::ignores_link_loss).has_value();
}

void conversation::lose_all() noexcept {
    waiting_ = {};
    wait_ = {};
    outputs_.clear();
    connected_ = false;
    numbered_ = false;
    power_loss_.reset();
    first_answer_.reset();
}

void conversation::link_up(link_nature nature, time_point now) {
    now_ = now;
    connected_ = true;
    nature_ = nature;
    if (ignores_loss_ && waiting_ && !wait_.answer && !wait_.input) resume(wake::link_changed);
}

void conversation::link_gone(time_point now) {
    now_ = now;
    connected_ = false;
    if (alone_ || !waiting_) return;
    if (wait_.answer) {
        resume(wake::link_changed);
    } else if (!ignores_loss_) {
        interrupt();
    }
}

bool conversation::heard(const protocol::zvt::apdu_view& response, time_point now) {
    now_ = now;
    if (!waiting_ || !wait_.answer) return false;
    last_answer_.result =
        response.is_positive_response() ? answer::how::positive : answer::how::negative;
    last_answer_.code = response.is_positive_response() ? 0 : response.response_code();
    last_answer_.data.assign(response.data.begin(), response.data.end());
    resume(wake::answered);
    return true;
}

void conversation::delivered(time_point now) {
    now_ = now;
    if (waiting_ && wait_.answer && !wait_.until) wait_.until = now_ + patience_;
}

void conversation::undeliverable(time_point now) {
    now_ = now;
    if (waiting_ && wait_.answer) resume(wake::link_changed);
}

void conversation::input_came(time_point now) {
    now_ = now;
    if (waiting_ && wait_.input) resume(wake::input);
}

bool conversation::request_abort(time_point now) {
    now_ = now;
    if (!abortable_) return false;
    abort_requested_ = true;
    return true;
}

void conversation::stop_pressed(time_point now) {
    now_ = now;
    if (!abortable_) return;
    stopped_ = true;
    interrupt();
}

void conversation::elapse(time_point now) {
    now_ = now;
    if (waiting_ && abort_requested_) interrupt();
    if (waiting_ && wait_.until && now >= *wait_.until) resume(wake::time_over);
}

std::optional<time_point> conversation::deadline() const noexcept {
    if (!waiting_) return std::nullopt;
    if (abort_requested_ && wait_.interruptible) return now_;
    return wait_.until;
}

std::optional<output> conversation::next_output() {
    if (outputs_.empty()) return std::nullopt;
    auto first = std::move(outputs_.front());
    outputs_.pop_front();
    return first;
}

std::optional<milliseconds> conversation::take_power_loss() noexcept {
    return std::exchange(power_loss_, std::nullopt);
}

}  // namespace sim
