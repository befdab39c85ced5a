// Runs an io_context in a test until something is true: no sleep that hopes, no hang that stops the
// build.
#pragma once

#include <doctest/doctest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace support {

/// True when `done` became true, false when `limit` passed before.
template <class Condition>
[[nodiscard]] bool run_until(boost::asio::io_context& io, Condition done,
                             std::chrono::milliseconds limit = std::chrono::seconds{10}) {
    const auto guard = boost::asio::make_work_guard(io);
    const auto end = std::chrono::steady_clock::now() + limit;
    io.restart();
    while (!done()) {
        if (std::chrono::steady_clock::now() >= end) return false;
        io.run_one_for(std::chrono::milliseconds{5});  // `done` may look outside the context
    }
    return true;
}

/// Runs `task` to its end and returns what it returns; an exception of it passes through.
template <class Value>
[[nodiscard]] Value complete(boost::asio::io_context& io, boost::asio::awaitable<Value> task) {
    std::optional<Value> value;
    std::exception_ptr thrown;
    bool ended = false;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr failed, Value result) {
        thrown = failed;
        if (!failed) value.emplace(std::move(result));
        ended = true;
    });
    REQUIRE(run_until(io, [&] { return ended; }));
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*value);
}

}  // namespace support
