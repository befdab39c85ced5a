// Runs the daemon's tasks. Every coroutine that is not awaited by another one has a name here, and
// none ends unseen: a task that throws brings the process down in order, with its name in the log.
//
//     supervisor tasks{io.get_executor(), [&](const task_failure& f) { log.error(…); leave(); }};
//     tasks.spawn("api", server.run());
//     …
//     tasks.stop();                 // cancels what still runs
//     co_await tasks.ended();       // … and waits for it, before anything it uses is destroyed
//
// One thread: the executor's.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <list>
#include <string>
#include <vector>

namespace bridge::daemon {

namespace asio = boost::asio;

struct task_failure {
    std::string task;
    std::string reason;
};

class supervisor {
public:
    supervisor(asio::any_io_executor, std::function<void(const task_failure&)> on_failure);
    /// No task may be running.
    ~supervisor();
    supervisor(const supervisor&) = delete;
    supervisor& operator=(const supervisor&) = delete;

    void spawn(std::string name, asio::awaitable<void> task);
    /// Cancels all tasks; those spawned later are cancelled at once. A task that ends by
    /// operation_aborted then has not failed.
    void stop();
    /// When no task runs.
    [[nodiscard]] asio::awaitable<void> ended();
    [[nodiscard]] std::vector<std::string> running() const;

private:
    struct task {
        std::string name;
        asio::cancellation_signal cancel;
    };
    void finished(std::list<task>::iterator, const std::exception_ptr&);

    asio::any_io_executor executor_;
    std::function<void(const task_failure&)> on_failure_;
    std::list<task> tasks_;
    asio::steady_timer none_left_;
    bool stopping_{};
};

}  // namespace bridge::daemon
