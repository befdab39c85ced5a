// What the issuer says to an amount: the last two digits of its minor units decide, so that whoever
// types an amount at a cash register chooses the outcome.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sim/card.hpp"

namespace sim {

/// One line of the table in sim/README.md.
struct amount_outcome {
    std::uint8_t last_digits;              // amount modulo 100
    std::uint8_t host_code;                // answer of the issuer, decimal 0-99; 0 approves
    std::optional<verification> verified;  // how the card holder must prove to be one
    bool first_pin_wrong{};                // the card holder mistypes once
    std::string_view meaning;
};

[[nodiscard]] std::span<const amount_outcome> all_amount_outcomes() noexcept;

/// Everything that the table does not name is approved with the card's usual verification.
[[nodiscard]] const amount_outcome& outcome_of(std::int64_t minor_units) noexcept;

}  // namespace sim
