// Money: whole minor units of one ISO 4217 currency (M10). No floating point comes near it, and an
// operation that would overflow or mix currencies is an error, not a number.
//
//     auto price = parse_money("12.34", "EUR");        // result<money>
//     auto sum   = checked_add(price.value(), tip);    // errc: overflow, currency_mismatch
//     format_amount(price.value())                     // "12.34"
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/result.hpp"

namespace protocol {

enum class money_errc {
    overflow = 1,       // the result does not fit 64 bits
    currency_mismatch,  // two currencies in one operation
    unknown_currency,   // not in ISO 4217
    bad_amount,         // not digits with at most `exponent` decimals
};

[[nodiscard]] error_code make_error_code(money_errc) noexcept;

/// One ISO 4217 currency, held by its numeric code (978 = EUR). 0 is "no currency".
class currency {
public:
    constexpr currency() noexcept = default;

    /// "EUR", upper case. unknown_currency otherwise.
    [[nodiscard]] static result<currency> from_code(std::string_view alphabetic) noexcept;
    /// 978. unknown_currency otherwise.
    [[nodiscard]] static result<currency> from_number(std::uint16_t numeric) noexcept;

    [[nodiscard]] constexpr std::uint16_t number() const noexcept { return number_; }
    /// "EUR"; "XXX" for no currency.
    [[nodiscard]] std::string_view code() const noexcept;
    /// Decimal places of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD.
    [[nodiscard]] int exponent() const noexcept;

    friend constexpr auto operator<=>(currency, currency) noexcept = default;

private:
    constexpr explicit currency(std::uint16_t number) noexcept : number_{number} {}
    friend constexpr currency euro() noexcept;
    std::uint16_t number_{};
};

[[nodiscard]] constexpr currency euro() noexcept { return currency{978}; }

struct money {
    std::int64_t minor{};
    protocol::currency unit{};

    friend constexpr bool operator==(const money&, const money&) noexcept = default;
};

[[nodiscard]] result<money> checked_add(money left, money right) noexcept;
[[nodiscard]] result<money> checked_subtract(money left, money right) noexcept;

/// "12.34" -> 1234 for EUR. Takes digits, one point or comma, at most the currency's decimals; no
/// sign, no grouping, no exponent.
[[nodiscard]] result<money> parse_money(std::string_view amount,
                                        std::string_view currency_code) noexcept;

/// "12.34" (without the currency code); negative amounts with a leading '-'.
[[nodiscard]] std::string format_amount(money);

}  // namespace protocol

template <>
struct boost::system::is_error_code_enum<protocol::money_errc> : std::true_type {};
