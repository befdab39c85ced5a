// The day must tie out (M8): what the journal counts per card brand, and what the terminal says it
// counted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "firmware-bridge/sales/payment.hpp"

namespace bridge::sales {

/// The row of the terminal's totals (ZVT BMP 60) in which a card of this ZVT card type counts.
[[nodiscard]] std::string_view totals_row(std::optional<std::uint16_t> card_type) noexcept;

/// Counts a settled intent. Payments, captures and refunds count one each, refunds with a negative
/// amount; a void takes its payment out again (`original_type`: the card type of the payment that
/// it voids).
void count(terminal_memory&, const intent& settled, std::int64_t moved,
           std::optional<std::uint16_t> card_type);

/// One sentence for each row that differs. Empty: the day ties out.
[[nodiscard]] std::vector<std::string> compare(const terminal_memory&, const drivers::day_totals&,
                                               protocol::currency);

}  // namespace bridge::sales
