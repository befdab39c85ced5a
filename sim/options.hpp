// The command line of terminal-emulator.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/result.hpp"
#include "sim/front/tcp.hpp"
#include "sim/station.hpp"

namespace sim {

struct tcp_address {
    std::string host;
    std::uint16_t port{};
};
struct pty_path {
    std::filesystem::path path;
};
using link_address = std::variant<tcp_address, pty_path>;

struct options {
    std::vector<link_address> links;
    std::optional<tcp_address> control;
    std::optional<std::filesystem::path> state;
    std::optional<std::filesystem::path> faults;
    std::size_t terminals{1};
    bool manual{};  // no autopilot: cards and keys come over the control API
    second_connection second{};
    terminal_config terminal;
    line_timers timers;
};

/// The options, or what to end the process with: text was already written.
struct exit_code {
    int value{};
};
[[nodiscard]] std::variant<options, exit_code> read_options(int argc, const char* const* argv);

/// "HOST:PORT", "[::1]:PORT". The error is a sentence for the user.
[[nodiscard]] boost::system::result<tcp_address, std::string> parse_tcp_address(
    std::string_view text);
/// "tcp:HOST:PORT" or "pty:PATH".
[[nodiscard]] boost::system::result<link_address, std::string> parse_link(std::string_view text);

}  // namespace sim
