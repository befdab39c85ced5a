// Where the daemon listens: "unix:/run/firmware-bridge/api.sock" or "http://127.0.0.1:7707".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace bridge::bridgectl {

struct unix_address {
    std::string path;
    friend bool operator==(const unix_address&, const unix_address&) = default;
};
struct tcp_address {
    std::string host;  // a name or an address, without brackets
    std::uint16_t port{};
    friend bool operator==(const tcp_address&, const tcp_address&) = default;
};
using address = std::variant<unix_address, tcp_address>;

inline constexpr auto default_url = "unix:/run/firmware-bridge/api.sock";

struct parsed_address {
    address value;
    std::string error;  // empty, or a sentence that says what to write
};
[[nodiscard]] parsed_address parse_address(std::string_view url);
[[nodiscard]] std::string to_string(const address&);

}  // namespace bridge::bridgectl
