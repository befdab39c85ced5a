// JSON as it may come in a request body: one object, no member twice, nothing behind it, and an
// error that says where. And the one spelling of a JSON value by which two bodies are compared.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "firmware-bridge/api/error.hpp"

namespace bridge::api {

/// Errors: invalid_json (with line and column), duplicate_parameter. An empty body counts as {}.
[[nodiscard]] checked<boost::json::object> parse_object(std::string_view body);

/// Members sorted by name at every depth, no blanks, one spelling of each text and number.
[[nodiscard]] std::string canonical(const boost::json::value&);

}  // namespace bridge::api
