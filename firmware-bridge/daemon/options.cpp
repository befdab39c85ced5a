#include "firmware-bridge/daemon/options.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "firmware-bridge/daemon/version.hpp"

namespace bridge::daemon {

namespace {

constexpr auto footer = R"(
Without --config the defaults hold: no terminals, state in $STATE_DIRECTORY or
/var/lib/firmware-bridge, API on a Unix socket and on 127.0.0.1:7707.

Examples:
  firmware-bridge --config /etc/firmware-bridge/bridge.toml
  firmware-bridge --state /tmp/lane --socket none --terminal lane-1=tcp:127.0.0.1:20007
  firmware-bridge --config bridge.toml --check-config

Exit codes: 0 stopped as asked; 1 failed while running, or --check-config found mistakes;
  64 wrong flag; 65 journal or ledger damaged or of a newer version; 69 cannot listen;
  73 state directory cannot be used; 75 another instance has it; 78 wrong configuration.
Signals: SIGTERM, SIGINT stop in order; SIGHUP reads the configuration again.)";

struct overlay {
    config& values;
    std::vector<config_error>& errors;

    void wrong(std::string flag, std::string message) {
        errors.push_back({"command line", 0, std::move(flag), std::move(message)});
    }

    void listen(const std::string& given) {
        auto parsed = parse_listen(given);
        if (parsed.error.empty())
            values.api.listen = std::move(parsed.address);
        else
            wrong("--listen", std::move(parsed.error));
    }

    void socket(const std::string& given) {
        if (auto mistake = wrong_socket(given))
            wrong("--socket", std::move(*mistake));
        else if (given == "none")
            values.api.socket.reset();
        else
            values.api.socket = given;
    }

    void level(const std::string& given) {
        if (const auto known = parse_log_level(given))
            values.log.level = *known;
        else
            wrong("--log-level", "\"" + given + "\" is not one of debug, info, warning, error");
    }

    void terminal(const std::string& given) {
        const auto equals = given.find('=');
        if (equals == given.npos) {
            wrong("--terminal", "must be ID=LINK, such as lane-1=tcp:127.0.0.1:20007");
            return;
        }
        terminal_config added;
        added.id = given.substr(0, equals);
        added.link = given.substr(equals + 1);
        if (auto mistake = wrong_terminal_id(added.id)) wrong("--terminal", std::move(*mistake));
        if (auto mistake = wrong_link(added.link)) wrong("--terminal", std::move(*mistake));
        for (const auto& other : values.terminals)
            if (other.id == added.id || other.link == added.link)
                wrong("--terminal", "\"" + given + "\": terminal \"" + other.id +
                                        "\" has that id or that link already");
        values.terminals.push_back(std::move(added));
    }
};

}  // namespace

parsed_options parse_options(int argc, const char* const* argv) {
    parsed_options parsed;
    auto& into = parsed.values;
    CLI::App app{"Drives EMV payment terminals for point-of-sale software.", "firmware-bridge"};
    app.footer(footer);
    app.set_version_flag("--version", std::string{"firmware-bridge "} + version);
    app.add_option("--config", into.config_file, "TOML file with the whole configuration")
        ->type_name("FILE");
    app.add_option("--state", into.state, "where journal, ledger, token and traces are kept")
        ->type_name("DIR");
    app.add_option("--socket", into.socket, "Unix socket of the API, or none")->type_name("PATH");
    app.add_option("--listen", into.listen, "loopback address of the API, or none")
        ->type_name("HOST:PORT");
    app.add_option("--terminal", into.terminals,
                   "adds a ZVT terminal to those of the file; may be repeated")
        ->type_name("ID=LINK")
        ->allow_extra_args(false);
    app.add_option("--log-level", into.log_level, "debug, info, warning or error")
        ->type_name("LEVEL");
    app.add_flag("--check-config", into.check_config, "check the configuration and leave");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool asked = app.exit(error) == 0;  // prints
        parsed.exit = asked ? exit_code::ok : exit_code::usage;
    }
    return parsed;
}

config_read configuration(const options& given) {
    auto read = given.config_file ? read_config_file(*given.config_file) : read_config("", "");
    overlay over{read.values, read.errors};
    if (given.state) read.values.state = *given.state;
    if (given.listen) over.listen(*given.listen);
    if (given.socket) over.socket(*given.socket);
    if (given.log_level) over.level(*given.log_level);
    for (const auto& terminal : given.terminals) over.terminal(terminal);
    if (read.values.state.empty()) read.values.state = default_state();
    return read;
}

std::string summary(const config& values) {
    std::string text = "state in " + values.state.string();
    text += values.api.socket ? ", API on " + values.api.socket->string() : ", no Unix socket";
    text += values.api.listen
                ? " and " + values.api.listen->host + ':' + std::to_string(values.api.listen->port)
                : " and no TCP port";
    if (values.terminals.empty()) return text + ", no terminals";
    text += ", terminals:";
    for (const auto& terminal : values.terminals)
        text += ' ' + terminal.id + " (" + terminal.link + ", " +
                std::string{terminal.zvt.currency.code()} + ')';
    return text;
}

}  // namespace bridge::daemon
