// Hides card numbers in bytes, packed (two digits a byte) or printed, at a known place or anywhere.
// The work behind card_data.hpp; nothing else needs it.
//
// All functions change bytes in place and return how many digits they hid. A packed digit becomes
// E, as terminals do it, a printed one '*'. Bytes that are hidden already stay as they are. Of a
// number of 13 digits and more the first 6 and last 4 stay, of a shorter one the last 4, of one
// longer than any PAN (EF_ID, format codes in front) the first 6.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace protocol::zvt {

/// A PAN alone, or with more behind its D separator (tracks 2 and 3, EF_ID): value of BMP 22, 23,
/// 24. What follows the separator is hidden whole.
std::size_t hide_packed_track(std::span<std::uint8_t> value) noexcept;

/// Track 1: what follows the PAN is hidden whole, but for the separators.
std::size_t hide_printed_track(std::span<std::uint8_t> value) noexcept;

/// Every packed digit.
std::size_t hide_packed_digits(std::span<std::uint8_t> value) noexcept;

/// 13-19 printed digits that pass Luhn. They may be in groups with one space or dash between them;
/// the number then begins and ends with a group. A track's rest behind '=', 'D' or '^' goes too.
std::size_t hide_printed_numbers(std::span<std::uint8_t> text) noexcept;

/// 13-19 packed digits that pass Luhn, beginning with a byte; and what follows their D separator.
/// For bytes of which nothing is known: one in two digit runs that are no card number goes too.
std::size_t hide_packed_numbers(std::span<std::uint8_t> bytes) noexcept;

/// All that can be looked for in bytes without a structure: BMPs 22, 23, 24, 2D anywhere, printed
/// and packed numbers.
std::size_t hide_anywhere(std::span<std::uint8_t> bytes) noexcept;

}  // namespace protocol::zvt
