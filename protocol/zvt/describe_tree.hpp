// The tree that describe() grows: lines, and whether everything in them had a name. For describe*.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/money.hpp"
#include "protocol/zvt/command.hpp"
#include "protocol/zvt/error.hpp"
#include "protocol/zvt/text.hpp"
#include "protocol/zvt/tlv.hpp"

namespace protocol::zvt {

/// What the meaning of a field depends on beside its own bytes.
struct describe_context {
    command code{};
    charset texts{charset::cp437};
    currency amounts{euro()};
};

class describe_tree {
public:
    explicit describe_tree(int indent) noexcept : indent_{indent} {}

    /// "  label: meaning"; the colon only when there is a meaning.
    void line(int depth, std::string_view label, std::string_view meaning = {});
    /// Bytes without a name.
    void unknown(int depth, bytes_view bytes);
    /// Bytes that should have been a field, and why they are none.
    void broken(int depth, bytes_view bytes, const error_code& why);

    [[nodiscard]] std::string& text() noexcept { return text_; }
    [[nodiscard]] bool complete() const noexcept { return complete_; }

private:
    std::string text_;
    int indent_;
    bool complete_{true};
};

/// "00 1F"
[[nodiscard]] std::string hex_text(bytes_view bytes);
[[nodiscard]] std::string hex_text(std::uint32_t number, int digits);
/// "12.34 EUR"
[[nodiscard]] std::string amount_text(std::uint64_t minor, currency unit);
/// Texts in quotes.
[[nodiscard]] std::string quoted(bytes_view text, charset set);
/// "name: " dropped when `text` is empty: what a code means, "not assigned" when nothing.
[[nodiscard]] std::string code_text(std::uint8_t code, std::string_view meaning);
/// The bits of a byte that are set, by name; "none" when there is none.
struct named_bit {
    std::uint8_t mask;
    std::string_view name;
};
template <std::size_t Count>
[[nodiscard]] std::string bits_text(std::uint8_t value, const named_bit (&bits)[Count]) {
    std::string out = hex_text(value, 2);
    for (const auto& bit : bits) {
        if ((value & bit.mask) != 0) out.append(", ").append(bit.name);
    }
    return out;
}
/// One of a few values by its name; the number alone when it has none.
struct named_value {
    std::uint16_t value;
    std::string_view name;
};
template <std::size_t Count>
[[nodiscard]] std::string value_text(std::uint8_t value, const named_value (&values)[Count]) {
    std::string out = hex_text(value, 2);
    for (const auto& one : values) {
        if (one.value == value) out.append(", ").append(one.name);
    }
    return out;
}
/// The attribute byte of a printed line.
[[nodiscard]] std::string attribute_text(std::uint8_t value);

/// "19 status byte": BMP 19 is called by what it is in this command.
[[nodiscard]] std::string bmp_label(std::uint8_t id, command code);
/// "978 EUR"
[[nodiscard]] std::string currency_text(std::uint64_t number);
/// What the value of a BMP means; `value` has the BMP's length. BMP 06 and 60 have lines of their
/// own instead (describe.cpp).
[[nodiscard]] std::string bmp_meaning(std::uint8_t id, bytes_view value, const describe_context&);

/// The objects of a container, one line each, the constructed ones with their content below.
void describe_container(describe_tree&, int depth, bytes_view tlv, const describe_context&);

}  // namespace protocol::zvt
