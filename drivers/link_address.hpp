// Where a terminal is, as the configuration writes it.
//
//     const auto address = parse_link_address("serial:/dev/ttyACM0?baud=115200&stop=1");
//     if (address.has_error()) …address.error().message()…    // says what to write instead
//
// Grammar (nothing is guessed, nothing unknown is skipped):
//
//     serial:/absolute/device[?baud=9600|19200|38400|57600|115200][&stop=1|2]
//     tcp:host:port      tcp:192.0.2.7:20007      tcp:[2001:db8::7]:20007
//     usb:VID:PID[:serial number]                 VID, PID: four hexadecimal digits
//
// A serial line is 9600 baud with two stop bits unless told otherwise (ZVT reference 1.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "protocol/result.hpp"

namespace drivers {

enum class stop_bits : std::uint8_t { one = 1, two = 2 };

struct serial_address {
    std::string device;  // absolute path
    std::uint32_t baud{9600};
    stop_bits stop{stop_bits::two};
    friend bool operator==(const serial_address&, const serial_address&) = default;
};

struct tcp_address {
    std::string host;  // name, IPv4, or IPv6 without its brackets
    std::uint16_t port{};
    friend bool operator==(const tcp_address&, const tcp_address&) = default;
};

struct usb_address {
    std::uint16_t vendor{};
    std::uint16_t product{};
    std::string serial;  // empty: any
    friend bool operator==(const usb_address&, const usb_address&) = default;
};

using link_address = std::variant<serial_address, tcp_address, usb_address>;

enum class address_errc {
    unknown_scheme = 1,
    control_character,
    device_not_absolute,
    bad_option,
    unknown_option,
    repeated_option,
    bad_baud,
    bad_stop_bits,
    missing_host,
    bad_host,
    bad_ipv6,
    ipv6_needs_brackets,
    missing_port,
    bad_port,
    bad_vendor,
    bad_product,
    bad_usb_serial,
};
[[nodiscard]] protocol::error_code make_error_code(address_errc) noexcept;

/// Errors: address_errc; its message says what is wrong and what would be right.
[[nodiscard]] protocol::result<link_address> parse_link_address(std::string_view text);

/// The same address in its shortest spelling; parse_link_address() reads it back to an equal one.
[[nodiscard]] std::string to_string(const link_address&);

}  // namespace drivers

template <>
struct boost::system::is_error_code_enum<drivers::address_errc> : std::true_type {};
