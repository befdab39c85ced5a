#include "firmware-bridge/daemon/config_section.hpp"

#include <algorithm>
#include <numeric>

namespace bridge::daemon {

namespace {

std::string_view name_of(toml::node_type type) {
    switch (type) {
        case toml::node_type::none: return "nothing";
        case toml::node_type::table: return "a table";
        case toml::node_type::array: return "an array";
        case toml::node_type::string: return "a text in quotes";
        case toml::node_type::integer: return "a whole number";
        case toml::node_type::floating_point: return "a number with a fraction";
        case toml::node_type::boolean: return "true or false";
        case toml::node_type::date: return "a date";
        case toml::node_type::time: return "a time";
        case toml::node_type::date_time: return "a date and time";
    }
    return "something else";
}

/// Edits (insert, delete, replace) from one word to the other.
std::size_t distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
        }
    }
    return row.back();
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
    // Longer words are hardly a misspelling of one of ours, and comparing them costs.
    if (word.size() > 64) return {};
    std::string_view best;
    std::size_t least = std::max<std::size_t>(2, word.size() / 2);
    for (const auto candidate : candidates) {
        const auto edits = distance(word, candidate);
        if (edits < least || (edits == least && best.empty())) {
            least = edits;
            best = candidate;
        }
    }
    return best;
}

section::section(const toml::table& table, std::string path, error_sink& sink)
    : table_{table}, path_{std::move(path)}, sink_{sink} {}

std::string section::full_name(std::string_view key) const {
    if (path_.empty()) return std::string{key};
    return key.empty() ? path_ : path_ + '.' + std::string{key};
}

const toml::node* section::find(std::string_view key) {
    known_.push_back(key);
    return table_.get(key);
}

const toml::node* section::take(std::string_view key, toml::node_type expected) {
    const auto* node = find(key);
    if (node == nullptr || node->type() == expected) return node;
    wrong(key, *node,
          "must be " + std::string{name_of(expected)} + ", not " +
              std::string{name_of(node->type())});
    return nullptr;
}

void section::text(std::string_view key, std::string& into) {
    if (const auto* node = take(key, toml::node_type::string)) into = node->as_string()->get();
}

void section::path(std::string_view key, std::filesystem::path& into) {
    const auto* node = take(key, toml::node_type::string);
    if (node == nullptr) return;
    const std::string& given = node->as_string()->get();
    if (given.empty() || given.find('\0') != std::string::npos) {
        wrong(key, *node, "must name a file; leave the key out for the default");
        return;
    }
    into = given;
}

void section::flag(std::string_view key, bool& into) {
    if (const auto* node = take(key, toml::node_type::boolean)) into = node->as_boolean()->get();
}

void section::seconds(std::string_view key, std::chrono::milliseconds& into, std::int64_t least,
                      std::int64_t most) {
    if (const auto value = number_in(key, least, most)) into = std::chrono::seconds{*value};
}

void section::milliseconds(std::string_view key, std::chrono::milliseconds& into,
                           std::int64_t least, std::int64_t most) {
    if (const auto value = number_in(key, least, most)) into = std::chrono::milliseconds{*value};
}

std::optional<std::int64_t> section::number_in(std::string_view key, std::int64_t least,
                                               std::int64_t most) {
    const auto* node = take(key, toml::node_type::integer);
    if (node == nullptr) return std::nullopt;
    const std::int64_t value = node->as_integer()->get();
    if (value >= least && value <= most) return value;
    wrong(key, *node,
          std::to_string(value) + " is out of range; use " + std::to_string(least) + " to " +
              std::to_string(most));
    return std::nullopt;
}

void section::checked(std::string_view key,
                      const std::function<std::optional<std::string>(const std::string&)>& check) {
    const auto* node = take(key, toml::node_type::string);
    if (node == nullptr) return;
    if (auto mistake = check(node->as_string()->get())) wrong(key, *node, std::move(*mistake));
}

const toml::table* section::table(std::string_view key) {
    const auto* node = take(key, toml::node_type::table);
    return node == nullptr ? nullptr : node->as_table();
}

void section::tables(std::string_view key,
                     const std::function<void(const toml::table&, const std::string& path)>& each) {
    const auto* node = find(key);
    if (node == nullptr) return;
    const auto* array = node->as_array();
    if (array == nullptr || !std::all_of(array->begin(), array->end(),
                                         [](const auto& one) { return one.is_table(); })) {
        wrong(key, *node, "is a list of tables; write [[" + full_name(key) + "]]");
        return;
    }
    for (std::size_t i = 0; i < array->size(); ++i)
        each(*array->get(i)->as_table(), full_name(key) + '[' + std::to_string(i + 1) + ']');
}

void section::wrong(std::string_view key, const toml::node& at, std::string message) {
    sink_.add(at.source().begin.line, full_name(key), std::move(message));
}

void section::wrong(std::string_view key, std::string message) {
    sink_.add(table_.source().begin.line, full_name(key), std::move(message));
}

void section::finish() {
    for (const auto& [key, node] : table_) {
        if (std::find(known_.begin(), known_.end(), key.str()) != known_.end()) continue;
        const auto meant = nearest(key.str(), known_);
        sink_.add(key.source().begin.line, full_name(key.str()),
                  meant.empty()
                      ? "is not a known key; remove it"
                      : "is not a known key; did you mean \"" + std::string{meant} + "\"?");
    }
}

}  // namespace bridge::daemon
