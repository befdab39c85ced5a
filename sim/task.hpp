// A dialogue of the terminal, written in the order in which it happens: a coroutine that stops
// where the terminal waits (for an answer, for time, for a key) and goes on when that comes.
//
//     task<bool> confirm(workings& terminal) {
//         const answer heard = co_await terminal.ecr.ask(messages::please_wait());
//         co_return heard.positive();
//     }
//
// There is no executor: whoever wakes the innermost wait runs the coroutine up to its next wait.
// Destroying the outermost task destroys every dialogue it waits for, wherever they are. That is
// what a power cut is to a terminal, and the tests use it as one.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "protocol/invariant.hpp"

namespace sim {

namespace detail {

struct task_promise_base {
    std::coroutine_handle<> continuation{std::noop_coroutine()};
    std::exception_ptr failure;

    struct final_awaiter {
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        template <class Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) noexcept {
            return self.promise().continuation;
        }
        void await_resume() const noexcept {}
    };

    std::suspend_always initial_suspend() noexcept { return {}; }
    final_awaiter final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { failure = std::current_exception(); }
};

}  // namespace detail

template <class T = void>
class task;

namespace detail {

template <class T>
struct task_promise : task_promise_base {
    std::optional<T> value;
    task<T> get_return_object() noexcept;
    void return_value(T result) { value = std::move(result); }
    T take() {
        if (failure) std::rethrow_exception(failure);
        BRIDGE_INVARIANT(value.has_value());
        return std::move(*value);
    }
};

template <>
struct task_promise<void> : task_promise_base {
    task<void> get_return_object() noexcept;
    void return_void() noexcept {}
    void take() const {
        if (failure) std::rethrow_exception(failure);
    }
};

}  // namespace detail

template <class T>
class [[nodiscard]] task {
public:
    using promise_type = detail::task_promise<T>;

    task() noexcept = default;
    explicit task(std::coroutine_handle<promise_type> handle) noexcept : handle_{handle} {}
    task(task&& other) noexcept : handle_{std::exchange(other.handle_, {})} {}
    task& operator=(task&& other) noexcept {
        if (this != &other) {
            reset();
            handle_ = std::exchange(other.handle_, {});
        }
        return *this;
    }
    task(const task&) = delete;
    task& operator=(const task&) = delete;
    ~task() { reset(); }

    /// Outermost task: runs to its first wait.
    void start() { handle_.resume(); }
    [[nodiscard]] bool started() const noexcept { return static_cast<bool>(handle_); }
    [[nodiscard]] bool running() const noexcept { return handle_ && !handle_.done(); }
    /// Outermost task, when it is no longer running: rethrows what ended it.
    void finish() {
        if (handle_) handle_.promise().take();
    }
    void reset() noexcept {
        if (handle_) std::exchange(handle_, {}).destroy();
    }

    // Inner task: awaiting starts it, its end continues the one that waits.
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiting) noexcept {
        handle_.promise().continuation = waiting;
        return handle_;
    }
    T await_resume() { return handle_.promise().take(); }

private:
    std::coroutine_handle<promise_type> handle_;
};

namespace detail {

template <class T>
task<T> task_promise<T>::get_return_object() noexcept {
    return task<T>{std::coroutine_handle<task_promise<T>>::from_promise(*this)};
}

inline task<void> task_promise<void>::get_return_object() noexcept {
    return task<void>{std::coroutine_handle<task_promise<void>>::from_promise(*this)};
}

}  // namespace detail

}  // namespace sim
