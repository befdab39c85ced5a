// The other machine: the acquirer that keeps the card holders' books. It knows nothing of ZVT and
// outlives every power cut of the terminals.
//
//     acquirer host{books};
//     const auto answer = host.authorise({.kind = booking_kind::payment, …});
//     host.undo(key);                          // what an auto-reversal asks; as often as one likes
//     host.net_charged("visa-credit", euro)    // minor units: what this card holder really paid
//
// Each entry is found again by the terminal and trace number that it came with. An entry that was
// undone counts for nothing; one that was made void by a `reversal` is `reversed` until that
// reversal is itself undone.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/card.hpp"
#include "sim/storage.hpp"

namespace sim {

enum class booking_kind : std::uint8_t {
    payment,      // charged
    refund,       // money back
    reservation,  // held, not charged
    capture,      // charges a reservation, whole or part, and ends its hold
    release,      // ends the hold of a reservation
    reversal,     // makes a payment, refund or capture void
};
[[nodiscard]] std::string_view name_of(booking_kind) noexcept;
[[nodiscard]] std::optional<booking_kind> booking_kind_from(std::string_view name) noexcept;

struct booking_key {
    std::uint32_t terminal{};
    std::uint32_t trace{};
    friend bool operator==(const booking_key&, const booking_key&) = default;
};

struct booking {
    std::uint64_t number{};  // position in the books, from 1
    booking_kind kind{};
    booking_key key;
    std::int64_t amount{};     // minor units
    std::uint16_t currency{};  // ISO 4217 number
    std::uint16_t receipt{};
    std::string authorisation_code;
    std::string card;
    std::string masked_pan;
    std::optional<std::uint64_t> original;  // capture, release, reversal: of which booking
    bool reversed{};
};

struct authorisation_request {
    booking_kind kind{};
    booking_key key;
    std::int64_t amount{};
    std::uint16_t currency{};
    std::uint16_t receipt{};
    const card* holder{};  // payment, refund, reservation
    bool online_pin_given{};
    bool pin_right{true};
    std::optional<booking_key> original;  // capture, release, reversal
};

struct authorisation_answer {
    std::uint8_t host_code{};  // 0 approves; decimal 1-99 refuses
    std::string authorisation_code;
};

class acquirer {
public:
    /// Reads the books. Throws std::runtime_error that names the line which cannot be read.
    explicit acquirer(log_store& books);

    /// Asks the issuer and, when it approves, books. Durable when it returns.
    [[nodiscard]] authorisation_answer authorise(const authorisation_request&);

    /// Makes the entry of this key count for nothing. Harmless when there is none or it is undone.
    void undo(booking_key);

    /// There is an entry of this key that counts.
    [[nodiscard]] bool stands(booking_key key) const noexcept;

    /// Lowers a payment or capture after a partial issue of goods (84 9D).
    void lower(booking_key, std::int64_t amount);

    [[nodiscard]] std::span<const booking> bookings() const noexcept { return bookings_; }
    /// What a reservation still holds.
    [[nodiscard]] std::int64_t held(const booking&) const noexcept;

    struct balance {
        std::int64_t charged{};  // payments and captures less refunds
        std::int64_t held{};
    };
    /// By card name and currency number.
    [[nodiscard]] std::map<std::pair<std::string, std::uint16_t>, balance> balances() const;
    [[nodiscard]] std::int64_t net_charged(std::string_view card, std::uint16_t currency) const;

private:
    booking* find(booking_key) noexcept;
    const booking* find(booking_key key) const noexcept;
    [[nodiscard]] std::uint8_t decide(const authorisation_request&) const;
    void enter(booking);
    void strike(booking&);
    void apply_line(const std::string& line);

    log_store& books_;
    std::vector<booking> bookings_;
};

}  // namespace sim
