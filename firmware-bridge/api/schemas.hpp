// The shapes of what the API answers, as tables, for /openapi.json. Tests hold them against what
// sales/json and the handlers really write.
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string_view>

namespace bridge::api {

struct property {
    std::string_view name;
    /// "string", "integer", "boolean", "time", "object" (any), or the name of a schema; "?" behind
    /// it: may be null; "[]": an array of them; or the allowed texts, "a|b|c".
    std::string_view type;
    std::string_view description;
};

struct schema {
    std::string_view name;
    std::string_view description;
    std::span<const property> properties;
};

[[nodiscard]] std::span<const schema> schemas() noexcept;

/// As JSON Schema, for components.schemas of OpenAPI.
[[nodiscard]] boost::json::object to_json(const schema&);
/// {"type":"object"} with "data" of that schema and "has_more".
[[nodiscard]] boost::json::object list_schema(std::string_view item);

}  // namespace bridge::api
