// TLV objects inside BMP 06. ZVT reference section 5.
//
//     for (tlv_reader in{block.tlv()}; !in.empty();) {
//         const auto object = in.next();             // result<tlv_object>
//         if (object->tag == tag::print_texts) …
//     }
//
//     std::array<std::uint8_t, 128> buffer;
//     tlv_writer out{buffer};
//     { auto permitted = out.open(tag::permitted_commands);
//       out.put(tag::command, {0x06, 0xD1}); out.close(permitted); }
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "protocol/zvt/error.hpp"

namespace protocol::zvt {

using bytes_view = std::span<const std::uint8_t>;

/// A TLV tag as its bytes read as one big-endian number: 0x07, 0x1F1F, 0xFF01. The names of all
/// 223 are in the table behind find_tag(); tags.hpp names those that the code uses.
using tlv_tag = std::uint32_t;

enum class tlv_format : std::uint8_t { binary, bcd, ascii, text, integer, constructed };

struct tlv_tag_info {
    tlv_tag tag;
    std::string_view name;
    tlv_format format;
};

/// Tags with a meaning, and those that the specification keeps free (1F48-1F4B, 1F4E, 1F5A): the
/// table names both.
inline constexpr std::size_t defined_tag_count = 223;
inline constexpr std::size_t reserved_tag_count = 6;

/// nullptr: not a tag of the specification.
[[nodiscard]] const tlv_tag_info* find_tag(tlv_tag) noexcept;

struct tlv_object {
    tlv_tag tag{};
    bytes_view value;
    bytes_view whole;  // tag, length, value: as it came
    /// Bit 6 of the first tag byte. Vendor tags FFxx carry it too: descend only into known ones.
    [[nodiscard]] bool constructed() const noexcept;
};

class tlv_reader {
public:
    explicit tlv_reader(bytes_view bytes) noexcept : rest_{bytes} {}
    [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }
    /// The next object. Errors: truncated, bad_tlv_tag, bad_tlv_length. After an error the reader
    /// stays where it is; rest() holds the bytes that were not understood.
    [[nodiscard]] result<tlv_object> next() noexcept;
    [[nodiscard]] bytes_view rest() const noexcept { return rest_; }

private:
    bytes_view rest_;
};

/// First object with this tag among the direct children; nullopt when absent or before an error.
[[nodiscard]] std::optional<bytes_view> find_value(bytes_view tlv, tlv_tag) noexcept;
/// find_value along a path of constructed tags: {0xE4, 0x1F41}.
[[nodiscard]] std::optional<bytes_view> find_value(bytes_view tlv,
                                                   std::initializer_list<tlv_tag> path) noexcept;

/// Writes objects into the caller's buffer. Failures stick and finish() reports them.
class tlv_writer {
public:
    explicit tlv_writer(std::span<std::uint8_t> out) noexcept : out_{out} {}

    tlv_writer& put(tlv_tag, bytes_view value) noexcept;
    tlv_writer& put(tlv_tag, std::initializer_list<std::uint8_t> value) noexcept;
    tlv_writer& put_text(tlv_tag, std::string_view bytes) noexcept;
    tlv_writer& put_bcd(tlv_tag, std::uint64_t value, int digits) noexcept;

    /// Opens a constructed object; close() with the returned mark fills its length in (the content
    /// moves when the length needs more than one byte).
    [[nodiscard]] std::size_t open(tlv_tag) noexcept;
    void close(std::size_t mark) noexcept;

    [[nodiscard]] result<bytes_view> finish() const noexcept;

private:
    /// The next `size` bytes of the buffer; empty after a failure.
    [[nodiscard]] std::span<std::uint8_t> take(std::size_t size) noexcept;
    void put_head(tlv_tag, std::size_t length) noexcept;

    std::span<std::uint8_t> out_;
    std::size_t used_{};
    errc failure_{};
};

}  // namespace protocol::zvt
