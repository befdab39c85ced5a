#include "firmware-bridge/sales/day.hpp"

#include <algorithm>
#include <set>

#include "protocol/invariant.hpp"
#include "protocol/zvt/messages/status_information.hpp"

namespace bridge::sales {
namespace {

constexpr auto& rows = protocol::zvt::single_totals::brand_names;

std::string amount_text(std::int64_t minor, protocol::currency unit) {
    std::string text = protocol::format_amount({minor, unit});
    text += ' ';
    text += unit.code();
    return text;
}

std::string difference(std::string_view row, const terminal_memory::tally& ours,
                       std::uint32_t count, std::int64_t amount, protocol::currency unit) {
    std::string text{row};
    text +=
        ": the terminal counted " + std::to_string(count) + " with " + amount_text(amount, unit);
    text +=
        ", we counted " + std::to_string(ours.count) + " with " + amount_text(ours.amount, unit);
    return text;
}

}  // namespace

std::string_view totals_row(std::optional<std::uint16_t> card_type) noexcept {
    // ZVT card types 2 (ec), 5 girocard; 6 and 46 Mastercard, Maestro; 8; 10, 11, 13 Visa,
    // Electron, V PAY; 12; 14.
    switch (card_type.value_or(0)) {
        case 2:
        case 5: return rows[0];
        case 14: return rows[1];
        case 6:
        case 46: return rows[2];
        case 8: return rows[3];
        case 10:
        case 11:
        case 13: return rows[4];
        case 12: return rows[5];
        default: return rows[6];
    }
}

day_entry entry_for(const terminal_memory& memory, const intent& ours, std::int64_t moved,
                    std::optional<std::uint16_t> card_type, knowledge by) {
    day_entry made{memory.day_number, std::string{totals_row(card_type)}, moved, by};
    switch (ours.kind) {
        case drivers::money_kind::payment:
        case drivers::money_kind::book_total: break;
        case drivers::money_kind::refund:
        case drivers::money_kind::reversal: made.amount = -moved; break;
        case drivers::money_kind::reservation:
        case drivers::money_kind::release: made = {memory.day_number, "", 0, by}; break;
    }
    return made;
}

void count(terminal_memory& memory, const intent& done) {
    BRIDGE_INVARIANT(done.in_day.has_value());
    if (done.in_day->row.empty()) return;
    auto& row = memory.day[done.in_day->row];
    row.amount += done.in_day->amount;
    // A payment of an earlier day is no longer in the terminal's totals; it then refuses the void.
    if (done.kind == drivers::money_kind::reversal)
        row.count -= std::min<std::uint32_t>(row.count, 1);
    else
        row.count += 1;
}

std::vector<std::string> compare(const terminal_memory& memory, const drivers::day_totals& totals,
                                 protocol::currency unit) {
    std::vector<std::string> differences;
    terminal_memory::tally all;
    for (const auto& [row, tally] : memory.day) {
        all.count += tally.count;
        all.amount += tally.amount;
    }
    std::int64_t sum{};
    std::set<std::string> told;
    for (const auto& brand : totals.brands) {
        told.insert(brand.brand);
        sum += brand.amount;
        const auto found = memory.day.find(brand.brand);
        const auto ours = found == memory.day.end() ? terminal_memory::tally{} : found->second;
        if (!same_count(ours.count, brand.count) || ours.amount != brand.amount) {
            differences.push_back(difference(brand.brand, ours, brand.count, brand.amount, unit));
        }
    }
    if (!totals.brands.empty()) {
        for (const auto& [row, tally] : memory.day) {
            if (!told.contains(row) && (tally.count != 0 || tally.amount != 0)) {
                differences.push_back(difference(row, tally, 0, 0, unit));
            }
        }
    }
    const auto whole = totals.amount.value_or(sum);
    if (whole != all.amount && differences.empty()) {
        differences.push_back("whole day: the terminal says " + amount_text(whole, unit) +
                              ", we counted " + amount_text(all.amount, unit));
    }
    return differences;
}

}  // namespace bridge::sales
