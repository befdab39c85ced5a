// Sums of lines: balances of accounts, and the trial balance that proves them.
#pragma once

#include <compare>
#include <map>

#include "firmware-bridge/ledger/posting.hpp"

namespace bridge::ledger {

/// All that was ever debited and credited, minor units. Never decreases.
struct turnover {
    std::int64_t debits{};
    std::int64_t credits{};

    /// Above zero: more was debited.
    [[nodiscard]] std::int64_t balance() const noexcept { return debits - credits; }
    friend bool operator==(const turnover&, const turnover&) = default;
};

/// Error: overflow, and `sum` is as it was.
[[nodiscard]] result<void> add(turnover& sum, side, std::int64_t minor) noexcept;

/// Debits and credits of each currency over all accounts. They are equal, or the books are wrong.
class trial_balance {
public:
    /// Error: overflow.
    [[nodiscard]] result<void> add(const line&);
    [[nodiscard]] bool balanced() const noexcept;
    [[nodiscard]] const std::map<protocol::currency, turnover>& sums() const noexcept {
        return sums_;
    }

private:
    std::map<protocol::currency, turnover> sums_;
};

/// The turnover of each account, client and currency.
class balances {
public:
    struct key {
        account where{};
        std::string client;
        protocol::currency unit;
        friend auto operator<=>(const key&, const key&) = default;
    };

    using sums = std::map<key, turnover>;

    /// All lines or none. Error: overflow.
    [[nodiscard]] result<void> add(const journal_entry&);
    [[nodiscard]] turnover of(account, protocol::currency, const std::string& client = {}) const;
    [[nodiscard]] const sums& all() const noexcept { return all_; }
    /// Error: overflow.
    [[nodiscard]] result<trial_balance> trial() const;

private:
    sums all_;
};

}  // namespace bridge::ledger
