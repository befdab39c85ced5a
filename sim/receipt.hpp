// Receipts as lines of text with the attribute byte of ZVT 06 D1.
//
//     for (const auto& line : payment_receipt(sale, receipt_for::customer, details)) print(line);
//
// The last line of each receipt carries the bit "last line", where a printer cuts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/transaction.hpp"

namespace sim {

enum class receipt_for : std::uint8_t { merchant = 1, customer = 2, administration = 3 };

struct receipt_line {
    std::uint8_t attribute{};
    std::string text;  // UTF-8
    friend bool operator==(const receipt_line&, const receipt_line&) = default;
};
using receipt_lines = std::vector<receipt_line>;

struct receipt_details {
    std::uint32_t terminal_id{};
    std::string_view contract_number;
    std::size_t width{24};
};

[[nodiscard]] receipt_lines transaction_receipt(const transaction&, receipt_for,
                                                const receipt_details&);
[[nodiscard]] receipt_lines day_receipt(const day_totals&, std::uint16_t currency,
                                        const receipt_details&);
/// Title, then lines; for diagnosis, configuration and the like.
[[nodiscard]] receipt_lines notice(std::string_view title, std::vector<std::string> lines,
                                   const receipt_details&);

}  // namespace sim
