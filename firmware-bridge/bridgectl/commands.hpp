// bridgectl's commands. Each file defines a few of them on the command line's parser; the one that
// was given is run after parsing.
#pragma once

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "firmware-bridge/bridgectl/client.hpp"
#include "firmware-bridge/bridgectl/exit_code.hpp"

namespace bridge::bridgectl {

/// What every command works with, filled in when the command line has been read.
struct session {
    std::ostream& out;
    std::ostream& err;
    bool json{};
    std::string url{};
    std::string token_file{};

    asio::io_context io{1};
    std::optional<client> api{};  // of commands that need the daemon

    /// Opens `api`. False: the address or the token file is wrong, which has been said.
    [[nodiscard]] bool connect();
    /// Asks and waits for the answer.
    [[nodiscard]] protocol::result<http_answer> ask(http_request);
    /// Runs `work` to its end on `io`.
    void run(asio::awaitable<void> work);

    /// Says why there is no useful answer, and what the process exits with.
    [[nodiscard]] exit_code explain(protocol::error_code);
    [[nodiscard]] exit_code explain(const http_answer&);
    /// The JSON as it came, or `human` of its object.
    using painter = std::function<void(std::ostream&, const boost::json::object&)>;
    void show(const http_answer&, const painter& human);
    [[nodiscard]] exit_code wrong(std::string_view sentence);
};

struct commands {
    CLI::App& app;
    session& with;
    std::function<exit_code()> chosen;

    /// A command that talks to the daemon.
    CLI::App* add(const std::string& name, const std::string& does, const std::string& examples,
                  std::function<exit_code()> run);
    CLI::App* add_to(CLI::App& parent, const std::string& name, const std::string& does,
                     const std::string& examples, std::function<exit_code()> run);
};

void define_sale(commands&);       // sale, authorize
void define_payments(commands&);   // capture, void, cancel, refund, resolve, payments, show
void define_terminals(commands&);  // terminals, end-of-day, totals, …, display
void define_watch(commands&);      // watch, events
void define_ledger(commands&);     // ledger entries, ledger balances
void define_health(commands&);
void define_zvt(commands&);  // zvt decode
void define_completion(commands&);

/// Exit code of a payment, refund or operation as it stands now: by `status`.
[[nodiscard]] exit_code verdict_of(const boost::json::object&);

/// A key that nobody has used: "bridgectl-" and 32 hexadecimal digits.
[[nodiscard]] std::string new_idempotency_key();

}  // namespace bridge::bridgectl
