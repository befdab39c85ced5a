// After everything: what the registers were told, the payments, the acquirer and the ledger agree,
// deal by deal and in all; and nothing that was written shows a card.
//
//     for (const auto& one : cashiers) everything.insert(…one.deals()…);
//     check_books(here, everything);
//     check_no_card_data(here.state());
#pragma once

#include <string>
#include <vector>

#include "tests/torture/cashier.hpp"

namespace torture {

/// The daemon runs, its terminals are at rest, the registers have stopped.
void check_books(const tests::shop&, const std::vector<deal>&);

/// No test card's number beyond first 6 and last 4, in digits, BCD or hex, in any file below.
void check_no_card_data(const std::string& directory);
void check_no_card_data_in(const std::string& file);

}  // namespace torture
