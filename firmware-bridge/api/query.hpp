// Query parameters: which a route takes, and what they mean.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "firmware-bridge/api/exchange.hpp"
#include "firmware-bridge/journal/journal.hpp"

namespace bridge::api {

enum class parameter_kind : std::uint8_t {
    wait,    // whole seconds, 0 … 300
    limit,   // 1 … 100
    cursor,  // id of an object in the list
    text,
    time,    // RFC 3339
    status,  // of a payment
    event,   // id of an event, or its sequence number
};

struct parameter {
    std::string_view name;
    parameter_kind kind{};
    std::string_view description;
};

/// The first parameter that the route does not take, that is given twice or that is empty.
[[nodiscard]] std::optional<error> find_fault(const request&, std::span<const parameter>);

/// ?wait=, zero when not given. Error: wait_out_of_range.
[[nodiscard]] checked<std::chrono::seconds> wait_of(const request&);
/// ?limit=, ?starting_after=, ?ending_before=. Errors: limit_out_of_range, invalid_value of both
/// cursors at once.
[[nodiscard]] checked<journal::page> page_of(const request&);
/// ?status=, ?terminal=, ?reference=, ?created_after=, ?created_before=. Error: invalid_value.
[[nodiscard]] checked<journal::payment_filter> payment_filter_of(const request&);
/// "evt_" and 16 digits, or the number alone: the sequence. Error: event_id_invalid.
[[nodiscard]] checked<std::uint64_t> sequence_from(std::string_view, std::string_view param);
/// The parameter's value, if given.
[[nodiscard]] std::optional<std::string_view> value_of(const request&, std::string_view name);

}  // namespace bridge::api
