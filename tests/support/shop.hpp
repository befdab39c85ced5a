// A shop: a terminal emulator and the daemon as processes, and the questions that tests ask of
// both.
//
//     shop here{shop::wire::tcp};
//     here.open();                              // the daemon starts and the terminal is ready
//     auto sale = here.sell(1234, "key-1");     // the payment, when it is no longer running
//     here.kill_bridge(); here.open();
//     here.check_books();                       // acquirer = payments = ledger
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/http.hpp"
#include "tests/support/process.hpp"
#include "tests/support/wires.hpp"

namespace tests {

class shop {
public:
    enum class wire { tcp, pty };

    explicit shop(wire, std::vector<std::string> emulator_flags = {}, int terminals = 1);

    /// Starts the daemon and waits until its terminals are ready.
    void open();
    /// Starts the daemon without waiting for terminals.
    void start_bridge();
    void kill_bridge();
    /// SIGTERM; its exit code.
    int close();
    void restart_emulator();
    void kill_emulator();
    /// Before the daemon starts, TCP only: its terminals are reached through wires that can be
    /// spoilt, lane-1 through wire 0 and so on. The emulator may change its ports then.
    wires& put_wires_between();

    /// A call of the API; `key` becomes the Idempotency-Key.
    [[nodiscard]] http_answer api(const std::string& method, const std::string& target,
                                  const std::string& body = "", const std::string& key = "") const;
    /// A call of the emulator's control API.
    boost::json::value emulator(const std::string& method, const std::string& target,
                                const std::string& body = "") const;
    /// The same when there may be no answer.
    [[nodiscard]] http_answer ask_emulator(const std::string& method, const std::string& target,
                                           const std::string& body = "") const;
    void add_fault(const std::string& json) const;
    void clear_faults() const;

    /// Starts a payment and waits for its end, 60 s at most. Null when the daemon died meanwhile.
    boost::json::value sell(std::int64_t amount, const std::string& key,
                            const std::string& more = "",
                            const std::string& terminal = "lane-1") const;
    [[nodiscard]] boost::json::value payment(const std::string& id) const;
    [[nodiscard]] std::vector<boost::json::value> payments() const;
    [[nodiscard]] bool terminal_ready(const std::string& id = "lane-1") const;
    /// Until no payment runs and none is unknown.
    void wait_until_settled() const;
    /// What the acquirer charged, after all.
    [[nodiscard]] std::int64_t charged() const;
    /// Charged at the acquirer = captured - refunded in payments = in the ledger. Waits for the
    /// ledger.
    void check_books() const;

    /// The daemon's state directory; made by the daemon.
    [[nodiscard]] std::string state() const { return directory_ / "bridge"; }
    [[nodiscard]] const scratch_directory& directory() const noexcept { return directory_; }
    [[nodiscard]] process& bridge() { return *bridge_; }
    [[nodiscard]] process& terminals() { return *emulator_; }
    [[nodiscard]] const std::string& socket() const noexcept { return socket_; }
    std::vector<std::string> bridge_flags;
    /// Further TOML lines of each terminal.
    std::string more_config;
    /// Further TOML tables.
    std::string more_tables;

private:
    void start_emulator();
    void lead_wires();
    [[nodiscard]] std::int64_t in_payments() const;
    [[nodiscard]] std::int64_t in_ledger() const;

    scratch_directory directory_;
    std::string host_;  // a loopback address of this shop alone
    wire wire_;
    std::vector<std::string> emulator_flags_;
    int terminals_;
    std::vector<std::string> links_;  // as the emulator says, one a terminal
    std::unique_ptr<wires> wires_;
    std::string control_;
    std::string socket_;
    std::unique_ptr<process> emulator_;
    std::unique_ptr<process> bridge_;
};

/// Member of a JSON object as text; "" when absent or null.
[[nodiscard]] std::string text_of(const boost::json::value&, std::string_view member);
[[nodiscard]] std::int64_t number_of(const boost::json::value&, std::string_view member);

}  // namespace tests
