#include "firmware-bridge/sales/engine.hpp"

#include <algorithm>

#include "firmware-bridge/sales/engine_state.hpp"
#include "firmware-bridge/sales/transitions.hpp"
#include "protocol/invariant.hpp"

namespace bridge::sales {
namespace {

using drivers::money_kind;

/// Largest amount that every terminal protocol can carry: 99 999 999.99.
constexpr std::int64_t most_minor = 9'999'999'999;

drivers::original_transaction original_of(const payment& p) {
    return {*p.at_terminal.receipt, p.at_terminal.trace, p.at_terminal.authorization_code};
}

std::string_view kind_name(device_action::kind kind) noexcept {
    switch (kind) {
        case device_action::kind::diagnosis: return "diagnosis";
        case device_action::kind::end_of_day: return "end-of-day";
        case device_action::kind::totals: return "totals";
        case device_action::kind::repeat_receipt: return "repeat-receipt";
        case device_action::kind::abort: return "abort";
        case device_action::kind::display: return "display";
        case device_action::kind::reboot: return "reboot";
    }
    return "";
}

/// The object of the reply to a request whose key was used before.
std::variant<payment, refund, operation, refusal> as_outcome(
    const std::variant<std::monostate, payment, refund, operation>& object) {
    if (const auto* p = std::get_if<payment>(&object)) return *p;
    if (const auto* r = std::get_if<refund>(&object)) return *r;
    if (const auto* o = std::get_if<operation>(&object)) return *o;
    return refusal{refusal_code::journal_unavailable,
                   "The payment of this idempotency key could not be read. Try again."};
}

}  // namespace

engine::engine(std::vector<terminal_settings> settings, id_maker make_id)
    : impl_{std::make_unique<impl>(std::move(settings), std::move(make_id))} {}
engine::~engine() = default;

void engine::restore(journal::open_state state, instant now) {
    impl_->restore(std::move(state), now);
}
void engine::submit(request r, instant now) { impl_->submit(std::move(r), now); }
void engine::terminal_event(const std::string& terminal, drivers::event e, instant now) {
    impl_->terminal_event(terminal, std::move(e), now);
}
void engine::start_failed(const std::string& terminal, protocol::error_code why, instant now) {
    impl_->start_failed(terminal, why, now);
}
void engine::committed(std::uint64_t number, instant now) { impl_->committed(number, now); }
void engine::commit_failed(std::uint64_t number, protocol::error_code why, commit_fate fate,
                           instant now) {
    impl_->commit_failed(number, why, fate, now);
}
void engine::elapse(instant now) { impl_->elapse(now); }
std::optional<drivers::time_point> engine::deadline() const { return impl_->deadline(); }
void engine::stop_accepting() { impl_->stop_accepting(); }
bool engine::drained() const { return impl_->drained(); }
std::vector<terminal_view> engine::terminals() const { return impl_->views(); }

std::optional<action> engine::next_action() {
    if (impl_->actions.empty()) return std::nullopt;
    auto next = std::move(impl_->actions.front());
    impl_->actions.pop_front();
    return next;
}

const payment* engine::find(const std::string& payment_id) const {
    const auto found = impl_->payments.find(payment_id);
    return found == impl_->payments.end() ? nullptr : &found->second;
}

engine::impl::impl(std::vector<terminal_settings> settings, id_maker make_id)
    : make_id_{std::move(make_id)} {
    for (auto& one : settings) {
        lane l;
        l.memory.terminal = one.id;
        l.view.id = one.id;
        l.view.accepts = {0, one.currency};
        l.settings = std::move(one);
        auto id = l.settings.id;
        lanes_.emplace(std::move(id), std::move(l));
    }
}

lane* engine::impl::find_lane(const std::string& terminal) {
    const auto found = lanes_.find(terminal);
    return found == lanes_.end() ? nullptr : &found->second;
}

bool engine::impl::drained() const {
    return in_flight_.empty() && held_.empty() &&
           std::none_of(lanes_.begin(), lanes_.end(), [](const auto& entry) {
               const auto work = entry.second.work;
               return work == lane_work::claimed || work == lane_work::money ||
                      work == lane_work::device;
           });
}

std::vector<terminal_view> engine::impl::views() const {
    std::vector<terminal_view> all;
    for (const auto& [id, l] : lanes_) {
        auto view = l.view;
        view.last_receipt = l.memory.last_receipt;
        const auto open = intents_.find(l.open_intent);
        const bool blocked =
            open != intents_.end() && open->second.outcome == intent_outcome::unknown;
        if (open != intents_.end()) {
            (blocked ? view.blocked_by : view.current_payment) = open->second.payment;
            if (blocked) view.advice = advice_for(open->second);
        }
        switch (l.work) {
            case lane_work::none: view.activity = blocked ? "blocked" : "idle"; break;
            case lane_work::claimed:
            case lane_work::money:
                view.activity = open == intents_.end() ? "idle" : to_string(open->second.kind);
                break;
            case lane_work::device: {
                const auto op = operations_.find(l.operation);
                view.activity = op == operations_.end() ? "device" : op->second.kind;
                break;
            }
            case lane_work::baseline: view.activity = "connecting"; break;
            case lane_work::repeat:
            case lane_work::second: view.activity = "recovery"; break;
        }
        all.push_back(std::move(view));
    }
    return all;
}

void engine::impl::refuse(std::uint64_t number, refusal_code code, std::string message) {
    actions.emplace_back(send_reply{{number, refusal{code, std::move(message)}, false}});
}

void engine::impl::submit(request r, instant now) {
    if (answered_by_key(r, now)) return;
    if (!accepting_) {
        return refuse(r.number, refusal_code::shutting_down,
                      "The bridge is shutting down. Ask again when it runs.");
    }
    if (!held_.empty()) {
        return refuse(
            r.number, refusal_code::journal_unavailable,
            "The journal cannot be written at the moment, so nothing can be started safely. "
            "See the log for the disk's error.");
    }
    std::visit([&](const auto& what) { handle(r, what, now); }, r.what);
}

bool engine::impl::answered_by_key(request& r, instant) {
    if (!r.idempotency) return false;
    const auto mismatch = [&] {
        refuse(
            r.number, refusal_code::idempotency_mismatch,
            "This Idempotency-Key was used for another request. Use a new key for a new request; "
            "repeat the same body to learn what became of the first.");
    };
    if (const auto held = claims_.find(r.idempotency->key); held != claims_.end()) {
        // Not durable yet: the answer goes out with the first one's.
        if (held->second.fingerprint != r.idempotency->fingerprint) return mismatch(), true;
        auto* waiting = pending_with_key(r.idempotency->key);
        BRIDGE_INVARIANT(waiting != nullptr);
        if (waiting->then.given_up) {
            refuse(r.number, refusal_code::journal_unavailable,
                   "The journal cannot be written at the moment. Nothing was sent.");
            return true;
        }
        auto& replies = waiting->then.replies;
        BRIDGE_INVARIANT(!replies.empty());
        replies.push_back({r.number, replies.front().outcome, true});
        return true;
    }
    if (!r.key_fingerprint) return false;
    if (*r.key_fingerprint != r.idempotency->fingerprint) return mismatch(), true;
    reply again{r.number, as_outcome(r.key_object), true};
    // Our copy is newer than the one that was read.
    if (auto* p = std::get_if<payment>(&again.outcome)) {
        if (const auto ours = payments.find(p->id); ours != payments.end()) *p = ours->second;
    } else if (auto* f = std::get_if<refund>(&again.outcome)) {
        if (const auto ours = refunds_.find(f->id); ours != refunds_.end()) *f = ours->second;
    } else if (auto* o = std::get_if<operation>(&again.outcome)) {
        if (const auto ours = operations_.find(o->id); ours != operations_.end()) *o = ours->second;
    }
    actions.emplace_back(send_reply{std::move(again)});
    return true;
}

void engine::impl::claim_key(const request& r) {
    if (r.idempotency) claims_[r.idempotency->key] = {r.idempotency->fingerprint};
}

pending_batch* engine::impl::pending_with_key(const std::string& key) {
    const auto holds = [&](const pending_batch& one) {
        return std::ranges::any_of(one.batch.keys,
                                   [&](const auto& claimed) { return claimed.key == key; });
    };
    for (auto& [number, one] : in_flight_) {
        if (holds(one)) return &one;
    }
    for (auto& [number, one] : held_) {
        if (holds(one)) return &one;
    }
    return nullptr;
}

lane* engine::impl::free_lane(const request& r, const std::string& terminal, bool even_blocked) {
    auto* l = find_lane(terminal);
    if (l == nullptr) {
        refuse(r.number, refusal_code::unknown_terminal,
               "There is no terminal \"" + terminal + "\". GET /v1/terminals lists them.");
        return nullptr;
    }
    if (const auto open = intents_.find(l->open_intent); open != intents_.end()) {
        const bool blocked = open->second.outcome == intent_outcome::unknown;
        if (!blocked || !even_blocked) {
            refuse(r.number, blocked ? refusal_code::terminal_blocked : refusal_code::terminal_busy,
                   blocked ? "The outcome of payment " + open->second.payment +
                                 " on this terminal is unknown. " + advice_for(open->second)
                           : "The terminal works on payment " + open->second.payment +
                                 ". Wait for its end or cancel it.");
            return nullptr;
        }
    }
    if (!l->ready) {
        refuse(r.number, refusal_code::terminal_offline,
               "The terminal \"" + terminal + "\" is not connected: " +
                   (l->view.link_error.empty() ? std::string{"the link is being opened"}
                                               : l->view.link_error) +
                   ". Nothing was sent.");
        return nullptr;
    }
    // Nor while it has not been told what the terminal's last transaction is: recovery compares
    // with that.
    const bool baseline_missing = l->open_intent.empty() && l->ask_again_at;
    if (l->work != lane_work::none || baseline_missing) {
        refuse(r.number, refusal_code::terminal_busy,
               "The terminal is busy with something else. Nothing was sent; try again shortly.");
        return nullptr;
    }
    return l;
}

payment& engine::impl::adopt(const payment& loaded) {
    return payments.try_emplace(loaded.id, loaded).first->second;
}

void engine::impl::begin_intent(const request& r, lane& l, intent ours, journal::batch batch,
                                reply answer, std::optional<payment> before, instant now) {
    ours.id = make_id_("int_", now.wall);
    ours.terminal = l.settings.id;
    ours.created = now.wall;
    ours.receipt_before = l.memory.last_receipt;
    ours.trace_before = l.memory.last_trace;
    ours.baseline_known = l.memory.baseline_known;
    if (r.idempotency) {
        const auto object = ours.refund.empty() ? ours.payment : ours.refund;
        batch.keys.push_back({r.idempotency->key, r.idempotency->fingerprint, object});
    }
    batch.intents.push_back(ours);
    l.open_intent = ours.id;
    l.work = lane_work::claimed;
    l.abort_wanted = false;
    intents_.emplace(ours.id, std::move(ours));

    continuation then{
        continuation::kind::start_intent, l.settings.id, 0, {}, true, std::move(before)};
    then.replies.push_back(std::move(answer));
    persist_batch(std::move(batch), std::move(then));
    claim_key(r);
}

void engine::impl::handle(const request& r, const create_payment& wanted, instant now) {
    auto* l = free_lane(r, wanted.terminal);
    if (l == nullptr) return;
    if (wanted.amount.unit != l->settings.currency) {
        return refuse(r.number, refusal_code::currency_not_accepted,
                      "The terminal \"" + wanted.terminal + "\" is configured for " +
                          std::string{l->settings.currency.code()} + ".");
    }
    if (wanted.amount.minor <= 0 || wanted.amount.minor > most_minor || wanted.tip < 0 ||
        wanted.tip > wanted.amount.minor) {
        return refuse(r.number, refusal_code::amount_out_of_range,
                      "The amount must be 1 to 9999999999 minor units, the tip a part of it.");
    }
    payment p;
    p.id = make_id_("pay_", now.wall);
    p.terminal = wanted.terminal;
    p.requested = wanted.amount;
    p.tip = wanted.tip;
    p.capture = wanted.capture;
    p.reference = wanted.reference;
    p.account = wanted.account;
    p.invoice = wanted.invoice;
    p.metadata = wanted.metadata;
    p.created = p.updated = now.wall;

    intent ours;
    ours.kind =
        wanted.capture == capture_mode::automatic ? money_kind::payment : money_kind::reservation;
    ours.payment = p.id;
    ours.amount = p.requested;
    journal::batch batch;
    note_payment(batch, p, now);
    payments.emplace(p.id, p);
    begin_intent(r, *l, std::move(ours), std::move(batch), {r.number, std::move(p), false}, {},
                 now);
}

void engine::impl::handle(const request& r, const capture_payment& wanted, instant now) {
    BRIDGE_INVARIANT(r.subject.has_value());
    auto& p = adopt(*r.subject);
    if (p.status != payment_status::authorized || !p.at_terminal.receipt) {
        return refuse(r.number, refusal_code::payment_not_capturable,
                      "Only an authorized payment can be captured; this one is " +
                          std::string{to_string(p.status)} + ".");
    }
    const auto amount = wanted.amount.value_or(p.authorized);
    if (amount <= 0 || amount > p.authorized) {
        return refuse(r.number, refusal_code::amount_out_of_range,
                      "The amount to capture must be 1 to " + std::to_string(p.authorized) +
                          " minor units, which is what was authorized.");
    }
    auto* l = free_lane(r, p.terminal);
    if (l == nullptr) return;
    intent ours;
    ours.kind = money_kind::book_total;
    ours.payment = p.id;
    ours.amount = {amount, p.requested.unit};
    ours.original = original_of(p);
    const auto before = p;
    move_to(p, payment_status::in_progress, now.wall);
    journal::batch batch;
    note_payment(batch, p, now);
    begin_intent(r, *l, std::move(ours), std::move(batch), {r.number, p, false}, before, now);
}

void engine::impl::handle(const request& r, const cancel_payment&, instant now) {
    BRIDGE_INVARIANT(r.subject.has_value());
    auto& p = adopt(*r.subject);
    if (p.running()) {
        auto* l = find_lane(p.terminal);
        const auto open = l == nullptr ? intents_.end() : intents_.find(l->open_intent);
        const bool runs_here = open != intents_.end() && open->second.payment == p.id;
        if (!runs_here || (l->work != lane_work::claimed && l->work != lane_work::money)) {
            return refuse(
                r.number, refusal_code::payment_not_cancellable,
                "The terminal is being asked what became of this payment; it can be cancelled "
                "or voided when that is known.");
        }
        l->abort_wanted = true;
        if (l->work == lane_work::money) actions.emplace_back(abort_command{l->settings.id});
        log(note::level::info, *l, "abort asked");
        journal::batch batch;
        if (r.idempotency)
            batch.keys.push_back({r.idempotency->key, r.idempotency->fingerprint, p.id});
        continuation then;
        then.replies.push_back({r.number, p, false});
        persist_batch(std::move(batch), std::move(then));
        claim_key(r);
        return;
    }
    const bool release = p.status == payment_status::authorized;
    const bool reversal = p.status == payment_status::captured;
    if ((!release && !reversal) || !p.at_terminal.receipt) {
        return refuse(r.number, refusal_code::payment_not_cancellable,
                      p.status == payment_status::unknown
                          ? "Nobody knows yet whether this payment was charged. " + p.advice
                          : "A payment that is " + std::string{to_string(p.status)} +
                                " cannot be cancelled.");
    }
    if (reversal && (p.refunded != 0 || p.refunds_pending != 0)) {
        return refuse(
            r.number, refusal_code::payment_not_cancellable,
            "Part of this payment was refunded, so it cannot be voided as a whole. Refund "
            "the rest.");
    }
    auto* l = free_lane(r, p.terminal);
    if (l == nullptr) return;
    intent ours;
    ours.kind = release ? money_kind::release : money_kind::reversal;
    ours.payment = p.id;
    ours.amount = {release ? p.authorized : p.captured, p.requested.unit};
    ours.original = original_of(p);
    const auto before = p;
    move_to(p, payment_status::in_progress, now.wall);
    journal::batch batch;
    note_payment(batch, p, now);
    begin_intent(r, *l, std::move(ours), std::move(batch), {r.number, p, false}, before, now);
}

void engine::impl::handle(const request& r, const create_refund& wanted, instant now) {
    BRIDGE_INVARIANT(r.subject.has_value());
    auto& p = adopt(*r.subject);
    if (p.status != payment_status::captured) {
        return refuse(r.number, refusal_code::payment_not_refundable,
                      "Only a captured payment can be refunded; this one is " +
                          std::string{to_string(p.status)} + ".");
    }
    if (wanted.amount <= 0) {
        return refuse(r.number, refusal_code::amount_out_of_range,
                      "The amount to refund must be at least 1 minor unit.");
    }
    if (wanted.amount > p.refundable()) {
        return refuse(r.number, refusal_code::refund_exceeds_payment,
                      "At most " + std::to_string(p.refundable()) +
                          " minor units of this payment can still be refunded.");
    }
    refund back;
    back.payment = p.id;
    back.amount = {wanted.amount, p.requested.unit};
    back.reason = wanted.reason;
    back.notes = wanted.notes;
    back.method = wanted.method;
    back.route = wanted.route;
    back.created = back.updated = now.wall;

    const auto before = p;
    journal::batch batch;
    if (wanted.route == refund_route::offline) {
        back.id = make_id_("ref_", now.wall);
        move_to(back, refund_status::succeeded, now.wall);
        p.refunded += wanted.amount;
        p.updated = now.wall;
        journal::booking books{journal::booking_kind::refund,
                               back.amount,
                               p.id,
                               back.id,
                               {},
                               p.account,
                               p.invoice,
                               p.card.brand,
                               true};
        note_refund(batch, back, now, {std::move(books)});
        note_payment(batch, p, now);
        if (r.idempotency)
            batch.keys.push_back({r.idempotency->key, r.idempotency->fingerprint, back.id});
        continuation then{continuation::kind::nothing, {}, 0, {}, true, before};
        then.replies.push_back({r.number, back, false});
        persist_batch(std::move(batch), std::move(then));
        claim_key(r);
        return;
    }
    auto* l = free_lane(r, p.terminal);
    if (l == nullptr) return;
    back.id = make_id_("ref_", now.wall);
    back.terminal = p.terminal;
    p.refunds_pending += wanted.amount;
    p.updated = now.wall;
    intent ours;
    ours.kind = money_kind::refund;
    ours.payment = p.id;
    ours.refund = back.id;
    ours.amount = back.amount;
    note_refund(batch, back, now);
    note_payment(batch, p, now);
    refunds_.emplace(back.id, back);
    begin_intent(r, *l, std::move(ours), std::move(batch), {r.number, std::move(back), false},
                 before, now);
}

void engine::impl::handle(const request& r, const resolve_payment& wanted, instant now) {
    BRIDGE_INVARIANT(r.subject.has_value());
    auto& p = adopt(*r.subject);
    const auto open = std::find_if(intents_.begin(), intents_.end(), [&](const auto& entry) {
        return entry.second.payment == p.id && entry.second.outcome == intent_outcome::unknown;
    });
    if (open == intents_.end()) {
        return refuse(r.number, refusal_code::payment_not_unknown,
                      "The outcome of this payment is not unknown: it is " +
                          std::string{to_string(p.status)} + ". There is nothing to resolve.");
    }
    auto& ours = open->second;
    auto on = objects_of(ours);
    // "captured": the card holder's account was charged and still is. For a command that gives
    // money back, that means the command came to nothing.
    const bool charged = wanted.outcome == resolve_payment::verdict::captured;
    const bool gives_back = ours.kind == money_kind::release || ours.kind == money_kind::reversal ||
                            ours.kind == money_kind::refund;
    const auto why = "settled by " + wanted.by + ": " + wanted.reason;
    auto books = charged != gives_back
                     ? settle_done(on, now.wall)
                     : settle_not_done(on, false, {"resolved_not_charged", why}, now.wall);
    (on.refund != nullptr ? on.refund->resolution : p.resolution) = why;

    journal::batch batch;
    auto* l = find_lane(ours.terminal);
    const bool was_open = l != nullptr && l->open_intent == ours.id;
    // What a person decided is not what the terminal counted, as far as we know.
    if (l != nullptr) {
        l->memory.day_complete = false;
        // And nothing that he decided may be undone by agreeing to a number before it (1F1F).
        l->memory.last_agreed.reset();
        enter_in_day(*l, ours, ours.amount.minor, p.card.type, knowledge::person);
    }
    note_affected(batch, on, std::move(books), now);
    if (l != nullptr) {
        batch.terminals.push_back(l->memory);
        log(note::level::warning, *l, "payment " + p.id + " " + why);
        if (was_open) {
            l->open_intent.clear();
            l->patience_until.reset();
            l->ask_again_at.reset();
        }
    }
    if (r.idempotency) batch.keys.push_back({r.idempotency->key, r.idempotency->fingerprint, p.id});
    continuation then;
    then.replies.push_back({r.number, p, false});
    persist_batch(std::move(batch), std::move(then));
    claim_key(r);
    forget_settled();
    if (was_open) attend_next(*l, now);
}

void engine::impl::abort_action(const request& r, lane& l, operation op, instant now) {
    const bool runs = l.work == lane_work::claimed || l.work == lane_work::money;
    if (runs) {
        l.abort_wanted = true;
        if (l.work == lane_work::money) actions.emplace_back(abort_command{l.settings.id});
        op.status = operation::state::succeeded;
        op.messages.push_back("asked the terminal to stop; the payment tells what became of it");
    } else {
        op.status = operation::state::failed;
        op.failure = failure{"nothing_to_abort", "No payment is running on this terminal."};
    }
    journal::batch batch;
    note_operation(batch, op, now);
    continuation then;
    then.replies.push_back({r.number, std::move(op), false});
    persist_batch(std::move(batch), std::move(then));
}

void engine::impl::handle(const request& r, const device_action& wanted, instant now) {
    operation op;
    op.terminal = wanted.terminal;
    op.kind = kind_name(wanted.what);
    op.created = op.updated = now.wall;
    auto* l = find_lane(wanted.terminal);
    if (l != nullptr && wanted.what == device_action::kind::abort) {
        op.id = make_id_("op_", now.wall);
        return abort_action(r, *l, std::move(op), now);
    }
    // An end of day hands in what is open; while an outcome is unknown it would destroy the
    // evidence.
    l = free_lane(r, wanted.terminal, wanted.what != device_action::kind::end_of_day);
    if (l == nullptr) return;

    op.id = make_id_("op_", now.wall);
    l->work = lane_work::claimed;
    l->operation = op.id;
    journal::batch batch;
    note_operation(batch, op, now);
    operations_.emplace(op.id, op);
    if (wanted.what == device_action::kind::display) operations_.at(op.id).messages = wanted.lines;
    continuation then{continuation::kind::start_operation, l->settings.id, 0, {}, true, {}};
    if (r.idempotency)
        batch.keys.push_back({r.idempotency->key, r.idempotency->fingerprint, op.id});
    then.replies.push_back({r.number, std::move(op), false});
    persist_batch(std::move(batch), std::move(then));
    claim_key(r);
}

}  // namespace bridge::sales
