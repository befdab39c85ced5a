#include "tests/torture/cashier.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <thread>

#include "tests/torture/acquirer_list.hpp"

namespace torture {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using tests::number_of;
using tests::text_of;
using clock = std::chrono::steady_clock;

/// Only bounds a failure: far longer than a lane is ever kept from working.
constexpr auto limit = 240s;
/// A person looks twice before he decides: the daemon asks the terminal again every two seconds.
constexpr auto second_look = 3s;

constexpr std::array wishes{wish::sale,    wish::sale,      wish::sale,    wish::declined,
                            wish::capture, wish::void_sale, wish::capture, wish::release,
                            wish::refund,  wish::refund};

json::value parsed(const std::string& text) {
    boost::system::error_code failed;
    auto value = json::parse(text, failed);
    return failed ? json::value{} : value;
}

bool means_later(const tests::http_answer& answer) {
    const auto body = parsed(answer.body);
    const auto* error = body.is_object() ? body.as_object().if_contains("error") : nullptr;
    if (error == nullptr) return false;
    const auto code = text_of(*error, "code");
    constexpr std::array later{"terminal_busy",       "terminal_offline", "terminal_blocked",
                               "journal_unavailable", "shutting_down",    "too_many_connections"};
    return std::ranges::count(later, code) != 0;
}

bool is_known(std::string_view status) {
    constexpr std::array known{"captured", "authorized", "declined", "cancelled",
                               "voided",   "succeeded",  "failed"};
    return std::ranges::count(known, status) != 0;
}

}  // namespace

cashier::cashier(const tests::shop& here, int lane, int lanes, std::mt19937_64 random)
    : here_{here}, lane_{lane}, lanes_{lanes}, random_{random} {}

void cashier::serve() {
    const int number = lanes_ * ++number_ + lane_;
    deal one;
    one.wanted = wishes[random_() % wishes.size()];
    one.key = "deal-" + std::to_string(number);
    one.lane = "lane-" + std::to_string(lane_);
    one.amount = 200 * number + (one.wanted == wish::declined ? 5 : 0);
    if (one.wanted == wish::capture)
        one.capture = one.amount - 100 * static_cast<int>(random_() % 2);
    if (one.wanted == wish::refund) one.refund = 100 * number;
    const bool reserves = one.wanted == wish::capture || one.wanted == wish::release;
    const json::object body{{"terminal", one.lane},
                            {"currency", "EUR"},
                            {"amount", one.amount},
                            {"reference", one.key},
                            {"capture", reserves ? "manual" : "automatic"}};
    remember(one, ask_until_known(one, {"/v1/payments", json::serialize(body), one.key,
                                        reserves ? wish::release : wish::sale}));
    if (one.status == (reserves ? "authorized" : "captured")) follow_up(one);
    deals_.push_back(std::move(one));
    ++served_;
}

void cashier::follow_up(deal& one) {
    const auto path = "/v1/payments/" + one.payment;
    switch (one.wanted) {
        case wish::sale:
        case wish::declined: return;
        case wish::capture: {
            const auto body = json::serialize(json::object{{"amount", one.capture}});
            return remember(one, ask_until_known(one, {path + "/capture", body,
                                                       one.key + "-capture", wish::capture}));
        }
        case wish::release:
        case wish::void_sale:
            return remember(one, ask_until_known(one, {path + "/cancel", "{}", one.key + "-cancel",
                                                       one.wanted}));
        case wish::refund: {
            const auto body = json::serialize(
                json::object{{"amount", one.refund}, {"reason", "test"}, {"route", "terminal"}});
            const auto made =
                ask_until_known(one, {path + "/refunds", body, one.key + "-refund", wish::refund});
            one.refund_status = text_of(made, "status");
        }
    }
}

void cashier::remember(deal& one, const json::value& payment) {
    if (payment.is_null()) return;
    one.payment = text_of(payment, "id");
    one.status = text_of(payment, "status");
    one.captured = number_of(payment, "amount_captured");
}

json::value cashier::ask_until_known(deal& one, const step& asked) {
    const auto end = clock::now() + limit;
    std::optional<clock::time_point> unknown_since;
    std::string last = "nothing";
    while (!gives_up_ && clock::now() < end) {
        const auto answer = here_.api("POST", asked.target + "?wait=5", asked.body, asked.key);
        last = std::to_string(answer.status) + " " + answer.body;
        if (answer.status / 100 == 2) {
            auto said = parsed(answer.body);
            if (one.payment.empty()) one.payment = text_of(said, "id");
            const auto status = text_of(said, "status");
            needs_quiet_ = status == "unknown";
            if (is_known(status)) return said;
            if (status != "unknown" || !terminal_rests(one)) {
                unknown_since.reset();
            } else if (!unknown_since) {
                unknown_since = clock::now();
            } else if (clock::now() - *unknown_since > second_look) {
                settle_by_hand(one, asked);
            }
        } else if (answer.status != 0 && !means_later(answer)) {
            needs_quiet_ = false;
            complain(one, asked.key + " was answered " + last);
            return nullptr;
        }
        if (needs_quiet_) std::this_thread::sleep_for(50ms);
        tests::short_pause();
    }
    needs_quiet_ = false;
    complain(one, asked.key + " never ended; the last answer was " + last);
    return nullptr;
}

/// Nothing is going on that could still change what the acquirer has, or what the daemon knows.
bool cashier::terminal_rests(const deal& one) const {
    const auto seen = here_.api("GET", "/v1/terminals/" + one.lane);
    if (seen.status != 200) return false;
    const auto view = parsed(seen.body);
    if (text_of(view.at("link"), "state") != "ready" || text_of(view, "activity") != "blocked")
        return false;
    const auto state = here_.ask_emulator("GET", "/v1/state?terminal=" + std::to_string(lane_));
    if (state.status != 200) return false;
    const auto terminal = parsed(state.body);
    return terminal.at("powered").as_bool() && !terminal.at("busy").as_bool();
}

void cashier::settle_by_hand(deal& one, const step& asked) {
    const auto books = here_.ask_emulator("GET", "/v1/acquirer");
    if (books.status != 200) return;
    const auto list = find(parsed(books.body), one);
    const bool reserving = asked.target == "/v1/payments";
    bool charged = false;
    switch (asked.kind) {
        case wish::sale:
        case wish::declined: charged = list.stands; break;
        case wish::capture: charged = list.captured; break;
        // The same word for a reservation that is made and for one that is given up.
        case wish::release: charged = reserving ? list.stands : !list.released; break;
        case wish::void_sale: charged = list.stands; break;
        case wish::refund: charged = list.refunded == 0; break;
    }
    const json::object body{{"outcome", charged ? "captured" : "not_charged"},
                            {"reason", "acquirer's list"}};
    const auto settled = here_.api("POST", "/v1/payments/" + one.payment + "/resolve",
                                   json::serialize(body), asked.key + "-resolve");
    one.by_hand |= settled.status == 200;
}

void cashier::complain(const deal& one, const std::string& what) {
    complaints_.push_back(one.lane + " " + one.key + " " + one.payment + ": " + what);
}

}  // namespace torture
