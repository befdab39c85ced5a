#include "tests/torture/acquirer_list.hpp"

#include <algorithm>
#include <vector>

namespace torture {

using tests::number_of;
using tests::text_of;

at_acquirer find(const boost::json::value& books, const deal& of) {
    at_acquirer found;
    std::vector<std::int64_t> ours;
    for (const auto& one : books.at("bookings").as_array()) {
        const auto amount = number_of(one, "amount");
        const bool follows = std::ranges::count(ours, number_of(one, "original")) != 0;
        if (!follows && amount != of.amount && amount != of.refund) continue;
        const auto kind = text_of(one, "kind");
        const bool stands = text_of(one, "status") == "booked";
        if ((kind == "payment" || kind == "reservation") && amount == of.amount) {
            ++found.first_bookings;
            ours.push_back(number_of(one, "number"));
            found.stands |= stands;
            if (kind == "payment" && stands) found.charged += amount;
        } else if (kind == "capture" && follows && stands) {
            found.captured = true;
            found.charged += amount;
        } else if (kind == "release" && follows && stands) {
            found.released = true;
        } else if (kind == "refund" && amount == of.refund && stands) {
            found.refunded += amount;
            found.charged -= amount;
        }
    }
    return found;
}

}  // namespace torture
