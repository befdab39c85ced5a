// 06 09 Prepaid Top-Up: the one money command with positional bytes of its own. ZVT reference 2.1.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/zvt/apdu.hpp"

namespace protocol::zvt {

/// With mode `card`, a 06 0F proves the card payment only: the top-up has a 04 0F of its own.
struct prepaid_top_up {
    enum class payment_mode : std::uint8_t { card = 0x01, cash = 0x02, card_already_paid = 0x03 };

    std::uint16_t prepaid_id{};  // 4 digits
    payment_mode mode{};         // any byte when decoded
    std::optional<std::int64_t> amount{};
    std::optional<std::uint16_t> currency{};
    std::optional<std::uint8_t> payment_type{};
    std::optional<std::uint32_t> cash_password{};  // 3D: mandatory with mode cash
    bytes_view tlv{};
    /// decode() only. While it is there, encode() writes it back as it came instead of the BMPs
    /// above.
    std::optional<data_block> block{};

    /// Errors: wrong_command, truncated, bad_bcd and those of data_block::parse.
    [[nodiscard]] static result<prepaid_top_up> decode(const apdu_view&) noexcept;
    /// Errors: missing_field (amount; password with mode cash), value_out_of_range, buffer_full.
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;
};

}  // namespace protocol::zvt
