// 06 00 Registration. ZVT reference 2.3. (06 02 Log-off is an administration_command.)
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/zvt/apdu.hpp"

namespace protocol::zvt {

/// Six digits in clear text, 3 bytes BCD. 000000 is the usual one.
using password = strong_id<struct password_tag, std::uint32_t>;

namespace config_byte {
inline constexpr std::uint8_t payment_receipts_to_ecr = 0x02;
inline constexpr std::uint8_t administration_receipts_to_ecr = 0x04;
inline constexpr std::uint8_t send_intermediate_status = 0x08;
inline constexpr std::uint8_t no_payments_at_terminal = 0x10;
inline constexpr std::uint8_t no_administration_at_terminal = 0x20;
inline constexpr std::uint8_t print_lines_to_ecr = 0x80;
/// What a terminal falls back to after a log-off.
inline constexpr std::uint8_t after_log_off =
    payment_receipts_to_ecr | administration_receipts_to_ecr | print_lines_to_ecr;
}  // namespace config_byte

struct registration {
    zvt::password password{};
    std::uint8_t config{};
    std::optional<std::uint16_t> currency{};  // ISO number; terminals want it when a block follows
    bytes_view block{};                       // [03 service byte] [06 tlv], as BMPs

    /// Errors: wrong_command, truncated, bad_bcd.
    [[nodiscard]] static result<registration> decode(const apdu_view&) noexcept;
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;
};

}  // namespace protocol::zvt
