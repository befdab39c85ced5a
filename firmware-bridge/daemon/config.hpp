// The daemon's configuration: one TOML file, checked whole before anything is opened.
//
//     auto read = read_config(text, "bridge.toml");
//     for (const auto& error : read.errors) std::cerr << to_string(error) << '\n';
//     if (read.errors.empty()) start(read.values);
//
// Every mistake of the file is reported, each with its line and what to write instead. A key that
// is not known is a mistake: a misspelt setting that is silently ignored costs somebody a night.
// Without a file the defaults below hold, and the daemon starts without a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/zvt/session.hpp"
#include "firmware-bridge/api/roles.hpp"

namespace bridge::daemon {

enum class log_level : std::uint8_t { debug, info, warning, error };
enum class log_target : std::uint8_t {
    automatic,  // journald when systemd started us with its stream, else console
    journald,
    console,
};

struct terminal_config {
    std::string id;
    std::string link;                   // as drivers/link_address.hpp reads it
    drivers::zvt::session_options zvt;  // `framing` is the link's own, filled in when it is made

    friend bool operator==(const terminal_config&, const terminal_config&) = default;
};

/// A bearer token in a file of its own, and the role that it gives.
struct token_config {
    api::role grants{};
    std::filesystem::path file;
    friend bool operator==(const token_config&, const token_config&) = default;
};

struct listen_address {
    std::string host;  // a loopback address: the API has no TLS yet
    std::uint16_t port{};
    friend bool operator==(const listen_address&, const listen_address&) = default;
};

struct api_config {
    std::optional<std::filesystem::path> socket;  // nullopt: none
    std::optional<listen_address> listen{listen_address{"127.0.0.1", 7707}};
    unsigned max_connections{256};  // a shop of 64 terminals has a till and a display at each
    std::vector<token_config> tokens;
    friend bool operator==(const api_config&, const api_config&) = default;
};

struct log_config {
    log_level level{log_level::info};
    log_target target{log_target::automatic};
    friend bool operator==(const log_config&, const log_config&) = default;
};

struct trace_config {
    bool enabled{true};
    std::filesystem::path directory{"traces"};  // relative to the state directory
    std::uint64_t file_bytes{1U << 20U};
    unsigned files{4};  // kept per terminal
    friend bool operator==(const trace_config&, const trace_config&) = default;
};

struct config {
    std::filesystem::path state;  // empty: default_state()
    std::chrono::milliseconds shutdown{30'000};
    api_config api;
    log_config log;
    trace_config trace;
    bool ledger{true};  // keep the double-entry book
    std::vector<terminal_config> terminals;
    friend bool operator==(const config&, const config&) = default;
};

struct config_error {
    std::string file;
    unsigned line{};  // from 1; 0: the file as a whole
    std::string key;  // "terminal[1].link"; may be empty
    std::string message;
};
/// "bridge.toml:12: terminal[1].link: …"
[[nodiscard]] std::string to_string(const config_error&);

struct config_read {
    config values;
    std::vector<config_error> errors;  // empty: `values` may be used
};

/// `file_name` only names the file in errors.
[[nodiscard]] config_read read_config(std::string_view toml, std::string_view file_name);
[[nodiscard]] config_read read_config_file(const std::filesystem::path&);

/// Why the value is refused, as a sentence; nullopt when it is good.
[[nodiscard]] std::optional<std::string> wrong_terminal_id(std::string_view);
[[nodiscard]] std::optional<std::string> wrong_link(std::string_view);
[[nodiscard]] std::optional<std::string> wrong_socket(std::string_view);
[[nodiscard]] std::optional<log_level> parse_log_level(std::string_view) noexcept;
/// Errors in the value's place: a sentence.
struct parsed_listen {
    std::optional<listen_address> address;
    std::string error;
};
[[nodiscard]] parsed_listen parse_listen(std::string_view);

/// $STATE_DIRECTORY as systemd sets it, else /var/lib/firmware-bridge.
[[nodiscard]] std::filesystem::path default_state();
/// $RUNTIME_DIRECTORY/api.sock as systemd sets it, else /run/firmware-bridge/api.sock.
[[nodiscard]] std::filesystem::path default_socket();

}  // namespace bridge::daemon
