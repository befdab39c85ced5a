// One table of a TOML file, read key by key into variables that hold the defaults.
//
//     section api{table, "api", sink};
//     api.whole_number("max_connections", into.max_connections, 1, 4096);
//     api.finish();                       // what was not asked for is an unknown key
//
// A key that is absent leaves its variable alone. A wrong value is reported and leaves it alone.
#pragma once

#include <toml++/toml.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware-bridge/daemon/config.hpp"

namespace bridge::daemon {

/// Where mistakes of one file are collected.
struct error_sink {
    std::string file;
    std::vector<config_error>& errors;
    void add(unsigned line, std::string key, std::string message) {
        errors.push_back({file, line, std::move(key), std::move(message)});
    }
};

class section {
public:
    /// `path` is "" for the top level, else the table's full name.
    section(const toml::table& table, std::string path, error_sink& sink);

    void text(std::string_view key, std::string& into);
    void path(std::string_view key, std::filesystem::path& into);
    void flag(std::string_view key, bool& into);
    /// The limits are in the unit of the name.
    void seconds(std::string_view key, std::chrono::milliseconds& into, std::int64_t least,
                 std::int64_t most);
    void milliseconds(std::string_view key, std::chrono::milliseconds& into, std::int64_t least,
                      std::int64_t most);

    template <class Integer>
    void whole_number(std::string_view key, Integer& into, std::int64_t least, std::int64_t most) {
        if (const auto value = number_in(key, least, most)) into = static_cast<Integer>(*value);
    }
    template <class Enum>
    void choice(std::string_view key, Enum& into,
                std::initializer_list<std::pair<std::string_view, Enum>> names) {
        const auto* node = take(key, toml::node_type::string);
        if (node == nullptr) return;
        const std::string& given = node->as_string()->get();
        std::string known;
        for (const auto& [name, value] : names) {
            if (name == given) {
                into = value;
                return;
            }
            known += (known.empty() ? "\"" : ", \"") + std::string{name} + '"';
        }
        wrong(key, *node, "\"" + given + "\" is not one of " + known);
    }
    /// A text that `check` takes apart itself; what it returns is the mistake.
    void checked(std::string_view key,
                 const std::function<std::optional<std::string>(const std::string&)>& check);

    /// Sub-tables: nullptr when absent (or not a table, which is reported).
    [[nodiscard]] const toml::table* table(std::string_view key);
    /// [[key]]: each with its full name. Anything but an array of tables is reported.
    void tables(std::string_view key,
                const std::function<void(const toml::table&, const std::string& path)>& each);

    [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
    void wrong(std::string_view key, const toml::node& at, std::string message);
    /// A mistake of the table as a whole.
    void wrong(std::string_view key, std::string message);
    void finish();

private:
    const toml::node* find(std::string_view key);
    const toml::node* take(std::string_view key, toml::node_type expected);
    std::optional<std::int64_t> number_in(std::string_view key, std::int64_t least,
                                          std::int64_t most);
    [[nodiscard]] std::string full_name(std::string_view key) const;

    const toml::table& table_;
    std::string path_;
    error_sink& sink_;
    std::vector<std::string_view> known_;
};

/// The candidate that `word` was most likely meant to be; empty when none is near.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       const std::vector<std::string_view>& candidates);

}  // namespace bridge::daemon
