#include "firmware-bridge/ledger/account.hpp"

#include <algorithm>
#include <iterator>

namespace bridge::ledger {
namespace {

using enum account_kind;

// clang-format off
constexpr account_info rows[] = {
    {account::receivable,        "AR",   "Accounts receivable",        asset,     true},
    {account::credits,           "CRED", "Customer credits",           liability, true},
    {account::unapplied,         "UNAP", "Unapplied receipts",         liability, true},
    {account::refunds_payable,   "RFP",  "Refunds payable",            liability, true},
    {account::deposits,          "DEP",  "Customer deposits",          liability, true},
    {account::revenue,           "REV",  "Revenue",                    income,    false},
    {account::discounts,         "DISC", "Discounts",                  expense,   false},
    {account::rebates,           "REB",  "Rebates",                    expense,   false},
    {account::penalties,         "PEN",  "Penalty income",             income,    false},
    {account::tax,               "TAX",  "Tax payable",                liability, false},
    {account::processor,         "PROC", "Processor receivable",       asset,     false},
    {account::echeck_in_transit, "ECT",  "eChecks in transit",         asset,     false},
    {account::echeck_contra,     "ECP",  "eChecks in transit, contra", liability, false},
    {account::pending,           "UNKN", "Unknown outcomes",           asset,     false},
    {account::pending_contra,    "UNKC", "Unknown outcomes, contra",   liability, false},
    {account::cash,              "CASH", "Undeposited cash",           asset,     false},
    {account::bank,              "BANK", "Bank",                       asset,     false},
    {account::fees,              "FEE",  "Transaction fees",           expense,   false},
    {account::fees_payable,      "FEEP", "Fees payable",               liability, false},
};
// clang-format on

constexpr bool in_order() {
    for (std::size_t at = 0; at < std::size(rows); ++at) {
        if (static_cast<std::size_t>(rows[at].id) != at) return false;
    }
    return true;
}
static_assert(in_order());

}  // namespace

std::span<const account_info> chart() noexcept { return rows; }

const account_info& info(account id) noexcept { return rows[static_cast<std::size_t>(id)]; }

result<account> account_from_code(std::string_view code) noexcept {
    const auto* found = std::ranges::find(rows, code, &account_info::code);
    if (found == std::end(rows)) return errc::unknown_account;
    return found->id;
}

}  // namespace bridge::ledger
