// The chart of accounts.
//
// A client of the organisation has a sub-account in some of them; what a client owes is
// receivable − credits − unapplied − refunds payable. Codes are short because people type them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "firmware-bridge/ledger/error.hpp"

namespace bridge::ledger {

enum class account : std::uint8_t {
    receivable,         // AR: what clients owe
    credits,            // CRED: what we owe clients by credit memo
    unapplied,          // UNAP: payments that are not yet matched with an invoice
    refunds_payable,    // RFP: refunds on their way
    deposits,           // DEP: money held for clients
    revenue,            // REV
    discounts,          // DISC
    rebates,            // REB: goodwill, against revenue
    penalties,          // PEN
    tax,                // TAX: owed to the state
    processor,          // PROC: with the card processor, not paid out yet; may be negative
    echeck_in_transit,  // ECT: debits of bank accounts that are not cleared yet …
    echeck_contra,      // ECP: … and what stands against them until they are
    pending,            // UNKN: card transactions whose outcome nobody knows yet (M4) …
    pending_contra,     // UNKC: … and what stands against them until it is known
    cash,               // CASH: cash, cheques, terminals of others, not yet in the bank
    bank,               // BANK
    fees,               // FEE
    fees_payable,       // FEEP: owed to the platform
};

/// On which side the account normally grows.
enum class account_kind : std::uint8_t { asset, liability, income, expense };

struct account_info {
    account id{};
    std::string_view code;  // "AR"
    std::string_view name;  // "Accounts receivable"
    account_kind kind{};
    bool per_client{};  // has a sub-account for each client
};

/// Every account, in the order of the enumeration.
[[nodiscard]] std::span<const account_info> chart() noexcept;
[[nodiscard]] const account_info& info(account) noexcept;
/// Error: unknown_account.
[[nodiscard]] result<account> account_from_code(std::string_view) noexcept;

}  // namespace bridge::ledger
