#include "firmware-bridge/api/terminals_api.hpp"

#include <boost/json/value.hpp>

#include "firmware-bridge/api/query.hpp"
#include "firmware-bridge/api/requests.hpp"
#include "firmware-bridge/api/respond.hpp"
#include "firmware-bridge/api/submission.hpp"
#include "firmware-bridge/api/waiting.hpp"
#include "firmware-bridge/sales/json.hpp"

namespace bridge::api {
namespace {

namespace json = boost::json;
using action = sales::device_action;

json::value text_or_null(std::string_view text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

/// 8 digits: leading zeros count.
json::value terminal_number(const std::optional<protocol::terminal_number>& number) {
    if (!number) return nullptr;
    auto digits = std::to_string(number->value());
    if (digits.size() < 8) digits.insert(0, 8 - digits.size(), '0');
    return json::value(digits);
}

asio::awaitable<answer> start(service& bridge, const request& asked, action::kind what) {
    auto body = body_of(asked);
    if (!body) co_return body.error();
    action wanted{.what = what, .terminal = asked.object, .lines = {}};
    if (what == action::kind::display) wanted.lines = to_lines(*body);
    auto meant = understand(asked, *body, std::move(wanted));
    if (!meant) co_return meant.error();
    co_return co_await submit(bridge, asked, std::move(*meant));
}

}  // namespace

std::string_view to_string(drivers::link_state::kind kind) noexcept {
    switch (kind) {
        case drivers::link_state::kind::down: return "down";
        case drivers::link_state::kind::connecting: return "connecting";
        case drivers::link_state::kind::registering: return "registering";
        case drivers::link_state::kind::ready: return "ready";
    }
    return "";
}

json::object to_json(const sales::terminal_view& view) {
    json::object link{{"state", to_string(view.link)},
                      {"error", text_or_null(view.link_error)},
                      {"detail", text_or_null(view.link_detail)}};
    json::object status{{"code", view.status_code}, {"text", text_or_null(view.status_text)}};
    json::object shown{{"id", view.id}, {"object", "terminal"}};
    shown["state"] = view.link != drivers::link_state::kind::ready ? "offline"
                     : !view.blocked_by.empty()                    ? "blocked"
                     : view.activity == "idle"                     ? "idle"
                                                                   : "busy";
    shown["currency"] = view.accepts.unit.code();
    shown["link"] = std::move(link);
    shown["activity"] = view.activity;
    shown["current_payment"] = text_or_null(view.current_payment);
    shown["blocked_by"] = text_or_null(view.blocked_by);
    shown["advice"] = text_or_null(view.advice);
    shown["display"] = json::array(view.display.begin(), view.display.end());
    shown["terminal_id"] = terminal_number(view.terminal);
    shown["software_version"] = text_or_null(view.software_version);
    shown["status"] = std::move(status);
    shown["last_receipt"] =
        view.last_receipt ? json::value(view.last_receipt->value()) : json::value(nullptr);
    shown["updated"] = sales::to_rfc3339(view.updated);
    return shown;
}

asio::awaitable<answer> list_terminals(service& bridge, const request&) {
    json::array data;
    for (const auto& view : bridge.terminals()) data.emplace_back(to_json(view));
    co_return show_list(std::move(data), false);
}

asio::awaitable<answer> show_terminal(service& bridge, const request& asked) {
    for (const auto& view : bridge.terminals())
        if (view.id == asked.object) co_return show(to_json(view));
    co_return error{code::unknown_terminal};
}

asio::awaitable<answer> start_diagnosis(service& bridge, const request& asked) {
    return start(bridge, asked, action::kind::diagnosis);
}
asio::awaitable<answer> start_end_of_day(service& bridge, const request& asked) {
    return start(bridge, asked, action::kind::end_of_day);
}
asio::awaitable<answer> start_totals(service& bridge, const request& asked) {
    return start(bridge, asked, action::kind::totals);
}
asio::awaitable<answer> start_repeat_receipt(service& bridge, const request& asked) {
    return start(bridge, asked, action::kind::repeat_receipt);
}
asio::awaitable<answer> start_abort(service& bridge, const request& asked) {
    return start(bridge, asked, action::kind::abort);
}
asio::awaitable<answer> start_display(service& bridge, const request& asked) {
    return start(bridge, asked, action::kind::display);
}
asio::awaitable<answer> start_reboot(service& bridge, const request& asked) {
    return start(bridge, asked, action::kind::reboot);
}

asio::awaitable<answer> show_operation(service& bridge, const request& asked) {
    auto wait = wait_of(asked);
    if (!wait) co_return wait.error();
    auto found = co_await settled_operation(bridge, *asked.peer, asked.object, *wait);
    if (!found) co_return from_journal(found.error(), code::operation_not_found);
    co_return show(sales::to_json(*found));
}

}  // namespace bridge::api
