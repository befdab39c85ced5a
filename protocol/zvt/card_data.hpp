// M9: no more than the first 6 and last 4 digits of a card number ever leave the receivers.
//
// mask_card_data() runs inside serial_receiver and tcp_receiver on each whole APDU, in their own
// buffer, before anybody else can see it. It E-masks the digits of PAN, track 1-3 (BMPs 22, 23, 24,
// 2D; TLV 1F08-1F0A, 5F and the like) and CVV (3A), blanks passwords' BMP 3D, and finds card
// numbers (13-19 digits, Luhn) in texts of prints, displays and in bytes behind an unknown BMP.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "protocol/zvt/error.hpp"

namespace protocol::zvt {

/// Masks in place. Never changes a length. Returns how many digits it hid.
std::size_t mask_card_data(std::span<std::uint8_t> apdu) noexcept;

/// The same for free text (logs, metadata, receipts): digits 7..n-4 of each 13-19 digit run that
/// passes Luhn become '*'. Spaces and dashes between digits are seen through.
std::size_t mask_card_numbers(std::span<char> text) noexcept;

/// A masked card number as shown: "541333******1234"; at most 20 characters, no allocation.
class masked_pan {
public:
    masked_pan() noexcept = default;
    /// From the LL value of BMP 22: BCD, E masked digit, F pad, D separator (EF_ID: nothing shown).
    [[nodiscard]] static masked_pan from_bcd(std::span<const std::uint8_t>) noexcept;
    [[nodiscard]] std::string_view view() const noexcept { return {digits_.data(), size_}; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    friend bool operator==(const masked_pan& a, const masked_pan& b) noexcept {
        return a.view() == b.view();
    }

private:
    [[nodiscard]] static masked_pan from_masked(std::span<const std::uint8_t>) noexcept;

    std::array<char, 20> digits_{};
    std::uint8_t size_{};
};

}  // namespace protocol::zvt
