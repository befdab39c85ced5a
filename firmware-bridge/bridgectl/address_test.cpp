#include "firmware-bridge/bridgectl/address.hpp"

#include <doctest/doctest.h>

using namespace bridge::bridgectl;

TEST_SUITE_BEGIN("firmware-bridge/bridgectl/address");

TEST_CASE("address: sockets and loopback URLs are understood, and shown as they were given") {
    struct row {
        const char* url;
        const char* shown;
    };
    for (const auto& row :
         {row{"unix:/run/firmware-bridge/api.sock", "unix:/run/firmware-bridge/api.sock"},
          row{"unix:///run/api.sock", "unix:/run/api.sock"},
          row{"http://127.0.0.1:7707", "http://127.0.0.1:7707"},
          row{"http://127.0.0.1:7707/", "http://127.0.0.1:7707"},
          row{"http://[::1]:7707", "http://[::1]:7707"}, row{"http://pos", "http://pos:80"}}) {
        CAPTURE(std::string{row.url});
        const auto parsed = parse_address(row.url);
        CHECK(parsed.error == "");
        CHECK(to_string(parsed.value) == row.shown);
    }
}

TEST_CASE("address: what is none is refused with what to write") {
    for (const auto* url : {"", "unix:", "unix:api.sock", "127.0.0.1:7707", "ftp://x",
                            "https://127.0.0.1:7707", "http://", "http://:80", "http://x:99999",
                            "http://x:0", "http://user@x:80", "http://x:80/v1", "http://x:80?a=b",
                            "http://x:80#top", "http://a%3Ab:80", "unix:/", "unix:////"}) {
        CAPTURE(std::string{url});
        CHECK_FALSE(parse_address(url).error.empty());
    }
    CHECK_FALSE(parse_address(std::string_view{"unix:/run/a\0b", 13}).error.empty());
    CHECK_FALSE(parse_address("unix:/" + std::string(107, 'x')).error.empty());
}
