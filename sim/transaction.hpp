// One money transaction as the terminal keeps it and shows it in a status information.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "sim/acquirer.hpp"
#include "sim/card.hpp"

namespace sim {

/// What the terminal's clock shows: local time, whole seconds.
using wall_time = std::chrono::sys_seconds;

struct transaction {
    booking_kind kind{};
    std::int64_t amount{};     // minor units
    std::uint16_t currency{};  // ISO 4217 number
    std::uint16_t receipt{};   // 0: none was given out (declined)
    std::uint32_t trace{};
    std::optional<std::uint32_t> original_trace;  // capture, release, reversal
    std::uint16_t original_receipt{};
    std::uint32_t turnover{};
    wall_time when{};
    std::string card;  // name in the set of cards; empty: no card was read
    verification verified{};
    bool online{true};
    std::uint8_t result_code{};  // BMP 27
    std::string authorisation_code;
    bool reversed{};  // a later reversal, capture or release took its effect away

    [[nodiscard]] const sim::card* holder() const noexcept { return find_card(card); }
};

/// The totals of one day, as the end of day reported them.
struct day_totals {
    struct entry {
        std::uint32_t count{};
        std::int64_t amount{};
    };
    std::uint16_t first_receipt{};
    std::uint16_t last_receipt{};
    std::uint32_t trace{};
    wall_time when{};
    std::array<entry, brand_count> brands{};

    [[nodiscard]] std::int64_t total() const noexcept {
        std::int64_t sum = 0;
        for (const auto& one : brands) sum += one.amount;
        return sum;
    }
};

}  // namespace sim
