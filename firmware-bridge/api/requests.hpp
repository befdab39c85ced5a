// JSON bodies of POST requests as values for the sale engine. Strict: a body that is not wholly
// understood is refused, because what the sender meant by the rest could be money.
//
//     auto body = read_body(text, payment_members);     // checked<object>
//     auto what = to_create_payment(*body);             // the members are known to be right
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string>
#include <string_view>

#include "firmware-bridge/api/members.hpp"
#include "firmware-bridge/sales/request.hpp"

namespace bridge::api {

[[nodiscard]] std::span<const member> payment_members() noexcept;
[[nodiscard]] std::span<const member> capture_members() noexcept;
[[nodiscard]] std::span<const member> refund_members() noexcept;
[[nodiscard]] std::span<const member> resolve_members() noexcept;
[[nodiscard]] std::span<const member> display_members() noexcept;

/// Parses and checks. Errors as in json_text.hpp and members.hpp.
[[nodiscard]] checked<boost::json::object> read_body(std::string_view text,
                                                     std::span<const member>);

// Each takes a body that read_body() has checked against the members of that name.

/// Errors beyond the table: tip_exceeds_amount.
[[nodiscard]] checked<sales::create_payment> to_create_payment(const boost::json::object&);
[[nodiscard]] sales::capture_payment to_capture(const boost::json::object&);
/// Errors beyond the table: invalid_value of a method that does not go with the route.
[[nodiscard]] checked<sales::create_refund> to_create_refund(const boost::json::object&);
[[nodiscard]] sales::resolve_payment to_resolve(const boost::json::object&, std::string by);
[[nodiscard]] std::vector<std::string> to_lines(const boost::json::object&);

}  // namespace bridge::api
