// What must be durable, in which order, and what follows when it is.

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <utility>

#include "firmware-bridge/sales/engine_state.hpp"
#include "firmware-bridge/sales/json.hpp"
#include "protocol/invariant.hpp"

namespace bridge::sales {
namespace {

using namespace std::chrono_literals;

constexpr auto journal_retry = 1s;
/// Displays and prints wait that long for a batch to travel with.
constexpr auto laziness = 100ms;

template <class T>
void append(std::vector<T>& to, std::vector<T>&& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

/// `later` happened after `first`.
void merge(journal::batch& first, journal::batch&& later) {
    append(first.events, std::move(later.events));
    append(first.payments, std::move(later.payments));
    append(first.refunds, std::move(later.refunds));
    append(first.operations, std::move(later.operations));
    append(first.intents, std::move(later.intents));
    append(first.terminals, std::move(later.terminals));
    append(first.keys, std::move(later.keys));
}

/// The first booking travels with the object's own event; each further one has an event of its own,
/// since the ledger applies one booking an event (M7).
void add_events(journal::batch& batch, std::string_view type, const std::string& id,
                std::string data, std::vector<journal::booking> bookings, instant now) {
    journal::event event{std::string{type}, id, std::move(data), std::nullopt, now.wall};
    if (bookings.empty()) {
        batch.events.push_back(std::move(event));
        return;
    }
    for (auto& one : bookings) {
        event.booking = std::move(one);
        batch.events.push_back(event);
    }
}

}  // namespace

affected engine::impl::objects_of(intent& ours) {
    const auto p = payments.find(ours.payment);
    BRIDGE_INVARIANT(p != payments.end());
    refund* back = nullptr;
    if (!ours.refund.empty()) {
        const auto r = refunds_.find(ours.refund);
        BRIDGE_INVARIANT(r != refunds_.end());
        back = &r->second;
    }
    return {ours, p->second, back};
}

void engine::impl::note_payment(journal::batch& batch, const payment& p, instant now,
                                std::vector<journal::booking> bookings) {
    batch.payments.push_back(p);
    add_events(batch, "payment.updated", p.id, boost::json::serialize(to_json(p)),
               std::move(bookings), now);
}

void engine::impl::note_refund(journal::batch& batch, const refund& r, instant now,
                               std::vector<journal::booking> bookings) {
    batch.refunds.push_back(r);
    add_events(batch, "refund.updated", r.id, boost::json::serialize(to_json(r)),
               std::move(bookings), now);
}

void engine::impl::note_operation(journal::batch& batch, const operation& op, instant now) {
    batch.operations.push_back(op);
    add_events(batch, "operation.updated", op.id, boost::json::serialize(to_json(op)), {}, now);
}

void engine::impl::note_affected(journal::batch& batch, affected on,
                                 std::vector<journal::booking> bookings, instant now) {
    batch.intents.push_back(on.intent);
    if (on.refund != nullptr) {
        note_refund(batch, *on.refund, now, std::move(bookings));
        bookings.clear();
    }
    note_payment(batch, on.payment, now, std::move(bookings));
}

void engine::impl::note_terminal(lane& l, instant now) {
    l.view.updated = now.wall;
    boost::json::object data;
    data["id"] = l.settings.id;
    data["link"] = l.view.link == drivers::link_state::kind::ready ? "ready" : "down";
    data["ready"] = l.ready;
    data["error"] = l.view.link_error;
    data["status"] = l.view.status_text;
    journal::batch batch;
    batch.events.push_back(
        {"terminal.updated", l.settings.id, boost::json::serialize(data), std::nullopt, now.wall});
    persist_lazily(std::move(batch), now);
}

void engine::impl::note_result(journal::batch& batch, const lane& l,
                               const drivers::transaction_result& result, instant now) {
    boost::json::object data;
    data["terminal"] = l.settings.id;
    data["transaction"] = to_json(result);
    batch.events.push_back(
        {"terminal.result", l.settings.id, boost::json::serialize(data), std::nullopt, now.wall});
}

void engine::impl::note_terminal_text(lane& l, std::string_view type,
                                      const std::vector<std::string>& lines, std::string_view kind,
                                      std::uint8_t code, instant now) {
    boost::json::object data;
    data["terminal"] = l.settings.id;
    if (const auto open = intents_.find(l.open_intent); open != intents_.end()) {
        data["payment"] = open->second.payment;
    }
    if (kind.empty())
        data["code"] = code;
    else
        data["kind"] = kind;
    auto& texts = data["lines"].emplace_array();
    for (const auto& line : lines) texts.emplace_back(line);
    journal::batch batch;
    batch.events.push_back(
        {std::string{type}, l.settings.id, boost::json::serialize(data), std::nullopt, now.wall});
    persist_lazily(std::move(batch), now);
}

void engine::impl::log(note::level severity, const lane& l, std::string text) {
    const auto open = intents_.find(l.open_intent);
    actions.emplace_back(note{severity, l.settings.id,
                              open == intents_.end() ? std::string{} : open->second.payment,
                              std::move(text)});
}

std::uint64_t engine::impl::persist_batch(journal::batch batch, continuation then) {
    // What waits in lazy_ happened before. A request that may be revoked travels alone: what
    // happened before it stays even if the request does not.
    if (then.revocable)
        flush_lazy();
    else {
        auto before = std::exchange(lazy_, {});
        flush_at_.reset();
        merge(before, std::move(batch));
        batch = std::move(before);
    }
    const auto number = ++last_batch_;
    batch.number = number;
    if (held_.empty())
        send(number, {std::move(batch), std::move(then)});
    else
        held_.emplace_back(number, pending_batch{std::move(batch), std::move(then)});
    return number;
}

void engine::impl::send(std::uint64_t number, pending_batch one) {
    actions.emplace_back(persist{number, one.batch});
    in_flight_.emplace(number, std::move(one));
}

void engine::impl::persist_lazily(journal::batch batch, instant now) {
    merge(lazy_, std::move(batch));
    if (!flush_at_) flush_at_ = now.steady + laziness;
}

void engine::impl::flush_lazy() {
    flush_at_.reset();
    auto waiting = std::exchange(lazy_, {});
    const bool empty =
        waiting.events.empty() && waiting.payments.empty() && waiting.terminals.empty();
    if (!empty) persist_batch(std::move(waiting));
}

void engine::impl::committed(std::uint64_t number, instant now) {
    auto found = in_flight_.extract(number);
    BRIDGE_INVARIANT(!found.empty());
    auto& [batch, then] = found.mapped();
    for (const auto& key : batch.keys) claims_.erase(key.key);
    auto* l = find_lane(then.terminal);
    switch (then.what) {
        case continuation::kind::nothing: break;
        case continuation::kind::start_intent: start_intent(*l, then.given_up, now); break;
        case continuation::kind::start_operation: {
            BRIDGE_INVARIANT(l->work == lane_work::claimed);
            if (then.given_up) {
                device_given_up(*l, now);
                break;
            }
            l->work = lane_work::device;
            actions.emplace_back(
                start_command{l->settings.id, command_of(operations_.at(l->operation))});
            break;
        }
        case continuation::kind::acknowledge:
            // The command may have ended meanwhile, or the terminal sent a newer result.
            if (l->results == then.result) actions.emplace_back(acknowledge_result{l->settings.id});
            break;
    }
    for (auto& answer : then.replies) actions.emplace_back(send_reply{std::move(answer)});
    forget_settled();
}

drivers::command engine::impl::command_of(const operation& op) {
    if (op.kind == "diagnosis") return drivers::diagnosis{};
    if (op.kind == "end-of-day") return drivers::end_of_day{};
    if (op.kind == "totals") return drivers::turnover_totals{};
    if (op.kind == "repeat-receipt") return drivers::repeat_receipt{true};
    if (op.kind == "reboot") return drivers::reboot{};
    BRIDGE_INVARIANT(op.kind == "display");
    return drivers::display{op.messages};
}

void engine::impl::commit_failed(std::uint64_t number, protocol::error_code why, commit_fate fate,
                                 instant now) {
    auto found = in_flight_.extract(number);
    BRIDGE_INVARIANT(!found.empty());
    actions.emplace_back(note{note::level::error,
                              found.mapped().then.terminal,
                              {},
                              "the journal could not be written: " + why.message()});
    auto& then = found.mapped().then;
    // What may be on the disk cannot be taken back, only settled.
    if (then.revocable && fate == commit_fate::not_durable && !then.given_up)
        return revoke(found.mapped(), now);
    if (then.revocable && then.what != continuation::kind::nothing) give_up(found.mapped());
    held_.emplace_back(number, std::move(found.mapped()));
    if (!retry_journal_at_) retry_journal_at_ = now.steady + journal_retry;
}

/// Refuses the request, and keeps the batch: it is committed when the disk works again, and what it
/// intended is then settled as not done.
void engine::impl::give_up(pending_batch& failed) {
    failed.then.given_up = true;
    for (const auto& answer : std::exchange(failed.then.replies, {})) {
        refuse(answer.number, refusal_code::journal_unavailable,
               "The journal could not be written, so nothing was sent. See the log for the disk's "
               "error.");
    }
}

/// The journal takes whole objects: a batch that comes late must not bring an older state back.
void engine::impl::refresh(journal::batch& batch) const {
    const auto renew = [](auto& items, const auto& current) {
        for (auto& item : items) {
            if (const auto ours = current.find(item.id); ours != current.end()) item = ours->second;
        }
    };
    renew(batch.payments, payments);
    renew(batch.refunds, refunds_);
    renew(batch.intents, intents_);
    for (auto& memory : batch.terminals) {
        if (const auto l = lanes_.find(memory.terminal); l != lanes_.end())
            memory = l->second.memory;
    }
}

void engine::impl::revoke(pending_batch& failed, instant) {
    auto& [batch, then] = failed;
    for (const auto& key : batch.keys) claims_.erase(key.key);
    for (const auto& ours : batch.intents) intents_.erase(ours.id);
    for (const auto& back : batch.refunds) refunds_.erase(back.id);
    for (const auto& op : batch.operations) operations_.erase(op.id);
    if (then.before)
        payments.insert_or_assign(then.before->id, *then.before);
    else
        for (const auto& p : batch.payments) payments.erase(p.id);
    if (auto* l = find_lane(then.terminal)) {
        if (l->work == lane_work::claimed) l->work = lane_work::none;
        if (!l->open_intent.empty() && !intents_.contains(l->open_intent)) l->open_intent.clear();
        if (!l->operation.empty() && !operations_.contains(l->operation)) l->operation.clear();
    }
    for (const auto& answer : then.replies) {
        refuse(answer.number, refusal_code::journal_unavailable,
               "The journal could not be written, so nothing was sent. See the log for the disk's "
               "error.");
    }
    forget_settled();
}

/// Drops settled objects that no batch on its way to disk has: from then on the journal knows best.
void engine::impl::forget_settled() {
    const auto flying = [&](auto member, const std::string& id) {
        const auto has = [&](const journal::batch& batch) {
            return std::any_of((batch.*member).begin(), (batch.*member).end(),
                               [&](const auto& item) { return item.id == id; });
        };
        return has(lazy_) ||
               std::any_of(in_flight_.begin(), in_flight_.end(),
                           [&](const auto& one) { return has(one.second.batch); }) ||
               std::any_of(held_.begin(), held_.end(),
                           [&](const auto& one) { return has(one.second.batch); });
    };
    std::erase_if(intents_, [&](const auto& entry) {
        const bool settled = entry.second.outcome == intent_outcome::done ||
                             entry.second.outcome == intent_outcome::not_done;
        return settled && !flying(&journal::batch::intents, entry.first);
    });
    const auto needed = [&](auto member, const std::string& id) {
        return std::any_of(intents_.begin(), intents_.end(),
                           [&](const auto& entry) { return entry.second.*member == id; });
    };
    std::erase_if(payments, [&](const auto& entry) {
        return !needed(&intent::payment, entry.first) &&
               !flying(&journal::batch::payments, entry.first);
    });
    std::erase_if(refunds_, [&](const auto& entry) {
        return !needed(&intent::refund, entry.first) &&
               !flying(&journal::batch::refunds, entry.first);
    });
}

}  // namespace bridge::sales
