// The acquirer's list, read deal by deal.
#pragma once

#include <boost/json/value.hpp>

#include "tests/torture/cashier.hpp"

namespace torture {

/// What the acquirer holds of one deal.
struct at_acquirer {
    int first_bookings{};         // payments or reservations of that amount, standing or not
    bool stands{};                // one of them stands
    bool captured{}, released{};  // the reservation was booked, given up
    std::int64_t refunded{};
    std::int64_t charged{};  // after all
};

/// `books`: the answer of the emulator's GET /v1/acquirer.
[[nodiscard]] at_acquirer find(const boost::json::value& books, const deal&);

}  // namespace torture
