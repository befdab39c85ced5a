// The members of a request body and the parameters of a query, as tables: one line each, from which
// bodies are checked and the API's description is made.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "firmware-bridge/api/error.hpp"

namespace bridge::api {

/// Largest amount that a terminal's protocol carries with room to spare: 99 999 999.99.
constexpr std::int64_t largest_amount = 9'999'999'999;

enum class member_kind : std::uint8_t {
    amount,    // integer, 1 … largest_amount, minor units
    tip,       // integer, 0 … largest_amount
    currency,  // ISO 4217 code, upper case
    text,      // 1 … `longest` bytes of UTF-8 without control characters or card numbers
    choice,    // one of `choices`
    metadata,  // object of at most 20 texts
    lines,     // array of 1 … 8 texts of at most `longest` bytes
};

struct member {
    std::string_view name;
    member_kind kind{};
    bool required{};
    std::size_t longest{};                      // text, lines
    std::span<const std::string_view> choices;  // choice
    std::string_view description;
};

/// The first thing that is wrong with the body: a member that is not in the table, one that is
/// missing, or one with a wrong value, in the order of the table.
[[nodiscard]] std::optional<error> find_fault(const boost::json::object& body,
                                              std::span<const member>);

}  // namespace bridge::api
