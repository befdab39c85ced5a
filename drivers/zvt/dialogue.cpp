#include "drivers/zvt/dialogue.hpp"

#include <algorithm>
#include <utility>

#include "drivers/zvt/translate.hpp"
#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/messages/completion.hpp"

namespace drivers::zvt {
namespace {

namespace wire = protocol::zvt;
using how = enum command_ended::how;

constexpr std::uint8_t host_code_wrong_pin = 55;

ending lost(errc why, std::string text) {
    return {how::lost, 0, std::move(text), make_error_code(why), false};
}

/// 84 1E carries the code in its first data byte, as 06 1E does.
std::uint8_t refusal_code(const wire::apdu_view& apdu) {
    constexpr std::uint8_t as_in_abort = 0x1E;
    const auto code = apdu.response_code();
    return code == as_in_abort && !apdu.data.empty() ? apdu.data.front() : code;
}

std::string words(std::uint8_t code, const std::optional<wire::data_block>& block) {
    auto text = block ? vendor_text(block->tlv()) : std::string{};
    return text.empty() ? code_text(code) : text;
}

}  // namespace

dialogue::dialogue(request wanted, owner whose, const session_timers& timers)
    : request_{std::move(wanted)}, owner_{whose}, timers_{timers}, t4_{request_.end_within} {}

void dialogue::running_until(time_point when) noexcept {
    phase_ = phase::running;
    deadline_ = when;
}

void dialogue::delivered(time_point now) {
    if (phase_ == phase::sent) deadline_ = now + request_.answer_within;
}

std::optional<ending> dialogue::undelivered(bool refused, time_point now) {
    if (phase_ != phase::sent) return std::nullopt;
    if (refused) {
        return ending{
            how::refused, 0, "the terminal rejected every sending of the frame (NAK)", {}, false};
    }
    // A payment was sent once and may have been taken: its answer may still come (M2).
    if (request_.moves_money) {
        delivered(now);
        return std::nullopt;
    }
    return lost(errc::timeout, "the terminal did not confirm the frame");
}

std::optional<ending> dialogue::answered(const wire::apdu_view& apdu, time_point now) {
    if (queued()) return std::nullopt;
    if (apdu.is_positive_response()) {
        if (!answered_) {
            answered_ = true;
            if (request_.answer_ends) return ending{how::completed, 0, {}, {}, false};
            running_until(now + t4_);
        } else if (abort_ == abort_state::sent) {
            abort_ = abort_state::accepted;
            abort_deadline_.reset();
            deadline_ = now + timers_.after_abort;
        }
        return std::nullopt;
    }
    if (abort_ == abort_state::sent) {
        abort_ = abort_state::none;
        abort_deadline_.reset();
        return std::nullopt;
    }
    if (answered_ || results_) return std::nullopt;
    return refused(apdu);
}

void dialogue::sign_of_life(sign seen, time_point now) {
    if (queued()) return;
    if (owner_ != owner::engine && !answered_) {
        if (deadline_) deadline_ = now + request_.answer_within;
        return;
    }
    // Having declined, some terminals print and then say nothing more.
    const bool end_is_near = declining_ && seen == sign::printing;
    running_until(now + (end_is_near ? timers_.after_decline : t4_));
}

void dialogue::intermediate(std::uint8_t code, std::optional<std::uint8_t> minutes,
                            time_point now) {
    if (queued()) return;
    constexpr std::uint8_t with_remove_card = 0x40;
    constexpr std::uint8_t reversing = 0x05;
    if (approved_ && (code == reversing || code == (reversing | with_remove_card))) {
        reversal_announced_ = true;
    }
    declining_ = false;
    const unsigned told = minutes ? (*minutes >> 4U) * 10U + (*minutes & 0x0FU) : 0;
    if (told > 0) t4_ = std::chrono::minutes{told};
    sign_of_life(sign::working, now);
}

void dialogue::result(const transaction_result& told) {
    results_ = true;
    approved_ = told.approved();
    last_code_ = told.result_code;
    if (approved_) wants_abort_ = false;
}

void dialogue::result_acknowledged(time_point now) {
    if (phase_ != phase::running) return;
    // After a wrong PIN the card holder tries again, as slowly as before.
    declining_ =
        results_ && !approved_ && last_code_ != host_code_wrong_pin && request_.moves_money;
    running_until(now + (declining_ ? timers_.after_decline : t4_));
}

std::optional<ending> dialogue::ended(const wire::apdu_view& apdu, bool seen_before) {
    if (queued()) return std::nullopt;
    if (phase_ == phase::sent && !answered_) {
        if (seen_before) return std::nullopt;
        // Of our own commands nothing hangs on it; an empty end is most likely an earlier one's.
        if (owner_ != owner::engine && apdu.data.empty()) return std::nullopt;
    }
    return apdu.code == wire::command::completion ? completed(apdu) : aborted(apdu);
}

ending dialogue::completed(const wire::apdu_view& apdu) const {
    if (reversal_announced_) {
        return lost(errc::protocol_violation,
                    "the terminal announced the reversal of what it had approved, and then ended "
                    "the command regularly");
    }
    ending end{how::completed, 0, {}, {}, false};
    const auto message = wire::completion::decode(apdu);
    if (message.has_error() || !message->block) return end;
    end.text = vendor_text(message->block->tlv());
    const auto code = message->block->result_code();
    if (!results_ && code && request_.moves_money) {
        end.text = "the completion said '" + code_text(*code) + "', but no status information came";
    }
    return end;
}

ending dialogue::aborted(const wire::apdu_view& apdu) {
    const auto message = wire::abort_indication::decode(apdu);
    ending end{how::aborted, wire::code::aborted, {}, {}, false};
    if (message.has_error()) {
        // Fields behind the code that cannot be read do not make it less of an abort.
        if (!apdu.data.empty()) end.code = apdu.data.front();
        end.text = code_text(end.code);
        return end;
    }
    end.code = message->result_code;
    end.text = words(end.code, message->block);
    return end;
}

ending dialogue::refused(const wire::apdu_view& apdu) {
    const auto code = refusal_code(apdu);
    ending end{how::refused, code, code_text(code), {}, false};
    end.busy = code == wire::code::wait || code == wire::code::receiver_not_ready;
    return end;
}

std::string dialogue::why_late() const {
    if (phase_ != phase::running) return "no answer to the command";
    if (abort_ == abort_state::accepted) return "no end of the command after its abort";
    if (declining_) return "no end of the command after the terminal declined";
    return "no end of the command, and no message for longer than T4";
}

std::optional<ending> dialogue::elapse(time_point now) {
    if (abort_deadline_ && now >= *abort_deadline_) {
        abort_deadline_.reset();
        abort_ = abort_state::none;  // ignored: the command goes on, another try is free
    }
    if (!deadline_ || now < *deadline_) return std::nullopt;
    deadline_.reset();
    return lost(errc::timeout, why_late());
}

std::optional<time_point> dialogue::deadline() const noexcept {
    if (!abort_deadline_) return deadline_;
    if (!deadline_) return abort_deadline_;
    return std::min(*deadline_, *abort_deadline_);
}

void dialogue::request_abort() noexcept {
    if (may_abort()) abort_requested_ = wants_abort_ = true;
}

bool dialogue::abort_due() const noexcept {
    return wants_abort_ && phase_ == phase::running && abort_ == abort_state::none && may_abort();
}

void dialogue::abort_sent() noexcept {
    wants_abort_ = false;
    abort_ = abort_state::sent;
}

void dialogue::abort_delivered(time_point now) {
    if (abort_ == abort_state::sent) abort_deadline_ = now + timers_.t3;
}

}  // namespace drivers::zvt
