// Short ways to write records in tests.
#pragma once

#include <string>
#include <vector>

#include "firmware-bridge/journal/record.hpp"

namespace bridge::journal::testing {

[[nodiscard]] inline drivers::wall_time at_ms(std::int64_t since_1970) {
    return drivers::wall_time{std::chrono::milliseconds{since_1970}};
}

[[nodiscard]] inline event event_of(std::string object_id) {
    return {
        .type = "test", .object_id = std::move(object_id), .data = "{}", .booking = {}, .at = {}};
}

[[nodiscard]] inline sales::payment payment_of(
    std::string id, std::int64_t created_ms,
    sales::payment_status status = sales::payment_status::captured) {
    sales::payment made;
    made.id = std::move(id);
    made.terminal = "lane-1";
    made.requested = {500, protocol::euro()};
    made.status = status;
    made.created = made.updated = at_ms(created_ms);
    return made;
}

[[nodiscard]] inline sales::refund refund_of(
    std::string id, std::string payment, std::int64_t created_ms,
    sales::refund_status status = sales::refund_status::succeeded) {
    sales::refund made;
    made.id = std::move(id);
    made.payment = std::move(payment);
    made.amount = {100, protocol::euro()};
    made.status = status;
    made.created = made.updated = at_ms(created_ms);
    return made;
}

/// "pay_2 pay_1"
template <class T>
[[nodiscard]] std::string ids(const std::vector<T>& objects) {
    std::string joined;
    for (const auto& one : objects) joined += (joined.empty() ? "" : " ") + one.id;
    return joined;
}

}  // namespace bridge::journal::testing
