#include "firmware-bridge/sales/transitions.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/invariant.hpp"

namespace bridge::sales {
namespace {

using ps = payment_status;
using rs = refund_status;

// clang-format off
constexpr std::array payment_steps{
    std::pair{ps::created,     ps::in_progress},  // the command left
    std::pair{ps::created,     ps::cancelled},    // it never left
    std::pair{ps::created,     ps::unknown},      // a crash between intent and first byte, not yet decided
    std::pair{ps::in_progress, ps::authorized},
    std::pair{ps::in_progress, ps::captured},
    std::pair{ps::in_progress, ps::declined},
    std::pair{ps::in_progress, ps::cancelled},
    std::pair{ps::in_progress, ps::voided},
    std::pair{ps::in_progress, ps::unknown},
    std::pair{ps::authorized,  ps::in_progress},  // capture or release
    std::pair{ps::captured,    ps::in_progress},  // void
    std::pair{ps::unknown,     ps::authorized},
    std::pair{ps::unknown,     ps::captured},
    std::pair{ps::unknown,     ps::declined},
    std::pair{ps::unknown,     ps::cancelled},
    std::pair{ps::unknown,     ps::voided},
};
constexpr std::array refund_steps{
    std::pair{rs::pending, rs::succeeded},
    std::pair{rs::pending, rs::failed},
    std::pair{rs::pending, rs::cancelled},
    std::pair{rs::pending, rs::unknown},
    std::pair{rs::unknown, rs::succeeded},
    std::pair{rs::unknown, rs::failed},
};
// clang-format on

template <class Steps, class Status>
bool contains(const Steps& steps, Status from, Status to) noexcept {
    return std::find(steps.begin(), steps.end(), std::pair{from, to}) != steps.end();
}

}  // namespace

bool may_become(payment_status from, payment_status to) noexcept {
    return contains(payment_steps, from, to);
}
bool may_become(refund_status from, refund_status to) noexcept {
    return contains(refund_steps, from, to);
}

void move_to(payment& p, payment_status to, wall_time now) noexcept {
    if (p.status == to) return;
    // The command may end before anybody saw it run.
    if (p.status == ps::created && to != ps::cancelled && to != ps::unknown)
        p.status = ps::in_progress;
    BRIDGE_INVARIANT(p.status == to || may_become(p.status, to));
    p.status = to;
    p.updated = now;
}

void move_to(refund& r, refund_status to, wall_time now) noexcept {
    if (r.status == to) return;
    BRIDGE_INVARIANT(may_become(r.status, to));
    r.status = to;
    r.updated = now;
}

}  // namespace bridge::sales
