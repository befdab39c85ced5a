// Numbers that must not be mixed up each get a type of their own.
#pragma once

#include <compare>
#include <cstdint>

namespace protocol {

template <class Tag, class Rep>
class strong_id {
public:
    using rep = Rep;

    constexpr strong_id() noexcept = default;
    constexpr explicit strong_id(Rep value) noexcept : value_{value} {}

    [[nodiscard]] constexpr Rep value() const noexcept { return value_; }

    friend constexpr auto operator<=>(strong_id, strong_id) noexcept = default;

private:
    Rep value_{};
};

/// Receipt number of the terminal, 0000-9999 (ZVT BMP 87); wraps from 9999 to 0001.
using receipt_number = strong_id<struct receipt_number_tag, std::uint16_t>;
/// Trace number, 6 digits in BMP 0B, longer in TLV 1F2B.
using trace_number = strong_id<struct trace_number_tag, std::uint64_t>;
/// Turnover number, 6 digits (ZVT BMP 88).
using turnover_number = strong_id<struct turnover_number_tag, std::uint32_t>;
/// Terminal identity (TID), 8 digits (ZVT BMP 29).
using terminal_number = strong_id<struct terminal_number_tag, std::uint32_t>;

/// The receipt number that a terminal gives out after `last`: 0001 follows 9999 (ZVT
/// reference 9.20).
[[nodiscard]] constexpr receipt_number following(receipt_number last) noexcept {
    return receipt_number{static_cast<std::uint16_t>(last.value() >= 9999 ? 1 : last.value() + 1)};
}

}  // namespace protocol
