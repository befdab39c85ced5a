// What terminals say, and what the engine makes of it.

#include <boost/json/serialize.hpp>
#include <utility>

#include "firmware-bridge/sales/day.hpp"
#include "firmware-bridge/sales/engine_state.hpp"
#include "firmware-bridge/sales/json.hpp"
#include "firmware-bridge/sales/transitions.hpp"
#include "protocol/invariant.hpp"
#include "protocol/zvt/codes.hpp"

namespace bridge::sales {
namespace {

using drivers::command_ended;
using drivers::money_kind;

/// A stop by a person or by a time limit at the terminal, as opposed to a refusal.
bool is_stop(const command_ended& end) noexcept {
    return end.abort_requested || end.code == protocol::zvt::code::aborted;
}

failure failure_of(const command_ended& end) {
    const auto text = end.text.empty() ? std::string{"the terminal gave no reason"} : end.text;
    switch (end.outcome) {
        case command_ended::how::completed: return {"declined", text};
        case command_ended::how::aborted:
            if (end.abort_requested) return {"cancelled", "stopped on request"};
            if (is_stop(end)) return {"cancelled_at_terminal", text};
            return {"declined", text};
        case command_ended::how::refused:
            return {end.busy ? "terminal_busy" : "refused_by_terminal", text};
        case command_ended::how::never_sent:
            return {"terminal_offline", "nothing was sent: " + end.error.message()};
        case command_ended::how::lost: return {"outcome_unknown", end.error.message()};
    }
    return {};
}

/// A result that cannot be of this command: no two transactions have one trace number, and nobody
/// refuses another amount than he was asked for.
bool is_earlier(const intent& ours, const drivers::transaction_result& result) noexcept {
    const bool same_trace = result.trace && result.trace == ours.trace_before;
    if (same_trace && (!result.receipt || result.receipt == ours.receipt_before)) return true;
    const bool charges = ours.kind == money_kind::payment || ours.kind == money_kind::reservation;
    return charges && !result.approved() && result.result_code && result.amount.value_or(0) != 0 &&
           *result.amount != ours.amount.minor;
}

}  // namespace

void engine::impl::terminal_event(const std::string& terminal, drivers::event event, instant now) {
    auto* l = find_lane(terminal);
    BRIDGE_INVARIANT(l != nullptr);
    std::visit([&](const auto& e) { on(*l, e, now); }, event);
}

void engine::impl::on(lane& l, const drivers::registered& who, instant now) {
    l.ready = true;
    l.view.terminal = who.terminal;
    if (!who.software_version.empty()) l.view.software_version = who.software_version;
    note_terminal(l, now);
    // While it was away, somebody else may have used the terminal: what was its last transaction?
    if (l.work != lane_work::none) return;
    if (l.open_intent.empty())
        ask(l, lane_work::baseline, drivers::repeat_receipt{});
    else
        recover(l, now);
}

void engine::impl::on(lane& l, const drivers::link_state& link, instant now) {
    const bool changed = l.view.link != link.state ||
                         l.view.link_error != (link.reason ? link.reason.message() : std::string{});
    l.view.link = link.state;
    l.view.link_error = link.reason ? link.reason.message() : std::string{};
    l.view.link_detail = link.detail;
    if (link.state != drivers::link_state::kind::ready) {
        l.ready = false;
        l.ask_again_at.reset();
        l.view.display.clear();
    }
    if (changed && (link.state == drivers::link_state::kind::down ||
                    link.state == drivers::link_state::kind::ready)) {
        note_terminal(l, now);
        log(link.reason ? note::level::warning : note::level::info, l,
            link.state == drivers::link_state::kind::ready
                ? "terminal ready"
                : "terminal not connected: " + l.view.link_error +
                      (link.detail.empty() ? "" : " (" + link.detail + ")"));
    }
}

void engine::impl::on(lane& l, const drivers::terminal_status& status, instant now) {
    const bool changed = l.view.status_code != status.code;
    l.view.status_code = status.code;
    l.view.status_text = status.text;
    if (!status.software_version.empty()) l.view.software_version = status.software_version;
    if (changed) note_terminal(l, now);
    if (l.work == lane_work::device && !status.text.empty()) {
        if (const auto op = operations_.find(l.operation); op != operations_.end()) {
            op->second.messages.push_back(status.text);
        }
    }
}

void engine::impl::on(lane& l, const drivers::display_line& display, instant now) {
    l.view.display = display.lines;
    l.view.updated = now.wall;
    if (l.work == lane_work::device) {
        if (const auto op = operations_.find(l.operation); op != operations_.end()) {
            auto& messages = op->second.messages;
            messages.insert(messages.end(), display.lines.begin(), display.lines.end());
        }
    }
    note_terminal_text(l, "terminal.display", display.lines, {}, display.code, now);
}

void engine::impl::on(lane& l, const drivers::receipt_text& printed, instant now) {
    using kind = enum drivers::receipt_text::kind;
    std::string_view name = "unspecified";
    switch (printed.kind) {
        case kind::unspecified: break;
        case kind::merchant: name = "merchant"; break;
        case kind::customer: name = "customer"; break;
        case kind::administration: name = "administration"; break;
    }
    if (l.work == lane_work::money) {
        auto on = objects_of(intents_.at(l.open_intent));
        auto& copies = on.refund != nullptr ? on.refund->receipts : on.payment.receipts;
        // A terminal that does not name its copies prints the merchant's first.
        const bool merchant = printed.kind == kind::merchant ||
                              (printed.kind != kind::customer && copies.merchant.empty());
        (merchant ? copies.merchant : copies.customer) = printed.lines;
    } else if (const auto op = operations_.find(l.operation);
               l.work == lane_work::device && op != operations_.end()) {
        auto& lines = op->second.printed;
        lines.insert(lines.end(), printed.lines.begin(), printed.lines.end());
    }
    note_terminal_text(l, "terminal.receipt", printed.lines, name, 0, now);
}

void engine::impl::on(lane&, const drivers::acknowledgement_seen&, instant) {
    // M5 asks for more than this where receipts are printed over us: the regular completion, or
    // recovery.
}

void engine::impl::on(lane&, const drivers::terminal_clock&, instant) {}

void engine::impl::on(lane& l, const drivers::reservations_listed& listed, instant) {
    l.open_reservations = listed.open;
}

void engine::impl::on(lane& l, const drivers::result_received& received, instant now) {
    ++l.results;
    const auto& result = received.result;
    switch (l.work) {
        case lane_work::money: return money_result(l, intents_.at(l.open_intent), result, now);
        case lane_work::baseline:
        case lane_work::repeat:
        case lane_work::second:
            // An answer to a question is no new transaction: nothing to save before saying thanks.
            l.seen = result;
            actions.emplace_back(acknowledge_result{l.settings.id});
            return;
        case lane_work::device: {
            auto& op = operations_.at(l.operation);
            if (result.totals)
                op.totals = result.totals;
            else
                op.last_transaction = result;
            journal::batch batch;
            note_operation(batch, op, now);
            persist_batch(
                std::move(batch),
                {continuation::kind::acknowledge, l.settings.id, l.results, {}, false, {}});
            return;
        }
        case lane_work::none:
        case lane_work::claimed: return stray_result(l, result, now);
    }
}

void engine::impl::money_result(lane& l, intent& ours, const drivers::transaction_result& result,
                                instant) {
    if (is_earlier(ours, result)) {
        // The transaction before ours once more, from a terminal that did not hear our answer to
        // it, or whose last messages come behind our command.
        l.earlier_result = true;
        log(note::level::warning, l, "the terminal repeated an earlier result");
        actions.emplace_back(acknowledge_result{l.settings.id});
        return;
    }
    l.ambiguous_result = result.receipt && result.receipt == ours.receipt_before &&
                         !(result.trace && ours.trace_before);
    ours.result = result;
    // A status information without a result code says nothing, least of all "ok".
    if (result.result_code) {
        ours.stage = result.approved() ? intent_stage::approved : intent_stage::declined;
    }
    auto on = objects_of(ours);
    journal::batch batch;
    batch.intents.push_back(ours);
    learn(l, result);
    batch.terminals.push_back(l.memory);
    adopt_result(on, result);
    if (on.refund != nullptr) batch.refunds.push_back(*on.refund);
    batch.payments.push_back(on.payment);
    // M3: the terminal hears of it when the journal has it.
    persist_batch(std::move(batch),
                  {continuation::kind::acknowledge, l.settings.id, l.results, {}, false, {}});
}

void engine::impl::stray_result(lane& l, const drivers::transaction_result& result, instant now) {
    journal::batch batch;
    const auto open = intents_.find(l.open_intent);
    if (open != intents_.end()) {
        auto& ours = open->second;
        switch (classify(ours, result)) {
            case repeat_answer::ours_approved:
                ours.result = result;
                ours.stage = intent_stage::approved;
                batch.intents.push_back(ours);
                break;
            case repeat_answer::ours_declined:
                ours.result = result;
                ours.stage = intent_stage::declined;
                batch.intents.push_back(ours);
                break;
            case repeat_answer::unanswered:
            case repeat_answer::unchanged:
            case repeat_answer::ours_reversed:
            case repeat_answer::other:
            case repeat_answer::nothing: break;
        }
        log(note::level::warning, l, "result of an earlier command arrived late");
    } else {
        // Somebody else's: a payment started at the terminal, or by another register.
        l.memory.day_complete = false;
        log(note::level::warning, l,
            "the terminal reported a transaction that this bridge did not start");
    }
    if (batch.intents.empty()) learn(l, result);
    batch.terminals.push_back(l.memory);
    // Whosever it is: what a terminal is told that we have, we have (M3).
    note_result(batch, l, result, now);
    persist_batch(std::move(batch),
                  {continuation::kind::acknowledge, l.settings.id, l.results, {}, false, {}});
}

void engine::impl::on(lane& l, const command_ended& end, instant now) {
    l.view.display.clear();
    switch (l.work) {
        case lane_work::money: return money_ended(l, end, now);
        case lane_work::device: return device_ended(l, end, now);
        case lane_work::baseline:
        case lane_work::repeat:
        case lane_work::second: return question_ended(l, end, now);
        case lane_work::none:
        case lane_work::claimed: return;
    }
}

void engine::impl::money_ended(lane& l, const command_ended& end, instant now) {
    auto& ours = intents_.at(l.open_intent);
    l.work = lane_work::none;
    const bool approved = ours.stage == intent_stage::approved;
    const bool declined = ours.stage == intent_stage::declined;
    switch (end.outcome) {
        case command_ended::how::completed:
            // The result comes from the status information. A completion alone proves nothing (and
            // one after a refusal contradicts it): then the terminal is asked.
            if (approved && !l.ambiguous_result)
                return finish(l, decision::settle_done, {}, knowledge::dialogue, now);
            if (declined) ours.stage = intent_stage::declined_ended;
            break;
        case command_ended::how::aborted:
            if (l.earlier_result && !ours.result) break;
            if (!approved) {
                auto why = failure_of(end);
                if (declined && !is_stop(end) && !ours.result->result_text.empty()) {
                    why.message = ours.result->result_text;
                }
                return finish(l,
                              is_stop(end) ? decision::settle_not_done : decision::settle_declined,
                              std::move(why), knowledge::dialogue, now);
            }
            ours.stage = intent_stage::approved_aborted;
            break;
        case command_ended::how::refused:
        case command_ended::how::never_sent:
            if (!ours.result)
                return finish(l, decision::settle_not_done, failure_of(end), knowledge::dialogue,
                              now);
            break;
        case command_ended::how::lost: break;
    }
    log(note::level::warning, l,
        "the end of the " + std::string{to_string(ours.kind)} + " was not seen (" +
            (end.error ? end.error.message() : end.text) +
            "): asking the terminal what became of it");
    journal::batch batch;
    batch.intents.push_back(ours);
    persist_batch(std::move(batch));
    l.patience_until.reset();
    recover(l, now);
}

void engine::impl::close_day(lane& l, operation& op, journal::batch& batch, instant now) {
    if (op.totals && l.memory.day_complete) {
        op.differences = compare(l.memory, *op.totals, l.settings.currency);
        if (!op.differences.empty()) {
            op.candidates = find_candidates(l.memory, *op.totals, l.today, l.settings.currency);
            boost::json::object data;
            data["terminal"] = l.settings.id;
            data["operation"] = op.id;
            auto& list = data["differences"].emplace_array();
            for (const auto& line : op.differences) list.emplace_back(line);
            data["candidates"] = to_json(op.candidates);
            batch.events.push_back(
                {"day.mismatch", op.id, boost::json::serialize(data), std::nullopt, now.wall});
            log(note::level::error, l, "the day does not tie out: " + op.differences.front());
        }
    } else if (op.totals) {
        op.messages.emplace_back(
            "not compared: transactions happened since the last end of day that this bridge did "
            "not see");
    }
    l.memory.day.clear();
    l.memory.day_complete = true;
    ++l.memory.day_number;
    l.today.clear();
}

void engine::impl::device_ended(lane& l, const command_ended& end, instant now) {
    l.work = lane_work::none;
    auto op = std::move(operations_.at(l.operation));
    operations_.erase(l.operation);
    l.operation.clear();
    journal::batch batch;
    const bool end_of_day = op.kind == "end-of-day";
    switch (end.outcome) {
        case command_ended::how::completed:
            op.status = operation::state::succeeded;
            if (end_of_day) close_day(l, op, batch, now);
            break;
        case command_ended::how::aborted:
        case command_ended::how::refused:
        case command_ended::how::never_sent:
            op.status = operation::state::failed;
            op.failure = failure_of(end);
            break;
        case command_ended::how::lost:
            op.status = operation::state::unknown;
            op.failure = failure_of(end);
            if (end_of_day) l.memory.day_complete = false;
            break;
    }
    if (op.last_transaction) learn(l, *op.last_transaction);
    op.updated = now.wall;
    note_operation(batch, op, now);
    batch.terminals.push_back(l.memory);
    persist_batch(std::move(batch));
}

/// The disk failed before the device was asked.
void engine::impl::device_given_up(lane& l, instant now) {
    l.work = lane_work::none;
    auto op = std::move(operations_.at(l.operation));
    operations_.erase(l.operation);
    l.operation.clear();
    op.status = operation::state::failed;
    op.failure = failure{"journal_unavailable", "nothing was sent: the disk failed"};
    op.updated = now.wall;
    journal::batch batch;
    note_operation(batch, op, now);
    persist_batch(std::move(batch));
}

void engine::impl::start_failed(const std::string& terminal, protocol::error_code why,
                                instant now) {
    auto* l = find_lane(terminal);
    BRIDGE_INVARIANT(l != nullptr);
    command_ended end;
    end.outcome = why == drivers::make_error_code(drivers::errc::unsupported) ||
                          why == drivers::make_error_code(drivers::errc::bad_request)
                      ? command_ended::how::refused
                      : command_ended::how::never_sent;
    end.text = why.message();
    end.error = why;
    on(*l, end, now);
}

}  // namespace bridge::sales
