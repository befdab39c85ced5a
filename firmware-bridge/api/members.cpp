#include "firmware-bridge/api/members.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "firmware-bridge/api/card_guard.hpp"
#include "protocol/money.hpp"

namespace bridge::api {
namespace {

namespace json = boost::json;

constexpr std::size_t most_pairs = 20;
constexpr std::size_t longest_key = 40;
constexpr std::size_t longest_value = 500;
constexpr std::size_t most_lines = 8;

using fault = std::optional<error>;

std::string quoted(std::string_view name) { return "'" + std::string{name} + "'"; }

fault wrong_type(std::string_view name, std::string_view wanted) {
    return error{code::invalid_type, quoted(name) + " must be " + std::string{wanted} + ".",
                 std::string{name}};
}

fault check_text(std::string_view text, const std::string& param, std::size_t longest) {
    if (text.empty())
        return error{code::invalid_value,
                     quoted(param) + " is empty: give a text, or leave it out if it is optional.",
                     param};
    if (text.size() > longest)
        return error{code::value_too_long,
                     quoted(param) + " has " + std::to_string(text.size()) +
                         " bytes: shorten it to " + std::to_string(longest) + ".",
                     param};
    if (std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }))
        return error{code::invalid_value,
                     quoted(param) + " contains a control character: use printable text only.",
                     param};
    if (carries_card_number(text))
        return error{code::card_data_not_allowed,
                     quoted(param) +
                         " contains what looks like a card number: remove it, card "
                         "numbers must never be stored here.",
                     param};
    return std::nullopt;
}

/// Whole numbers beyond 64 bits arrive as floating point, like 1.5 and 1e3; only those are so
/// large. Nothing is computed with the value (M10).
bool beyond_64_bits(const json::value& value) {
    return value.is_double() && value.get_double() >= 18446744073709551615.0;
}

fault check_amount(const json::value& value, std::string_view name, std::int64_t least) {
    const std::string param{name};
    if (value.is_uint64() || beyond_64_bits(value) ||
        (value.is_int64() && value.get_int64() > largest_amount))
        return error{code::amount_too_large,
                     quoted(name) + " is more than " + std::to_string(largest_amount) +
                         " minor units (99 999 999.99 of a currency with cents): check that it is "
                         "in minor units, or split the sale.",
                     param};
    if (!value.is_int64())
        return wrong_type(name,
                          "a whole number of minor units without quotes, point or exponent, such "
                          "as 1234 for 12.34 EUR");
    if (value.get_int64() < least)
        return error{code::amount_not_positive,
                     quoted(name) + " is " + std::to_string(value.get_int64()) +
                         ": give at least " + std::to_string(least) + ", in minor units.",
                     param};
    return std::nullopt;
}

fault check_currency(const json::value& value, std::string_view name) {
    if (!value.is_string()) return wrong_type(name, "a text, such as \"EUR\"");
    const std::string_view given{value.get_string().data(), value.get_string().size()};
    if (protocol::currency::from_code(given)) return std::nullopt;
    return error{code::unknown_currency,
                 quoted(name) +
                     " is not a currency of ISO 4217: give its three letters in upper "
                     "case, such as EUR.",
                 std::string{name}};
}

fault check_choice(const json::value& value, const member& known) {
    std::string allowed;
    for (auto choice : known.choices)
        allowed += (allowed.empty() ? "\"" : " or \"") + std::string{choice} + "\"";
    if (!value.is_string()) return wrong_type(known.name, "a text: " + allowed);
    const std::string_view given{value.get_string().data(), value.get_string().size()};
    if (std::ranges::find(known.choices, given) != known.choices.end()) return std::nullopt;
    return error{code::invalid_value, quoted(known.name) + " must be " + allowed + ".",
                 std::string{known.name}};
}

fault check_metadata(const json::value& value, std::string_view name) {
    const auto* pairs = value.if_object();
    if (!pairs) return wrong_type(name, "an object whose values are texts");
    if (pairs->size() > most_pairs)
        return error{code::metadata_too_large,
                     quoted(name) + " has " + std::to_string(pairs->size()) +
                         " pairs: give at most " + std::to_string(most_pairs) + ".",
                     std::string{name}};
    for (const auto& pair : *pairs) {
        const std::string_view key{pair.key().data(), pair.key().size()};
        if (key.size() > longest_key)
            return error{code::metadata_too_large,
                         "A key of " + quoted(name) + " has " + std::to_string(key.size()) +
                             " bytes: shorten it to " + std::to_string(longest_key) + ".",
                         std::string{name}};
        if (auto wrong = check_text(key, std::string{name}, longest_key)) return wrong;
        const auto param = std::string{name} + "." + std::string{key};
        const auto* text = pair.value().if_string();
        if (!text) return wrong_type(param, "a text");
        if (text->size() > longest_value)
            return error{code::metadata_too_large,
                         quoted(param) + " has " + std::to_string(text->size()) +
                             " bytes: shorten it to " + std::to_string(longest_value) + ".",
                         param};
        if (text->empty()) continue;  // an empty value says something, too
        if (auto wrong = check_text({text->data(), text->size()}, param, longest_value))
            return wrong;
    }
    return std::nullopt;
}

fault check_lines(const json::value& value, const member& known) {
    const auto* lines = value.if_array();
    if (!lines) return wrong_type(known.name, "an array of texts");
    if (lines->empty() || lines->size() > most_lines)
        return error{
            code::invalid_value,
            quoted(known.name) + " must have 1 to " + std::to_string(most_lines) + " lines.",
            std::string{known.name}};
    for (std::size_t i = 0; i < lines->size(); ++i) {
        const auto param = std::string{known.name} + "[" + std::to_string(i) + "]";
        const auto* text = (*lines)[i].if_string();
        if (!text) return wrong_type(param, "a text");
        if (text->empty()) continue;  // a blank line on the display
        if (auto wrong = check_text({text->data(), text->size()}, param, known.longest))
            return wrong;
    }
    return std::nullopt;
}

fault check(const json::value& value, const member& known) {
    switch (known.kind) {
        case member_kind::amount: return check_amount(value, known.name, 1);
        case member_kind::tip: return check_amount(value, known.name, 0);
        case member_kind::currency: return check_currency(value, known.name);
        case member_kind::choice: return check_choice(value, known);
        case member_kind::metadata: return check_metadata(value, known.name);
        case member_kind::lines: return check_lines(value, known);
        case member_kind::text: break;
    }
    const auto* text = value.if_string();
    if (!text) return wrong_type(known.name, "a text");
    return check_text({text->data(), text->size()}, std::string{known.name}, known.longest);
}

std::string names_of(std::span<const member> members) {
    std::string all;
    for (const auto& one : members) all += (all.empty() ? "" : ", ") + std::string{one.name};
    return all;
}

}  // namespace

std::optional<error> find_fault(const json::object& body, std::span<const member> members) {
    for (const auto& given : body) {
        const std::string_view name{given.key().data(), given.key().size()};
        if (std::ranges::find(members, name, &member::name) == members.end())
            return error{code::unknown_parameter,
                         "This request takes no member '" + std::string{name} +
                             "': leave it out. " +
                             (members.empty() ? "It takes none at all."
                                              : "It takes " + names_of(members) + "."),
                         std::string{name}};
    }
    for (const auto& known : members) {
        const auto* value = body.if_contains({known.name.data(), known.name.size()});
        if (!value && known.required)
            return error{code::parameter_missing,
                         "The member " + quoted(known.name) +
                             " is missing: " + std::string{known.description},
                         std::string{known.name}};
        if (!value) continue;
        if (auto wrong = check(*value, known)) return wrong;
    }
    return std::nullopt;
}

}  // namespace bridge::api
