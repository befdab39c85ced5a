#include "firmware-bridge/ledger/book.hpp"

namespace bridge::ledger {

protocol::result<entry> entry_for(const journal::booking& b) {
    const auto client = b.account;
    const auto owed = b.invoice.empty() ? account::unapplied : account::receivable;
    const auto& amount = b.amount;
    switch (b.kind) {
        case journal::booking_kind::sale:
        case journal::booking_kind::capture:
            return make_entry(
                b.kind == journal::booking_kind::sale ? "card payment" : "card payment captured",
                {debit(account::processor, amount), credit(owed, amount, client)});
        case journal::booking_kind::void_sale:
            return make_entry("card payment voided",
                              {debit(owed, amount, client), credit(account::processor, amount)});
        case journal::booking_kind::refund:
            return make_entry(
                b.offline ? "refund given outside the terminal" : "refund to the card",
                {debit(owed, amount, client), credit(account::refunds_payable, amount, client),
                 debit(account::refunds_payable, amount, client),
                 credit(b.offline ? account::cash : account::processor, amount)});
        case journal::booking_kind::pending:
            return make_entry("outcome unknown", {debit(account::unresolved, amount),
                                                  credit(account::unresolved_contra, amount)});
        case journal::booking_kind::pending_cleared:
            return make_entry("outcome known", {debit(account::unresolved_contra, amount),
                                                credit(account::unresolved, amount)});
    }
    return make_error_code(errc::no_lines);
}

}  // namespace bridge::ledger
