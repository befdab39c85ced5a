// 06 C0 Read Card. Its answer is a 04 0F with card data, and no completion. ZVT reference 2.5.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/zvt/apdu.hpp"

namespace protocol::zvt {

struct read_card {
    std::uint8_t timeout_seconds{};  // 0 waits for ever; replaces T3
    /// BMP 19: high nibble 1 or 2 chip, 5 chip and magnetic stripe, else magnetic stripe.
    std::optional<std::uint8_t> card_type{};
    std::optional<std::uint8_t> dialog_control{};  // BMP FC: bit 0 set, the terminal prompts
    bytes_view tlv{};                              // 1F15, 1F60, 1F6B, E8
    /// decode() only. While it is there, encode() writes it back as it came instead of the BMPs
    /// above.
    std::optional<data_block> block{};

    /// Errors: wrong_command, truncated and those of data_block::parse.
    [[nodiscard]] static result<read_card> decode(const apdu_view&) noexcept;
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;
};

}  // namespace protocol::zvt
