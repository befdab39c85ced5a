// The bridge as tests of the API see it: a journal in memory, and an engine that answers from a
// script.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <string>
#include <vector>

#include "firmware-bridge/api/metrics.hpp"
#include "firmware-bridge/api/service.hpp"
#include "firmware-bridge/journal/memory_journal.hpp"

namespace bridge::api::testing {

[[nodiscard]] inline drivers::wall_time at_ms(std::int64_t since_1970) {
    return drivers::wall_time{std::chrono::milliseconds{since_1970}};
}

[[nodiscard]] inline sales::payment payment_of(std::string id, sales::payment_status status,
                                               std::int64_t created_ms = 1'000) {
    sales::payment made;
    made.id = std::move(id);
    made.terminal = "lane-1";
    made.requested = {1234, protocol::euro()};
    made.status = status;
    if (status == sales::payment_status::captured) made.authorized = made.captured = 1234;
    made.created = made.updated = at_ms(created_ms);
    return made;
}

class scripted_ledger final : public ledger_reader {
public:
    void list_entries(
        filter wanted, journal::page page,
        journal::journal::handler<journal::listing<boost::json::object>> done) override {
        asked.push_back({std::move(wanted), std::move(page)});
        post([reply = answer, done = std::move(done)] { done(reply); });
    }

    struct question {
        filter wanted;
        journal::page page;
    };
    std::vector<question> asked;
    protocol::result<journal::listing<boost::json::object>> answer{
        journal::listing<boost::json::object>{}};
    std::function<void(std::function<void()>)> post;
};

class scripted_service : public service {
public:
    explicit scripted_service(asio::io_context& context)
        : io{context}, records_{disk, poster()}, changes_{context.get_executor()} {
        books.post = poster();
        sales::terminal_view view;
        view.id = "lane-1";
        view.accepts = {0, protocol::euro()};
        view.link = drivers::link_state::kind::ready;
        view.activity = "idle";
        views.push_back(view);
    }

    /// As the engine shell does it: durable first, then everybody hears of it.
    void commit(const journal::batch& step) {
        const auto last = disk.apply(step).value();
        changes_.notify(last, step.events);
    }
    void commit(const sales::payment& changed) {
        commit({.events = {event_of("payment.updated", changed.id)}, .payments = {changed}});
    }
    [[nodiscard]] static journal::event event_of(std::string type, std::string object_id) {
        return {.type = std::move(type),
                .object_id = std::move(object_id),
                .data = R"({"some":"data"})",
                .booking = {},
                .at = at_ms(1'700'000'000'000)};
    }

    asio::awaitable<sales::reply> submit(sales::request wanted) override {
        asked.push_back(wanted);
        co_return answer(asked.back());
    }
    journal::journal& records() override { return broken ? *broken : records_; }
    std::vector<sales::terminal_view> terminals() const override { return views; }
    feed& changes() override { return changes_; }
    ledger_reader* ledger() override { return keeps_books ? &books : nullptr; }
    api::health health() const override { return state; }
    api::metrics& metrics() override { return counters_; }

    asio::io_context& io;
    journal::memory_disk disk;
    std::vector<sales::request> asked;
    std::function<sales::reply(const sales::request&)> answer = [](const auto&) {
        return sales::reply{.number = 0,
                            .outcome = payment_of("pay_1", sales::payment_status::captured),
                            .replayed = false};
    };
    std::vector<sales::terminal_view> views;
    scripted_ledger books;
    bool keeps_books{true};
    api::health state;
    journal::journal* broken{};  // takes the journal's place

private:
    std::function<void(std::function<void()>)> poster() {
        return [this](auto task) { asio::post(io, std::move(task)); };
    }

    journal::memory_journal records_;
    feed changes_;
    api::metrics counters_;
};

}  // namespace bridge::api::testing
