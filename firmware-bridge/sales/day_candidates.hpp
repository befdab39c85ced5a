// Which settled commands may explain why a day does not tie out (M8): what a person looks at first.
// Nothing is adjusted by it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "firmware-bridge/sales/payment.hpp"

namespace bridge::sales {

/// One settled command of the terminal's running day, as much of it as the search needs.
struct day_item {
    std::string payment, refund;
    std::optional<protocol::receipt_number> receipt;
    bool done{};
    day_entry entry;
};

/// Of an intent with `in_day`.
[[nodiscard]] day_item item_of(const intent& settled);

/// Candidates for the differences between our count and the terminal's, the likeliest first, at
/// most 20: commands whose amount is exactly a difference; else those that were settled by recovery
/// or by a person; else all of the rows in question. Last the receipt numbers of the terminal's day
/// that are none of ours. Empty when the day ties out.
[[nodiscard]] std::vector<day_candidate> find_candidates(const terminal_memory&,
                                                         const drivers::day_totals&,
                                                         std::span<const day_item>,
                                                         protocol::currency);

}  // namespace bridge::sales
