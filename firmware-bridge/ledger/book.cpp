#include "firmware-bridge/ledger/book.hpp"

namespace bridge::ledger {
namespace {

using journal::booking;
using journal::booking_kind;

/// Where a client's payment goes: to the invoice that it names, or to wait for one.
account paid_account(const booking& it) {
    return it.invoice.empty() ? account::unapplied : account::receivable;
}

std::vector<line> sale(const booking& it) {
    return {debit(account::processor, it.amount), credit(paid_account(it), it.amount, it.account)};
}

std::vector<line> void_sale(const booking& it) {
    return {debit(paid_account(it), it.amount, it.account), credit(account::processor, it.amount)};
}

std::vector<line> refund(const booking& it) {
    if (it.offline) {
        return {debit(account::credits, it.amount, it.account), credit(account::cash, it.amount)};
    }
    return {debit(account::credits, it.amount, it.account),
            credit(account::refunds_payable, it.amount, it.account),
            debit(account::refunds_payable, it.amount, it.account),
            credit(account::processor, it.amount)};
}

std::vector<line> lines_for(const booking& it) {
    switch (it.kind) {
        case booking_kind::sale:
        case booking_kind::capture: return sale(it);
        case booking_kind::void_sale: return void_sale(it);
        case booking_kind::refund: return refund(it);
        case booking_kind::pending:
            return {debit(account::pending, it.amount), credit(account::pending_contra, it.amount)};
        case booking_kind::pending_cleared:
            return {debit(account::pending_contra, it.amount), credit(account::pending, it.amount)};
    }
    return {};
}

std::string describe(const booking& it) {
    switch (it.kind) {
        case booking_kind::sale: return "Card sale";
        case booking_kind::capture: return "Capture of an authorisation";
        case booking_kind::void_sale: return "Void of a card sale";
        case booking_kind::refund:
            return it.offline ? "Refund outside the terminal" : "Card refund";
        case booking_kind::pending: return "Outcome unknown";
        case booking_kind::pending_cleared: return "Outcome known";
    }
    return {};
}

}  // namespace

result<journal_entry> entry_for(const journal::stored_event& event) {
    if (!event.content.booking) return errc::no_booking;
    const auto& it = *event.content.booking;
    return journal_entry::make({.sequence = event.sequence,
                                .posted = event.content.at,
                                .description = describe(it),
                                .payment = it.payment,
                                .refund = it.refund},
                               lines_for(it));
}

}  // namespace bridge::ledger
