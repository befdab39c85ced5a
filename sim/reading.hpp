// The part of a dialogue that the card holder plays: presents a card, proves to be its holder.
#pragma once

#include "sim/workings.hpp"

namespace sim {

/// nullptr: no card came (time over, STOP, 06 B0, link gone).
task<const card*> read_card_of_holder(workings&);

enum class pin_entry : std::uint8_t { right, wrong, given_up };

/// Asks for the PIN. `wrong_first` makes autopilot mistype.
task<pin_entry> ask_for_pin(workings&, bool wrong_first);

/// True when the register aborted, STOP was pressed or the link went, and the terminal obeys.
[[nodiscard]] bool given_up(workings&);

}  // namespace sim
