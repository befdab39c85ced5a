// Asks for something that moves money, and does not let go until it is known what became of it.
//
//     const auto end = move_money(with, {.target = "/v1/payments", .body = …, .terminal =
//     "lane-1"});
//
// Meanwhile the terminal's display lines are shown on stderr. Everything that is sent carries one
// idempotency key: when the connection breaks, the same request is sent again and the daemon
// answers with the same payment (M6); a second sale is never started. Ctrl-C asks the daemon to
// cancel; a second one leaves, and tells how to look.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <string>

#include "firmware-bridge/bridgectl/commands.hpp"
#include "firmware-bridge/bridgectl/render.hpp"

namespace bridge::bridgectl {

struct money_request {
    std::string target;
    boost::json::object body{};
    std::string terminal{};  // whose display lines are shown; empty: those of the answer
    std::string key{};       // empty: a new one
    bool wait{true};
    /// How long the daemon may stay away before we give up asking.
    std::chrono::seconds patience{120};
};

[[nodiscard]] exit_code move_money(session&, money_request, const session::painter& show);

}  // namespace bridge::bridgectl
