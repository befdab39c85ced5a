#include "firmware-bridge/api/json_text.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace bridge::api {
namespace {

namespace json = boost::json;

constexpr std::size_t deepest = 8;

/// Walks through the text and keeps nothing but the member names of the objects it is inside of.
struct name_check {
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    using text = json::string_view;
    using error = json::error_code;

    std::vector<std::set<std::string, std::less<>>> inside;
    std::string name;
    std::optional<std::string> duplicate;

    bool on_object_begin(error&) {
        inside.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t, error&) {
        inside.pop_back();
        return true;
    }
    bool on_key_part(text part, std::size_t, error&) {
        name.append(part.data(), part.size());
        return true;
    }
    bool on_key(text part, std::size_t, error& failed) {
        name.append(part.data(), part.size());
        if (!inside.back().insert(name).second) {
            duplicate = name;
            failed = json::error::syntax;
            return false;
        }
        name.clear();
        return true;
    }
    bool on_document_begin(error&) { return true; }
    bool on_document_end(error&) { return true; }
    bool on_array_begin(error&) { return true; }
    bool on_array_end(std::size_t, error&) { return true; }
    bool on_string_part(text, std::size_t, error&) { return true; }
    bool on_string(text, std::size_t, error&) { return true; }
    bool on_number_part(text, error&) { return true; }
    bool on_int64(std::int64_t, text, error&) { return true; }
    bool on_uint64(std::uint64_t, text, error&) { return true; }
    bool on_double(double, text, error&) { return true; }
    bool on_bool(bool, error&) { return true; }
    bool on_null(error&) { return true; }
    bool on_comment_part(text, error&) { return true; }
    bool on_comment(text, error&) { return true; }
};

std::string position(std::string_view body, std::size_t offset) {
    const auto before = body.substr(0, std::min(offset, body.size()));
    const auto line = std::ranges::count(before, '\n') + 1;
    const auto column = before.size() - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

std::string reason(const json::error_code& why) {
    if (why == json::error::incomplete) return "the text ends too early";
    if (why == json::error::extra_data) return "there is more text behind the JSON value";
    if (why == json::error::too_deep)
        return "objects and arrays are nested deeper than " + std::to_string(deepest) + " levels";
    return "this is not JSON (" + why.message() + ")";
}

void write(const json::value& value, std::string& out);

void write_members(const json::object& object, std::string& out) {
    std::vector<const json::key_value_pair*> members;
    for (const auto& member : object) members.push_back(&member);
    std::ranges::sort(members, {}, [](auto* member) { return member->key(); });
    char before = '{';
    if (members.empty()) out += before;
    for (const auto* member : members) {
        out += std::exchange(before, ',');
        out += json::serialize(member->key()) + ':';
        write(member->value(), out);
    }
    out += '}';
}

void write(const json::value& value, std::string& out) {
    if (const auto* object = value.if_object()) {
        write_members(*object, out);
    } else if (const auto* array = value.if_array()) {
        char before = '[';
        if (array->empty()) out += before;
        for (const auto& element : *array) {
            out += std::exchange(before, ',');
            write(element, out);
        }
        out += ']';
    } else {
        out += json::serialize(value);
    }
}

}  // namespace

checked<json::object> parse_object(std::string_view body) {
    if (body.empty()) return json::object{};
    json::parse_options options;
    options.max_depth = deepest;

    json::basic_parser<name_check> names{options};
    json::error_code failed;
    const auto used = names.write_some(false, body.data(), body.size(), failed);
    if (const auto& twice = names.handler().duplicate)
        return error{code::duplicate_parameter,
                     "The member '" + *twice + "' is given twice (" + position(body, used) +
                         "): give it once.",
                     *twice};
    if (!failed && used < body.size()) failed = json::error::extra_data;
    if (failed)
        return error{code::invalid_json, "The body is wrong at " + position(body, used) + ": " +
                                             reason(failed) + ". Send one JSON object."};

    auto value = json::parse({body.data(), body.size()}, failed, {}, options);
    if (failed || !value.is_object())
        return error{code::invalid_json,
                     "The body is JSON, but not an object: send one JSON object, {…}."};
    return std::move(value.get_object());
}

std::string canonical(const json::value& value) {
    std::string out;
    write(value, out);
    return out;
}

}  // namespace bridge::api
