// Whether the books of acquirer, bridge and ledger agree, read from where they lie: the acquirer's
// own list, the rows of journal.db and ledger.db on the disk. Nothing is asked of the engine.
//
//     check_books(world);                  // calls world.violated() for each difference
#pragma once

#include <cstdint>
#include <map>

#include "sim/acquirer.hpp"

namespace tests::simulation {

class world;

/// What the acquirer's list says of amounts: those of payments are unique in a run, and those of
/// refunds.
class charge_at_acquirer {
public:
    explicit charge_at_acquirer(const sim::acquirer&);

    /// Charged and not voided, for the payment that asked for this amount; 0: nothing.
    [[nodiscard]] std::int64_t charged(std::int64_t amount) const {
        return value(charged_, amount);
    }
    [[nodiscard]] std::int64_t refunded(std::int64_t amount) const {
        return value(refunded_, amount);
    }
    [[nodiscard]] bool holds(std::int64_t amount) const { return value(held_, amount) != 0; }
    [[nodiscard]] const std::map<std::int64_t, std::int64_t>& all() const { return charged_; }
    /// Amounts of payments that were charged more than once.
    [[nodiscard]] const std::map<std::int64_t, int>& times() const { return times_; }

private:
    [[nodiscard]] static std::int64_t value(const std::map<std::int64_t, std::int64_t>& of,
                                            std::int64_t amount) {
        const auto found = of.find(amount);
        return found == of.end() ? 0 : found->second;
    }
    std::map<std::int64_t, std::int64_t> charged_, refunded_, held_;
    std::map<std::int64_t, int> times_;
};

/// Amounts from here on are sales at the terminal itself: not ours.
inline constexpr std::int64_t others_from = 5'000'000'000;

void check_books(world&);

}  // namespace tests::simulation
