// Texts of prints, displays and tag 07, in the character set agreed at registration. ZVT 6.5.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace protocol::zvt {

enum class charset : std::uint8_t {
    zvt_7bit,    // tag 14 00: ASCII with German umlauts in place of [ \ ] { | } ~
    iso_8859_1,  // tag 14 01
    utf_8,       // tag 14 FE
    cp437,       // tag 14 FF, and the default when nothing was agreed
};

/// The character set named by tag 14; nullopt for the 8859 parts that are not decoded here.
[[nodiscard]] std::optional<charset> charset_from_tag(std::uint8_t) noexcept;
[[nodiscard]] std::uint8_t charset_tag(charset) noexcept;

/// When none was agreed: valid multi-byte UTF-8, else 8859-1 or CP437 by which reading of the bytes
/// above 7F gives letters. Never zvt_7bit (it cannot be told from ASCII).
[[nodiscard]] charset guess_charset(std::span<const std::uint8_t>) noexcept;

/// To UTF-8. Every byte sequence decodes: what has no meaning becomes U+FFFD; control bytes become
/// spaces; a trailing NUL is dropped.
[[nodiscard]] std::string to_utf8(std::span<const std::uint8_t>, charset);

/// From UTF-8; a character that the set lacks becomes '?'.
[[nodiscard]] std::string from_utf8(std::string_view, charset);

}  // namespace protocol::zvt
