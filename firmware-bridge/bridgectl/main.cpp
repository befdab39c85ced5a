// bridgectl: the bridge on a command line. A client of the daemon's API, save for `zvt decode`,
// which needs no daemon.
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "firmware-bridge/bridgectl/address.hpp"
#include "firmware-bridge/bridgectl/commands.hpp"

namespace {

constexpr auto footer = R"(
Exit codes: 0 done (captured, authorised, refunded, shown); 1 wrong usage or an error;
  2 declined, cancelled or failed: no money moved; 3 the outcome is not known: look, do not
  repeat with a new key; 4 the daemon cannot be reached, nothing was sent; 5 refused by the daemon.

The daemon is found by --url or BRIDGE_URL: unix:/run/firmware-bridge/api.sock (the default) or
http://127.0.0.1:7707, which needs a token: --token-file or BRIDGE_TOKEN_FILE.

Try:
  bridgectl terminals
  bridgectl sale 12.34 EUR --terminal lane-1
  bridgectl COMMAND --help)";

int run(int argc, const char* const* argv) {
    using namespace bridge::bridgectl;
    CLI::App app{"Takes payments through firmware-bridge and shows what became of them.",
                 "bridgectl"};
    session with{.out = std::cout, .err = std::cerr, .url = default_url};
    app.footer(footer);
    app.set_version_flag("--version", "bridgectl " BRIDGE_VERSION);
    app.add_option("--url", with.url, "where the daemon listens")->envname("BRIDGE_URL");
    app.add_option("--token-file", with.token_file, "file with the bearer token")
        ->envname("BRIDGE_TOKEN_FILE");
    app.add_flag("--json", with.json, "print what the daemon sends, as it sends it");
    app.fallthrough();  // these may stand behind the command, too
    app.require_subcommand(1);

    commands all{app, with, {}};
    define_sale(all);
    define_payments(all);
    define_terminals(all);
    define_watch(all);
    define_ledger(all);
    define_health(all);
    define_zvt(all);
    define_completion(all);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : static_cast<int>(exit_code::error);
    }
    return static_cast<int>(all.chosen());
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "bridgectl: " << error.what() << '\n';
        return static_cast<int>(bridge::bridgectl::exit_code::error);
    }
}
