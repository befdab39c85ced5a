// What the terminal says, and what it is answered.
#include <utility>

#include "drivers/zvt/session_machine.hpp"
#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/codes.hpp"
#include "protocol/zvt/messages/print.hpp"

namespace drivers::zvt {
namespace {

namespace wire = protocol::zvt;
using wire_code = wire::command;
using bytes = std::vector<std::uint8_t>;

// A terminal that sends this many messages without waiting for an answer does not need one.
constexpr std::size_t most_held = 64;

bytes positive() { return {0x80, 0x00, 0x00}; }
bytes negative(std::uint8_t code) { return {0x84, code, 0x00}; }

/// The answer to a command of the terminal other than 04 0F. Prints are taken in any case: a
/// terminal that is refused one may reverse the payment (PA00P015 §2.2.8).
bytes answer_to(wire_code code) {
    if (code == wire_code::intermediate_status || code == wire_code::print_line ||
        code == wire_code::print_text_block || code == wire_code::completion ||
        code == wire_code::abort_indication || code == wire_code::set_date_and_time_in_ecr) {
        return positive();
    }
    if (code == wire_code::input_request || code == wire_code::menu_request) {
        return negative(wire::code::aborted);  // nobody is here to choose: as if time had run out
    }
    return negative(wire::code::unknown_command);
}

bool ends_dialogue(wire_code code) {
    return code == wire_code::completion || code == wire_code::abort_indication;
}

dialogue::sign sign_of(wire_code code) {
    const bool prints = code == wire_code::print_line || code == wire_code::print_text_block;
    return prints ? dialogue::sign::printing : dialogue::sign::working;
}

}  // namespace

void session_machine::on_arrived(const arrived& message, time_point now) {
    heard_ = heard::messages;
    const auto split = wire::split_apdu(message.apdu);
    if (split.has_error()) return;
    const auto& apdu = split->apdu;
    if (apdu.code == wire_code::status_information) {
        on_status_information(message.apdu, apdu, now);
    } else if (acknowledgements_.waiting()) {
        // Whatever follows from it would have us say something.
        if (dialogue_ && !apdu.is_response()) dialogue_->sign_of_life(sign_of(apdu.code), now);
        if (!message.repeated && held_.size() < most_held) held_.push_back(message.apdu);
    } else if (!message.repeated) {
        on_message(message.apdu, true, now);
    } else if (!apdu.is_response()) {
        if (dialogue_) dialogue_->sign_of_life(sign_of(apdu.code), now);
        answer(answer_to(apdu.code), now);
    }
}

/// Anything but 04 0F. `current`: not one that waited here while a result was written down.
void session_machine::on_message(const bytes& whole, bool current, time_point now) {
    const auto split = wire::split_apdu(whole);
    if (split->apdu.is_response()) {
        on_response(split->apdu, now);
    } else {
        on_command(split->apdu, whole, current, now);
    }
}

void session_machine::on_response(const wire::apdu_view& apdu, time_point now) {
    if (!dialogue_) {
        link_.note("an answer to nothing that was asked");
        return;
    }
    if (const auto end = dialogue_->answered(apdu, now)) {
        finish(*end, &apdu, now);
        return;
    }
    send_abort_if_due(now);
}

/// M3: told to the engine, and answered when it says that the result is on disk. Also outside of a
/// command, and when it belongs to one that ended as lost: the terminal may have booked it.
void session_machine::on_status_information(const bytes& whole, const wire::apdu_view& apdu,
                                            time_point now) {
    const auto message = wire::status_information::decode(apdu);
    const bool ours = dialogue_ && (engine_running() || !dialogue_->unanswered());
    const bool early = engine_running() && dialogue_->unanswered();
    transaction_result told;
    if (message) {
        told = translate(*message, texts_, ours && dialogue_->asked().asks_totals);
    } else {
        // Nothing in it can be relied on, least of all a result code.
        told.result_text = "status information that cannot be read: " + message.error().message();
    }
    const bool to_prove = told.approved() && (!engine_running() || dialogue_->asked().moves_money);
    const auto verdict = acknowledgements_.result(whole, to_prove, early);
    const bool stale = early && verdict == acknowledgements::verdict::answer_again;
    if (dialogue_ && !stale) {
        dialogue_->sign_of_life(dialogue::sign::result, now);
    } else if (!dialogue_) {
        on_foreign_sign(now);
    }
    switch (verdict) {
        case acknowledgements::verdict::wait: return;
        case acknowledgements::verdict::answer_again: answer_result(now); return;
        case acknowledgements::verdict::tell: break;
    }
    // Somebody else's: ours would come on top of it. Whoever asked may ask again.
    if (not_sent_yet() != nullptr) {
        withdraw(errc::busy, "the terminal reported another transaction", now);
    }
    if (engine_running()) dialogue_->result(told);
    if (message) {
        if (auto number = synchronisation_number(*message)) last_told_ = std::move(number);
    }
    events_.push_back(result_received{std::move(told)});
    link_.hush(true);
}

void session_machine::on_command(const wire::apdu_view& apdu, const bytes& whole, bool current,
                                 time_point now) {
    if (dialogue_ && !ends_dialogue(apdu.code)) {
        dialogue_->sign_of_life(sign_of(apdu.code), now);
    } else if (!dialogue_) {
        on_foreign_sign(now);
    }
    prove(apdu.code, current);
    answer(answer_to(apdu.code), now);
    if (apdu.code == wire_code::intermediate_status) {
        on_intermediate(apdu, now);
    } else if (sign_of(apdu.code) == dialogue::sign::printing) {
        on_print(apdu);
    } else if (apdu.code == wire_code::set_date_and_time_in_ecr) {
        on_clock(apdu);
    } else if (ends_dialogue(apdu.code)) {
        on_end(apdu, whole, now);
    }
    send_abort_if_due(now);
}

/// M5: after the acknowledgement of an approval the terminal prints or completes. What it sent
/// before it could have the acknowledgement shows nothing, nor what belongs to a command of our
/// own.
void session_machine::prove(wire_code code, bool current) {
    const bool shows = code == wire_code::completion || code == wire_code::print_line ||
                       code == wire_code::print_text_block;
    const bool of_our_own = dialogue_ && !engine_running() && !dialogue_->unanswered();
    if (!shows || !current || of_our_own) return;
    if (acknowledgements_.progress()) events_.push_back(acknowledgement_seen{});
}

void session_machine::on_intermediate(const wire::apdu_view& apdu, time_point now) {
    const auto message = wire::intermediate_status::decode(apdu);
    if (message.has_error()) return;
    constexpr std::uint8_t reversing = 0x05;
    constexpr std::uint8_t reversing_remove_card = 0x45;
    if (message->code == reversing || message->code == reversing_remove_card) {
        acknowledgements_.no_progress();
    }
    if (dialogue_) dialogue_->intermediate(message->code, message->timeout_minutes, now);
    events_.push_back(translate(*message, texts_));
}

void session_machine::on_print(const wire::apdu_view& apdu) {
    if (apdu.code == wire_code::print_line) {
        if (const auto line = wire::print_line::decode(apdu)) {
            receipts_.line(*line);
        } else if (!apdu.data.empty()) {
            // Something behind the text cannot be read: print it all rather than nothing.
            wire::print_line raw;
            raw.attribute = {apdu.data.front()};
            raw.text = apdu.data.subspan(1);
            receipts_.line(raw);
        }
    } else if (const auto block = wire::print_text_block::decode(apdu)) {
        receipts_.block(*block);
    }
    take_receipts();
}

void session_machine::take_receipts() {
    while (auto receipt = receipts_.next()) events_.push_back(std::move(*receipt));
}

void session_machine::on_clock(const wire::apdu_view& apdu) {
    const auto block = wire::data_block::parse(apdu.data);
    if (block.has_error()) return;
    const auto six_digits = [](std::optional<std::uint64_t> value) {
        if (!value) return std::string{};
        auto text = std::to_string(*value);
        return text.size() < 6 ? std::string(6 - text.size(), '0') + text : text;
    };
    events_.push_back(terminal_clock{six_digits(block->bcd(wire::bmp::date_with_year)),
                                     six_digits(block->bcd(wire::bmp::time))});
}

void session_machine::on_end(const wire::apdu_view& apdu, const bytes& whole, time_point now) {
    const bool seen_before = last_end_repeated(whole, now);
    last_end_ = whole;
    last_end_at_ = now;
    if (!dialogue_) {
        foreign_until_.reset();
        receipts_.finish();
        take_receipts();
        return;
    }
    if (const auto end = dialogue_->ended(apdu, seen_before)) finish(*end, &apdu, now);
}

/// A terminal that did not hear our answer to its last message sends it again, within the time that
/// three sendings take.
bool session_machine::last_end_repeated(const bytes& whole, time_point now) const {
    return whole == last_end_ && now < last_end_at_ + 3 * options_.timers.t2;
}

/// The terminal does something of its own; it may take a command again when it has been quiet.
void session_machine::on_foreign_sign(time_point now) { foreign_until_ = now + options_.timers.t3; }

void session_machine::process_held(time_point now) {
    while (!held_.empty() && !acknowledgements_.waiting()) {
        const auto whole = std::move(held_.front());
        held_.pop_front();
        on_message(whole, false, now);
    }
}

void session_machine::answer(bytes apdu, time_point now) {
    link_.send(std::move(apdu), sending::answer, now);
}

/// The acknowledgement of a 04 0F, whose own arrival may be the proof that M5 asks for.
void session_machine::answer_result(time_point now) {
    link_.send(positive(),
               acknowledgements_.expects_proof() ? sending::result_answer : sending::answer, now);
}

}  // namespace drivers::zvt
