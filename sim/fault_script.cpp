#include "sim/fault_script.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

namespace sim {
namespace {

namespace json = boost::json;

struct allowed_values {
    fault_kind kind;
    std::vector<std::string_view> values;
};

const std::vector<allowed_values>& value_table() {
    static const std::vector<allowed_values> table{
        {fault_kind::completion_shape, {"empty", "raw_status", "bmps", "version"}},
        {fault_kind::abort_shape, {"empty", "reservation", "extended"}},
        {fault_kind::pan_form, {"absent", "hidden", "padded", "short", "long"}},
        {fault_kind::missing_field, {"amount", "receipt", "trace", "result", "currency"}},
        {fault_kind::receipt_number, {"0000", "FFFF"}},
        {fault_kind::text_encoding, {"cp437", "iso_8859_1", "utf_8", "zvt_7bit"}},
    };
    return table;
}

/// Thrown and caught in this file only: the parser is a dozen small functions deep.
struct bad_script {
    std::string what;
};

[[noreturn]] void complain(std::string_view where, std::string_view why) {
    throw bad_script{fmt::format("{}: {}", where, why)};
}

std::uint64_t number_in(const json::value& value, std::string_view where, std::uint64_t least,
                        std::uint64_t most) {
    boost::system::error_code not_whole;
    const auto number = value.is_number() ? value.to_number<std::uint64_t>(not_whole) : 0;
    if (!value.is_number() || not_whole || number < least || number > most) {
        complain(where, fmt::format("expected a whole number from {} to {}", least, most));
    }
    return number;
}

std::string_view text_in(const json::value& value, std::string_view where) {
    if (!value.is_string()) complain(where, "expected a text");
    return value.as_string();
}

std::uint32_t probability_in(const json::value& value, std::string_view where) {
    boost::system::error_code no_number;
    const auto part = value.is_number() ? value.to_number<double>(no_number) : -1.0;
    if (no_number || !(part >= 0.0 && part <= 1.0))
        complain(where, "expected a number from 0 to 1");
    return static_cast<std::uint32_t>(part * 1'000'000.0);
}

std::optional<std::uint16_t> hex_number(std::string_view text, std::size_t digits) {
    std::string packed;
    std::ranges::copy_if(text, std::back_inserter(packed), [](char c) { return c != ' '; });
    unsigned number{};
    const auto* end = packed.data() + packed.size();
    const auto [stopped, error] = std::from_chars(packed.data(), end, number, 16);
    if (packed.size() != digits || error != std::errc{} || stopped != end) return std::nullopt;
    return static_cast<std::uint16_t>(number);
}

message_match message_in(const json::value& value, std::string_view where) {
    const auto text = text_in(value, where);
    if (text == "any") return {};
    if (text == "answer") return message_match::any_answer();
    const auto code = hex_number(text, 4);
    if (!code) complain(where, R"(expected a control field as "04 0F", or "answer", or "any")");
    return message_match::of(static_cast<protocol::zvt::command>(*code));
}

direction direction_in(const json::value& value, std::string_view where) {
    const auto text = text_in(value, where);
    if (text == "to_register") return direction::to_register;
    if (text == "to_terminal") return direction::to_terminal;
    complain(where, R"(expected "to_register" or "to_terminal")");
}

std::uint8_t code_in(const json::value& value, std::string_view where) {
    const auto code = hex_number(text_in(value, where), 2);
    if (!code) complain(where, R"(expected two hex digits, as "9C")");
    return static_cast<std::uint8_t>(*code);
}

std::string step_in(const json::value& value, std::string_view where) {
    const auto text = text_in(value, where);
    if (std::ranges::find(all_steps(), text) == all_steps().end()) {
        complain(where, fmt::format("no step is called '{}'; there are {}", text,
                                    fmt::join(all_steps(), ", ")));
    }
    return std::string{text};
}

/// What a fault of this kind means when it does not say more.
fault default_fault(const fault_info& info) {
    fault what;
    what.kind = info.kind;
    what.times = info.habit ? 0 : 1;
    switch (info.kind) {
        case fault_kind::status_lost:
            what.message = message_match::of(protocol::zvt::command::status_information);
            break;
        case fault_kind::completion_lost:
            what.message = message_match::of(protocol::zvt::command::completion);
            break;
        case fault_kind::busy:
        case fault_kind::deaf:
        case fault_kind::refusal_with_data:
        case fault_kind::stale_messages:
        case fault_kind::nak_storm: what.way = direction::to_terminal; break;
        case fault_kind::status_repeated: what.count = 2; break;
        default: break;
    }
    return what;
}

void check_value(const fault& what, std::string_view where) {
    for (const auto& row : value_table()) {
        if (row.kind != what.kind) continue;
        if (std::ranges::find(row.values, what.value) != row.values.end()) return;
        complain(fmt::format("{}.value", where),
                 fmt::format("expected one of {}", fmt::join(row.values, ", ")));
    }
}

void set_field(fault& what, std::string_view key, const json::value& value,
               const std::string& where) {
    constexpr std::uint64_t day_ms = 86'400'000;
    constexpr std::uint64_t most = 1'000'000;
    if (key == "message") {
        what.message = message_in(value, where);
    } else if (key == "direction") {
        what.way = direction_in(value, where);
    } else if (key == "occurrence") {
        what.occurrence = static_cast<std::uint32_t>(number_in(value, where, 1, most));
    } else if (key == "times") {
        what.times = static_cast<std::uint32_t>(number_in(value, where, 0, most));
    } else if (key == "probability") {
        what.probability_ppm = probability_in(value, where);
    } else if (key == "seed") {
        what.seed = number_in(value, where, 0, std::numeric_limits<std::int64_t>::max());
    } else if (key == "byte") {
        what.byte = static_cast<std::uint32_t>(number_in(value, where, 0, 65540));
    } else if (key == "ms") {
        what.lasts = std::chrono::milliseconds{number_in(value, where, 0, day_ms)};
    } else if (key == "count") {
        what.count = static_cast<std::uint32_t>(number_in(value, where, 0, 65535));
    } else if (key == "code") {
        what.code = code_in(value, where);
    } else if (key == "step") {
        what.step = step_in(value, where);
    } else if (key == "value" || key == "text") {
        what.value = text_in(value, where);
    } else {
        complain(where, "no fault has this key");
    }
}

fault parse_fault(const json::value& value, const std::string& where, std::uint64_t seed) {
    if (!value.is_object()) complain(where, "expected an object");
    const auto& fields = value.as_object();
    const auto* name = fields.if_contains("name");
    if (name == nullptr) complain(where, "has no name");
    const auto text = text_in(*name, where + ".name");
    const auto* info = find_fault(text);
    if (info == nullptr) {
        complain(where + ".name", fmt::format("no fault is called '{}': see --list-faults", text));
    }
    auto what = default_fault(*info);
    what.seed = seed;
    for (const auto& [key, one] : fields) {
        if (key != "name") set_field(what, key, one, where + "." + std::string{key});
    }
    if (!what.step.empty() && what.kind != fault_kind::power_loss &&
        what.kind != fault_kind::link_cut) {
        complain(where + ".step", "only power_loss and link_cut strike at a step");
    }
    check_value(what, where);
    return what;
}

std::vector<fault> parse_script(const json::value& script) {
    const json::value* list = &script;
    std::uint64_t seed = 1;
    if (script.is_object()) {
        for (const auto& [key, value] : script.as_object()) {
            if (key != "seed" && key != "faults")
                complain(key, "a script has only seed and faults");
        }
        if (const auto* given = script.as_object().if_contains("seed")) {
            seed = number_in(*given, "seed", 0, std::numeric_limits<std::int64_t>::max());
        }
        list = script.as_object().if_contains("faults");
        if (list == nullptr) complain("script", "has no faults");
    }
    if (!list->is_array()) complain("faults", "expected a list");
    std::vector<fault> all;
    for (const auto& one : list->as_array()) {
        const auto index = all.size();
        all.push_back(parse_fault(one, fmt::format("faults[{}]", index), seed + index));
    }
    return all;
}

}  // namespace

std::variant<std::vector<fault>, script_error> parse_fault_script(std::string_view text) {
    json::stream_parser parser;
    boost::system::error_code failure;
    const auto used = parser.write_some(text, failure);
    if (!failure && used < text.size() &&
        text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
        failure = json::error::extra_data;
    }
    if (!failure) parser.finish(failure);
    if (failure) {
        return script_error{fmt::format("not JSON: {} at byte {}", failure.message(), used)};
    }
    try {
        return parse_script(parser.release());
    } catch (const bad_script& bad) {
        return script_error{bad.what};
    }
}

json::object to_json(const fault& what) {
    json::object out{
        {"name", info_of(what.kind).name}, {"occurrence", what.occurrence}, {"times", what.times}};
    if (!what.step.empty()) out["step"] = what.step;
    if (what.byte) out["byte"] = *what.byte;
    if (what.lasts.count() != 0) out["ms"] = what.lasts.count();
    if (what.count != 0) out["count"] = what.count;
    if (!what.value.empty()) out["value"] = what.value;
    return out;
}

}  // namespace sim
