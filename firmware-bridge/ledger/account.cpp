#include "firmware-bridge/ledger/account.hpp"

#include <algorithm>
#include <array>

namespace bridge::ledger {
namespace {

constexpr std::array chart{
    account_info{account::receivable, "AR", "accounts receivable", true},
    account_info{account::customer_credit, "CRED", "customer credit", true},
    account_info{account::unapplied, "UNAP", "unapplied receipts", true},
    account_info{account::refunds_payable, "RFP", "refunds payable", true},
    account_info{account::deposits, "DEP", "customer deposits", true},
    account_info{account::revenue, "REV", "revenue", false},
    account_info{account::discounts, "DISC", "discounts", false},
    account_info{account::rebates, "REB", "rebates", false},
    account_info{account::penalties, "PEN", "penalty income", false},
    account_info{account::tax, "TAX", "tax payable", false},
    account_info{account::processor, "PROC", "processor receivable", false},
    account_info{account::echeck_in_transit, "ECT", "eChecks in transit", false},
    account_info{account::echeck_contra, "ECP", "eChecks in transit, contra", false},
    account_info{account::unresolved, "UNRES", "card payments of unknown outcome", false},
    account_info{account::unresolved_contra, "UNRESC", "card payments of unknown outcome, contra",
                 false},
    account_info{account::cash, "CASH", "undeposited cash", false},
    account_info{account::bank, "BANK", "bank", false},
    account_info{account::fees, "FEE", "processing fees", false},
    account_info{account::fees_payable, "FEEP", "processing fees payable", false},
};

// describe() indexes by the enumerator.
constexpr bool in_order() {
    for (std::size_t i = 0; i < chart.size(); ++i) {
        if (static_cast<std::size_t>(chart[i].id) != i) return false;
    }
    return true;
}
static_assert(in_order());

}  // namespace

const account_info& describe(account id) noexcept { return chart[static_cast<std::size_t>(id)]; }

std::optional<account> account_from_code(std::string_view code) noexcept {
    const auto* found =
        std::find_if(chart.begin(), chart.end(), [=](const auto& a) { return a.code == code; });
    return found == chart.end() ? std::nullopt : std::optional{found->id};
}

std::span<const account_info> chart_of_accounts() noexcept { return chart; }

}  // namespace bridge::ledger
