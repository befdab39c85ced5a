// The commands that move money: 06 01, 06 22, 06 23, 06 24, 06 25, 06 30, 06 31 and their kin share
// one layout: [password] BMPs. ZVT reference 2.1.
//
//     const money_command request{.code = command::authorization, .amount = 1234, .currency = 978};
//     result<bytes_view> apdu = request.encode(buffer);
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/messages/registration.hpp"

namespace protocol::zvt {

/// 06 23 with receipt FFFF, and nothing else: "are there open reservations?"
inline constexpr std::array<std::uint8_t, 6> open_reservations_query{0x06, 0x23, 0x03,
                                                                     0x87, 0xFF, 0xFF};

struct money_command {
    command code{};                              // authorization, reservation, book_total …
    std::optional<zvt::password> password{};     // 06 21, 06 30, 06 31 only: required there
    std::optional<receipt_number> receipt{};     // 87: which one to reverse or book
    std::optional<std::int64_t> amount{};        // 04, minor units
    std::optional<std::uint16_t> currency{};     // 49, ISO number
    std::optional<std::uint8_t> payment_type{};  // 19
    std::optional<trace_number> trace{};         // 0B
    std::optional<bytes_view> authorisation_attribute{};  // 3B, 8 bytes
    bytes_view tlv{};                                     // content of BMP 06; empty = no container
    /// decode() only: the whole block, for what is not named above. While it is there, encode()
    /// writes it back as it came instead of the fields above (the password excepted).
    std::optional<data_block> block{};

    /// Errors: wrong_command, truncated, bad_bcd and those of data_block::parse.
    [[nodiscard]] static result<money_command> decode(const apdu_view&) noexcept;
    /// Errors: wrong_command, missing_field (password), value_out_of_range, buffer_full.
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    /// Whether `code` has this layout; 06 09 has one of its own (prepaid.hpp).
    [[nodiscard]] static bool is_one(command code) noexcept;
    [[nodiscard]] static bool needs_password(command code) noexcept;
};

}  // namespace protocol::zvt
