// Asks the router without a socket.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <functional>

#include "firmware-bridge/api/router.hpp"
#include "firmware-bridge/api/testing/scripted_service.hpp"

namespace bridge::api::testing {

/// Somebody who stays until leave(), and takes a stream's parts until `takes` are sent.
class patient_peer final : public peer {
public:
    explicit patient_peer(asio::io_context& io)
        : here_{io, std::chrono::steady_clock::time_point::max()} {}

    asio::awaitable<void> gone() override {
        if (left_) co_return;
        try {
            co_await here_.async_wait(asio::use_awaitable);
        } catch (const boost::system::system_error&) {
            if (!left_) throw;
        }
    }
    asio::awaitable<bool> send(std::string part) override {
        parts.push_back(std::move(part));
        if (sending) sending();
        co_return !left_ && parts.size() < takes;
    }
    std::chrono::milliseconds heartbeat() const override { return heartbeat_time; }

    void leave() {
        left_ = true;
        here_.cancel();
    }

    std::vector<std::string> parts;
    std::function<void()> sending;  // called with each part
    std::size_t takes{1000};
    std::chrono::milliseconds heartbeat_time{20};

private:
    asio::steady_timer here_;
    bool left_{};
};

struct question {
    std::string method{"GET"};
    std::string target{"/healthz"};
    std::string body{};
    std::optional<std::string> key{};
    std::optional<role> caller{role::administrator};
    std::string last_event_id{};
    std::string accept{};
};

struct shown {
    unsigned status{};
    std::string body;
    std::vector<std::pair<std::string, std::string>> fields;
    request_record noted;

    [[nodiscard]] boost::json::value json() const { return boost::json::parse(body); }
    /// Code of the error, or "".
    [[nodiscard]] std::string code() const {
        const auto parsed = json();
        const auto* wrong = parsed.as_object().if_contains("error");
        return wrong ? std::string{wrong->at("code").as_string()} : "";
    }
    [[nodiscard]] std::string param() const {
        const auto parsed = json();
        const auto* param = parsed.at("error").as_object().if_contains("param");
        return param ? std::string{param->as_string()} : "";
    }
    [[nodiscard]] std::string field(std::string_view name) const {
        for (const auto& [given, value] : fields)
            if (given == name) return value;
        return "";
    }
};

/// Runs until the answer is there. `meanwhile` is posted behind the request.
[[nodiscard]] inline shown ask(scripted_service& bridge, const question& what,
                               std::function<void(patient_peer&)> meanwhile = {}) {
    patient_peer peer{bridge.io};
    request asked;
    asked.id = "req_test";
    asked.method = what.method;
    asked.target = what.target;
    asked.body = what.body;
    asked.idempotency_key = what.key;
    asked.caller = what.caller;
    asked.caller_name = "uid 0";
    asked.last_event_id = what.last_event_id;
    asked.accept = what.accept;
    asked.peer = &peer;

    shown result;
    asio::co_spawn(
        bridge.io,
        [&]() -> asio::awaitable<void> {
            auto given = co_await respond(bridge, asked, result.noted);
            result.status = given.status;
            result.body = given.body;
            result.fields = given.fields;
            if (given.stream) co_await given.stream();
            for (const auto& part : peer.parts) result.body += part;
        },
        [](std::exception_ptr failed) {
            if (failed) std::rethrow_exception(failed);
        });
    if (meanwhile) asio::post(bridge.io, [&] { meanwhile(peer); });
    bridge.io.restart();
    bridge.io.run();
    return result;
}

}  // namespace bridge::api::testing
