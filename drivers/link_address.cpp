#include "drivers/link_address.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address_v6.hpp>
#include <charconv>
#include <optional>

namespace drivers {
namespace {

using protocol::error_code;
using protocol::result;

class address_category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "link address"; }
    std::string message(int value) const override {
        switch (static_cast<address_errc>(value)) {
            case address_errc::unknown_scheme: return "a link starts with serial:, tcp: or usb:";
            case address_errc::control_character:
                return "a link holds no blanks and no control characters";
            case address_errc::device_not_absolute:
                return "a serial device is an absolute path, as in serial:/dev/ttyACM0";
            case address_errc::bad_option: return "options are written ?name=value&name=value";
            case address_errc::unknown_option:
                return "the options of a serial link are baud and stop";
            case address_errc::repeated_option: return "an option is given twice";
            case address_errc::bad_baud: return "baud is one of 9600, 19200, 38400, 57600, 115200";
            case address_errc::bad_stop_bits: return "stop is 1 or 2";
            case address_errc::missing_host:
                return "the host is missing, as in tcp:192.0.2.7:20007";
            case address_errc::bad_host:
                return "a host is an address or a name of letters, digits, '.', '-' and '_'";
            case address_errc::bad_ipv6: return "what stands in brackets is not an IPv6 address";
            case address_errc::ipv6_needs_brackets:
                return "an IPv6 address stands in brackets, as in tcp:[::1]:20007";
            case address_errc::missing_port:
                return "the port is missing, as in tcp:192.0.2.7:20007";
            case address_errc::bad_port: return "a port is a number from 1 to 65535";
            case address_errc::bad_vendor:
                return "a USB vendor id is four hexadecimal digits, as in usb:079b:0028";
            case address_errc::bad_product:
                return "a USB product id is four hexadecimal digits, as in usb:079b:0028";
            case address_errc::bad_usb_serial:
                return "a USB serial number after the second ':' is 1 to 126 characters";
        }
        return "unknown link address error";
    }
};

constexpr address_category category;

constexpr std::array<std::uint32_t, 5> speeds{9600, 19200, 38400, 57600, 115200};

/// Decimal digits only, nothing before or after them.
template <class Unsigned>
std::optional<Unsigned> parse_number(std::string_view text, int base = 10) {
    Unsigned value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Takes what stands before the first `mark` off `text`, and the mark.
std::string_view take_until(std::string_view& text, char mark) {
    const auto at = text.find(mark);
    const auto head = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return head;
}

error_code set_option(serial_address& address, std::string_view name, std::string_view value) {
    if (name == "baud") {
        const auto baud = parse_number<std::uint32_t>(value);
        if (!baud || std::ranges::find(speeds, *baud) == speeds.end())
            return address_errc::bad_baud;
        address.baud = *baud;
        return {};
    }
    if (name == "stop") {
        if (value != "1" && value != "2") return address_errc::bad_stop_bits;
        address.stop = value == "1" ? stop_bits::one : stop_bits::two;
        return {};
    }
    return address_errc::unknown_option;
}

result<link_address> parse_serial(std::string_view text) {
    serial_address address;
    const bool has_options = text.find('?') != std::string_view::npos;
    address.device = take_until(text, '?');
    if (!address.device.starts_with('/') || address.device.ends_with('/')) {
        return address_errc::device_not_absolute;
    }
    if (!has_options) return address;

    std::string_view seen[2];  // as many as there are options
    for (std::size_t count = 0;; ++count) {
        const bool more = text.find('&') != std::string_view::npos;
        auto value = take_until(text, '&');
        if (value.find('=') == std::string_view::npos) return address_errc::bad_option;
        const auto name = take_until(value, '=');
        if (std::ranges::find(seen, name) != std::end(seen) && !name.empty()) {
            return address_errc::repeated_option;
        }
        if (const auto failed = set_option(address, name, value)) return failed;
        seen[count] = name;
        if (!more) return address;
    }
}

bool is_host_name(std::string_view name) {
    if (name.size() > 253 || name.starts_with('.') || name.starts_with('-')) return false;
    if (name.find("..") != std::string_view::npos) return false;
    return std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == '_';
    });
}

result<link_address> parse_port(tcp_address address, std::string_view port) {
    const auto number = parse_number<std::uint16_t>(port);
    if (!number || *number == 0) return address_errc::bad_port;
    address.port = *number;
    return address;
}

result<link_address> parse_bracketed(std::string_view text) {
    if (text.find(']') == std::string_view::npos) return address_errc::bad_ipv6;
    text.remove_prefix(1);
    tcp_address address;
    address.host = take_until(text, ']');
    error_code failed;
    boost::asio::ip::make_address_v6(address.host, failed);
    if (failed) return address_errc::bad_ipv6;
    if (!text.starts_with(':')) return address_errc::missing_port;
    return parse_port(std::move(address), text.substr(1));
}

result<link_address> parse_tcp(std::string_view text) {
    if (text.starts_with('[')) return parse_bracketed(text);
    if (std::ranges::count(text, ':') > 1) return address_errc::ipv6_needs_brackets;
    const bool has_port = text.find(':') != std::string_view::npos;
    tcp_address address;
    address.host = take_until(text, ':');
    if (address.host.empty()) return address_errc::missing_host;
    if (!is_host_name(address.host)) return address_errc::bad_host;
    if (!has_port) return address_errc::missing_port;
    return parse_port(std::move(address), text);
}

std::optional<std::uint16_t> parse_usb_id(std::string_view text) {
    if (text.size() != 4) return std::nullopt;
    return parse_number<std::uint16_t>(text, 16);
}

result<link_address> parse_usb(std::string_view text) {
    const auto vendor = parse_usb_id(take_until(text, ':'));
    if (!vendor) return address_errc::bad_vendor;
    const bool has_serial = text.find(':') != std::string_view::npos;
    const auto product = parse_usb_id(take_until(text, ':'));
    if (!product) return address_errc::bad_product;
    // A string descriptor holds at most 126 characters (USB 2.0 §9.6.7).
    if (has_serial && (text.empty() || text.size() > 126)) return address_errc::bad_usb_serial;
    return usb_address{*vendor, *product, std::string{text}};
}

std::string hex_id(std::uint16_t id) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (int shift = 12; shift >= 0; shift -= 4) text += digits[(id >> shift) & 0xF];
    return text;
}

struct speller {
    std::string operator()(const serial_address& address) const {
        std::string options;
        if (address.baud != serial_address{}.baud) {
            options += "?baud=" + std::to_string(address.baud);
        }
        if (address.stop != serial_address{}.stop)
            options += options.empty() ? "?stop=1" : "&stop=1";
        return "serial:" + address.device + options;
    }
    std::string operator()(const tcp_address& address) const {
        const bool ipv6 = address.host.find(':') != std::string::npos;
        const auto host = ipv6 ? "[" + address.host + "]" : address.host;
        return "tcp:" + host + ":" + std::to_string(address.port);
    }
    std::string operator()(const usb_address& address) const {
        const auto serial = address.serial.empty() ? std::string{} : ":" + address.serial;
        return "usb:" + hex_id(address.vendor) + ":" + hex_id(address.product) + serial;
    }
};

}  // namespace

error_code make_error_code(address_errc e) noexcept { return {static_cast<int>(e), category}; }

result<link_address> parse_link_address(std::string_view text) {
    const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; };
    if (std::ranges::any_of(text, is_blank)) return address_errc::control_character;
    if (text.find(':') == std::string_view::npos) return address_errc::unknown_scheme;
    const auto scheme = take_until(text, ':');
    if (scheme == "serial") return parse_serial(text);
    if (scheme == "tcp") return parse_tcp(text);
    if (scheme == "usb") return parse_usb(text);
    return address_errc::unknown_scheme;
}

std::string to_string(const link_address& address) { return std::visit(speller{}, address); }

}  // namespace drivers
