// The terminal asks the register's user: 04 0D Input Request, 04 0E Menu Request. The answers are
// 80 00 (or 84 00) with 06 {32 {1F3A}} and 06 {19}. ZVT reference 2.7.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "protocol/zvt/apdu.hpp"

namespace protocol::zvt {

/// 04 0D: 06 {32 {24 texts, [1F38] [1F39] [14] [1F21] [1F1E] [1F3A]}}.
struct input_request {
    enum class input_mode : std::uint8_t { text = 0, number = 1, amount = 2 };

    bytes_view texts{};  // content of tag 24: lines in tags 07
    input_mode mode{};   // any byte when decoded
    std::optional<std::uint16_t> timeout_seconds{};
    std::optional<std::uint8_t> charset{};    // tag 14
    std::optional<std::uint16_t> currency{};  // ISO number
    std::optional<std::uint8_t> decimals{};
    bytes_view preset{};  // 1F3A
    data_block block{};   // everything, for encode()

    /// Errors: wrong_command, missing_field (no tag 32) and those of data_block::parse.
    [[nodiscard]] static result<input_request> decode(const apdu_view&) noexcept;
    /// Writes a decoded one back as it came. (To build one, use apdu_writer and tlv_writer.)
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    void for_each_line(const std::function<void(bytes_view text)>& visit) const;
};

/// 04 0E: 06 {2B {[14] [15] 16 17 18, 2C {07 text, 19 value} …}}.
struct menu_request {
    std::optional<std::uint8_t> charset{};  // tag 14
    bytes_view language{};                  // tag 15, "de"
    std::uint8_t context{};                 // tag 17: 1 other, 2 application, 3 language
    std::uint8_t target{};                  // tag 18: 1 merchant, 2 customer
    bytes_view items{};                     // content of tag 2B
    data_block block{};                     // everything, for encode()

    /// Errors: wrong_command, missing_field (no tag 2B) and those of data_block::parse.
    [[nodiscard]] static result<menu_request> decode(const apdu_view&) noexcept;
    /// Writes a decoded one back as it came. (To build one, use apdu_writer and tlv_writer.)
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    /// Calls visit for each item with its text and the value that chooses it.
    void for_each_item(const std::function<void(bytes_view text, bytes_view value)>& visit) const;
};

}  // namespace protocol::zvt
