// A booking as the journal stores it beside its event.
#pragma once

#include <string>
#include <string_view>

#include "firmware-bridge/journal/record.hpp"
#include "protocol/result.hpp"

namespace bridge::journal {

[[nodiscard]] std::string to_stored(const booking&);
/// Error: errc::corrupt, when it is not what to_stored() writes.
[[nodiscard]] protocol::result<booking> booking_from_stored(std::string_view);

}  // namespace bridge::journal
