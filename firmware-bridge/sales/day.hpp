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

/// Where an intent stands in the terminal's running day. Payments and captures add what they moved,
/// refunds and voids take it out again; reservations and releases are not totalled. `card_type`: of
/// the payment that the intent is about.
[[nodiscard]] day_entry entry_for(const terminal_memory&, const intent&, std::int64_t moved,
                                  std::optional<std::uint16_t> card_type, knowledge by);

/// Counts an intent that is done, by its entry. Payments, captures and refunds count one each; a
/// void takes its payment's one out again.
void count(terminal_memory&, const intent& done);

/// Whether a count of ours is what the terminal tells: its counts have one byte in ZVT BMP 60, and
/// go on at 0 behind 255.
[[nodiscard]] constexpr bool same_count(std::uint64_t ours, std::uint64_t told) noexcept {
    return ours == told || (told <= 0xFF && (ours & 0xFFU) == told);
}

/// One sentence for each row that differs. Empty: the day ties out.
[[nodiscard]] std::vector<std::string> compare(const terminal_memory&, const drivers::day_totals&,
                                               protocol::currency);

}  // namespace bridge::sales
