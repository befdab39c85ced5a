// A cash register program and the impatient person before it. Takes orders one after the other at
// one terminal; loses answers, asks again with the same key, cancels, captures, voids, refunds,
// gives the same order under a new key.
//
//     point_of_sale till{world, "lane-1", 25, seed};
//     till.start();
//     till.done();                         // every order has come to an end that is final
#pragma once

#include <optional>
#include <string>

#include "sim/random.hpp"
#include "tests/simulation/simulated_bridge.hpp"

namespace boost::json {
class object;
}

namespace tests::simulation {

class world;

class point_of_sale {
public:
    point_of_sale(world&, std::string terminal, unsigned orders, std::uint64_t seed);

    void start();
    /// Sells until one is captured, then calls `sold`: after faults stopped.
    void sell_once_more(std::function<void()> sold);
    [[nodiscard]] bool done() const noexcept { return orders_ == 0 && !busy_; }
    /// What it waits for, for people.
    [[nodiscard]] std::string state() const;

private:
    struct step {
        std::string target, body, key;
        std::string id;  // of what it made, once known: the same key must give the same (M6)
        std::function<void(const boost::json::object&)> then;
        std::function<void(std::string_view code)> refused;
    };

    void next_order();
    void order(unsigned last_two_digits);
    void perform(step);
    void again(step, std::chrono::milliseconds pause);
    void answered(step, const reply&);
    void watch_payment(std::string id);
    void payment_is(const boost::json::object&);
    void after_capture(const boost::json::object&);
    void after_authorisation(const boost::json::object&);
    void watch_refund(std::string id);
    void refund_is(const boost::json::object&);
    void cancel_later(std::string id);
    void order_ended();

    world& world_;
    std::string terminal_;
    unsigned orders_;
    sim::random_source chance_;
    std::string doing_;
    std::int64_t amount_{};
    bool manual_{};
    bool busy_{};
    bool ordered_twice_{};
    bool followed_up_{};
    unsigned attempts_{};  // to capture or release
    std::function<void()> sold_;
};

}  // namespace tests::simulation
