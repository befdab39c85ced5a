#include "firmware-bridge/sales/settlement.hpp"

#include "firmware-bridge/sales/recovery.hpp"
#include "firmware-bridge/sales/transitions.hpp"
#include "protocol/invariant.hpp"

namespace bridge::sales {
namespace {

using drivers::money_kind;
using journal::booking;
using journal::booking_kind;

booking book(const affected& on, booking_kind kind) {
    return {kind,
            on.intent.amount,
            on.payment.id,
            on.refund != nullptr ? on.refund->id : std::string{},
            on.intent.terminal,
            on.payment.account,
            on.payment.invoice,
            on.payment.card.brand,
            false};
}

bool was_unknown(const affected& on) noexcept {
    return on.intent.outcome == intent_outcome::unknown;
}

/// What the payment goes back to when a later command on it comes to nothing.
std::optional<payment_status> status_before(money_kind kind) noexcept {
    switch (kind) {
        case money_kind::payment:
        case money_kind::reservation:
        case money_kind::refund: return std::nullopt;
        case money_kind::book_total:
        case money_kind::release: return payment_status::authorized;
        case money_kind::reversal: return payment_status::captured;
    }
    return std::nullopt;
}

/// The terminal may approve less than was asked (partial approval) or more (a tip given at the
/// terminal): what it says was charged is what was charged.
std::int64_t amount_moved(const intent& ours) noexcept {
    const bool told =
        ours.result && ours.result->approved() && ours.result->amount && *ours.result->amount > 0;
    return told ? *ours.result->amount : ours.amount.minor;
}

void clear_doubt(affected on) {
    on.payment.advice.clear();
    on.payment.failure.reset();
    if (on.refund != nullptr) on.refund->advice.clear();
}

void finish_refund(affected on, refund_status status, wall_time now) {
    BRIDGE_INVARIANT(on.refund != nullptr);
    on.payment.refunds_pending -= on.refund->amount.minor;
    if (status == refund_status::succeeded) on.payment.refunded += on.refund->amount.minor;
    on.payment.updated = now;
    move_to(*on.refund, status, now);
}

}  // namespace

void adopt_result(affected on, const drivers::transaction_result& result) {
    auto& reference = on.refund != nullptr ? on.refund->at_terminal : on.payment.at_terminal;
    // A capture, void or release has numbers of its own, but later commands refer to those of the
    // original. Only a capture that is done takes its place: one that is refused, or reversed by
    // the terminal, leaves a reservation that can be captured again, under its own numbers.
    const bool captured =
        on.intent.kind == money_kind::book_total && on.intent.outcome == intent_outcome::done;
    const bool first = on.intent.kind == money_kind::payment ||
                       on.intent.kind == money_kind::reservation ||
                       on.intent.kind == money_kind::refund || captured;
    if (first) {
        if (result.receipt) reference.receipt = result.receipt;
        if (result.trace) reference.trace = result.trace;
        if (result.turnover) reference.turnover = result.turnover;
        if (result.terminal) reference.terminal = result.terminal;
        if (!result.authorisation_code.empty())
            reference.authorization_code = result.authorisation_code;
        reference.result_code = result.result_code;
        reference.result_text = result.result_text;
    }
    if (on.refund == nullptr && first && !result.card.masked_pan.empty())
        on.payment.card = result.card;
    if (on.refund == nullptr && first && on.payment.card.brand.empty())
        on.payment.card = result.card;
}

std::vector<booking> settle_done(affected on, wall_time now) {
    std::vector<booking> books;
    if (was_unknown(on)) books.push_back(book(on, booking_kind::pending_cleared));
    on.intent.outcome = intent_outcome::done;
    if (on.intent.result) adopt_result(on, *on.intent.result);
    clear_doubt(on);

    const auto moved = amount_moved(on.intent);
    auto& payment = on.payment;
    switch (on.intent.kind) {
        case money_kind::payment:
            payment.authorized = payment.captured = moved;
            move_to(payment, payment_status::captured, now);
            books.push_back(book(on, booking_kind::sale));
            books.back().amount.minor = moved;
            break;
        case money_kind::reservation:
            payment.authorized = moved;
            move_to(payment, payment_status::authorized, now);
            break;
        case money_kind::book_total:
            payment.captured = moved;
            move_to(payment, payment_status::captured, now);
            books.push_back(book(on, booking_kind::capture));
            books.back().amount.minor = moved;
            break;
        case money_kind::release: move_to(payment, payment_status::cancelled, now); break;
        case money_kind::reversal:
            books.push_back(book(on, booking_kind::void_sale));
            books.back().amount.minor = payment.captured;
            payment.captured = 0;
            move_to(payment, payment_status::voided, now);
            break;
        case money_kind::refund:
            finish_refund(on, refund_status::succeeded, now);
            books.push_back(book(on, booking_kind::refund));
            break;
    }
    return books;
}

std::vector<booking> settle_not_done(affected on, bool declined, failure why, wall_time now) {
    std::vector<booking> books;
    if (was_unknown(on)) books.push_back(book(on, booking_kind::pending_cleared));
    on.intent.outcome = intent_outcome::not_done;
    clear_doubt(on);

    if (on.intent.kind == money_kind::refund) {
        BRIDGE_INVARIANT(on.refund != nullptr);
        if (on.intent.result) adopt_result(on, *on.intent.result);
        on.refund->failure = std::move(why);
        finish_refund(on, refund_status::failed, now);
        return books;
    }
    on.payment.failure = std::move(why);
    if (const auto before = status_before(on.intent.kind)) {
        move_to(on.payment, *before, now);
        return books;
    }
    if (on.intent.result) adopt_result(on, *on.intent.result);
    move_to(on.payment, declined ? payment_status::declined : payment_status::cancelled, now);
    return books;
}

std::vector<booking> settle_unknown(affected on, wall_time now) {
    if (was_unknown(on)) return {};
    on.intent.outcome = intent_outcome::unknown;
    if (on.refund != nullptr) {
        on.refund->advice = advice_for(on.intent);
        move_to(*on.refund, refund_status::unknown, now);
    } else {
        on.payment.advice = advice_for(on.intent);
        move_to(on.payment, payment_status::unknown, now);
    }
    return {book(on, booking_kind::pending)};
}

}  // namespace bridge::sales
