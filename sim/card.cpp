#include "sim/card.hpp"

#include <algorithm>

namespace sim {
namespace {

constexpr std::size_t shown_in_front = 6;
constexpr std::size_t shown_at_end = 4;

// The numbers are those that payment processors publish for testing.
constexpr std::array cards{
    card{"visa-credit", brand::visa, 10, "Visa", "VISA CREDIT", "A0000000031010",
         "4111111111111111", 3012, 1, entry_mode::chip, verification::none, false},
    card{"mastercard-debit", brand::mastercard, 6, "Mastercard", "DEBIT MASTERCARD",
         "A0000000041010", "5200828282828210", 2911, 1, entry_mode::chip, verification::online_pin,
         false},
    card{"mastercard-credit", brand::mastercard, 6, "Mastercard", "MASTERCARD", "A0000000041010",
         "5555555555554444", 3006, 1, entry_mode::chip, verification::none, false},
    card{"girocard", brand::girocard, 5, "girocard", "girocard", "A00000035910100280",
         "6799990100000000019", 2912, 1, entry_mode::chip, verification::online_pin, false},
    card{"amex", brand::amex, 8, "American Express", "AMERICAN EXPRESS", "A00000002501",
         "378282246310005", 3103, 0, entry_mode::chip, verification::none, false},
    card{"jcb", brand::jcb, 14, "JCB", "JCB Credit", "A0000000651010", "3530111333300000", 3001, 1,
         entry_mode::chip, verification::none, false},
    card{"diners", brand::diners, 12, "Diners", "DINERS CLUB", "A0000001523010", "30569309025904",
         3002, 1, entry_mode::chip, verification::none, false},
    card{"discover", brand::other, 232, "Discover", "Discover", "A0000001523010",
         "6011111111111117", 3003, 1, entry_mode::chip, verification::none, false},
    card{"contactless-visa", brand::visa, 10, "Visa", "VISA CREDIT", "A0000000031010",
         "4012888888881881", 3010, 1, entry_mode::contactless, verification::none, false},
    card{"contactless-girocard", brand::girocard, 5, "girocard", "girocard", "A00000035910100280",
         "6799990100000000019", 2912, 1, entry_mode::contactless, verification::none, false},
    card{"magstripe", brand::mastercard, 6, "Mastercard", "", "", "5105105105105100", 2908, 0,
         entry_mode::magstripe, verification::signature, false},
    card{"expired", brand::visa, 10, "Visa", "VISA CREDIT", "A0000000031010", "4242424242424242",
         1912, 1, entry_mode::chip, verification::none, false},
    card{"blocked", brand::visa, 10, "Visa", "VISA DEBIT", "A0000000031010", "4000056655665556",
         3009, 1, entry_mode::chip, verification::online_pin, true},
};

}  // namespace

std::string card::masked_pan() const {
    std::string shown{pan};
    std::fill(shown.begin() + shown_in_front, shown.end() - shown_at_end, '*');
    return shown;
}

std::vector<std::uint8_t> card::masked_pan_bcd() const {
    std::vector<std::uint8_t> packed((pan.size() + 1) / 2, 0x0F);
    for (std::size_t i = 0; i < pan.size(); ++i) {
        const bool shown = i < shown_in_front || i + shown_at_end >= pan.size();
        const unsigned nibble = shown ? static_cast<unsigned>(pan[i] - '0') : 0xEU;
        auto& byte = packed[i / 2];
        byte = static_cast<std::uint8_t>(i % 2 == 0 ? (nibble << 4U) | (byte & 0x0FU)
                                                    : (byte & 0xF0U) | nibble);
    }
    return packed;
}

std::span<const card> all_cards() noexcept { return cards; }

const card* find_card(std::string_view name) noexcept {
    const auto found = std::ranges::find(cards, name, &card::name);
    return found == cards.end() ? nullptr : &*found;
}

}  // namespace sim
