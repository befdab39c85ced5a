#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <csignal>
#include <memory>
#include <ostream>

#include "firmware-bridge/bridgectl/commands.hpp"
#include "firmware-bridge/bridgectl/render.hpp"

namespace bridge::bridgectl {

namespace {

using namespace std::chrono_literals;

struct watcher {
    session& with;
    std::string terminal;  // empty: all
    std::string last_id;   // go on behind this event
    exit_code end{exit_code::ok};
    bool connected{};

    void show(const server_sent_event& event) {
        last_id = event.id;
        boost::system::error_code not_json;
        const auto parsed = boost::json::parse(event.data, not_json);
        const auto* object = parsed.if_object();
        if (object == nullptr || !concerns(*object)) return;
        if (with.json)
            with.out << event.data << std::endl;
        else
            with.out << event_line(*object) << std::endl;
    }

    bool concerns(const boost::json::object& event) const {
        if (terminal.empty() || text_of(event, "object_id") == terminal) return true;
        const auto* data = object_of(event, "data");
        return data != nullptr && text_of(*data, "terminal") == terminal;
    }

    /// Until the daemon refuses, or is not there at the first attempt.
    asio::awaitable<void> follow() {
        for (;;) {
            client::event_handler each = [this](const auto& event) { show(event); };
            std::function<void()> opened = [this] {
                if (!connected) with.err << "watching; Ctrl-C ends" << std::endl;
                connected = true;
            };
            const auto ended =
                co_await with.api->follow(last_id, std::move(each), std::move(opened));
            if (ended && ended->status != 200) {
                end = with.explain(*ended);
                co_return;
            }
            if (!ended && !connected) {
                end = with.explain(ended.error());
                co_return;
            }
            asio::steady_timer pause{with.io, 1s};
            co_await pause.async_wait(asio::use_awaitable);
        }
    }

    asio::awaitable<void> until_interrupted() {
        asio::signal_set interrupts{with.io, SIGINT, SIGTERM};
        co_await interrupts.async_wait(asio::use_awaitable);
    }

    exit_code run() {
        with.run([](watcher& self) -> asio::awaitable<void> {
            using namespace asio::experimental::awaitable_operators;
            co_await (self.follow() || self.until_interrupted());
        }(*this));
        return end;
    }
};

struct page {
    std::string after{"0"};
    unsigned limit{100};
};

exit_code list_events(session& with, const page& wanted) {
    const auto answer = with.ask({.target = "/v1/events?after=" + escaped(wanted.after) +
                                            "&limit=" + std::to_string(wanted.limit)});
    if (!answer) return with.explain(answer.error());
    if (!answer->ok()) return with.explain(*answer);
    with.show(*answer, [](std::ostream& out, const boost::json::object& body) {
        const auto* data = array_of(body, "data");
        for (const auto& one : data == nullptr ? boost::json::array{} : *data)
            if (const auto* event = one.if_object())
                out << text_of(*event, "id") << "  " << event_line(*event) << '\n';
    });
    return exit_code::ok;
}

}  // namespace

void define_watch(commands& all) {
    auto& with = all.with;
    const auto watched = std::make_shared<std::pair<std::string, std::string>>();
    auto* watch = all.add("watch", "shows what happens while it happens; reconnects by itself",
                          "  bridgectl watch\n  bridgectl watch --terminal lane-1\n"
                          "  bridgectl watch --after evt_0000000000000042 --json\n",
                          [&with, watched] {
                              return watcher{with, watched->first, watched->second}.run();
                          });
    watch->add_option("--terminal", watched->first, "only this terminal and its payments");
    watch->add_option("--after", watched->second, "begin behind this event instead of now");

    const auto wanted = std::make_shared<page>();
    auto* events = all.add("events", "lists what happened, oldest first",
                           "  bridgectl events --after evt_0000000000000042\n",
                           [&with, wanted] { return list_events(with, *wanted); });
    events->add_option("--after", wanted->after, "behind this event");
    events->add_option("--limit", wanted->limit, "at most so many")->check(CLI::Range(1U, 100U));
}

}  // namespace bridge::bridgectl
