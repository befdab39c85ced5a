#include "firmware-bridge/ledger/balance.hpp"

#include <algorithm>

namespace bridge::ledger {

result<void> add(turnover& sum, side way, std::int64_t minor) noexcept {
    auto& grows = way == side::debit ? sum.debits : sum.credits;
    std::int64_t grown = 0;
    if (__builtin_add_overflow(grows, minor, &grown)) return errc::overflow;
    grows = grown;
    return {};
}

result<void> trial_balance::add(const line& one) {
    return ledger::add(sums_[one.amount.unit], one.way, one.amount.minor);
}

bool trial_balance::balanced() const noexcept {
    return std::ranges::all_of(sums_, [](const auto& sum) { return sum.second.balance() == 0; });
}

result<void> balances::add(const journal_entry& entry) {
    sums changed;
    for (const auto& one : entry.lines()) {
        const key where{one.where, one.client, one.amount.unit};
        const auto known = all_.find(where);
        auto& sum = changed.try_emplace(where, known == all_.end() ? turnover{} : known->second)
                        .first->second;
        if (auto added = ledger::add(sum, one.way, one.amount.minor); !added) return added;
    }
    for (auto& [where, sum] : changed) all_[where] = sum;
    return {};
}

turnover balances::of(account where, protocol::currency unit, const std::string& client) const {
    const auto found = all_.find({where, client, unit});
    return found == all_.end() ? turnover{} : found->second;
}

result<trial_balance> balances::trial() const {
    trial_balance trial;
    for (const auto& [where, sum] : all_) {
        // Both sides of one account, as lines would add them.
        for (const auto& part : {debit(where.where, {sum.debits, where.unit}),
                                 credit(where.where, {sum.credits, where.unit})}) {
            if (auto added = trial.add(part); !added) return added.error();
        }
    }
    return trial;
}

}  // namespace bridge::ledger
