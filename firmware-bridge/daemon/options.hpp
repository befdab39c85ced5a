// The daemon's command line. Flags win over the file, so that a demo or a test can bend one setting
// without writing a configuration.
//
//     auto given = parse_options(argc, argv);
//     if (given.exit) return *given.exit;                     // --help, --version, a wrong flag
//     auto read = configuration(given.values);                // file, then flags, checked whole
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "firmware-bridge/daemon/config.hpp"

namespace bridge::daemon {

/// What the process says by its exit code; the numbers are those of sysexits.h where it has one.
enum class exit_code : int {
    ok = 0,
    failed = 1,         // --check-config found mistakes; something broke while running
    usage = 64,         // a wrong flag
    corrupt = 65,       // the journal or the ledger is damaged, or was written by a newer version
    unavailable = 69,   // the API's port or socket cannot be listened on
    state = 73,         // the state directory cannot be made or used
    in_use = 75,        // another instance has the state directory
    configuration = 78  // the configuration has mistakes
};

struct options {
    std::optional<std::filesystem::path> config_file{};
    std::optional<std::filesystem::path> state{};
    std::optional<std::string> socket{};  // path or "none"
    std::optional<std::string> listen{};  // HOST:PORT or "none"
    std::optional<std::string> log_level{};
    std::vector<std::string> terminals{};  // ID=LINK
    bool check_config{};
};

struct parsed_options {
    options values;
    std::optional<exit_code> exit;  // set: leave now, everything has been said
};
/// Prints help and version to stdout, mistakes to stderr.
[[nodiscard]] parsed_options parse_options(int argc, const char* const* argv);

/// The file named by --config, or the defaults, with the flags laid over it.
[[nodiscard]] config_read configuration(const options&);

/// "state /var/lib/…, socket …, 2 terminals: lane-1 (tcp:…), …": what --check-config prints.
[[nodiscard]] std::string summary(const config&);

}  // namespace bridge::daemon
