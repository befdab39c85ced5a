// Texts and images on the terminal's display: 06 E0-E3, E7 and their old forms 06 85, 06 88;
// 06 F0 and, from the terminal, 06 D0. ZVT reference 2.2, 2.7.
//
//     display_text show{.code = command::display_text, .seconds = 5};
//     show.lines[0] = bytes_of("Please wait");
//     result<bytes_view> apdu = show.encode(buffer);
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "protocol/zvt/apdu.hpp"

namespace protocol::zvt {

/// Keys that the terminal answers with: 80 00 01 key.
namespace key {
inline constexpr std::uint8_t ok = 0x0D;
inline constexpr std::uint8_t clear = 0x18;
inline constexpr std::uint8_t stop = 0x1B;
inline constexpr std::uint8_t f1 = 0x31;  // F2-F4: 32-34
inline constexpr std::uint8_t information = 0x46;
inline constexpr std::uint8_t up = 0x55;
inline constexpr std::uint8_t timeout = 0x6C;
inline constexpr std::uint8_t card_present = 0xDC;
}  // namespace key

/// 06 E0 text, 06 E1 with function key, 06 E2 with numeric input, 06 E3 PIN verification, 06 E7
/// numeric input with DUKPT.
struct display_text {
    using eight_lines = std::array<std::optional<bytes_view>, 8>;

    command code{};
    std::optional<std::uint8_t> seconds{};  // F0: 0 endless; replaces T3
    eight_lines lines{};  // F1-F8: a missing line is empty, none at all: display off
    std::optional<std::uint8_t> beeps{};   // F9
    std::optional<std::uint8_t> device{};  // FD: 0 all, 1 external, 2 internal
    // Numeric input only.
    std::optional<std::uint8_t> ok_required{};  // FB: 0 no
    std::optional<std::uint8_t> min_digits{};   // E0
    eight_lines second_lines{};                 // E1-E8: shown from the first digit on
    std::optional<std::uint8_t> max_digits{};   // E9: 20 when absent
    std::optional<std::uint8_t> echo{};         // EA: FF digits, 00 nothing, else asterisks
    std::optional<bytes_view> mac{};            // EB, 8 bytes
    bytes_view tlv{};
    /// decode() only. While it is there, encode() writes it back as it came instead of the BMPs
    /// above.
    std::optional<data_block> block{};

    /// Errors: wrong_command and those of data_block::parse.
    [[nodiscard]] static result<display_text> decode(const apdu_view&) noexcept;
    /// Errors: wrong_command, value_out_of_range (a line above 99 bytes), buffer_full.
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    [[nodiscard]] static bool is_one(command code) noexcept;
};

/// 06 85 and 06 88, the old forms of 06 E0 and 06 E1: text [seconds [second text]], each text a
/// position (two digits) and characters up to a NUL.
struct display_text_old {
    struct positioned {
        std::uint8_t position{};
        bytes_view characters{};  // without the NUL
    };

    command code{};
    positioned text{};
    std::optional<std::uint8_t> seconds{};
    std::optional<positioned> second_text{};

    /// Errors: wrong_command, truncated (no NUL), bad_bcd (position), trailing_bytes.
    [[nodiscard]] static result<display_text_old> decode(const apdu_view&) noexcept;
    /// Errors: wrong_command, missing_field (a second text without seconds), value_out_of_range (a
    /// NUL among the characters), buffer_full.
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    [[nodiscard]] static bool is_one(command code) noexcept;
};

/// One chunk of an image: 06 F0 to the terminal (no data at all: stop showing it), 06 D0 from it
/// (signature check; with a menu in tag 2B).
struct display_image {
    command code{};
    std::optional<std::uint32_t> image_id{};    // 70
    std::optional<std::uint32_t> image_size{};  // 71, bytes
    std::optional<std::uint8_t> mime_type{};    // 72: 1 gif 2 jpeg 3 png 4 tiff 5 ico 6 webp 7 pdf
    std::optional<std::uint8_t> encoding{};     // 73: 1 none, 2 base64
    std::optional<std::uint8_t> chunk_count{};  // 74
    std::optional<std::uint8_t> chunk_index{};  // 75, from 0
    std::optional<std::uint8_t> seconds{};      // F0
    bytes_view tlv{};                           // 1C image bytes; 2B menu
    /// decode() only. While it is there, encode() writes it back as it came instead of the BMPs
    /// above.
    std::optional<data_block> block{};

    /// Tag 1C; empty when absent.
    [[nodiscard]] bytes_view image() const noexcept;

    /// Errors: wrong_command and those of data_block::parse.
    [[nodiscard]] static result<display_image> decode(const apdu_view&) noexcept;
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    [[nodiscard]] static bool is_one(command code) noexcept;
};

}  // namespace protocol::zvt
