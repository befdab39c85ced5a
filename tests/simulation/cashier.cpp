#include "tests/simulation/cashier.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "tests/simulation/books_check.hpp"
#include "tests/simulation/world.hpp"

namespace tests::simulation {

namespace json = boost::json;
using namespace std::chrono_literals;

cashier::cashier(world& around) : world_{around} {}

void cashier::start() {
    world_.time().after(7s, [this] {
        look();
        start();
    });
}

void cashier::look() {
    world_.ask(
        {.target = "/v1/terminals"},
        [this](const reply& given) {
            if (given.status != 200) return;
            const auto shown = json::parse(given.body);
            for (const auto& one : shown.at("data").as_array()) {
                const auto& blocked = one.at("blocked_by");
                if (!blocked.is_string() || one.at("state") != "blocked") continue;
                look_at(world_.till_of(std::string{one.at("id").as_string()}),
                        std::string{blocked.as_string()});
            }
        },
        20s);
}

/// Only when nothing moves any more: what the terminal has still to undo is no truth yet.
void cashier::look_at(till& where, const std::string& payment) {
    const auto first = seen_.emplace(payment, world_.time().now()).first->second;
    const auto& terminal = where.terminal->place().terminal();
    const bool still =
        where.terminal->place().powered() && !terminal.busy() && !terminal.memory().pending;
    if (!still || world_.time().now() < first + 20s) return;
    world_.ask(
        {.target = "/v1/payments/" + payment},
        [this, &where, payment](const reply& shown) {
            if (shown.status != 200) return;
            world_.ask(
                {.target = "/v1/payments/" + payment + "/refunds"},
                [this, &where, payment, shown](const reply& refunds) {
                    if (refunds.status != 200) return;
                    settle(where, payment, shown.body, refunds.body);
                },
                20s);
        },
        20s);
}

void cashier::settle(till& where, const std::string& payment, const std::string& shown,
                     const std::string& refunds) {
    const auto& terminal = where.terminal->place().terminal();
    if (terminal.busy() || terminal.memory().pending) return;
    const auto p = json::parse(shown);
    const auto amount = p.at("amount").as_int64();
    const charge_at_acquirer truth{world_.host()};
    bool charged = truth.charged(amount) != 0;
    // An unknown refund: "captured" says that the card holder has not got it back.
    const auto given_back = json::parse(refunds);
    for (const auto& one : given_back.at("data").as_array()) {
        if (one.at("status") == "unknown")
            charged = truth.refunded(one.at("amount").as_int64()) == 0;
    }
    if (p.at("status") == "unknown" && p.at("amount_captured") == 0) {
        const auto& step = world_.last_step[payment];
        // A reservation that stands is what "captured" means for one that nobody captured yet, and
        // for a release that came to nothing.
        if (p.at("capture") == "manual" && (step.empty() || step == "release"))
            charged = truth.holds(amount);
    }
    ++world_.counts().unknowns;
    seen_.erase(payment);
    question asked;
    asked.method = "POST";
    asked.target = "/v1/payments/" + payment + "/resolve";
    asked.body = fmt::format(R"({{"outcome":"{}","reason":"the acquirer's list"}})",
                             charged ? "captured" : "not_charged");
    world_.note("cashier", payment + (charged ? " captured" : " not charged"));
    world_.ask(
        std::move(asked), [](const reply&) {}, 30s);
}

}  // namespace tests::simulation
