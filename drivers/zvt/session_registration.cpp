// What the session does by itself before commands may start, and while none runs: registration and
// status enquiries.
#include <utility>

#include "drivers/zvt/session_machine.hpp"
#include "protocol/zvt/codes.hpp"

namespace drivers::zvt {
namespace {

namespace wire = protocol::zvt;
using how = enum command_ended::how;
using link_kind = enum link_state::kind;

/// The terminal does not understand the form of a command, as opposed to the command's sense.
bool form_not_understood(std::uint8_t code) {
    constexpr std::uint8_t protocol_error = 0x9A;
    return code == wire::code::unknown_command || code == protocol_error;
}

std::span<const std::uint8_t> behind_the_code(const wire::apdu_view* last) {
    return last != nullptr && !last->data.empty() ? last->data.subspan(1)
                                                  : std::span<const std::uint8_t>{};
}

}  // namespace

void session_machine::begin_registration(time_point now) {
    state_ = state::registering;
    tell_link(link_kind::registering);
    begin_own(make_registration(options_, plan_.form()), dialogue::owner::registration, now);
}

void session_machine::registration_ended(const ending& end, const wire::apdu_view* last,
                                         time_point now) {
    switch (end.outcome) {
        case how::completed: {
            plan_.succeeded();
            if (last != nullptr) {
                if (const auto message = wire::completion::decode(*last)) {
                    identity_ = translate_registration(*message);
                    texts_.agreed = agreed_charset(*message);
                }
            }
            state_ = state::enquiring;
            if (enquiry_unsupported_) {
                become_ready(now);
            } else {
                begin_enquiry(now);
            }
            return;
        }
        case how::aborted:
        case how::refused:
            if (last != nullptr) {
                registration_failed(plan_.refused(end, behind_the_code(last)), now);
            } else {
                registration_failed(plan_.unanswered(heard_, true), now);
            }
            return;
        case how::lost:
        case how::never_sent: registration_failed(plan_.unanswered(heard_, false), now); return;
    }
}

void session_machine::registration_failed(registration_plan::next_step step, time_point now) {
    switch (step.action) {
        case registration_plan::next_step::what::again:
            begin_own(make_registration(options_, plan_.form()), dialogue::owner::registration,
                      now);
            return;
        case registration_plan::next_step::what::wait:
            state_ = state::holding;
            wake_ = now + step.pause;
            if (queued_) {
                tell_end(*std::exchange(queued_, std::nullopt),
                         {how::never_sent, 0, step.detail, errc::not_connected, false});
            }
            tell_link(step.reason ? link_kind::down : link_kind::registering, step.reason,
                      std::move(step.detail));
            return;
        case registration_plan::next_step::what::give_up:
            fail_link(step.reason, step.detail, now);
            return;
    }
}

void session_machine::begin_enquiry(time_point now) {
    begin_own(make_enquiry(options_, enquiry_form_), dialogue::owner::enquiry, now);
}

void session_machine::enquiry_ended(const ending& end, const wire::apdu_view* last,
                                    time_point now) {
    switch (end.outcome) {
        case how::completed: break;
        case how::aborted:
        case how::refused: enquiry_refused(end, now); return;
        case how::lost:
        case how::never_sent: fail_link(end.error, end.text, now); return;
    }
    terminal_status status;
    if (last != nullptr) {
        if (const auto message = wire::completion::decode(*last)) {
            if (says_rebooted(*message)) {
                begin_registration(now);
                return;
            }
            status = translate_status(*message);
        }
    }
    const bool wait = status.code == wire::code::wait;
    tell_status(std::move(status));
    if (state_ == state::enquiring && !wait) {
        become_ready(now);
        return;
    }
    if (wait) {
        wake_ = now + options_.timers.busy_retry;
    } else {
        schedule_poll(now);
    }
}

void session_machine::enquiry_refused(const ending& end, time_point now) {
    if (end.code == wire::code::not_registered) {
        begin_registration(now);
        return;
    }
    if (form_not_understood(end.code) && try_simpler_enquiry(now)) return;
    if (end.outcome == how::aborted || end.busy) {
        tell_status({.code = end.code, .text = end.text, .software_version = {}, .idle = false});
    }
    if (state_ == state::enquiring && !end.busy) {
        become_ready(now);
        return;
    }
    if (end.busy) {
        wake_ = now + options_.timers.busy_retry;
    } else {
        schedule_poll(now);
    }
}

/// False: there is none; this terminal is not asked again.
bool session_machine::try_simpler_enquiry(time_point now) {
    switch (enquiry_form_) {
        case enquiry_form::with_service_byte: enquiry_form_ = enquiry_form::with_password; break;
        case enquiry_form::with_password: enquiry_form_ = enquiry_form::bare; break;
        case enquiry_form::bare: enquiry_unsupported_ = true; return false;
    }
    begin_enquiry(now);
    return true;
}

void session_machine::tell_status(terminal_status status) {
    if (!status.software_version.empty()) identity_.software_version = status.software_version;
    events_.push_back(std::move(status));
}

void session_machine::become_ready(time_point now) {
    state_ = state::ready;
    schedule_poll(now);
    events_.push_back(identity_);
    tell_link(link_kind::ready);
}

}  // namespace drivers::zvt
