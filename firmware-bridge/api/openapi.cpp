#include "firmware-bridge/api/openapi.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <vector>

#include "firmware-bridge/api/routes.hpp"
#include "firmware-bridge/api/schemas.hpp"

namespace bridge::api {
namespace {

namespace json = boost::json;

constexpr std::string_view list_suffix = "_list";

json::object reference(std::string_view schema_name) {
    return {{"$ref", "#/components/schemas/" + std::string{schema_name}}};
}

json::object content(std::string_view type, json::object schema) {
    return {{type, json::object{{"schema", std::move(schema)}}}};
}

json::array texts(std::span<const std::string_view> all) {
    return json::array(all.begin(), all.end());
}

json::object value_schema(const member& one) {
    switch (one.kind) {
        case member_kind::amount:
            return {{"type", "integer"}, {"minimum", 1}, {"maximum", largest_amount}};
        case member_kind::tip:
            return {{"type", "integer"}, {"minimum", 0}, {"maximum", largest_amount}};
        case member_kind::currency: return {{"type", "string"}, {"pattern", "^[A-Z]{3}$"}};
        case member_kind::text:
            return {{"type", "string"}, {"minLength", 1}, {"maxLength", one.longest}};
        case member_kind::choice: return {{"type", "string"}, {"enum", texts(one.choices)}};
        case member_kind::metadata:
            return {{"type", "object"},
                    {"maxProperties", 20},
                    {"additionalProperties", {{"type", "string"}, {"maxLength", 500}}}};
        case member_kind::lines:
            return {{"type", "array"},
                    {"minItems", 1},
                    {"maxItems", 8},
                    {"items", {{"type", "string"}, {"maxLength", one.longest}}}};
    }
    return {};
}

json::object body_schema(std::span<const member> members) {
    json::object properties;
    json::array required;
    for (const auto& one : members) {
        auto described = value_schema(one);
        described["description"] = one.description;
        properties[one.name] = std::move(described);
        if (one.required) required.emplace_back(one.name);
    }
    json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema["required"] = std::move(required);
    schema["additionalProperties"] = false;
    return schema;
}

json::object parameter_schema(parameter_kind kind) {
    switch (kind) {
        case parameter_kind::wait: return {{"type", "integer"}, {"minimum", 0}, {"maximum", 300}};
        case parameter_kind::limit: return {{"type", "integer"}, {"minimum", 1}, {"maximum", 100}};
        case parameter_kind::time: return {{"type", "string"}, {"format", "date-time"}};
        case parameter_kind::cursor:
        case parameter_kind::text:
        case parameter_kind::status:
        case parameter_kind::event: return {{"type", "string"}};
    }
    return {};
}

json::object parameter_of(std::string_view name, std::string_view where, bool required,
                          std::string_view description, json::object schema) {
    return {{"name", name},
            {"in", where},
            {"required", required},
            {"description", description},
            {"schema", std::move(schema)}};
}

json::array parameters_of(const route& one) {
    const json::object text{{"type", "string"}};
    json::array all;
    if (one.pattern.find("{id}") != std::string_view::npos)
        all.push_back(parameter_of("id", "path", true, "Id of the object.", text));
    for (const auto& given : one.query)
        all.push_back(parameter_of(given.name, "query", false, given.description,
                                   parameter_schema(given.kind)));
    if (one.key != key_rule::none)
        all.push_back(parameter_of("Idempotency-Key", "header", one.key == key_rule::required,
                                   "New for each sale, the same for each repeat of one.",
                                   {{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}));
    if (one.pattern == "/v1/events")
        all.push_back(parameter_of("Last-Event-ID", "header", false,
                                   "The stream begins behind this event.", text));
    return all;
}

/// Codes of a route by status, with those that its needs and its input bring along.
std::map<unsigned, std::vector<code>> errors_of(const route& one) {
    std::vector<code> all{one.errors.begin(), one.errors.end()};
    const auto add = [&](std::initializer_list<code> more) { all.insert(all.end(), more); };
    if (one.needs != permission::none)
        add({code::authentication_required, code::token_invalid, code::role_not_sufficient,
             code::journal_unavailable});
    if (one.method == "POST")
        add({code::invalid_json, code::duplicate_parameter, code::unknown_parameter,
             code::shutting_down});
    if (!one.body.empty())
        add({code::invalid_type, code::invalid_value, code::value_too_long,
             code::card_data_not_allowed});
    for (const auto& given : one.body) {
        if (given.required) add({code::parameter_missing});
        if (given.kind == member_kind::amount)
            add({code::amount_not_positive, code::amount_too_large});
        if (given.kind == member_kind::tip) add({code::tip_exceeds_amount});
        if (given.kind == member_kind::currency) add({code::unknown_currency});
        if (given.kind == member_kind::metadata) add({code::metadata_too_large});
    }
    for (const auto& given : one.query) {
        add({code::unknown_parameter, code::duplicate_parameter, code::invalid_value});
        if (given.kind == parameter_kind::wait) add({code::wait_out_of_range});
        if (given.kind == parameter_kind::limit) add({code::limit_out_of_range});
    }
    if (one.key == key_rule::required) add({code::idempotency_key_missing});
    if (one.key != key_rule::none)
        add({code::idempotency_key_invalid, code::idempotency_mismatch,
             code::card_data_not_allowed});
    add({code::internal_error});
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());  // clang 14 has no ranges::unique
    std::map<unsigned, std::vector<code>> by_status;
    for (auto what : all) by_status[row(what).status].push_back(what);
    return by_status;
}

json::object answer_content(const route& one) {
    if (one.shows == "metrics") return content("text/plain", {{"type", "string"}});
    if (one.shows == "openapi") return content("application/json", {{"type", "object"}});
    json::object shown;
    if (one.shows.ends_with(list_suffix)) {
        const auto item = one.shows.substr(0, one.shows.size() - list_suffix.size());
        shown = content("application/json", list_schema(item));
    } else {
        shown = content("application/json", reference(one.shows));
    }
    if (one.pattern == "/v1/events")
        shown["text/event-stream"] = json::object{{"schema", {{"type", "string"}}}};
    return shown;
}

json::object responses_of(const route& one) {
    json::object all;
    const bool runs = one.method == "POST" && one.needs != permission::settle;
    const auto settled = runs ? "It is settled." : "The answer.";
    all["200"] = json::object{{"description", settled}, {"content", answer_content(one)}};
    if (runs)
        all["202"] = json::object{{"description", "It runs; events and GET tell the end."},
                                  {"content", answer_content(one)}};
    for (const auto& [status, codes] : errors_of(one)) {
        std::string names;
        for (auto what : codes) names += (names.empty() ? "" : ", ") + std::string{row(what).name};
        all[std::to_string(status)] = json::object{
            {"description", names}, {"content", content("application/json", reference("error"))}};
    }
    return all;
}

json::object operation_of(const route& one) {
    json::object described{{"summary", one.summary}};
    if (const auto least = least_role(one.needs)) {
        described["description"] = "Needs the role " + std::string{to_string(*least)} + ".";
    } else {
        described["security"] = json::array{};
    }
    if (auto parameters = parameters_of(one); !parameters.empty())
        described["parameters"] = std::move(parameters);
    if (!one.body.empty()) {
        const bool required =
            std::ranges::any_of(one.body, [](const auto& given) { return given.required; });
        described["requestBody"] =
            json::object{{"required", required},
                         {"content", content("application/json", body_schema(one.body))}};
    }
    described["responses"] = responses_of(one);
    return described;
}

json::array error_rows() {
    json::array all;
    for (const auto& known : error_table())
        all.push_back(json::object{{"code", known.name},
                                   {"type", to_string(known.type)},
                                   {"status", known.status},
                                   {"outcome", to_string(known.outcome)},
                                   {"advice", known.advice}});
    return all;
}

}  // namespace

json::object describe_api() {
    json::object paths;
    for (const auto& one : routes()) {
        auto& path = paths[one.pattern];
        if (path.is_null()) path = json::object{};
        path.get_object()[one.method == "GET" ? "get" : "post"] = operation_of(one);
    }
    json::object shapes;
    for (const auto& one : schemas()) shapes[one.name] = to_json(one);
    json::object bearer{{"type", "http"}, {"scheme", "bearer"}};
    return {
        {"openapi", "3.1.0"},
        {"info",
         {{"title", "firmware-bridge"},
          {"version", "1"},
          {"description",
           "Payments at EMV terminals. Amounts are whole minor units. On the Unix "
           "socket no token is needed: the caller's user decides."}}},
        {"paths", std::move(paths)},
        {"components",
         {{"schemas", std::move(shapes)}, {"securitySchemes", {{"bearer", std::move(bearer)}}}}},
        {"security", json::array{json::object{{"bearer", json::array{}}}}},
        {"x-errors", error_rows()},
    };
}

asio::awaitable<answer> show_openapi(service&, const request&) {
    response shown;
    shown.body = json::serialize(describe_api());
    co_return shown;
}

}  // namespace bridge::api
