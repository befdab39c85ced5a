#include "firmware-bridge/ledger/posting.hpp"

#include <map>
#include <utility>

namespace bridge::ledger {
namespace {

class ledger_category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "ledger"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::unbalanced: return "the debits of the entry do not equal its credits";
            case errc::not_positive:
                return "a line of the entry has an amount that is not above zero";
            case errc::no_lines: return "the entry has no lines";
        }
        return "unknown ledger error";
    }
};

constexpr ledger_category category;

}  // namespace

protocol::error_code make_error_code(errc e) noexcept { return {static_cast<int>(e), category}; }

posting debit(account on, money amount, std::string client) {
    return {on, describe(on).per_client ? std::move(client) : std::string{}, side::debit, amount};
}

posting credit(account on, money amount, std::string client) {
    return {on, describe(on).per_client ? std::move(client) : std::string{}, side::credit, amount};
}

protocol::result<entry> make_entry(std::string description, std::vector<posting> lines) {
    if (lines.empty()) return make_error_code(errc::no_lines);
    std::map<protocol::currency, money> sums;
    for (const auto& line : lines) {
        if (line.amount.minor <= 0) return make_error_code(errc::not_positive);
        auto& sum = sums.try_emplace(line.amount.unit, money{0, line.amount.unit}).first->second;
        const auto next = line.where == side::debit ? protocol::checked_add(sum, line.amount)
                                                    : protocol::checked_subtract(sum, line.amount);
        if (!next) return next.error();
        sum = *next;
    }
    for (const auto& [unit, sum] : sums) {
        if (sum.minor != 0) return make_error_code(errc::unbalanced);
    }
    return entry{std::move(description), std::move(lines)};
}

}  // namespace bridge::ledger
