#include "firmware-bridge/journal/record.hpp"

#include <fmt/format.h>

namespace bridge::journal {

std::string_view to_string(booking_kind kind) noexcept {
    switch (kind) {
        case booking_kind::sale: return "sale";
        case booking_kind::capture: return "capture";
        case booking_kind::void_sale: return "void";
        case booking_kind::refund: return "refund";
        case booking_kind::pending: return "pending";
        case booking_kind::pending_cleared: return "pending_cleared";
    }
    return "";
}

std::string stored_event::id() const { return fmt::format("evt_{:016}", sequence); }

}  // namespace bridge::journal
