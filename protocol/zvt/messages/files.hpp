// Files: 08 11 Read, 08 12 Delete, 08 13 Change Configuration, 08 14 Write, and the terminal's
// 04 0C File Block Request. All carry a container of files (tag 2D). ZVT reference 2.2, 2.7.
//
// Writing a file: 08 14 names the files and their sizes; the terminal then asks for blocks, in its
// own order, with 04 0C; each is answered by 80 00 with one file entry that holds the block.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/messages/registration.hpp"

namespace protocol::zvt {

/// Content of one tag 2D. Also in 04 0F (read file) and in the answers to 04 0C.
struct file_entry {
    std::optional<std::uint8_t> id{};       // 1D
    bytes_view name{};                      // 1F80
    bytes_view mime_type{};                 // 1F81
    std::optional<std::uint32_t> size{};    // 1F00, of the whole file
    std::optional<std::uint32_t> offset{};  // 1E
    std::optional<bytes_view> block{};      // 1C
};

/// Calls visit for every tag 2D; a bare tag 1D (08 12) counts as an entry of its id alone. Errors:
/// those of tlv_reader, after the entries before them.
result<void> for_each_file(bytes_view tlv, const std::function<void(const file_entry&)>& visit);

struct file_command {
    command code{};
    std::optional<zvt::password> password{};  // 08 14: required
    bytes_view tlv{};                         // content of BMP 06
    /// decode() only. While it is there, encode() writes it back as it came instead of `tlv`.
    std::optional<data_block> block{};

    /// Errors: wrong_command, truncated, bad_bcd, missing_field (no container) and those of
    /// data_block::parse.
    [[nodiscard]] static result<file_command> decode(const apdu_view&) noexcept;
    /// Errors: wrong_command, missing_field (password), buffer_full.
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    [[nodiscard]] static bool is_one(command code) noexcept;
};

}  // namespace protocol::zvt
