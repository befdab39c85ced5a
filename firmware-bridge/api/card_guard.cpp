#include "firmware-bridge/api/card_guard.hpp"

#include <algorithm>
#include <cctype>
#include <string>

#include "protocol/zvt/card_data.hpp"

namespace bridge::api {
namespace {

constexpr std::size_t shown_first = 6;  // digits that masking leaves
constexpr std::size_t shown_last = 4;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) noexcept { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// A UUID, or an unbroken word of 24 characters and more with letters in it: a hash, a ULID.
bool opaque_id(std::string_view word) {
    constexpr std::string_view uuid = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (std::ranges::equal(word, uuid, [](char c, char x) { return (c == '-') == (x == '-'); }))
        return true;
    return word.size() >= 24 && std::ranges::all_of(word, is_alphanumeric) &&
           !std::ranges::all_of(word, is_digit);
}

std::string_view word_around(std::string_view text, std::size_t at) {
    const auto inside = [&](std::size_t i) {
        return is_alphanumeric(text[i]) || text[i] == '-' || text[i] == '_';
    };
    auto begin = at, end = at;
    while (begin > 0 && inside(begin - 1)) --begin;
    while (end < text.size() && inside(end)) ++end;
    return text.substr(begin, end - begin);
}

/// Whether cards of that length begin so: ISO/IEC 7812 gives 3 to 6 to payment, and of 2 only
/// 2221-2720 with 16 digits. Keeps time stamps apart, which begin with 1 or 20.
bool issued(std::string_view prefix, std::size_t length) {
    if (prefix.front() >= '3' && prefix.front() <= '6') return true;
    return length == 16 && prefix.substr(0, 4) >= "2221" && prefix.substr(0, 4) <= "2720";
}

}  // namespace

bool carries_card_number(std::string_view text) {
    std::string masked{text};
    if (protocol::zvt::mask_card_numbers(masked) == 0) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (masked[i] == text[i]) continue;
        std::string prefix;
        for (auto before = i; before > 0 && prefix.size() < shown_first; --before)
            if (is_digit(text[before - 1])) prefix.insert(prefix.begin(), text[before - 1]);
        std::size_t hidden = 0;
        auto end = i;
        for (; end < text.size() && (masked[end] != text[end] || !is_digit(text[end])); ++end)
            hidden += masked[end] != text[end] ? 1 : 0;
        if (issued(prefix, shown_first + hidden + shown_last) && !opaque_id(word_around(text, i)))
            return true;
        i = end - 1;
    }
    return false;
}

}  // namespace bridge::api
