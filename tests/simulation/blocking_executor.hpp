// Where the bridge's blocking work is done in the simulation: in the one thread there is, but a
// while of virtual time after it was asked for, and one task after the other. So the journal's
// queue fills while the disk is busy, as it does on a thread of its own.
//
//     auto work = std::make_shared<blocking_work>(time, [&] { return draw_latency(); });
//     sqlite_journal journal{…, {.blocking = blocking_executor{context, work}}};
//     work->drop();                               // a crash: what has not begun never will
#pragma once

#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <deque>
#include <functional>
#include <memory>

#include "sim/world/timeline.hpp"

namespace tests::simulation {

class blocking_work : public std::enable_shared_from_this<blocking_work> {
public:
    using latency = std::function<std::chrono::microseconds()>;

    blocking_work(sim::world::timeline& time, latency takes)
        : time_{time}, takes_{std::move(takes)} {}

    void add(std::function<void()> task) {
        tasks_.push_back(std::move(task));
        if (tasks_.size() == 1) schedule();
    }
    void drop() { tasks_.clear(); }

private:
    void schedule() {
        time_.after(takes_(), [weak = weak_from_this()] {
            const auto self = weak.lock();
            if (!self || self->tasks_.empty()) return;
            const auto task = std::move(self->tasks_.front());
            self->tasks_.pop_front();
            task();
            if (!self->tasks_.empty()) self->schedule();
        });
    }

    sim::world::timeline& time_;
    latency takes_;
    std::deque<std::function<void()>> tasks_;
};

class blocking_executor {
public:
    blocking_executor(boost::asio::execution_context& context, std::shared_ptr<blocking_work> work)
        : context_{&context}, work_{std::move(work)} {}

    template <class Function>
    void execute(Function&& function) const {
        // Asio's functions only move, those of the queue copy.
        const auto shared =
            std::make_shared<std::decay_t<Function>>(std::forward<Function>(function));
        work_->add([shared] { std::move (*shared)(); });
    }

    [[nodiscard]] boost::asio::execution_context& query(
        boost::asio::execution::context_t) const noexcept {
        return *context_;
    }
    [[nodiscard]] static constexpr boost::asio::execution::blocking_t query(
        boost::asio::execution::blocking_t) noexcept {
        return boost::asio::execution::blocking.never;
    }
    [[nodiscard]] blocking_executor require(
        boost::asio::execution::blocking_t::never_t) const noexcept {
        return *this;
    }
    friend bool operator==(const blocking_executor& a, const blocking_executor& b) noexcept {
        return a.work_ == b.work_;
    }
    friend bool operator!=(const blocking_executor& a, const blocking_executor& b) noexcept {
        return a.work_ != b.work_;
    }

private:
    boost::asio::execution_context* context_;
    std::shared_ptr<blocking_work> work_;
};

}  // namespace tests::simulation
