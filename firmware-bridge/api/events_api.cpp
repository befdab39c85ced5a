#include "firmware-bridge/api/events_api.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "firmware-bridge/api/query.hpp"
#include "firmware-bridge/api/reads.hpp"
#include "firmware-bridge/api/respond.hpp"
#include "firmware-bridge/api/waiting.hpp"
#include "firmware-bridge/sales/json.hpp"

namespace bridge::api {
namespace {

constexpr std::size_t events_a_read = 64;

/// Reads the journal by sequence and keeps nothing: a slow peer holds up send(), not our memory.
asio::awaitable<void> stream_events(service& bridge, peer& listener, std::uint64_t after) {
    feed::subscription changes{bridge.changes(), {}};
    // Makes the peer see at once that the stream stands, and how soon to come back if it falls.
    if (!co_await listener.send("retry: 2000\n\n")) co_return;
    for (;;) {
        auto news = co_await events_after(bridge.records(), after, events_a_read);
        if (!news) co_return;  // the peer comes back with Last-Event-ID
        std::string text;
        for (const auto& event : *news) {
            text += to_server_sent(event);
            after = event.sequence;
        }
        if (news->empty()) {
            const auto quiet_until = std::chrono::steady_clock::now() + listener.heartbeat();
            const auto woken = co_await next_change(changes, quiet_until, listener);
            if (woken == wake::over) co_return;
            if (woken == wake::deadline) text = ": still here\n\n";
        }
        if (!text.empty() && !co_await listener.send(std::move(text))) co_return;
    }
}

checked<std::uint64_t> known_sequence(service& bridge, std::string_view id,
                                      std::string_view param) {
    auto sequence = sequence_from(id, param);
    const auto last = bridge.changes().last_sequence();
    if (sequence && *sequence > last)
        return error{code::event_id_invalid,
                     "This event has not happened here: the journal ends with event " +
                         std::to_string(last) + ". Read it again from the beginning (after=0).",
                     std::string{param}};
    return sequence;
}

asio::awaitable<answer> list_events(service& bridge, std::uint64_t after, std::size_t limit) {
    auto found = co_await events_after(bridge.records(), after, limit + 1);
    if (!found) co_return from_journal(found.error(), code::event_id_invalid);
    const bool more = found->size() > limit;
    if (more) found->pop_back();
    response shown;
    shown.body = R"({"object":"list","data":[)";
    for (std::size_t i = 0; i < found->size(); ++i)
        shown.body += (i == 0 ? "" : ",") + to_json_text((*found)[i]);
    shown.body += std::string{R"(],"has_more":)"} + (more ? "true}" : "false}");
    co_return shown;
}

}  // namespace

std::string to_json_text(const journal::stored_event& event) {
    // The data is JSON already and is not read again; all else is put before it.
    auto text = boost::json::serialize(
        boost::json::object{{"id", event.id()},
                            {"object", "event"},
                            {"type", event.content.type},
                            {"object_id", event.content.object_id},
                            {"created", sales::to_rfc3339(event.content.at)}});
    text.pop_back();
    return text + R"(,"data":)" + (event.content.data.empty() ? "{}" : event.content.data) + "}";
}

std::string to_server_sent(const journal::stored_event& event) {
    auto data = to_json_text(event);
    // A line end within JSON is a blank like any other; here it would end the event.
    std::ranges::replace_if(
        data, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return "id: " + event.id() + "\nevent: " + event.content.type + "\ndata: " + data + "\n\n";
}

asio::awaitable<answer> events(service& bridge, const request& asked) {
    auto page = page_of(asked);
    if (!page) co_return page.error();
    std::optional<std::uint64_t> after;
    if (const auto given = value_of(asked, "after")) {
        auto sequence = known_sequence(bridge, *given, "after");
        if (!sequence) co_return sequence.error();
        after = *sequence;
    }
    const bool asks_stream = asked.accept.find("text/event-stream") != std::string::npos;
    const bool asks_list = after || asked.accept.find("application/json") != std::string::npos;
    if (!asks_stream && asks_list)
        co_return co_await list_events(bridge, after.value_or(0), page->limit);

    if (!asked.last_event_id.empty()) {
        auto sequence = known_sequence(bridge, asked.last_event_id, "Last-Event-ID");
        if (!sequence) co_return sequence.error();
        after = *sequence;  // a reconnecting EventSource repeats its first URL, too: this is newer
    }
    const auto from = after.value_or(bridge.changes().last_sequence());
    response shown;
    shown.content_type = "text/event-stream";
    shown.fields.emplace_back("Cache-Control", "no-store");
    shown.fields.emplace_back("X-Accel-Buffering", "no");
    shown.stream = [&bridge, from, listener = asked.peer] {
        return stream_events(bridge, *listener, from);
    };
    co_return shown;
}

}  // namespace bridge::api
