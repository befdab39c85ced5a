// 06 D1 Print-Line and 06 D3 Print-Text-Block. ZVT reference 2.7.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "protocol/zvt/apdu.hpp"

namespace protocol::zvt {

/// The attribute byte of a printed line.
struct print_attribute {
    std::uint8_t value{};
    [[nodiscard]] bool line_feed() const noexcept { return value == 0xFF; }
    [[nodiscard]] bool last_line() const noexcept { return (value & 0x80U) != 0 && value != 0x80; }
    [[nodiscard]] bool centred() const noexcept { return !line_feed() && (value & 0x40U) != 0; }
    [[nodiscard]] bool double_width() const noexcept {
        return !line_feed() && (value & 0x20U) != 0;
    }
    [[nodiscard]] bool double_height() const noexcept {
        return !line_feed() && (value & 0x10U) != 0;
    }
    [[nodiscard]] std::uint8_t indent() const noexcept { return centred() ? 0 : value & 0x0FU; }
};

struct print_line {
    print_attribute attribute{};
    bytes_view text{};     // agreed charset; empty: one blank line
    std::uint8_t feeds{};  // attribute FF: how many
    /// Content of a container that some terminals append to the text.
    bytes_view tlv{};
    /// decode() only. While it is there, encode() writes `positional` and it back as they came.
    std::optional<data_block> block{};
    bytes_view positional{};

    /// Errors: wrong_command, truncated (no attribute).
    [[nodiscard]] static result<print_line> decode(const apdu_view&) noexcept;
    /// Attribute, then the number of feeds or the text.
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;
};

enum class receipt_kind : std::uint8_t {
    unspecified = 0,
    merchant = 1,
    customer = 2,
    administration = 3
};

/// A text block; lines are visited in order without allocating.
struct print_text_block {
    receipt_kind kind{};                        // 1F07
    std::optional<std::uint8_t> charset{};      // tag 14, bare or in 27
    std::optional<std::uint8_t> information{};  // 1F37
    bytes_view texts{};                         // content of the (first) tag 25
    bool ends_receipt{};                        // the end marker was the last element
    std::optional<data_block> block{};          // decode() only: everything, for encode()

    /// Errors: wrong_command, missing_field (no container) and those of data_block::parse.
    [[nodiscard]] static result<print_text_block> decode(const apdu_view&) noexcept;
    /// Writes a decoded one back as it came; builds `06 {14, 25 texts, 1F07, 1F37}` otherwise. The
    /// end marker is part of `texts`.
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    /// Calls visit for every line (tag 07) with the attribute in force. A tag 09 FF that is not the
    /// end marker is a blank line. Errors: those of tlv_reader, after the lines before them.
    result<void> for_each_line(
        const std::function<void(print_attribute, bytes_view text)>& visit) const;
};

}  // namespace protocol::zvt
