#include "sim/options.hpp"

#include <doctest/doctest.h>

using namespace sim;

TEST_SUITE_BEGIN("sim/options");

TEST_CASE("options: a link is a TCP address or a pseudo terminal") {
    const auto tcp = parse_link("tcp:127.0.0.1:20007");
    REQUIRE(tcp.has_value());
    CHECK(std::get<tcp_address>(*tcp).host == "127.0.0.1");
    CHECK(std::get<tcp_address>(*tcp).port == 20007);
    CHECK(std::get<tcp_address>(*parse_link("tcp:[::1]:0")).host == "::1");
    CHECK(std::get<pty_path>(*parse_link("pty:/tmp/terminal")).path == "/tmp/terminal");
    CHECK(parse_tcp_address("localhost:65535")->port == 65535);
}

TEST_CASE("options: what is no link or address is refused with what to write") {
    struct row {
        std::string text, says;
    };
    for (const auto& row : {
             row{"", "expected tcp:HOST:PORT or pty:PATH"},
             row{"tcp", "expected tcp:HOST:PORT"},
             row{"pty:", "expected tcp:HOST:PORT"},
             row{"serial:/dev/ttyS0", "expected tcp:HOST:PORT"},
             row{"usbip:127.0.0.1:3240", "USB/IP is not available"},
             row{"tcp:", "is not HOST:PORT"},
             row{"tcp:20007", "is not HOST:PORT"},
             row{"tcp::20007", "is not HOST:PORT"},
             row{"tcp:[]:20007", "is not HOST:PORT"},
             row{"tcp:host:", "is not a port"},
             row{"tcp:host:-1", "is not a port"},
             row{"tcp:host:+1", "is not a port"},
             row{"tcp:host:65536", "is not a port"},
             row{"tcp:host:20007x", "is not a port"},
             row{"tcp:host: 1", "is not a port"},
             row{"tcp:host:99999999999", "is not a port"},
         }) {
        CAPTURE(row.text);
        const auto link = parse_link(row.text);
        REQUIRE(!link.has_value());
        CHECK(link.error().find(row.says) != std::string::npos);
        CHECK(link.error().find(row.text) != std::string::npos);
    }
}

TEST_SUITE_END();
