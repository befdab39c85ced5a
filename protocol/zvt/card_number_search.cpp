#include "protocol/zvt/card_number_search.hpp"

#include <algorithm>
#include <optional>

namespace protocol::zvt {
namespace {

using bytes = std::span<std::uint8_t>;

constexpr std::size_t shortest_pan = 13;
constexpr std::size_t longest_pan = 19;
constexpr std::size_t longest_bcd_pan = 20;  // some terminals pad to full bytes with a digit
constexpr std::size_t shown_first = 6;
constexpr std::size_t shown_last = 4;
constexpr std::uint8_t hidden_nibble = 0xE;
constexpr std::uint8_t separator_nibble = 0xD;
constexpr std::uint8_t hidden_character = '*';

bool is_digit(std::uint8_t character) noexcept { return character >= '0' && character <= '9'; }
bool is_printable(std::uint8_t character) noexcept { return character >= 0x20 && character < 0x7F; }

/// Bytes as a row of nibbles, high one first.
class nibbles {
public:
    explicit nibbles(bytes of) noexcept : of_{of} {}
    [[nodiscard]] std::size_t size() const noexcept { return 2 * of_.size(); }
    [[nodiscard]] std::uint8_t operator[](std::size_t at) const noexcept {
        const auto byte = of_[at / 2];
        return at % 2 == 0 ? byte >> 4U : byte & 0x0FU;
    }
    [[nodiscard]] bool is_digit(std::size_t at) const noexcept { return (*this)[at] <= 9; }
    /// Returns 1 when there was a digit to hide.
    std::size_t hide(std::size_t at) noexcept {
        if (!is_digit(at)) return 0;
        auto& byte = of_[at / 2];
        byte = static_cast<std::uint8_t>(at % 2 == 0 ? (byte & 0x0FU) | hidden_nibble << 4U
                                                     : (byte & 0xF0U) | hidden_nibble);
        return 1;
    }

private:
    bytes of_;
};

struct range {
    std::size_t from;
    std::size_t to;
};

/// Which digits of a number of `length` must go.
range hidden_part(std::size_t length, bool hidden_already) noexcept {
    if (length > longest_bcd_pan) return {shown_first, length};
    const auto end = length - std::min(shown_last, length);
    const auto begin = length >= shortest_pan || hidden_already ? shown_first : 0;
    return {std::min(begin, end), end};
}

/// The Luhn check while digits come in from the left: which of them count double depends on how
/// many there will be, so both sums are kept.
class luhn {
public:
    void add(unsigned digit) noexcept {
        const unsigned doubled = digit < 5 ? 2 * digit : 2 * digit - 9;
        const unsigned ends_here = last_doubled_ + digit;
        last_doubled_ = last_single_ + doubled;
        last_single_ = ends_here;
        ++count_;
    }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] bool passes() const noexcept {
        return count_ >= shortest_pan && count_ <= longest_pan && last_single_ % 10 == 0;
    }

private:
    unsigned last_single_{};   // sum when the last digit is the check digit
    unsigned last_doubled_{};  // sum when one more digit follows
    std::size_t count_{};
};

std::size_t hide_packed_digits_from(nibbles track, std::size_t at) noexcept {
    std::size_t hidden = 0;
    for (; at < track.size() && track.is_digit(at); ++at) hidden += track.hide(at);
    return hidden;
}

// --- printed -------------------------------------------------------------------------------------

// While a run of digits is searched, the ones to hide carry this bit: later windows over the same
// digits must still be able to read them.
constexpr std::uint8_t marked = 0x80;

bool is_separator(std::uint8_t character) noexcept { return character == ' ' || character == '-'; }

/// End of the run of digits that begins at `at`, single separators between digits included.
std::size_t end_of_run(bytes text, std::size_t at) noexcept {
    while (at < text.size()) {
        if (is_digit(text[at])) {
            ++at;
        } else if (is_separator(text[at]) && at + 1 < text.size() && is_digit(text[at + 1])) {
            at += 2;
        } else {
            break;
        }
    }
    return at;
}

/// How many digits the longest card number has that begins at `at` and ends with a group; 0: none.
/// The longest, because it hides whatever a shorter one would.
std::size_t number_at(bytes run, std::size_t at) noexcept {
    if ((run[at] & ~marked) == '0') return 0;
    luhn check;
    std::size_t found = 0;
    for (; at < run.size() && check.count() < longest_pan; ++at) {
        const auto character = static_cast<std::uint8_t>(run[at] & ~marked);
        if (!is_digit(character)) continue;
        check.add(character - '0');
        const bool group_ends = at + 1 == run.size() || is_separator(run[at + 1]);
        if (group_ends && check.passes()) found = check.count();
    }
    return found;
}

void mark_number(bytes run, std::size_t at, std::size_t length) noexcept {
    const auto part = hidden_part(length, false);
    for (std::size_t digit = 0; digit < part.to; ++at) {
        if (is_separator(run[at])) continue;
        if (digit >= part.from) run[at] |= marked;
        ++digit;
    }
}

/// Returns how many digits of the run are marked now.
std::size_t mark_run(bytes run) noexcept {
    for (std::size_t at = 0; at < run.size(); ++at) {
        const bool group_begins = !is_separator(run[at]) && (at == 0 || is_separator(run[at - 1]));
        if (!group_begins) continue;
        if (const auto length = number_at(run, at); length != 0) mark_number(run, at, length);
    }
    std::size_t hidden = 0;
    for (auto& character : run) {
        if ((character & marked) == 0) continue;
        character = hidden_character;
        ++hidden;
    }
    return hidden;
}

/// Hides what follows a PAN in a printed track; `rest` begins behind the PAN.
std::size_t hide_rest_of_track(bytes rest) noexcept {
    if (rest.size() < 2) return 0;
    std::size_t hidden = 0;
    const auto hide = [&](std::uint8_t& character) {
        character = hidden_character;
        ++hidden;
    };
    if (rest[0] == '^') {
        for (auto& character : rest.subspan(1)) {
            if (!is_printable(character) || character == '?') break;
            if (character != '^' && character != hidden_character) hide(character);
        }
    } else if (rest[0] == '=' || rest[0] == 'D') {
        for (auto& character : rest.subspan(1)) {
            if (!is_digit(character)) break;
            hide(character);
        }
    }
    return hidden;
}

// --- packed --------------------------------------------------------------------------------------

/// Digits in print look like packed ones (31 32 33); hide_printed_numbers() has seen them.
bool may_be_print(std::uint8_t byte) noexcept {
    return is_digit(byte) || is_separator(byte) || byte == '.' || byte == hidden_character;
}

struct packed_number {
    std::size_t length{};     // nibbles
    bool has_track_behind{};  // D follows
};

/// The longest card number that begins at nibble `at`.
packed_number packed_number_at(bytes all, std::size_t at) noexcept {
    const nibbles digits{all};
    packed_number found;
    if (digits[at] == 0) return found;
    luhn check;
    bool print = true;
    for (; at < digits.size() && digits.is_digit(at) && check.count() < longest_pan; ++at) {
        check.add(digits[at]);
        print = print && may_be_print(all[at / 2]);
        if (!check.passes() || print) continue;
        found.length = check.count();
        found.has_track_behind = at + 1 < digits.size() && digits[at + 1] == separator_nibble;
    }
    return found;
}

// --- shapes of BMPs ------------------------------------------------------------------------------

std::optional<std::size_t> decimal_length(bytes prefix) noexcept {
    std::size_t length = 0;
    for (const auto byte : prefix) {
        if (byte < 0xF0 || byte > 0xF9) return std::nullopt;
        length = length * 10 + (byte & 0x0FU);
    }
    return length;
}

/// A PAN or track that could not be anything else: digits, hidden digits, separators, pad.
bool looks_like_packed_track(bytes value) noexcept {
    constexpr std::size_t fewest_digits = 8;
    std::size_t leading_digits = 0;
    const nibbles all{value};
    for (std::size_t at = 0; at < all.size(); ++at) {
        const bool digit = all.is_digit(at) || all[at] == hidden_nibble;
        if (digit && leading_digits == at) ++leading_digits;
        if (!digit && all[at] < separator_nibble) return false;
    }
    return leading_digits >= fewest_digits;
}

bool looks_like_printed_track(bytes value) noexcept {
    return std::all_of(value.begin(), value.end(), is_printable) &&
           std::count(value.begin(), value.end(), '^') == 2;
}

/// Hides the BMP 22, 23, 24 or 2D at the start of `rest`; its whole size, 0 when there is none.
std::size_t hide_shape(bytes rest, std::size_t& hidden) noexcept {
    const auto id = rest[0];
    const std::size_t prefix = id == 0x24 ? 4 : 3;
    if ((id != 0x22 && id != 0x23 && id != 0x24 && id != 0x2D) || rest.size() < prefix) return 0;
    const auto length = decimal_length(rest.subspan(1, prefix - 1));
    if (!length || rest.size() - prefix < *length) return 0;
    const auto value = rest.subspan(prefix, *length);
    const bool printed = id == 0x2D;
    if (printed ? !looks_like_printed_track(value) : !looks_like_packed_track(value)) return 0;
    hidden += printed ? hide_printed_track(value) : hide_packed_track(value);
    return prefix + *length;
}

}  // namespace

std::size_t hide_packed_track(std::span<std::uint8_t> value) noexcept {
    nibbles all{value};
    std::size_t length = 0;
    bool hidden_already = false;
    while (length < all.size() && (all.is_digit(length) || all[length] == hidden_nibble)) {
        hidden_already = hidden_already || !all.is_digit(length);
        ++length;
    }
    const auto part = hidden_part(length, hidden_already);
    std::size_t hidden = 0;
    for (auto at = part.from; at < part.to; ++at) hidden += all.hide(at);
    for (auto at = length; at < all.size(); ++at) hidden += all.hide(at);
    return hidden;
}

std::size_t hide_printed_track(std::span<std::uint8_t> value) noexcept {
    std::size_t hidden = 0;
    const auto hide = [&](std::uint8_t& character) {
        character = hidden_character;
        ++hidden;
    };
    const auto may_be_hidden = [](auto c) { return c == hidden_character || c == 'E'; };
    const auto begin = std::find_if(value.begin(), value.end(), is_digit);
    const auto end = std::find_if_not(begin, value.end(),
                                      [&](auto c) { return is_digit(c) || may_be_hidden(c); });
    const std::span number{begin, end};
    const bool hidden_already = std::any_of(begin, end, may_be_hidden);

    const auto part = hidden_part(number.size(), hidden_already);
    for (auto& character : number.subspan(part.from, part.to - part.from)) {
        if (is_digit(character)) hide(character);
    }
    // Without a number nothing says what the characters are: all of them go.
    for (auto& character : number.empty() ? value : std::span{end, value.end()}) {
        const bool keep = character == '^' || character == '?' || character == hidden_character ||
                          (hidden_already && character == 'E');
        if (!keep) hide(character);
    }
    return hidden;
}

std::size_t hide_packed_digits(std::span<std::uint8_t> value) noexcept {
    nibbles all{value};
    std::size_t hidden = 0;
    for (std::size_t at = 0; at < all.size(); ++at) hidden += all.hide(at);
    return hidden;
}

std::size_t hide_printed_numbers(std::span<std::uint8_t> text) noexcept {
    std::size_t hidden = 0;
    for (std::size_t at = 0; at < text.size();) {
        if (!is_digit(text[at])) {
            ++at;
            continue;
        }
        const auto end = end_of_run(text, at);
        const auto in_run = end - at < shortest_pan ? 0 : mark_run(text.subspan(at, end - at));
        if (in_run != 0) hidden += in_run + hide_rest_of_track(text.subspan(end));
        at = end;
    }
    return hidden;
}

std::size_t hide_packed_numbers(std::span<std::uint8_t> bytes_to_search) noexcept {
    nibbles all{bytes_to_search};
    std::size_t hidden = 0;
    // Bit n: the nibble n behind `at` goes. Hidden late, when no window can need it any more.
    std::uint64_t pending = 0;
    for (std::size_t at = 0; at < all.size(); at += 2) {
        if (const auto found = packed_number_at(bytes_to_search, at); found.length != 0) {
            const auto part = hidden_part(found.length, false);
            for (auto digit = part.from; digit < part.to; ++digit) {
                pending |= std::uint64_t{1} << digit;
            }
            if (found.has_track_behind) {
                hidden += hide_packed_digits_from(all, at + found.length + 1);
            }
        }
        if ((pending & 1U) != 0) hidden += all.hide(at);
        if ((pending & 2U) != 0) hidden += all.hide(at + 1);
        pending >>= 2U;
    }
    return hidden;
}

std::size_t hide_anywhere(std::span<std::uint8_t> bytes_to_search) noexcept {
    std::size_t hidden = 0;
    for (std::size_t at = 0; at < bytes_to_search.size();) {
        const auto shape = hide_shape(bytes_to_search.subspan(at), hidden);
        at += shape == 0 ? 1 : shape;
    }
    hidden += hide_printed_numbers(bytes_to_search);
    return hidden + hide_packed_numbers(bytes_to_search);
}

}  // namespace protocol::zvt
