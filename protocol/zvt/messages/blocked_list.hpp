// 06 E4 Blocked-List Query: the terminal asks whether the register blocks a card. ZVT reference
// 2.7. The answers: positive = not listed; 84 6E listed; 84 9C ask again in 2 s; other 84 failed.
#pragma once

#include <optional>

#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/card_data.hpp"

namespace protocol::zvt {

struct blocked_list_query {
    data_block block{};  // [0E expiry] [17 sequence number] [22 PAN] [8A card type]

    [[nodiscard]] masked_pan pan() const noexcept;
    [[nodiscard]] std::optional<std::uint8_t> card_type() const noexcept {
        return block.byte(bmp::card_type);
    }

    /// Errors: wrong_command and those of data_block::parse.
    [[nodiscard]] static result<blocked_list_query> decode(const apdu_view&) noexcept;
    /// Writes a decoded one back as it came. (To build one, use apdu_writer.)
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;
};

}  // namespace protocol::zvt
