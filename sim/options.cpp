#include "sim/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <iostream>

#include "sim/card.hpp"

namespace sim {
namespace {

constexpr std::string_view examples = R"(
Examples:
  terminal-emulator --link tcp:127.0.0.1:20007
      a terminal on ZVT's usual port; cards present themselves, PINs are typed
  terminal-emulator --link pty:/tmp/terminal --state ./state --speed real
      a serial terminal behind /tmp/terminal that remembers its day in ./state
  terminal-emulator --link tcp:127.0.0.1:0 --control 127.0.0.1:0 --card girocard --seed 7
      free ports, printed when ready; see sim/README.md for the control API
  terminal-emulator --link tcp:127.0.0.1:20007 --terminals 64
      64 terminals on ports 20007 to 20070, all at one acquirer

The last two digits of an amount choose the outcome: 00 approved, 05 declined, 51 insufficient funds,
55 wrong PIN then right, 91 issuer unreachable. The whole table is in sim/README.md.
)";

constexpr int usage_error = 2;

struct raw_options {
    std::vector<std::string> links;
    std::string control;
    std::string state;
    std::string faults;
    std::string speed{"fast"};
    std::string card{"visa-credit"};
    std::string store_rule{"2.2.8"};
    std::string currency{"EUR"};
    std::string second{"close"};
    std::uint32_t terminal_id{12345678};
    std::uint64_t seed{1};
    std::size_t terminals{1};
    bool manual{};
    bool list_faults{};
    bool list_cards{};
    std::uint32_t t1_ms{200};
    std::uint32_t t2_ms{5000};
    std::uint32_t t3_ms{5000};
    std::uint32_t t4_minutes{2};
    std::uint32_t card_ms{30000};
};

void declare(CLI::App& app, raw_options& raw) {
    app.set_version_flag("--version", "terminal-emulator " BRIDGE_VERSION);
    app.add_option("--link", raw.links, "tcp:HOST:PORT or pty:PATH; repeatable; port 0 takes any");
    app.add_option("--control", raw.control, "HOST:PORT of the HTTP control API");
    app.add_option("--state", raw.state, "directory that survives a restart; none: memory only");
    app.add_option("--seed", raw.seed, "seed of everything random");
    app.add_option("--speed", raw.speed, "real: people and hosts take seconds; fast: no time")
        ->check(CLI::IsMember({"real", "fast"}));
    app.add_option("--card", raw.card, "the card that presents itself; --list-cards names them");
    app.add_flag("--manual", raw.manual, "cards and keys come over the control API only");
    app.add_option("--faults", raw.faults, "JSON file of faults to begin with");
    app.add_option("--store-rule", raw.store_rule,
                   "stored after status and prints (2.2.8) or after the status alone (2.2.9)")
        ->check(CLI::IsMember({"2.2.8", "2.2.9"}));
    app.add_option("--terminal-id", raw.terminal_id, "8 digits; further terminals count up")
        ->check(CLI::Range(1U, 99999999U));
    app.add_option("--currency", raw.currency, "ISO 4217 code, as EUR");
    app.add_option("--terminals", raw.terminals,
                   "how many terminals, on consecutive TCP ports; links must be tcp")
        ->check(CLI::Range(1U, 1000U));
    app.add_option("--second-connection", raw.second,
                   "a second register that connects is closed at once, or refused")
        ->check(CLI::IsMember({"close", "refuse"}));
    app.add_option("--t1", raw.t1_ms, "ms between two bytes of a serial frame");
    app.add_option("--t2", raw.t2_ms, "ms to the ACK of a serial frame");
    app.add_option("--t3", raw.t3_ms, "ms to the answer of the register");
    app.add_option("--t4-minutes", raw.t4_minutes,
                   "what the register's T4 is set to while the host is asked; 0: left alone")
        ->check(CLI::Range(0U, 99U));
    app.add_option("--card-timeout", raw.card_ms, "ms that the terminal waits for a card or key");
    app.add_flag("--list-faults", raw.list_faults, "name all faults and end");
    app.add_flag("--list-cards", raw.list_cards, "name all cards and end");
    app.footer(std::string{examples});
}

void print_faults() {
    for (const auto& one : all_faults()) {
        std::cout << fmt::format("{:28} {}\n", one.name, one.explanation);
        if (!one.parameters.empty()) std::cout << fmt::format("{:28}   [{}]\n", "", one.parameters);
    }
}

void print_cards() {
    for (const auto& one : all_cards()) {
        std::cout << fmt::format("{:22} {:18} {}\n", one.name, one.product, one.masked_pan());
    }
}

exit_code refuse(const std::string& why) {
    std::cerr << "terminal-emulator: " << why << '\n';
    return {usage_error};
}

std::variant<options, exit_code> check(const raw_options& raw) {
    options checked;
    if (raw.links.empty()) return refuse("no way in: give at least one --link");
    for (const auto& text : raw.links) {
        auto link = parse_link(text);
        if (!link) return refuse(link.error());
        if (raw.terminals > 1 && !std::holds_alternative<tcp_address>(*link)) {
            return refuse("--terminals needs tcp links: " + text);
        }
        checked.links.push_back(std::move(*link));
    }
    if (!raw.control.empty()) {
        auto address = parse_tcp_address(raw.control);
        if (!address) return refuse("--control: " + address.error());
        checked.control = std::move(*address);
    }
    if (find_card(raw.card) == nullptr) {
        return refuse("no card is called '" + raw.card + "': see --list-cards");
    }
    const auto currency = protocol::currency::from_code(raw.currency);
    if (!currency) return refuse("'" + raw.currency + "' is no ISO 4217 currency");
    if (!raw.state.empty()) checked.state = raw.state;
    if (!raw.faults.empty()) checked.faults = raw.faults;
    checked.terminals = raw.terminals;
    checked.manual = raw.manual;
    checked.second =
        raw.second == "refuse" ? second_connection::refused : second_connection::closed_at_once;
    auto& terminal = checked.terminal;
    terminal.autopilot_card = raw.card;
    terminal.currency = *currency;
    terminal.seed = raw.seed;
    terminal.terminal_id = raw.terminal_id;
    terminal.delays = raw.speed == "real" ? human_delays : fast_delays;
    terminal.store_rule =
        raw.store_rule == "2.2.9" ? store_rule::after_status : store_rule::after_prints;
    terminal.timers.answer = milliseconds{raw.t3_ms};
    terminal.host_minutes.reset();
    if (raw.t4_minutes != 0) terminal.host_minutes = static_cast<std::uint8_t>(raw.t4_minutes);
    terminal.timers.card = milliseconds{raw.card_ms};
    terminal.timers.key = milliseconds{raw.card_ms};
    checked.timers.serial.between_bytes = milliseconds{raw.t1_ms};
    checked.timers.serial.acknowledgement = milliseconds{raw.t2_ms};
    checked.timers.pieces = milliseconds{raw.t3_ms};
    return checked;
}

}  // namespace

boost::system::result<tcp_address, std::string> parse_tcp_address(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto complaint = fmt::format("'{}' is not HOST:PORT", text);
    if (colon == std::string_view::npos || colon == 0)
        return {boost::system::in_place_error, complaint};
    auto host = text.substr(0, colon);
    if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    if (host.empty()) return {boost::system::in_place_error, complaint};
    const auto digits = text.substr(colon + 1);
    unsigned port{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port > 65535) {
        return {boost::system::in_place_error, fmt::format("'{}' is not a port (0-65535)", digits)};
    }
    return tcp_address{std::string{host}, static_cast<std::uint16_t>(port)};
}

boost::system::result<link_address, std::string> parse_link(std::string_view text) {
    if (text.starts_with("tcp:")) {
        auto address = parse_tcp_address(text.substr(4));
        if (!address)
            return {boost::system::in_place_error,
                    fmt::format("--link {}: {}", text, address.error())};
        return link_address{std::move(*address)};
    }
    if (text.starts_with("pty:") && text.size() > 4) return link_address{pty_path{text.substr(4)}};
    if (text.starts_with("usbip:")) {
        return {boost::system::in_place_error,
                fmt::format("--link {}: USB/IP is not available in this version; use tcp: or pty:",
                            text)};
    }
    return {boost::system::in_place_error,
            fmt::format("--link {}: expected tcp:HOST:PORT or pty:PATH", text)};
}

std::variant<options, exit_code> read_options(int argc, const char* const* argv) {
    raw_options raw;
    CLI::App app{"An EMV payment terminal that speaks ZVT, for trying software without hardware",
                 "terminal-emulator"};
    declare(app, raw);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return exit_code{app.exit(error) == 0 ? 0 : usage_error};
    }
    if (raw.list_faults) print_faults();
    if (raw.list_cards) print_cards();
    if (raw.list_faults || raw.list_cards) return exit_code{0};
    return check(raw);
}

}  // namespace sim
