// A money command of the register, read and checked as far as the terminal can without a card.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "sim/dialogues.hpp"

namespace sim {

struct money_order {
    booking_kind kind{};
    std::optional<std::int64_t> amount;     // 04
    std::optional<std::uint16_t> currency;  // 49
    std::optional<std::uint16_t> receipt;   // 87
    bool asks_open_reservations{};          // 87 FFFF
    bool wants_list{};                      // .. and BMP 06: the whole list
    std::optional<std::uint32_t> trace;     // 0B
    bool tlv_allowed{};   // by registration, or because this request carries a container itself
    bool synchronised{};  // 1F1F came
    std::optional<std::uint16_t> agreed;        // its number; absent: the register has none
    std::optional<milliseconds> goods_timeout;  // 01
    std::optional<std::uint8_t> max_statuses;   // 02
    std::uint8_t slips{0xA0};                   // 1F04 byte 0
};

/// The order, or the code to refuse it with (84 xx): 83 unknown BMP, 9A not readable.
[[nodiscard]] std::variant<money_order, std::uint8_t> read_money_order(const workings&,
                                                                       const register_command&,
                                                                       booking_kind);

/// Code for 06 1E when the terminal would not even ask for a card; 00 when it would.
[[nodiscard]] std::uint8_t objection_to(workings&, const money_order&);

/// An order that carries nothing but what 1F1F in `tlv` says (06 50).
[[nodiscard]] money_order read_synchronisation(const workings&, bytes_view tlv);

/// Synchronisation by receipt number: when the register holds the number before our last one, it
/// never learned of our last transaction, which is undone. PA00P015 "synchronisation".
void synchronise(workings&, const money_order&);

[[nodiscard]] std::uint16_t previous_receipt(std::uint16_t) noexcept;

}  // namespace sim
