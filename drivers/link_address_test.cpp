#include "drivers/link_address.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace drivers;

TEST_SUITE_BEGIN("drivers/link_address");

TEST_CASE("link_address: every way to write an address is read and written back") {
    struct row {
        const char* text;
        link_address means;
        const char* shortest;
    };
    const row rows[] = {
        {"serial:/dev/ttyACM0", serial_address{"/dev/ttyACM0", 9600, stop_bits::two},
         "serial:/dev/ttyACM0"},
        {"serial:/dev/ttyACM0?baud=115200", serial_address{"/dev/ttyACM0", 115200, stop_bits::two},
         "serial:/dev/ttyACM0?baud=115200"},
        {"serial:/dev/ttyS0?baud=9600&stop=2", serial_address{"/dev/ttyS0", 9600, stop_bits::two},
         "serial:/dev/ttyS0"},
        {"serial:/dev/ttyS0?stop=1&baud=57600", serial_address{"/dev/ttyS0", 57600, stop_bits::one},
         "serial:/dev/ttyS0?baud=57600&stop=1"},
        {"serial:/dev/ttyS0?stop=1", serial_address{"/dev/ttyS0", 9600, stop_bits::one},
         "serial:/dev/ttyS0?stop=1"},
        {"serial:/dev/ttyS0?baud=19200", serial_address{"/dev/ttyS0", 19200, stop_bits::two},
         "serial:/dev/ttyS0?baud=19200"},
        {"serial:/dev/ttyS0?baud=38400", serial_address{"/dev/ttyS0", 38400, stop_bits::two},
         "serial:/dev/ttyS0?baud=38400"},
        {"serial:/dev/serial/by-id/usb-INGENICO_Desk5000_if00:1",
         serial_address{"/dev/serial/by-id/usb-INGENICO_Desk5000_if00:1", 9600, stop_bits::two},
         "serial:/dev/serial/by-id/usb-INGENICO_Desk5000_if00:1"},
        {"tcp:192.0.2.7:20007", tcp_address{"192.0.2.7", 20007}, "tcp:192.0.2.7:20007"},
        {"tcp:lane-1.shop.example:22000", tcp_address{"lane-1.shop.example", 22000},
         "tcp:lane-1.shop.example:22000"},
        {"tcp:terminal_3:1", tcp_address{"terminal_3", 1}, "tcp:terminal_3:1"},
        {"tcp:host:65535", tcp_address{"host", 65535}, "tcp:host:65535"},
        {"tcp:[::1]:20007", tcp_address{"::1", 20007}, "tcp:[::1]:20007"},
        {"tcp:[2001:db8::7]:5577", tcp_address{"2001:db8::7", 5577}, "tcp:[2001:db8::7]:5577"},
        {"tcp:[fe80::1%1]:20007", tcp_address{"fe80::1%1", 20007}, "tcp:[fe80::1%1]:20007"},
        {"usb:079b:0028", usb_address{0x079b, 0x0028, ""}, "usb:079b:0028"},
        {"usb:11CA:0299:8000-42", usb_address{0x11ca, 0x0299, "8000-42"}, "usb:11ca:0299:8000-42"},
        {"usb:11ca:0299:a:b", usb_address{0x11ca, 0x0299, "a:b"}, "usb:11ca:0299:a:b"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto parsed = parse_link_address(row.text);
        REQUIRE(parsed.has_value());
        CHECK(*parsed == row.means);
        CHECK(to_string(*parsed) == row.shortest);
        CHECK(*parse_link_address(row.shortest) == row.means);
    }
}

TEST_CASE("link_address: what is no address is refused with its reason") {
    struct row {
        const char* text;
        address_errc reason;
    };
    const std::string long_serial = "usb:079b:0028:" + std::string(127, '7');
    const std::string long_host = "tcp:" + std::string(254, 'h') + ":20007";
    const row rows[] = {
        {"", address_errc::unknown_scheme},
        {"serial", address_errc::unknown_scheme},
        {"/dev/ttyACM0", address_errc::unknown_scheme},
        {"Serial:/dev/ttyACM0", address_errc::unknown_scheme},
        {"udp:host:20007", address_errc::unknown_scheme},
        {":", address_errc::unknown_scheme},
        {"192.0.2.7:20007", address_errc::unknown_scheme},
        {"serial:/dev/tty ACM0", address_errc::control_character},
        {" tcp:host:20007", address_errc::control_character},
        {"tcp:host:20007\n", address_errc::control_character},
        {"usb:079b:0028:\x7f", address_errc::control_character},
        {"serial:", address_errc::device_not_absolute},
        {"serial:ttyACM0", address_errc::device_not_absolute},
        {"serial:/dev/", address_errc::device_not_absolute},
        {"serial:?baud=9600", address_errc::device_not_absolute},
        {"serial:/dev/ttyS0?", address_errc::bad_option},
        {"serial:/dev/ttyS0?baud", address_errc::bad_option},
        {"serial:/dev/ttyS0?baud=9600&", address_errc::bad_option},
        {"serial:/dev/ttyS0?&baud=9600", address_errc::bad_option},
        {"serial:/dev/ttyS0?parity=even", address_errc::unknown_option},
        {"serial:/dev/ttyS0?Baud=9600", address_errc::unknown_option},
        {"serial:/dev/ttyS0?=9600", address_errc::unknown_option},
        {"serial:/dev/ttyS0?baud=9600&baud=9600", address_errc::repeated_option},
        {"serial:/dev/ttyS0?stop=1&baud=9600&stop=2", address_errc::repeated_option},
        {"serial:/dev/ttyS0?baud=", address_errc::bad_baud},
        {"serial:/dev/ttyS0?baud=12345", address_errc::bad_baud},
        {"serial:/dev/ttyS0?baud=9600x", address_errc::bad_baud},
        {"serial:/dev/ttyS0?baud=-9600", address_errc::bad_baud},
        {"serial:/dev/ttyS0?baud=+9600", address_errc::bad_baud},
        {"serial:/dev/ttyS0?baud=99999999999999999999", address_errc::bad_baud},
        {"serial:/dev/ttyS0?stop=0", address_errc::bad_stop_bits},
        {"serial:/dev/ttyS0?stop=1.5", address_errc::bad_stop_bits},
        {"serial:/dev/ttyS0?stop=3", address_errc::bad_stop_bits},
        {"tcp:", address_errc::missing_host},
        {"tcp::20007", address_errc::missing_host},
        {"tcp:ho/st:20007", address_errc::bad_host},
        {"tcp:a..b:20007", address_errc::bad_host},
        {"tcp:.a:20007", address_errc::bad_host},
        {"tcp:-a:20007", address_errc::bad_host},
        {"tcp://host:20007", address_errc::bad_host},
        {long_host.c_str(), address_errc::bad_host},
        {"tcp:[]:20007", address_errc::bad_ipv6},
        {"tcp:[::1:20007", address_errc::bad_ipv6},
        {"tcp:[192.0.2.7]:20007", address_errc::bad_ipv6},
        {"tcp:[::g]:20007", address_errc::bad_ipv6},
        {"tcp:::1:20007", address_errc::ipv6_needs_brackets},
        {"tcp:2001:db8::7:20007", address_errc::ipv6_needs_brackets},
        {"tcp:host", address_errc::missing_port},
        {"tcp:[::1]", address_errc::missing_port},
        {"tcp:[::1]20007", address_errc::missing_port},
        {"tcp:host:", address_errc::bad_port},
        {"tcp:host:0", address_errc::bad_port},
        {"tcp:host:65536", address_errc::bad_port},
        {"tcp:host:-1", address_errc::bad_port},
        {"tcp:host:0x4e27", address_errc::bad_port},
        {"tcp:host:20007/", address_errc::bad_port},
        {"tcp:[::1]:", address_errc::bad_port},
        {"usb:", address_errc::bad_vendor},
        {"usb:79b:0028", address_errc::bad_vendor},
        {"usb:0x79:0028", address_errc::bad_vendor},
        {"usb:-79b:0028", address_errc::bad_vendor},
        {"usb:079b", address_errc::bad_product},
        {"usb:079b:", address_errc::bad_product},
        {"usb:079b:28", address_errc::bad_product},
        {"usb:079b:00028", address_errc::bad_product},
        {"usb:079b:002g", address_errc::bad_product},
        {"usb:079b:0028:", address_errc::bad_usb_serial},
        {long_serial.c_str(), address_errc::bad_usb_serial},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto parsed = parse_link_address(row.text);
        REQUIRE(parsed.has_error());
        CHECK(parsed.error().message() == make_error_code(row.reason).message());
    }
}

TEST_CASE("link_address: every error has a message of its own") {
    std::set<std::string> messages;
    constexpr int last = static_cast<int>(address_errc::bad_usb_serial);
    for (int value = 1; value <= last; ++value) {
        CAPTURE(value);
        const auto message = make_error_code(static_cast<address_errc>(value)).message();
        CHECK(message != "unknown link address error");
        CHECK(messages.insert(message).second);
    }
    CHECK(make_error_code(static_cast<address_errc>(last + 1)).message() ==
          "unknown link address error");
}

TEST_SUITE_END();
