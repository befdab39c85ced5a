#include "drivers/zvt/session_machine.hpp"

#include <stdexcept>
#include <utility>

#include "protocol/invariant.hpp"
#include "protocol/zvt/codes.hpp"

namespace drivers::zvt {
namespace {

namespace wire = protocol::zvt;
using how = enum command_ended::how;
using link_kind = enum link_state::kind;

}  // namespace

session_machine::session_machine(const session_options& options)
    : options_{options},
      link_{options.framing, options.timers},
      receipts_{options.printer_width},
      plan_{options} {}

// ---------------------------------------------------------------- the engine's side

result<void> session_machine::start(const command& wanted, time_point now) {
    if (state_ != state::ready) return make_error_code(errc::not_connected);
    if (!idle()) return make_error_code(errc::busy);
    // Half a message from before would be completed, or judged, behind this command, and pass for
    // the answer to it.
    if (link_.has_unread()) return make_error_code(errc::busy);
    const request_context context{
        .options = options_,
        .texts = texts_.agreed.value_or(wire::charset::cp437),
        .enquiry = enquiry_form_,
        .last_told = last_told_,
    };
    auto made = make_request(wanted, context);
    if (made.has_error()) return made.error();
    dialogue next{std::move(*made), dialogue::owner::engine, options_.timers};
    if (dialogue_) {
        queued_ = std::move(next);  // behind a status enquiry of ours
    } else {
        begin(std::move(next), now);
    }
    take_link_events(now);
    return {};
}

void session_machine::acknowledge(time_point now) {
    if (!acknowledgements_.acknowledge()) return;
    link_.hush(false);
    answer_result(now);
    if (dialogue_) dialogue_->result_acknowledged(now);
    process_held(now);
    send_abort_if_due(now);
    take_link_events(now);
}

void session_machine::abort(time_point now) {
    if (auto* const waiting = not_sent_yet()) {
        waiting->request_abort();
        withdraw({}, "withdrawn before it was sent", now);
        return;
    }
    if (!engine_running()) return;
    dialogue_->request_abort();
    send_abort_if_due(now);
    take_link_events(now);
}

bool session_machine::idle() const {
    return state_ == state::ready && !engine_running() && !queued_ && !foreign_until_ &&
           !acknowledgements_.waiting();
}

bool session_machine::engine_running() const noexcept {
    return dialogue_ && dialogue_->whose() == dialogue::owner::engine;
}

std::optional<event> session_machine::next_event() {
    if (events_.empty()) return std::nullopt;
    auto next = std::move(events_.front());
    events_.pop_front();
    if (std::holds_alternative<result_received>(next)) acknowledgements_.taken();
    return next;
}

std::optional<output> session_machine::next_output() {
    if (auto bytes = link_.next_output()) return write_bytes{std::move(*bytes)};
    if (!close_because_) return std::nullopt;
    return close_link{*std::exchange(close_because_, std::nullopt)};
}

// ---------------------------------------------------------------- dialogues

void session_machine::begin(dialogue next, time_point now) {
    BRIDGE_INVARIANT(!dialogue_);
    wake_.reset();
    if (next.whose() == dialogue::owner::engine) acknowledgements_.command_begins();
    receipts_.begin(texts_, next.asked().administration);
    dialogue_ = std::move(next);
    link_.send(dialogue_->asked().apdu,
               dialogue_->asked().moves_money ? sending::money_request : sending::request, now);
}

void session_machine::begin_own(request wanted, dialogue::owner owner, time_point now) {
    begin(dialogue{std::move(wanted), owner, options_.timers}, now);
}

/// The dialogue came to an end while the link stays. `last`: the message that ended it, if one did.
void session_machine::finish(const ending& end, const wire::apdu_view* last, time_point now) {
    BRIDGE_INVARIANT(dialogue_.has_value());
    const auto done = *std::exchange(dialogue_, std::nullopt);
    link_.withdraw(now);
    receipts_.finish();
    take_receipts();
    receipts_.begin(texts_, false);
    switch (done.whose()) {
        case dialogue::owner::engine:
            end_engine_command(done, end, last);
            after_engine_command(done, end, now);
            break;
        case dialogue::owner::registration: registration_ended(end, last, now); break;
        case dialogue::owner::enquiry: enquiry_ended(end, last, now); break;
    }
    if (state_ == state::ready && queued_ && !dialogue_) {
        begin(*std::exchange(queued_, std::nullopt), now);
    }
}

void session_machine::end_engine_command(const dialogue& done, const ending& end,
                                         const wire::apdu_view* last) {
    auto told = end;
    if (last != nullptr && done.asked().asks_reservations &&
        last->code == wire::command::abort_indication) {
        const auto message = wire::abort_indication::decode(*last);
        if (message) {
            if (auto list = translate_reservations(*message)) {
                events_.push_back(std::move(*list));
                told = {how::completed, 0, {}, {}, false};
            }
        }
    }
    if (last != nullptr && done.asked().asks_status && last->code == wire::command::completion) {
        if (const auto message = wire::completion::decode(*last)) {
            tell_status(translate_status(*message));
        }
    }
    tell_end(done, told);
}

void session_machine::after_engine_command(const dialogue& done, const ending& end,
                                           time_point now) {
    if (end.outcome == how::completed && done.asked().logs_off) {
        state_ = state::logged_off;
        return;
    }
    if (end.outcome == how::completed && done.asked().restarts) {
        state_ = state::registering;
        tell_link(link_kind::registering, {}, "the terminal restarts");
        wake_ = now + options_.timers.registration_retry;
        return;
    }
    if (end.code == wire::code::not_registered) {
        begin_registration(now);  // it restarted and forgot us
        return;
    }
    schedule_poll(now);
}

void session_machine::schedule_poll(time_point now) {
    if (options_.poll_interval.count() > 0 && !enquiry_unsupported_) {
        wake_ = now + options_.poll_interval;
    }
}

void session_machine::tell_end(const dialogue& done, const ending& end) {
    events_.push_back(command_ended{
        .outcome = end.outcome,
        .code = end.code,
        .text = end.text,
        .error = end.error,
        .abort_requested = done.abort_requested(),
        .busy = end.busy,
    });
}

/// The engine's command whose first byte has not gone to the wire, if there is one.
dialogue* session_machine::not_sent_yet() noexcept {
    if (queued_) return &*queued_;
    return engine_running() && dialogue_->queued() ? &*dialogue_ : nullptr;
}

/// That command will not be sent.
void session_machine::withdraw(error_code why, const std::string& detail, time_point now) {
    auto& waiting = queued_ ? queued_ : dialogue_;
    const auto never = *std::exchange(waiting, std::nullopt);
    if (!dialogue_) {
        link_.withdraw(now);
        schedule_poll(now);
    }
    tell_end(never, {how::never_sent, 0, detail, why, false});
}

/// The link is gone or given up: nothing more comes of what was begun on it.
void session_machine::end_all(error_code why, const std::string& detail) {
    const auto left = link_.request_left();
    receipts_.finish();
    take_receipts();
    held_.clear();
    foreign_until_.reset();
    wake_.reset();
    acknowledgements_.link_gone();
    if (engine_running())
        tell_end(*dialogue_, {left ? how::lost : how::never_sent, 0, detail, why, false});
    dialogue_.reset();
    if (queued_) tell_end(*queued_, {how::never_sent, 0, detail, why, false});
    queued_.reset();
    link_.reset();
}

void session_machine::send_abort_if_due(time_point now) {
    if (!dialogue_ || !dialogue_->abort_due() || acknowledgements_.waiting()) return;
    dialogue_->abort_sent();
    link_.send(make_abort(options_).apdu, sending::abort, now);
}

// ---------------------------------------------------------------- link and time

void session_machine::link_opened(time_point now) {
    if (state_ != state::down) link_closed({}, now);
    link_.reset();
    link_.note("link opened");
    heard_ = heard::nothing;
    enquiry_unsupported_ = false;
    close_because_.reset();
    plan_.link_opened();
    receipts_.begin(texts_, false);
    begin_registration(now);
    take_link_events(now);
}

void session_machine::link_closed(error_code why, time_point) {
    if (state_ == state::down) return;
    const bool told = state_ == state::closing;
    // Many a device hangs up on a protocol that it does not speak, often before T3 is over.
    const bool foreign = state_ == state::registering && heard_only_garbage();
    link_.note("link closed: " + why.message());
    end_all(make_error_code(errc::link_lost), why.message());
    close_because_.reset();
    state_ = state::down;
    if (told) return;
    if (foreign) {
        const auto step = plan_.unanswered(heard::garbage, false);
        tell_link(link_kind::down, step.reason, step.detail);
    } else {
        tell_link(link_kind::down, why ? why : make_error_code(errc::link_lost));
    }
}

bool session_machine::heard_only_garbage() const noexcept {
    return heard_ == heard::garbage || (heard_ == heard::nothing && link_.has_unread());
}

void session_machine::fail_link(error_code why, const std::string& detail, time_point) {
    link_.note("link given up: " + detail);
    end_all(why, detail);
    close_because_ = why;
    state_ = state::closing;
    tell_link(link_kind::down, why, detail);
}

void session_machine::tell_link(link_kind kind, error_code reason, std::string detail) {
    events_.push_back(link_state{kind, reason, std::move(detail)});
}

void session_machine::receive(std::span<const std::uint8_t> bytes, time_point now) {
    if (state_ == state::down || state_ == state::closing) return;
    link_.receive(bytes, now);
    take_link_events(now);
}

void session_machine::elapse(time_point now) {
    if (state_ == state::down || state_ == state::closing) return;
    link_.elapse(now);
    take_link_events(now);
    if (dialogue_) dialogue_time(now);
    if (foreign_until_ && now >= *foreign_until_) {
        foreign_until_.reset();
        receipts_.finish();
        take_receipts();
    }
    if (wake_ && now >= *wake_ && !dialogue_ && !foreign_until_ && !acknowledgements_.waiting()) {
        wake_.reset();
        if (state_ == state::registering || state_ == state::holding) {
            begin_registration(now);
        } else if (state_ == state::enquiring || state_ == state::ready) {
            begin_enquiry(now);
        }
    }
    take_link_events(now);
}

void session_machine::dialogue_time(time_point now) {
    const auto end = dialogue_->elapse(now);
    if (!end) {
        send_abort_if_due(now);
        return;
    }
    link_.note(end->text);
    if (heard_only_garbage()) heard_ = heard::garbage;
    if (engine_running()) {
        fail_link(end->error, end->text, now);
    } else if (acknowledgements_.waiting()) {
        dialogue_->delivered(now);  // nothing is said until the engine has its result on disk
    } else {
        finish(*end, nullptr, now);
    }
}

std::optional<time_point> session_machine::deadline() const {
    if (state_ == state::down || state_ == state::closing) return std::nullopt;
    auto earliest = link_.deadline();
    const auto consider = [&](std::optional<time_point> when) {
        if (when && (!earliest || *when < *earliest)) earliest = when;
    };
    if (dialogue_) consider(dialogue_->deadline());
    consider(foreign_until_);
    // What waits behind them is looked at when they are over.
    if (!dialogue_ && !foreign_until_ && !acknowledgements_.waiting()) consider(wake_);
    return earliest;
}

void session_machine::take_link_events(time_point now) {
    while (const auto happened = link_.next()) {
        if (std::holds_alternative<transmitted>(*happened)) {
            if (dialogue_ && dialogue_->queued()) dialogue_->sent();
        } else if (const auto* message = std::get_if<arrived>(&*happened)) {
            on_arrived(*message, now);
        } else if (const auto* done = std::get_if<delivered>(&*happened)) {
            on_delivered(*done, now);
        } else if (const auto* failed = std::get_if<undelivered>(&*happened)) {
            on_undelivered(*failed, now);
        } else {
            on_dropped(std::get<wire::dropped>(*happened), now);
        }
        if (!link_.has_next()) link_.go_on(now);
    }
}

void session_machine::on_delivered(delivered what, time_point now) {
    switch (what.what) {
        case sending::request:
        case sending::money_request:
            if (dialogue_) dialogue_->delivered(now);
            return;
        case sending::abort:
            if (dialogue_) dialogue_->abort_delivered(now);
            return;
        case sending::result_answer:
            if (what.proven && acknowledgements_.progress()) {
                events_.push_back(acknowledgement_seen{});
            }
            return;
        case sending::answer: return;
    }
}

void session_machine::on_undelivered(undelivered what, time_point now) {
    switch (what.what) {
        case sending::request:
        case sending::money_request: break;
        case sending::abort:
            if (dialogue_) dialogue_->abort_undelivered();
            return;
        case sending::result_answer:
        case sending::answer:
            // Some terminals never send an ACK; if this one is gone, T4 will tell.
            link_.note("no ACK to an answer");
            return;
    }
    if (!dialogue_) return;
    const auto end = dialogue_->undelivered(what.refused, now);
    if (!end) return;
    if (end->outcome == how::lost && engine_running()) {
        fail_link(end->error, end->text, now);
    } else {
        finish(*end, nullptr, now);
    }
}

void session_machine::on_dropped(wire::dropped what, time_point now) {
    if (heard_ == heard::nothing) heard_ = heard::garbage;
    // A stream that stops inside a message cannot be told from where it goes on (PA00P016, T3).
    if (options_.framing == framing::stream &&
        what.reason == wire::drop_reason::inter_byte_timeout) {
        fail_link(make_error_code(errc::timeout), "the rest of a message did not come", now);
    }
}

// ---------------------------------------------------------------- making one

std::unique_ptr<terminal> make_session(session_options options) {
    constexpr std::uint32_t largest_password = 999'999;
    constexpr std::uint8_t widest_printer = 99;
    if (options.password.value() > largest_password) {
        throw std::invalid_argument{"a ZVT password has six digits"};
    }
    if (options.printer_width > widest_printer) {
        throw std::invalid_argument{"a ZVT printer is at most 99 characters wide"};
    }
    return std::make_unique<session_machine>(options);
}

}  // namespace drivers::zvt
