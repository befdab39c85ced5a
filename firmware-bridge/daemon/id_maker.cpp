#include "firmware-bridge/daemon/id_maker.hpp"

#include <sys/random.h>

#include <cerrno>
#include <system_error>

namespace bridge::daemon {

namespace {

void system_random(std::span<std::uint8_t> into) {
    // Up to 256 bytes come whole or not at all.
    if (::getrandom(into.data(), into.size(), 0) != static_cast<ssize_t>(into.size()))
        throw std::system_error{errno, std::generic_category(), "getrandom"};
}

/// The next larger number; wraps, which 80 bits do not within one millisecond.
void increment(std::array<std::uint8_t, 10>& number) {
    for (auto byte = number.rbegin(); byte != number.rend(); ++byte)
        if (++*byte != 0) return;
}

}  // namespace

id_maker::id_maker() : id_maker{system_random} {}
id_maker::id_maker(random_source random) : random_{std::move(random)} {}

std::string id_maker::operator()(std::string_view prefix, drivers::wall_time now) {
    const std::int64_t ms = now.time_since_epoch().count();
    if (ms > last_ms_) {
        last_ms_ = ms;
        random_(tail_);
    } else {
        increment(tail_);
    }

    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < 6; ++i)
        bytes[i] = static_cast<std::uint8_t>(last_ms_ >> (8 * (5 - i)));
    for (std::size_t i = 0; i < tail_.size(); ++i) bytes[6 + i] = tail_[i];

    // 128 bits are 26 digits of 5 bits, the first of which has only 3.
    constexpr std::string_view digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    std::string id{prefix};
    unsigned pending = 0;
    unsigned bits = 2;
    for (const auto byte : bytes) {
        pending = (pending << 8) | byte;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            id += digits[(pending >> bits) & 31];
        }
        pending &= (1U << bits) - 1;
    }
    return id;
}

}  // namespace bridge::daemon
