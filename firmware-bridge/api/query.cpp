#include "firmware-bridge/api/query.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "firmware-bridge/sales/json.hpp"

namespace bridge::api {
namespace {

constexpr std::uint64_t longest_wait_s = 300;
constexpr std::uint64_t largest_limit = 100;

std::optional<std::uint64_t> whole_number(std::string_view digits) {
    std::uint64_t number{};
    const auto* end = digits.data() + digits.size();
    const auto [stopped, failed] = std::from_chars(digits.data(), end, number);
    if (failed != std::errc{} || stopped != end) return std::nullopt;
    return number;
}

checked<std::optional<drivers::wall_time>> time_of(const request& asked, std::string_view name) {
    const auto given = value_of(asked, name);
    if (!given) return std::optional<drivers::wall_time>{};
    if (auto time = sales::from_rfc3339(*given)) return std::optional{*time};
    return error{code::invalid_value,
                 "'" + std::string{name} +
                     "' must be a RFC 3339 time, such as 2026-01-31T12:00:00Z (a '+' of an offset "
                     "is %2B in a query).",
                 std::string{name}};
}

checked<std::optional<sales::payment_status>> status_of(const request& asked) {
    using enum sales::payment_status;
    constexpr std::array all{created,  in_progress, authorized, captured,
                             declined, cancelled,   unknown,    voided};
    const auto given = value_of(asked, "status");
    if (!given) return std::optional<sales::payment_status>{};
    std::string names;
    for (auto one : all) {
        if (*given == to_string(one)) return std::optional{one};
        names += (names.empty() ? "" : ", ") + std::string{to_string(one)};
    }
    return error{code::invalid_value, "'status' must be one of " + names + ".", "status"};
}

}  // namespace

std::optional<std::string_view> value_of(const request& asked, std::string_view name) {
    for (const auto& [given, value] : asked.query)
        if (given == name) return value;
    return std::nullopt;
}

std::optional<error> find_fault(const request& asked, std::span<const parameter> parameters) {
    for (auto one = asked.query.begin(); one != asked.query.end(); ++one) {
        const auto& [name, value] = *one;
        if (std::ranges::find(parameters, name, &parameter::name) == parameters.end())
            return error{code::unknown_parameter,
                         "This request takes no query parameter '" + name + "': leave it out.",
                         name};
        if (std::any_of(asked.query.begin(), one,
                        [&wanted = name](auto& other) { return other.first == wanted; }))
            return error{code::duplicate_parameter,
                         "The query parameter '" + name + "' is given twice: give it once.", name};
        if (value.empty())
            return error{code::invalid_value,
                         "The query parameter '" + name +
                             "' is empty: give a value or leave it "
                             "out.",
                         name};
    }
    return std::nullopt;
}

checked<std::chrono::seconds> wait_of(const request& asked) {
    const auto given = value_of(asked, "wait");
    if (!given) return std::chrono::seconds{0};
    const auto seconds = whole_number(*given);
    if (!seconds || *seconds > longest_wait_s) return error{code::wait_out_of_range, {}, "wait"};
    return std::chrono::seconds{*seconds};
}

checked<journal::page> page_of(const request& asked) {
    journal::page page;
    if (const auto given = value_of(asked, "limit")) {
        const auto limit = whole_number(*given);
        if (!limit || *limit == 0 || *limit > largest_limit)
            return error{code::limit_out_of_range, {}, "limit"};
        page.limit = *limit;
    }
    page.starting_after = value_of(asked, "starting_after").value_or("");
    page.ending_before = value_of(asked, "ending_before").value_or("");
    if (!page.starting_after.empty() && !page.ending_before.empty())
        return error{code::invalid_value, "Give starting_after or ending_before, not both.",
                     "ending_before"};
    return page;
}

checked<journal::payment_filter> payment_filter_of(const request& asked) {
    journal::payment_filter filter;
    auto status = status_of(asked);
    if (!status) return status.error();
    filter.status = *status;
    filter.terminal = value_of(asked, "terminal").value_or("");
    filter.reference = value_of(asked, "reference").value_or("");
    auto after = time_of(asked, "created_after");
    if (!after) return after.error();
    filter.created_after = *after;
    auto before = time_of(asked, "created_before");
    if (!before) return before.error();
    filter.created_before = *before;
    return filter;
}

checked<std::uint64_t> sequence_from(std::string_view id, std::string_view param) {
    constexpr std::string_view prefix = "evt_";
    auto digits = id;
    const bool whole_id = digits.starts_with(prefix);
    if (whole_id) digits.remove_prefix(prefix.size());
    const auto number = whole_number(digits);
    if (!number || digits.size() > 16 || (whole_id && digits.size() != 16))
        return error{code::event_id_invalid, {}, std::string{param}};
    return *number;
}

}  // namespace bridge::api
