// Keeps card numbers out of texts that POS software gives us (M9).
#pragma once

#include <string_view>

namespace bridge::api {

/// True when the text carries what looks like the number of a payment card: what
/// protocol::zvt::mask_card_numbers() would mask, save for UUIDs, hashes and time stamps, whose
/// digits pass for a card number now and then. Refusing one reference in a few hundred for no
/// reason that its sender can see would cost sales.
[[nodiscard]] bool carries_card_number(std::string_view text);

}  // namespace bridge::api
