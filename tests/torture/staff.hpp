// Registers at work, one a lane, each on a thread of its own.
//
//     staff at_work{here, 4, plan};
//     …                                      // whatever is to happen to the shop
//     const auto deals = at_work.close();
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "tests/torture/cashier.hpp"
#include "tests/torture/schedule.hpp"

namespace torture {

class staff {
public:
    staff(const tests::shop& here, int lanes, const schedule& plan) {
        for (int lane = 1; lane <= lanes; ++lane) {
            people_.push_back(std::make_unique<cashier>(
                here, lane, lanes, plan.random(static_cast<std::uint64_t>(lane))));
        }
        for (const auto& one : people_) {
            threads_.emplace_back([this, &one = *one] {
                while (!closing_) {
                    if (needs_quiet())
                        tests::short_pause();
                    else
                        one.serve();
                }
            });
        }
    }
    ~staff() {
        closing_ = true;
        for (const auto& one : people_) one->give_up();
        for (auto& one : threads_) {
            if (one.joinable()) one.join();
        }
    }
    staff(const staff&) = delete;
    staff& operator=(const staff&) = delete;

    [[nodiscard]] int served() const {
        int all = 0;
        for (const auto& one : people_) all += one->served();
        return all;
    }

    /// One of them must look into an unknown outcome; the others wait with him.
    [[nodiscard]] bool needs_quiet() const {
        return std::ranges::any_of(people_, [](const auto& one) { return one->needs_quiet(); });
    }

    /// Each serves its last customer. What they complain of fails the test.
    std::vector<deal> close() {
        closing_ = true;
        std::vector<deal> all;
        for (auto& one : threads_) one.join();
        for (const auto& one : people_) {
            all.insert(all.end(), one->deals().begin(), one->deals().end());
            for (const auto& complaint : one->complaints()) FAIL_CHECK(complaint);
        }
        return all;
    }

private:
    std::atomic<bool> closing_{};
    std::vector<std::unique_ptr<cashier>> people_;
    std::vector<std::thread> threads_;
};

}  // namespace torture
