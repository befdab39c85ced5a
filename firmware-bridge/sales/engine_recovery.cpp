// Starting commands, asking terminals what became of them, and settling what they answer.

#include <algorithm>
#include <utility>

#include "firmware-bridge/sales/day.hpp"
#include "firmware-bridge/sales/engine_state.hpp"
#include "firmware-bridge/sales/transitions.hpp"
#include "protocol/invariant.hpp"

namespace bridge::sales {
namespace {

using namespace std::chrono_literals;
using drivers::command_ended;
using drivers::money_kind;

/// How long an outcome that is being asked for still shows as in_progress. Longer than a link takes
/// to come back after a hiccup, shorter than a cashier waits.
constexpr auto patience = 20s;
/// Between two questions to a terminal that is connected but busy.
constexpr auto between_questions = 2s;

}  // namespace

void engine::impl::restore(journal::open_state state, instant now) {
    for (auto& p : state.payments) payments.insert_or_assign(p.id, std::move(p));
    for (auto& r : state.refunds) refunds_.insert_or_assign(r.id, std::move(r));
    for (auto& memory : state.terminals) {
        if (auto* l = find_lane(memory.terminal)) l->memory = std::move(memory);
    }
    for (const auto& settled : state.of_day) {
        if (auto* l = find_lane(settled.terminal)) l->today.push_back(item_of(settled));
    }
    for (auto& ours : state.intents) {
        auto* l = find_lane(ours.terminal);
        const auto id = ours.id;
        const auto terminal = ours.terminal;
        const bool open = ours.outcome == intent_outcome::open;
        intents_.insert_or_assign(id, std::move(ours));
        if (l == nullptr) {
            actions.emplace_back(
                note{note::level::error, terminal, intents_.at(id).payment,
                     "payment is unresolved, but its terminal is no longer configured: "
                     "configure it again, or resolve the payment"});
            continue;
        }
        if (!l->open_intent.empty()) continue;
        l->open_intent = id;
        if (open) l->patience_until = now.steady + patience;
    }
    journal::batch batch;
    for (auto& op : state.operations) {
        op.status = operation::state::unknown;
        op.failure = failure{"interrupted", "The bridge stopped while the terminal worked on it."};
        op.updated = now.wall;
        if (auto* l = find_lane(op.terminal); l != nullptr && op.kind == "end-of-day") {
            l->memory.day_complete = false;
            batch.terminals.push_back(l->memory);
        }
        note_operation(batch, op, now);
    }
    if (!batch.operations.empty()) persist_batch(std::move(batch));
}

void engine::impl::start_intent(lane& l, bool given_up, instant now) {
    auto& ours = intents_.at(l.open_intent);
    BRIDGE_INVARIANT(l.work == lane_work::claimed);
    if (given_up) {
        l.work = lane_work::none;
        return finish(l, decision::settle_not_done,
                      {"journal_unavailable", "nothing was sent: the disk failed"},
                      knowledge::dialogue, now);
    }
    if (l.abort_wanted) {
        l.work = lane_work::none;
        return finish(l, decision::settle_not_done,
                      {"cancelled", "stopped on request before the terminal was asked"},
                      knowledge::dialogue, now);
    }
    if (!l.ready) {
        l.work = lane_work::none;
        return finish(l, decision::settle_not_done,
                      {"terminal_offline", "nothing was sent: the link went down"},
                      knowledge::dialogue, now);
    }
    l.work = lane_work::money;
    l.seen.reset();  // the answer to an earlier question says nothing about this command
    l.earlier_result = false;
    l.ambiguous_result = false;
    actions.emplace_back(start_command{
        l.settings.id,
        drivers::money_command{ours.kind, ours.amount, ours.original,
                               l.settings.synchronise ? l.memory.last_agreed : std::nullopt}});
    auto on = objects_of(ours);
    if (on.refund != nullptr) return;
    move_to(on.payment, payment_status::in_progress, now.wall);
    journal::batch batch;
    note_payment(batch, on.payment, now);
    persist_lazily(std::move(batch), now);
}

void engine::impl::ask(lane& l, lane_work work, drivers::command question) {
    l.work = work;
    l.seen.reset();
    l.open_reservations.reset();
    l.ask_again_at.reset();
    actions.emplace_back(start_command{l.settings.id, std::move(question)});
}

void engine::impl::recover(lane& l, instant now) {
    const auto& ours = intents_.at(l.open_intent);
    if (ours.outcome == intent_outcome::open && !l.patience_until) {
        l.patience_until = now.steady + patience;
    }
    if (l.ready && l.work == lane_work::none) ask(l, lane_work::repeat, drivers::repeat_receipt{});
}

void engine::impl::question_ended(lane& l, const command_ended& end, instant now) {
    const auto asked = std::exchange(l.work, lane_work::none);
    if (asked == lane_work::second && l.open_intent.empty() && !l.first_contact)
        return attend_next(l, now);  // a person was faster than the answer
    if (asked == lane_work::baseline || l.open_intent.empty()) return baseline_ended(l, end, now);

    const auto& ours = intents_.at(l.open_intent);
    const bool answered = end.outcome == command_ended::how::completed ||
                          end.outcome == command_ended::how::aborted ||
                          (end.outcome == command_ended::how::refused && !end.busy);
    if (!answered) {
        l.first_answer = repeat_answer::unanswered;
        return judge(
            l, {ours.stage, ours.kind, repeat_answer::unanswered, second_answer::not_asked}, now);
    }
    if (asked == lane_work::repeat) {
        l.first_answer = l.seen ? classify(ours, *l.seen) : repeat_answer::nothing;
        if (end.outcome == command_ended::how::completed && !l.seen) forget_last(l);
        log(note::level::info, l,
            "asked for the last transaction: " + std::string{to_string(l.first_answer)});
        return judge(l, {ours.stage, ours.kind, l.first_answer, second_answer::not_asked}, now);
    }
    auto second = second_answer::undecided;
    if (l.seen && l.seen->totals) second = judge_totals(ours, l.memory, *l.seen->totals);
    if (l.open_reservations) {
        second = judge_reservations(ours, *l.open_reservations);
    }
    judge(l, {ours.stage, ours.kind, l.first_answer, second}, now);
}

void engine::impl::baseline_ended(lane& l, const command_ended& end, instant now) {
    // Whatever became of the totals: the next answer is again about the last transaction.
    const bool opens_day = std::exchange(l.first_contact, false);
    if (end.outcome == command_ended::how::lost || end.outcome == command_ended::how::never_sent ||
        end.busy) {
        l.ask_again_at = now.steady + between_questions;
        return;
    }
    if (opens_day) {
        l.memory.day_opened = true;
        if (l.seen && l.seen->totals) {
            l.memory.day.clear();
            for (const auto& brand : l.seen->totals->brands) {
                if (brand.count != 0) l.memory.day[brand.brand] = {brand.count, brand.amount};
            }
            l.memory.day_complete = true;
        }
    } else {
        if (l.seen && l.seen->approved() && l.seen->receipt && l.memory.baseline_known &&
            l.seen->receipt != l.memory.last_receipt) {
            l.memory.last_agreed = l.seen->receipt;  // it is not ours to be undone
            if (std::exchange(l.memory.day_complete, false)) {
                log(note::level::warning, l,
                    "the terminal's last transaction is not one of ours: somebody else uses it "
                    "too");
            }
        }
        if (l.seen) learn(l, *l.seen);
        // "There is none" is an answer; a bare completion is none.
        if (end.outcome != command_ended::how::completed)
            l.memory.baseline_known = true;
        else if (!l.seen)
            forget_last(l);
        if (!l.memory.day_opened && l.ready) {
            l.first_contact = true;
            return ask(l, lane_work::second, drivers::turnover_totals{});
        }
    }
    l.seen.reset();
    journal::batch batch;
    batch.terminals.push_back(l.memory);
    persist_lazily(std::move(batch), now);
}

void engine::impl::judge(lane& l, const situation& s, instant now) {
    const auto& row = row_for(s);
    const auto verdict = row.decision;
    log(note::level::info, l,
        "recovery: " + std::string{to_string(verdict)} + ", because " + std::string{row.why});
    auto& ours = intents_.at(l.open_intent);
    switch (verdict) {
        case decision::settle_done:
            if (l.seen && s.repeat == repeat_answer::ours_approved) ours.result = l.seen;
            return finish(l, verdict, {}, knowledge::recovery, now);
        case decision::settle_declined: {
            auto text = ours.result ? ours.result->result_text : std::string{};
            if (text.empty() && l.seen) text = l.seen->result_text;
            return finish(l, verdict, {"declined", text.empty() ? "declined" : text},
                          knowledge::recovery, now);
        }
        case decision::settle_not_done: {
            failure why{"not_charged", "The terminal has no record of it: not charged."};
            if (s.repeat == repeat_answer::ours_reversed) {
                why = {"reversed_by_terminal", "The terminal reversed it by itself: not charged."};
            }
            if (l.abort_wanted) why = {"cancelled", "Stopped on request: not charged."};
            return finish(l, verdict, std::move(why), knowledge::recovery, now);
        }
        case decision::ask_second: {
            const bool totals = second_question_for(ours.kind) == second_question::totals;
            if (l.seen) learn(l, *l.seen);
            return ask(l, lane_work::second,
                       totals ? drivers::command{drivers::turnover_totals{}}
                              : drivers::command{drivers::open_reservations{}});
        }
        case decision::ask_again:
            // Not at once: a terminal that just went away has not said so yet.
            l.ask_again_at = now.steady + between_questions;
            if (ours.outcome == intent_outcome::open && !l.patience_until) {
                l.patience_until = now.steady + patience;
            }
            return;
        case decision::stay_unknown: return become_unknown(l, now);
    }
}

void engine::impl::enter_in_day(lane& l, intent& settled, std::int64_t moved,
                                std::optional<std::uint16_t> card_type, knowledge by) {
    settled.in_day = entry_for(l.memory, settled, moved, card_type, by);
    if (settled.outcome == intent_outcome::done) count(l.memory, settled);
    l.today.push_back(item_of(settled));
}

void engine::impl::finish(lane& l, decision verdict, failure why, knowledge by, instant now) {
    auto& ours = intents_.at(l.open_intent);
    auto on = objects_of(ours);
    const auto captured_before = on.payment.captured;
    if (l.seen && !l.seen->totals) learn(l, *l.seen);
    std::vector<journal::booking> books;
    if (verdict == decision::settle_done) {
        books = settle_done(on, now.wall);
        if (!on.payment.at_terminal.receipt && ours.receipt_before) {
            on.payment.at_terminal.receipt = protocol::following(*ours.receipt_before);
        }
        // A terminal that synchronises undoes what follows the number we agree to. Where ours is
        // not known (totals showed it), it is at most the last one that the terminal told of.
        l.memory.last_agreed =
            ours.result && ours.result->receipt ? ours.result->receipt : l.memory.last_receipt;
    } else {
        books = settle_not_done(on, verdict == decision::settle_declined, std::move(why), now.wall);
    }
    const bool moved_payment =
        verdict == decision::settle_done &&
        (ours.kind == money_kind::payment || ours.kind == money_kind::book_total);
    enter_in_day(l, ours,
                 moved_payment                       ? on.payment.captured
                 : ours.kind == money_kind::reversal ? captured_before
                                                     : ours.amount.minor,
                 on.payment.card.type, by);
    log(note::level::info, l,
        std::string{to_string(ours.kind)} + " settled: " + std::string{to_string(ours.outcome)});

    journal::batch batch;
    note_affected(batch, on, std::move(books), now);
    batch.terminals.push_back(l.memory);
    l.open_intent.clear();
    l.abort_wanted = false;
    l.seen.reset();
    l.patience_until.reset();
    l.ask_again_at.reset();
    persist_batch(std::move(batch));
    forget_settled();
    (void)take_next(l, now);
}

/// A restart may have found more than one unresolved command of this terminal.
bool engine::impl::take_next(lane& l, instant now) {
    const auto next = std::find_if(intents_.begin(), intents_.end(), [&](const auto& entry) {
        return entry.second.terminal == l.settings.id &&
               (entry.second.outcome == intent_outcome::open ||
                entry.second.outcome == intent_outcome::unknown);
    });
    if (next == intents_.end()) return false;
    l.open_intent = next->first;
    recover(l, now);
    return true;
}

/// A person has settled what was open. Nobody told us under which number the terminal has it, if it
/// has it: what comes next must not be compared with the transaction before.
void engine::impl::attend_next(lane& l, instant now) {
    if (take_next(l, now)) return;
    if (l.ready && l.work == lane_work::none)
        ask(l, lane_work::baseline, drivers::repeat_receipt{});
}

void engine::impl::become_unknown(lane& l, instant now) {
    auto& ours = intents_.at(l.open_intent);
    l.patience_until.reset();
    if (ours.outcome == intent_outcome::unknown) return;
    auto on = objects_of(ours);
    journal::batch batch;
    auto books = settle_unknown(on, now.wall);
    note_affected(batch, on, std::move(books), now);
    persist_batch(std::move(batch));
    log(note::level::error, l, "outcome unknown: " + advice_for(ours));
}

void engine::impl::learn(lane& l, const drivers::transaction_result& result) {
    // 0000 is what terminals send when they have no number (a refusal, an empty memory). The number
    // of a refusal is not used up everywhere.
    if (result.totals) return;
    if (result.approved() && result.receipt && result.receipt->value() != 0) {
        l.memory.last_receipt = result.receipt;
        l.memory.baseline_known = true;
    }
    if (result.trace) l.memory.last_trace = result.trace;
}

/// The terminal was asked for its last transaction and told nothing: what we knew of it may have
/// been overtaken without our knowing, and must prove nothing from now on.
void engine::impl::forget_last(lane& l) {
    l.memory.last_receipt.reset();
    l.memory.last_trace.reset();
    l.memory.baseline_known = false;
}

void engine::impl::elapse(instant now) {
    if (retry_journal_at_ && now.steady >= *retry_journal_at_) {
        retry_journal_at_.reset();
        auto again = std::exchange(held_, {});
        for (auto& [number, one] : again) {
            refresh(one.batch);
            send(number, std::move(one));
        }
    }
    if (flush_at_ && now.steady >= *flush_at_) flush_lazy();
    for (auto& [id, l] : lanes_) {
        if (l.ask_again_at && now.steady >= *l.ask_again_at) {
            l.ask_again_at.reset();
            if (!l.ready) continue;  // asked when it is back
            if (l.work != lane_work::none) {
                l.ask_again_at = now.steady + between_questions;
                continue;
            }
            if (l.open_intent.empty())
                ask(l, lane_work::baseline, drivers::repeat_receipt{});
            else
                ask(l, lane_work::repeat, drivers::repeat_receipt{});
        }
        if (l.patience_until && now.steady >= *l.patience_until) {
            l.patience_until.reset();
            const bool being_done = l.work == lane_work::claimed || l.work == lane_work::money;
            if (!l.open_intent.empty() && !being_done) become_unknown(l, now);
        }
    }
}

std::optional<drivers::time_point> engine::impl::deadline() const {
    std::optional<drivers::time_point> first = retry_journal_at_;
    const auto earlier = [&](const std::optional<drivers::time_point>& other) {
        if (other && (!first || *other < *first)) first = other;
    };
    earlier(flush_at_);
    for (const auto& [id, l] : lanes_) {
        earlier(l.ask_again_at);
        earlier(l.patience_until);
    }
    return first;
}

}  // namespace bridge::sales
