#include "tests/simulation/point_of_sale.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "tests/simulation/world.hpp"

namespace tests::simulation {

namespace json = boost::json;
using namespace std::chrono_literals;

namespace {

std::string text(const json::object& from, std::string_view member) {
    const auto* value = from.if_contains(member);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : "";
}
std::int64_t number(const json::object& from, std::string_view member) {
    const auto* value = from.if_contains(member);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

/// The code of an error answer, or "".
std::string code_of(const json::object& shown) {
    const auto* wrong = shown.if_contains("error");
    return wrong != nullptr ? text(wrong->get_object(), "code") : "";
}

}  // namespace

point_of_sale::point_of_sale(world& around, std::string terminal, unsigned orders,
                             std::uint64_t seed)
    : world_{around}, terminal_{std::move(terminal)}, orders_{orders}, chance_{seed} {}

std::string point_of_sale::state() const {
    return terminal_ + ": " + std::to_string(orders_) + " orders left, " + doing_;
}

void point_of_sale::start() { next_order(); }

void point_of_sale::next_order() {
    if (busy_) return;
    if (orders_ == 0 && !sold_) return;
    busy_ = true;
    if (!sold_) --orders_;
    ++world_.counts().orders;
    ordered_twice_ = false;
    constexpr std::array<unsigned, 16> outcomes{0, 0, 0, 0,  0,  0,  0,  0,
                                                1, 3, 5, 51, 54, 55, 75, 91};
    const bool probing = static_cast<bool>(sold_);
    manual_ = !probing && chance_.between(0, 7) == 0;
    order(probing ? 0 : outcomes[chance_.between(0, outcomes.size() - 1)]);
}

void point_of_sale::order(unsigned last_two_digits) {
    followed_up_ = false;
    attempts_ = 0;
    amount_ = world_.new_amount(last_two_digits);
    doing_ = fmt::format("orders {}", amount_);
    const auto wait = chance_.between(0, 2) == 0 ? 0 : chance_.between(1, 60);
    perform({fmt::format("/v1/payments?wait={}", wait),
             fmt::format(R"({{"terminal":"{}","amount":{},"currency":"EUR","capture":"{}"}})",
                         terminal_, amount_, manual_ ? "manual" : "automatic"),
             world_.new_key(terminal_),
             {},
             [this](const json::object& shown) { payment_is(shown); },
             {}});
}

// ------------------------------------------------------------------- asking until it is known

void point_of_sale::perform(step what) {
    question asked;
    asked.method = "POST";
    asked.target = what.target;
    asked.body = what.body;
    asked.key = what.key;
    world_.ask(
        std::move(asked),
        [this, what = std::move(what)](const reply& given) { answered(what, given); }, 90s);
}

void point_of_sale::again(step what, std::chrono::milliseconds pause) {
    world_.time().after(pause, [this, what = std::move(what)] { perform(what); });
}

void point_of_sale::answered(step what, const reply& given) {
    const auto pause = std::chrono::milliseconds{chance_.between(100, 2000)};
    if (given.status == 0) return again(std::move(what), pause);
    boost::system::error_code failed;
    const auto parsed = json::parse(given.body, failed);
    if (failed || !parsed.is_object())
        return world_.violated("an answer is no JSON object: " + given.body);
    const auto& shown = parsed.get_object();
    const auto code = code_of(shown);
    if (code.empty()) {
        const auto id = text(shown, "id");
        if (!what.id.empty() && what.id != id)
            world_.violated(fmt::format("M6: key {} made {} and then {}", what.key, what.id, id));
        what.id = id;
        // Sometimes the answer is shown twice, because somebody does not believe it.
        if (!world_.calm() && chance_.between(0, 19) == 0) return again(std::move(what), pause);
        return what.then(shown);
    }
    if (code == "terminal_busy" || code == "terminal_offline" || code == "journal_unavailable" ||
        code == "shutting_down" || code == "terminal_blocked" || given.status >= 500) {
        if (given.status == 500 && code != "journal_unavailable")
            world_.violated("internal error: " + given.body);
        doing_ = "was told " + code;
        return again(std::move(what), pause + (code == "terminal_blocked" ? 3s : 0s));
    }
    if (what.refused) return what.refused(code);
    world_.violated(fmt::format("{} was refused: {}", what.target, given.body));
}

// ------------------------------------------------------------------------------ a payment

void point_of_sale::watch_payment(std::string id) {
    const auto wait = chance_.between(0, 30);
    world_.ask(
        {.target = fmt::format("/v1/payments/{}?wait={}", id, wait)},
        [this, id](const reply& given) {
            if (given.status == 200) return payment_is(json::parse(given.body).get_object());
            if (given.status == 404)
                return world_.violated("a payment that was answered is gone: " + id);
            world_.time().after(1s, [this, id] { watch_payment(id); });
        },
        60s);
}

void point_of_sale::payment_is(const json::object& shown) {
    const auto id = text(shown, "id");
    const auto status = text(shown, "status");
    doing_ = id + " is " + status;
    if (status == "created" || status == "in_progress") {
        if (!world_.calm() && chance_.between(0, 9) == 0) cancel_later(id);
        world_.time().after(std::chrono::milliseconds{chance_.between(20, 400)},
                            [this, id] { watch_payment(id); });
        return;
    }
    if (status == "unknown") {  // recovery or a person will tell
        world_.time().after(2s, [this, id] { watch_payment(id); });
        return;
    }
    if (status == "captured") {
        const auto captured = number(shown, "amount_captured");
        const auto known = world_.told_captured.emplace(id, captured);
        if (!known.second && known.first->second != captured)
            world_.violated(fmt::format("{} was captured with {} and now with {}", id,
                                        known.first->second, captured));
        if (followed_up_) return order_ended();
        return after_capture(shown);
    }
    if (status == "authorized") return after_authorisation(shown);
    if (status == "declined") ++world_.counts().declined;
    if (status == "cancelled") ++world_.counts().cancelled;
    if (status == "voided") ++world_.counts().voided;
    if (!ordered_twice_ && !world_.calm() && status != "voided" && chance_.between(0, 4) == 0) {
        ordered_twice_ = true;  // the customer insists: the same order under a new key
        return order(chance_.between(0, 1) == 0 ? 0 : 5);
    }
    order_ended();
}

void point_of_sale::after_capture(const json::object& shown) {
    const auto id = text(shown, "id");
    followed_up_ = true;
    ++world_.counts().sales;
    if (sold_) {
        busy_ = false;
        return std::exchange(sold_, {})();
    }
    const auto what = world_.calm() ? 99 : chance_.between(0, 11);
    if (what == 0) {
        world_.void_asked[id] = true;
        world_.last_step[id] = "void";
        return perform({fmt::format("/v1/payments/{}/cancel", id),
                        "{}",
                        world_.new_key(terminal_),
                        {},
                        [this](const json::object& now) { payment_is(now); },
                        [this](std::string_view) { order_ended(); }});
    }
    if (what == 1) {
        const auto body = fmt::format(R"({{"amount":{},"reason":"brought back","route":"{}"}})",
                                      world_.new_refund_amount(),
                                      chance_.between(0, 2) == 0 ? "offline" : "terminal");
        return perform({fmt::format("/v1/payments/{}/refunds?wait=30", id),
                        body,
                        world_.new_key(terminal_),
                        {},
                        [this](const json::object& now) { refund_is(now); },
                        [this](std::string_view) { order_ended(); }});
    }
    order_ended();
}

void point_of_sale::after_authorisation(const json::object& shown) {
    const auto id = text(shown, "id");
    if (++attempts_ > 8) return order_ended();  // the terminal will not have it: a case for people
    const auto authorized = number(shown, "amount_authorized");
    const auto back = [this](const json::object& now) { payment_is(now); };
    const auto refused = [this, id](std::string_view) { watch_payment(id); };
    if (chance_.between(0, 2) == 0) {
        world_.last_step[id] = "release";
        return perform({fmt::format("/v1/payments/{}/cancel", id),
                        "{}",
                        world_.new_key(terminal_),
                        {},
                        back,
                        refused});
    }
    world_.last_step[id] = "capture";
    const auto part = chance_.between(0, 1) == 0 ? authorized : authorized - 1000;
    perform({fmt::format("/v1/payments/{}/capture?wait=20", id),
             fmt::format(R"({{"amount":{}}})", part),
             world_.new_key(terminal_),
             {},
             back,
             refused});
}

void point_of_sale::cancel_later(std::string id) {
    world_.time().after(std::chrono::milliseconds{chance_.between(0, 3000)}, [this, id] {
        question asked;
        asked.method = "POST";
        asked.target = fmt::format("/v1/payments/{}/cancel", id);
        asked.body = "{}";
        asked.key = world_.new_key(terminal_);
        world_.void_asked[id] = true;  // if it is captured by then, this voids it
        if (!world_.last_step.contains(id)) world_.last_step[id] = "void";
        world_.ask(
            std::move(asked), [](const reply&) {}, 30s);
    });
}

// ------------------------------------------------------------------------------- a refund

void point_of_sale::watch_refund(std::string id) {
    world_.ask(
        {.target = fmt::format("/v1/refunds/{}?wait=20", id)},
        [this, id](const reply& given) {
            if (given.status == 200) return refund_is(json::parse(given.body).get_object());
            world_.time().after(1s, [this, id] { watch_refund(id); });
        },
        60s);
}

void point_of_sale::refund_is(const json::object& shown) {
    const auto status = text(shown, "status");
    const auto id = text(shown, "id");
    doing_ = id + " is " + status;
    if (status == "pending" || status == "unknown") {
        world_.time().after(1s, [this, id] { watch_refund(id); });
        return;
    }
    if (status == "succeeded") ++world_.counts().refunds;
    order_ended();
}

void point_of_sale::order_ended() {
    busy_ = false;
    doing_ = "idle";
    world_.time().after(std::chrono::milliseconds{chance_.between(0, 500)},
                        [this] { next_order(); });
}

void point_of_sale::sell_once_more(std::function<void()> sold) {
    sold_ = std::move(sold);
    next_order();
}

}  // namespace tests::simulation
