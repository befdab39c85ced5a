#include "firmware-bridge/api/feed.hpp"

#include <doctest/doctest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <list>
#include <vector>

namespace bridge::api {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

std::vector<journal::event> about(std::string object) {
    return {
        {.type = "test", .object_id = std::move(object), .data = "{}", .booking = {}, .at = {}}};
}

/// What next() returned, or that it was cancelled.
enum class ended { not_yet, changed, nothing, cancelled };

struct watch {
    asio::io_context io;
    feed news{io.get_executor()};

    void next(feed::subscription& from, ended& result, steady_clock::duration within = 1h) {
        asio::co_spawn(
            io, from.next(steady_clock::now() + within),
            asio::bind_cancellation_slot(
                cancels.emplace_back().slot(), [&result](std::exception_ptr failed, bool changed) {
                    result = failed ? ended::cancelled : changed ? ended::changed : ended::nothing;
                }));
        settle();
    }
    void settle() {
        io.restart();
        io.poll();
    }
    std::list<asio::cancellation_signal> cancels;  // one a call: a slot serves one operation
};

}  // namespace

TEST_SUITE("firmware-bridge/api/feed") {
    TEST_CASE("feed: whoever waits for an object hears of it, and of nothing else") {
        watch w;
        feed::subscription one{w.news, "pay_1"}, any{w.news, ""};
        auto of_one = ended::not_yet, of_any = ended::not_yet;
        w.next(one, of_one);
        w.next(any, of_any);
        w.news.notify(1, about("pay_2"));
        w.settle();
        CHECK(of_one == ended::not_yet);
        CHECK(of_any == ended::changed);
        w.news.notify(2, about("pay_1"));
        w.settle();
        CHECK(of_one == ended::changed);
        CHECK(w.news.last_sequence() == 2);
    }

    TEST_CASE("feed: a change between subscribing and waiting is not missed, and told once") {
        watch w;
        feed::subscription one{w.news, "pay_1"};
        w.news.notify(1, about("pay_1"));
        w.news.notify(2, about("pay_1"));
        auto first = ended::not_yet, second = ended::not_yet;
        w.next(one, first);
        CHECK(first == ended::changed);
        w.next(one, second);
        CHECK(second == ended::not_yet);
        w.news.close();
        w.settle();
        CHECK(second == ended::nothing);
    }

    TEST_CASE("feed: at the deadline there is nothing") {
        watch w;
        feed::subscription one{w.news, "pay_1"};
        auto result = ended::not_yet;
        w.next(one, result, 1ms);
        w.io.run();
        CHECK(result == ended::nothing);
        result = ended::not_yet;
        w.next(one, result, -1s);
        CHECK(result == ended::nothing);
    }

    TEST_CASE("feed: a cancelled wait unwinds, and the next one still hears of the change") {
        watch w;
        feed::subscription one{w.news, "pay_1"};
        auto first = ended::not_yet;
        w.next(one, first);
        w.cancels.back().emit(asio::cancellation_type::terminal);
        w.settle();
        CHECK(first == ended::cancelled);
        w.news.notify(1, about("pay_1"));
        auto second = ended::not_yet;
        w.next(one, second);
        CHECK(second == ended::changed);
    }

    TEST_CASE("feed: the start's sequence wakes nobody, and sequences never go back") {
        watch w;
        feed::subscription any{w.news, ""};
        auto result = ended::not_yet;
        w.next(any, result);
        w.news.notify(41, {});
        w.settle();
        CHECK(result == ended::not_yet);
        w.news.notify(7, {});
        CHECK(w.news.last_sequence() == 41);
        w.news.close();
        w.settle();
    }

    TEST_CASE("feed: when it is closed, nobody waits any more") {
        watch w;
        feed::subscription any{w.news, ""};
        w.news.close();
        auto result = ended::not_yet;
        w.next(any, result);
        CHECK(result == ended::nothing);
        CHECK(any.source_closed());
    }
}

}  // namespace bridge::api
