#include "sim/outcome.hpp"

#include <algorithm>
#include <array>

namespace sim {
namespace {

constexpr std::array outcomes{
    amount_outcome{0, 0, {}, false, "approved"},
    amount_outcome{1, 1, {}, false, "refer to card issuer"},
    amount_outcome{2, 0, verification::offline_pin, false, "approved, offline PIN asked"},
    amount_outcome{3, 0, verification::online_pin, false, "approved, online PIN asked"},
    amount_outcome{5, 5, {}, false, "declined"},
    amount_outcome{51, 51, {}, false, "insufficient funds"},
    amount_outcome{54, 54, {}, false, "card expired"},
    amount_outcome{55, 0, verification::online_pin, true, "wrong PIN, then the right one"},
    amount_outcome{65, 65, {}, false, "limit exceeded"},
    amount_outcome{75, 75, verification::online_pin, false, "PIN tries exceeded"},
    amount_outcome{91, 91, {}, false, "issuer unreachable"},
};

constexpr amount_outcome everything_else{0, 0, {}, false, "approved"};

}  // namespace

std::span<const amount_outcome> all_amount_outcomes() noexcept { return outcomes; }

const amount_outcome& outcome_of(std::int64_t minor_units) noexcept {
    const auto found = std::ranges::find(outcomes, minor_units % 100, &amount_outcome::last_digits);
    return found == outcomes.end() ? everything_else : *found;
}

}  // namespace sim
