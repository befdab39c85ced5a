// The chart of accounts. A code names an account of the organisation; some are kept per client as
// well (subledger): what one client owes, has paid unapplied, has on deposit.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace bridge::ledger {

enum class account : std::uint8_t {
    receivable,         // AR    what clients owe us
    customer_credit,    // CRED  credit that we owe clients
    unapplied,          // UNAP  money received and not yet applied to an invoice
    refunds_payable,    // RFP   refunds on their way
    deposits,           // DEP   deposits that we hold
    revenue,            // REV
    discounts,          // DISC
    rebates,            // REB
    penalties,          // PEN
    tax,                // TAX
    processor,          // PROC  what the card processor owes us
    echeck_in_transit,  // ECT
    echeck_contra,      // ECP
    unresolved,         // UNRES card payments whose outcome nobody knows (M4)
    unresolved_contra,  // UNRESC
    cash,               // CASH  undeposited cash, cheques, external terminals
    bank,               // BANK
    fees,               // FEE
    fees_payable,       // FEEP
};

struct account_info {
    account id;
    std::string_view code;
    std::string_view name;
    bool per_client;  // has a subledger by client account
};

[[nodiscard]] const account_info& describe(account) noexcept;
[[nodiscard]] std::optional<account> account_from_code(std::string_view code) noexcept;
[[nodiscard]] std::span<const account_info> chart_of_accounts() noexcept;

}  // namespace bridge::ledger
