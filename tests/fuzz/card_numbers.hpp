// Whether a text that was masked still shows a card number (M9).
#pragma once

#include <string>

#include "protocol/zvt/card_data.hpp"

namespace fuzz {

/// A number begins and ends with a group of digits, and a '*' in the middle of a group makes two of
/// it: what masking has touched may look like another number, which nobody wrote.
inline bool shows_card_number(std::string text) {
    const bool touched = text.find('*') != std::string::npos;
    return !touched && protocol::zvt::mask_card_numbers(text) != 0;
}

}  // namespace fuzz
