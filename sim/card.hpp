// The card holder's cards: a named set with EMV data and public test numbers.
//
//     const card* chosen = find_card("girocard");     // nullptr: no such card
//     chosen->masked_pan();                           // "679999*********0019"
//
// The full number stays in here; all that leaves is masked (first 6, last 4).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

/// Position of a scheme in the totals of an end of day (ZVT BMP 60).
enum class brand : std::uint8_t { girocard, jcb, mastercard, amex, visa, diners, other };
inline constexpr std::size_t brand_count = 7;

enum class entry_mode : std::uint8_t { magstripe = 0, chip = 1, contactless = 2 };

/// How the card holder proves to be one (ZVT TLV 1F10).
enum class verification : std::uint8_t {
    none = 0x00,
    signature = 0x01,
    online_pin = 0x02,
    offline_pin = 0x03
};

struct card {
    std::string_view name;
    sim::brand brand{};
    std::uint8_t zvt_type{};   // BMP 8A
    std::string_view product;  // BMP 8B, as printed
    std::string_view label;    // EMV application label
    std::string_view aid;      // EMV application id, hex
    std::string_view pan;
    std::uint16_t expiry{};  // YYMM
    std::uint8_t sequence{};
    entry_mode entry{};
    verification usual{};
    bool blocked{};

    [[nodiscard]] std::string masked_pan() const;
    /// BMP 22: two digits a byte, hidden ones E, padded with F.
    [[nodiscard]] std::vector<std::uint8_t> masked_pan_bcd() const;
    [[nodiscard]] bool expired_in(std::uint16_t year_month) const noexcept {
        return expiry < year_month;
    }
};

/// The PIN of every card of the set.
inline constexpr std::string_view card_pin = "1234";

[[nodiscard]] std::span<const card> all_cards() noexcept;
[[nodiscard]] const card* find_card(std::string_view name) noexcept;

}  // namespace sim
