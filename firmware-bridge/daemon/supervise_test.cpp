#include "firmware-bridge/daemon/supervise.hpp"

#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

using namespace bridge::daemon;

TEST_SUITE_BEGIN("firmware-bridge/daemon/supervise");

namespace {

asio::awaitable<void> forever() {
    asio::steady_timer never{co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max()};
    co_await never.async_wait(asio::use_awaitable);
}

asio::awaitable<void> failing() {
    co_await asio::post(asio::use_awaitable);
    throw std::runtime_error{"the disk is gone"};
}

struct world {
    asio::io_context io{1};
    std::vector<std::string> failures;
    supervisor tasks{io.get_executor(), [this](const task_failure& failure) {
                         failures.push_back(failure.task + ": " + failure.reason);
                     }};
};

}  // namespace

TEST_CASE("supervisor: a task that throws is told by its name") {
    world w;
    w.tasks.spawn("journal", failing());
    w.io.run();
    REQUIRE(w.failures.size() == 1);
    CHECK(w.failures[0] == "journal: the disk is gone");
    CHECK(w.tasks.running().empty());
}

TEST_CASE("supervisor: stop cancels what runs, and ended waits for the last one") {
    world w;
    w.tasks.spawn("lane-1", forever());
    w.tasks.spawn("lane-2", forever());
    bool ended = false;
    asio::co_spawn(
        w.io,
        [](world& all, bool& done) -> asio::awaitable<void> {
            co_await all.tasks.ended();
            done = true;
        }(w, ended),
        asio::detached);
    w.io.poll();
    CHECK(w.tasks.running() == std::vector<std::string>{"lane-1", "lane-2"});
    CHECK_FALSE(ended);

    w.tasks.stop();
    w.io.run();
    CHECK(ended);
    CHECK(w.failures.empty());
}

TEST_CASE("supervisor: a task spawned after stop is cancelled at once") {
    world w;
    w.tasks.stop();
    w.tasks.spawn("late", forever());
    w.io.run();
    CHECK(w.tasks.running().empty());
    CHECK(w.failures.empty());
}

TEST_CASE("supervisor: a cancellation that nobody asked for is a failure") {
    world w;
    w.tasks.spawn("odd", []() -> asio::awaitable<void> {
        co_await asio::post(asio::use_awaitable);
        throw boost::system::system_error{asio::error::operation_aborted};
    }());
    w.io.run();
    REQUIRE(w.failures.size() == 1);
    CHECK(w.failures[0].starts_with("odd: "));
}
