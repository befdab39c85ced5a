#include "firmware-bridge/sales/day_candidates.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "firmware-bridge/sales/day.hpp"
#include "protocol/invariant.hpp"

namespace bridge::sales {
namespace {

constexpr std::size_t most = 20;

/// By row: what the terminal has more than we, less than 0 when it lacks something. Rows that agree
/// are left out. The row "" stands for the whole day, of terminals that tell no brands.
using surpluses = std::map<std::string, std::int64_t, std::less<>>;

surpluses surpluses_of(const terminal_memory& memory, const drivers::day_totals& totals) {
    surpluses found;
    std::int64_t ours{};
    for (const auto& [row, tally] : memory.day) ours += tally.amount;
    if (totals.brands.empty()) {
        if (totals.amount && *totals.amount != ours) found[""] = *totals.amount - ours;
        return found;
    }
    std::map<std::string, terminal_memory::tally> told;
    for (const auto& brand : totals.brands) {
        told[brand.brand].count += brand.count;
        told[brand.brand].amount += brand.amount;
    }
    auto rows = memory.day;
    rows.insert(told.begin(), told.end());
    for (const auto& [row, unused] : rows) {
        const auto& theirs = told[row];
        const auto mine = memory.day.find(row);
        const auto counted = mine == memory.day.end() ? terminal_memory::tally{} : mine->second;
        if (!same_count(counted.count, theirs.count) || counted.amount != theirs.amount)
            found[row] = theirs.amount - counted.amount;
    }
    if (found.empty() && totals.amount && *totals.amount != ours) found[""] = *totals.amount - ours;
    return found;
}

bool concerns(const day_item& item, const std::string& row) {
    return !item.entry.row.empty() && (row.empty() || item.entry.row == row);
}

/// Why this item's amount is exactly what is missing or too much; "" when it is not.
std::string exact_reason(const day_item& item, const surpluses& differing) {
    for (const auto& [row, surplus] : differing) {
        if (item.done && concerns(item, row) && surplus == -item.entry.amount) {
            for (const auto& [other, more] : differing) {
                if (other != row && more == item.entry.amount) {
                    return std::string{"the terminal seems to count it under "}
                        .append(other)
                        .append(" instead of ")
                        .append(row);
                }
            }
            return "counted by us, and exactly what the terminal lacks";
        }
        // The card of what was not charged may never have been known, so any row will do.
        if (!item.done && item.entry.amount != 0 && surplus == item.entry.amount)
            return "not charged as far as we know, and exactly what the terminal has more";
    }
    return "";
}

std::string doubt(const day_item& item) {
    switch (item.entry.by) {
        case knowledge::dialogue: return "";
        case knowledge::recovery: return "its outcome was not seen but asked for";
        case knowledge::person: return "its outcome was settled by a person";
    }
    return "";
}

day_candidate candidate_of(const day_item& item, std::string why, protocol::currency unit) {
    return {item.payment, item.refund, {item.entry.amount, unit}, item.receipt, std::move(why)};
}

void add_foreign_receipts(std::vector<day_candidate>& found, const drivers::day_totals& totals,
                          std::span<const day_item> items, protocol::currency unit) {
    if (!totals.first || !totals.last || totals.first->value() == 0) return;
    std::set<std::uint16_t> ours;
    for (const auto& item : items) {
        if (item.receipt) ours.insert(item.receipt->value());
    }
    for (auto number = *totals.first;; number = protocol::following(number)) {
        if (found.size() >= most) return;
        if (!ours.contains(number.value())) {
            found.push_back({"",
                             "",
                             {0, unit},
                             number,
                             "a receipt number of the terminal's day that is none of ours"});
        }
        if (number == *totals.last) return;
    }
}

}  // namespace

day_item item_of(const intent& settled) {
    BRIDGE_INVARIANT(settled.in_day.has_value());
    return {settled.payment, settled.refund,
            settled.result ? settled.result->receipt : std::nullopt,
            settled.outcome == intent_outcome::done, *settled.in_day};
}

std::vector<day_candidate> find_candidates(const terminal_memory& memory,
                                           const drivers::day_totals& totals,
                                           std::span<const day_item> items,
                                           protocol::currency unit) {
    const auto differing = surpluses_of(memory, totals);
    std::vector<day_candidate> found;
    if (differing.empty()) return found;

    const auto add_where = [&](auto reason_of) {
        for (const auto& item : items) {
            if (found.size() >= most) return;
            if (auto why = reason_of(item); !why.empty())
                found.push_back(candidate_of(item, std::move(why), unit));
        }
    };
    add_where([&](const day_item& item) { return exact_reason(item, differing); });
    const auto in_question = [&](const day_item& item) {
        return std::ranges::any_of(differing,
                                   [&](const auto& row) { return concerns(item, row.first); });
    };
    if (found.empty()) {
        add_where([&](const day_item& item) {
            return in_question(item) || !item.done ? doubt(item) : std::string{};
        });
    }
    if (found.empty()) {
        add_where([&](const day_item& item) {
            return item.done && in_question(item) ? std::string{"counted under a row that differs"}
                                                  : std::string{};
        });
    }
    add_foreign_receipts(found, totals, items, unit);
    return found;
}

}  // namespace bridge::sales
