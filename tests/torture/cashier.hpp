// A register and the person at it: serves one customer after the other on one lane, whatever
// happens to the daemon and the terminal meanwhile, and remembers what it was told.
//
//     cashier one{here, 2, plan.random(2)};
//     while (!stop) one.serve();        // sale, reservation, void, refund or a declined card
//     for (const auto& sold : one.deals()) …
//
// It repeats a request with the same key until its end is known, as a register does that restarts.
// What stays unknown it settles by the acquirer's list, as a person does, when the terminal is at
// rest and the daemon has no question left. No two deals have the same amount, so that a booking
// of the acquirer names its deal.
//
// Nothing in here fails a test: it runs on threads of its own. What went wrong is in complaints().
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/support/shop.hpp"

namespace torture {

enum class wish : std::uint8_t { sale, declined, capture, release, void_sale, refund };

struct deal {
    wish wanted{};
    std::string key;  // also the payment's reference
    std::string lane;
    std::int64_t amount{};   // of the payment or the reservation
    std::int64_t capture{};  // what is taken of a reservation
    std::int64_t refund{};
    /// What the API said last; "" when it never said anything final.
    std::string payment;
    std::string status;
    std::int64_t captured{};
    std::string refund_status;
    bool by_hand{};
};

class cashier {
public:
    /// `lane` counts from 1; `lanes` of them number their deals without meeting.
    cashier(const tests::shop&, int lane, int lanes, std::mt19937_64 random);

    /// One customer, until everything is known that he wants to know.
    void serve();
    /// No more repeats: for a shop that a failed test leaves behind.
    void give_up() { gives_up_ = true; }

    [[nodiscard]] const std::vector<deal>& deals() const noexcept { return deals_; }
    [[nodiscard]] const std::vector<std::string>& complaints() const noexcept {
        return complaints_;
    }
    [[nodiscard]] int served() const noexcept { return served_; }
    /// The lane is blocked by an unknown outcome: somebody must look, and needs quiet for it.
    [[nodiscard]] bool needs_quiet() const noexcept { return needs_quiet_; }

private:
    struct step {
        std::string target, body, key;
        wish kind{};  // what the terminal is asked for, should a person have to look
    };
    /// The payment's or refund's last state; null when it cannot be known.
    boost::json::value ask_until_known(deal&, const step&);
    void follow_up(deal&);
    void remember(deal&, const boost::json::value& payment);
    [[nodiscard]] bool terminal_rests(const deal&) const;
    void settle_by_hand(deal&, const step&);
    void complain(const deal&, const std::string& what);

    const tests::shop& here_;
    int lane_, lanes_;
    std::mt19937_64 random_;
    std::vector<deal> deals_;
    std::vector<std::string> complaints_;
    std::atomic<int> served_{};
    std::atomic<bool> gives_up_{};
    std::atomic<bool> needs_quiet_{};
    int number_{};
};

}  // namespace torture
