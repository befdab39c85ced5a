// Receipts to where the register wants them: as lines (06 D1) or text blocks (06 D3) to its
// printer, on the terminal's own paper, or nowhere because the register composes them from the
// status information.
#pragma once

#include "sim/workings.hpp"

namespace sim {

enum class print_target : std::uint8_t { own_printer, register_lines, register_blocks, composed };

/// Where receipts of payments (true) or of administration (false) go now. ZVT Registration, config
/// byte bits 02, 04, 80; 06 D3 only to a register that listed it in tag 26.
[[nodiscard]] print_target target_of(workings&, bool of_payment);

/// What became of a receipt on its way to the register.
enum class print_outcome : std::uint8_t { done, refused, unanswered };

task<print_outcome> print(workings&, receipt_lines, receipt_for, bool of_payment);

/// The text in the character set that the register agreed to.
[[nodiscard]] bytes printed_text(workings&, std::string_view utf8);

}  // namespace sim
