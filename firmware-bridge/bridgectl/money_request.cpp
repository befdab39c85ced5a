#include "firmware-bridge/bridgectl/money_request.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <csignal>
#include <ostream>

namespace bridge::bridgectl {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
constexpr auto long_poll = 20s;

class conversation {
public:
    conversation(session& with, money_request wanted) : with_{with}, wanted_{std::move(wanted)} {
        if (wanted_.key.empty()) wanted_.key = new_idempotency_key();
    }

    exit_code hold(const session::painter& show) {
        with_.run(everything());
        if (!answer_) return give_up();
        if (!answer_->ok()) return with_.explain(*answer_);
        with_.show(*answer_, show);
        const auto& object = answer_->body.as_object();
        if (!wanted_.wait) return exit_code::ok;
        return running(object) ? leave_running(object) : verdict_of(object);
    }

private:
    asio::awaitable<void> everything() {
        using namespace asio::experimental::awaitable_operators;
        // The first to end ends the others, and all have ended when this goes on.
        if (wanted_.wait)
            co_await (ask_until_known() || until_left() || show_display());
        else
            co_await (ask_until_known() || until_left());
    }

    /// The answer goes to answer_; nothing there: nobody knows.
    asio::awaitable<void> ask_until_known() {
        auto last_heard = clock::now();
        auto wait = 0s;  // the first answer comes at once: it names the payment
        asio::steady_timer pause{with_.io};
        for (;;) {
            sent_ = true;
            // Named, because GCC 12 destroys a temporary aggregate of a co_await twice.
            http_request request{.method = verb::post,
                                 .target = target(wait),
                                 .body = wanted_.body,
                                 .idempotency_key = wanted_.key,
                                 .timeout = wait + 30s};
            const auto answer = co_await with_.api->send(std::move(request));
            if (answer && settled(*answer)) co_return;
            if (answer && answer->ok()) {
                last_heard = clock::now();
                wait = long_poll;
                lost_ = false;
            } else if (!answer && !may_be_taken_ && answer.error() == client_errc::unreachable) {
                failure_ = answer.error();
                sent_ = false;
                co_return;
            } else {
                if (clock::now() - last_heard > wanted_.patience) co_return;
                say_lost();
                pause.expires_after(1s);
                co_await pause.async_wait(asio::use_awaitable);
            }
            may_be_taken_ = true;
        }
    }

    std::string target(std::chrono::seconds wait) const {
        if (wait == 0s) return wanted_.target;
        return wanted_.target + "?wait=" + std::to_string(wait.count());
    }

    /// True when there is nothing more to ask for.
    bool settled(const http_answer& answer) {
        const auto* object = answer.body.if_object();
        if (answer.ok() && object != nullptr) {
            answer_ = answer;
            id_ = text_of(*object, "id");
            if (wanted_.terminal.empty()) wanted_.terminal = text_of(*object, "terminal");
            return !wanted_.wait || !running(*object);
        }
        // A daemon that stops or starts says 503; behind an accepted request that is a pause, not
        // an answer.
        if (may_be_taken_ && answer.status >= 500) return false;
        answer_ = answer;
        return true;
    }

    static bool running(const boost::json::object& object) {
        const auto status = text_of(object, "status");
        return status == "created" || status == "in_progress" || status == "pending" ||
               status == "running";
    }

    asio::awaitable<void> show_display() {
        std::string last_id;
        for (;;) {
            client::event_handler show = [&](const server_sent_event& event) {
                last_id = event.id;
                show_event(event);
            };
            const auto ended = co_await with_.api->follow(last_id, std::move(show), nullptr);
            // No stream (not allowed, too many): the sale goes on without its display.
            const bool refused = ended && ended->status != 200;
            asio::steady_timer pause{with_.io, refused ? clock::duration{1h} : 500ms};
            co_await pause.async_wait(asio::use_awaitable);
        }
    }

    void show_event(const server_sent_event& event) {
        if (event.type != "terminal.display") return;
        boost::system::error_code not_json;
        const auto parsed = boost::json::parse(event.data, not_json);
        const auto* object = parsed.if_object();
        if (object == nullptr || text_of(*object, "object_id") != wanted_.terminal) return;
        with_.err << event_line(*object) << std::endl;
    }

    /// Returns when the person at the keyboard does not want to wait any longer.
    asio::awaitable<void> until_left() {
        asio::signal_set interrupts{with_.io, SIGINT, SIGTERM};
        co_await interrupts.async_wait(asio::use_awaitable);
        if (!id_.starts_with("pay_")) co_return;
        with_.err << "asking the terminal to stop (Ctrl-C again leaves without waiting)"
                  << std::endl;
        http_request cancel{.method = verb::post,
                            .target = "/v1/payments/" + id_ + "/cancel",
                            .idempotency_key = wanted_.key + "-cancel"};
        const auto asked = co_await with_.api->send(std::move(cancel));
        if (asked && !asked->ok()) static_cast<void>(with_.explain(*asked));
        co_await interrupts.async_wait(asio::use_awaitable);
    }

    void say_lost() {
        if (lost_) return;
        lost_ = true;
        with_.err << "bridgectl: the connection to the daemon is lost; asking again with the same "
                     "idempotency key, so nothing is charged twice"
                  << std::endl;
    }

    exit_code give_up() {
        if (!sent_) return with_.explain(failure_);
        with_.err << "bridgectl: what became of this is NOT KNOWN here; it may have been charged. "
                     "Do not start another one before looking:\n"
                  << "  " << look_again() << '\n';
        return exit_code::unknown;
    }

    exit_code leave_running(const boost::json::object& object) {
        with_.err << "bridgectl: left while it was " << text_of(object, "status") << "; look with\n"
                  << "  " << look_again() << '\n';
        return exit_code::unknown;
    }

    std::string look_again() const {
        if (!id_.empty()) return "bridgectl show " + id_;
        return "the same command with --idempotency-key " + wanted_.key +
               " (gives the same payment, never a second one)";
    }

    session& with_;
    money_request wanted_;
    std::optional<http_answer> answer_;
    protocol::error_code failure_;
    std::string id_;
    bool sent_{};          // the daemon may have got the request
    bool may_be_taken_{};  // … an earlier one
    bool lost_{};
};

}  // namespace

exit_code move_money(session& with, money_request wanted, const session::painter& show) {
    return conversation{with, std::move(wanted)}.hold(show);
}

}  // namespace bridge::bridgectl
