// 04 0F Status-Information: the result of a payment, of an end of day, of a card read. ZVT 2.6.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/card_data.hpp"

namespace protocol::zvt {

/// A 04 0F: the block and, by name, what payments need of it. A missing result code is missing,
/// never "ok".
struct status_information {
    data_block block{};

    /// Errors: wrong_command and those of data_block::parse.
    [[nodiscard]] static result<status_information> decode(const apdu_view&) noexcept;
    /// Writes a decoded one back as it came. (To build one, use apdu_writer.)
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    [[nodiscard]] std::optional<std::uint8_t> result_code() const noexcept {
        return block.result_code();
    }
    [[nodiscard]] std::optional<std::int64_t> amount() const noexcept { return block.amount(); }
    [[nodiscard]] std::optional<receipt_number> receipt() const noexcept { return block.receipt(); }
    [[nodiscard]] std::optional<trace_number> trace() const noexcept { return block.trace(); }
    /// BMP 37: this is the reversal of the payment with that trace number.
    [[nodiscard]] std::optional<trace_number> original_trace() const noexcept;
    [[nodiscard]] std::optional<turnover_number> turnover() const noexcept;
    [[nodiscard]] masked_pan pan() const noexcept;
    /// BMP 8A; tag 41, also of the application (tag 60), when 8A is FF or absent.
    [[nodiscard]] std::optional<std::uint16_t> card_type() const noexcept;
    /// BMP 8B without its trailing NUL; ASCII.
    [[nodiscard]] std::string_view card_name() const noexcept;
    /// BMP 3B without zero padding.
    [[nodiscard]] std::string_view authorisation_attribute() const noexcept;
    [[nodiscard]] std::optional<std::uint32_t> terminal_id() const noexcept;
    [[nodiscard]] bytes_view tlv() const noexcept { return block.tlv(); }
};

/// BMP 60 (2.6): totals of a day, per brand. Amounts in minor units.
struct single_totals {
    struct entry {
        std::uint32_t count{};
        std::int64_t amount{};
    };
    receipt_number first{};  // FFFF (no receipt at all) reads as 0000
    receipt_number last{};
    /// girocard, JCB, Mastercard, Amex, Visa, Diners, others.
    std::array<entry, 7> brands{};

    static constexpr std::size_t size = 53;
    static constexpr std::array<std::string_view, 7> brand_names{
        "girocard", "JCB", "Mastercard", "American Express", "Visa", "Diners", "others"};

    /// Errors: truncated, trailing_bytes, bad_bcd.
    [[nodiscard]] static result<single_totals> decode(bytes_view value) noexcept;
    /// Errors: value_out_of_range (a count above 255, an amount below 0 or above 12 digits).
    [[nodiscard]] result<void> encode(std::span<std::uint8_t, size> out) const noexcept;
};

}  // namespace protocol::zvt
