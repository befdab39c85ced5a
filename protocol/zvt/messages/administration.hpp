// The administration commands of ZVT reference 2.2. Most share one layout: [password] BMPs, with
// nothing but a service byte, a terminal id and a TLV container named in them.
//
//     const administration_command ask{.code = command::repeat_receipt,
//                                      .password = password{0}, .service_byte = 0x03};
//     result<bytes_view> apdu = ask.encode(buffer);
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/messages/registration.hpp"

namespace protocol::zvt {

/// BMP 03 of 06 20 Repeat Receipt.
namespace repeat_receipt_service {
inline constexpr std::uint8_t send_status_information = 0x01;
inline constexpr std::uint8_t do_not_print = 0x02;
}  // namespace repeat_receipt_service

/// BMP 03 of 05 01 Status-Enquiry.
namespace status_enquiry_service {
inline constexpr std::uint8_t no_service_menu = 0x01;
inline constexpr std::uint8_t no_software_version = 0x02;
inline constexpr std::uint8_t extended_status = 0x04;
}  // namespace status_enquiry_service

/// 05 01, 06 02, 06 10, 06 18, 06 1A, 06 1B, 06 20, 06 50, 06 51, 06 70, 06 79, 06 93, 06 B0, 06
/// C5, 06 C6, 06 E5, 08 01, 08 10, 08 20, 08 22-24, 08 50.
struct administration_command {
    enum class password_use : std::uint8_t { none, optional, required };

    command code{};
    std::optional<zvt::password> password{};
    std::optional<std::uint8_t> service_byte{};  // 03: 05 01, 06 20, 08 01
    std::optional<std::uint32_t> terminal_id{};  // 29: 06 1B; absent resets it
    bytes_view tlv{};                            // content of BMP 06; empty = no container
    /// decode() only. While it is there, encode() writes it back as it came instead of the BMPs
    /// above.
    std::optional<data_block> block{};

    /// Errors: wrong_command, truncated, bad_bcd and those of data_block::parse.
    [[nodiscard]] static result<administration_command> decode(const apdu_view&) noexcept;
    /// Errors: wrong_command, missing_field (a required password, or BMPs behind an optional one
    /// that is absent), value_out_of_range (a password where none can stand), buffer_full.
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    [[nodiscard]] static bool is_one(command code) noexcept;
    [[nodiscard]] static password_use password_of(command code) noexcept;
};

/// 06 12 Reprint Receipts: password, first and last transaction (4 digits each).
struct reprint_receipts {
    zvt::password password{};
    std::uint16_t from{};
    std::optional<std::uint16_t> to{};

    /// Errors: wrong_command, truncated, bad_bcd, trailing_bytes.
    [[nodiscard]] static result<reprint_receipts> decode(const apdu_view&) noexcept;
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;
};

/// 06 95 Change Password.
struct change_password {
    password before{};
    password after{};

    /// Errors: wrong_command, truncated, bad_bcd, trailing_bytes.
    [[nodiscard]] static result<change_password> decode(const apdu_view&) noexcept;
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;
};

/// 08 02 Switch Protocol, 08 30 Select Language, 08 40 Change Baudrate: one byte, nothing else.
struct parameter_command {
    command code{};
    std::uint8_t value{};

    /// Errors: wrong_command, truncated, trailing_bytes.
    [[nodiscard]] static result<parameter_command> decode(const apdu_view&) noexcept;
    [[nodiscard]] result<bytes_view> encode(std::span<std::uint8_t> out,
                                            bool extended_length = false) const noexcept;

    [[nodiscard]] static bool is_one(command code) noexcept;
};

}  // namespace protocol::zvt
