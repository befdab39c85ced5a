#include "firmware-bridge/api/health_api.hpp"

#include <boost/json/value.hpp>

#include "firmware-bridge/api/metrics.hpp"
#include "firmware-bridge/api/respond.hpp"

namespace bridge::api {

asio::awaitable<answer> show_alive(service&, const request&) { co_return show({{"status", "ok"}}); }

asio::awaitable<answer> show_ready(service& bridge, const request&) {
    const auto health = bridge.health();
    boost::json::array down, blocked;
    for (const auto& view : bridge.terminals()) {
        if (view.link != drivers::link_state::kind::ready) down.emplace_back(view.id);
        if (!view.blocked_by.empty()) blocked.emplace_back(view.id);
    }
    const bool ready = health.journal_ok && !health.shutting_down;
    const bool whole = down.empty() && blocked.empty();
    boost::json::object shown{{"status", !ready ? "unavailable" : whole ? "ready" : "degraded"}};
    shown["journal"] = health.journal_ok ? "ok" : health.journal_error;
    shown["shutting_down"] = health.shutting_down;
    shown["terminals_down"] = std::move(down);
    shown["terminals_blocked"] = std::move(blocked);
    co_return show(shown, ready ? 200 : 503);
}

asio::awaitable<answer> show_metrics(service& bridge, const request&) {
    response shown;
    shown.content_type = "text/plain; version=0.0.4";
    shown.body = bridge.metrics().render(bridge.terminals());
    co_return shown;
}

}  // namespace bridge::api
