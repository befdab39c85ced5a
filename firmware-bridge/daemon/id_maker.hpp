// Ids of payments and of all else: a prefix and a ULID, 48 bits of milliseconds and 80 random bits
// in 26 characters of Crockford's base 32. They sort by creation, also within one millisecond and
// when the wall clock is set back.
//
//     id_maker make;
//     make("pay_", now)          // "pay_01JD8Q4Z3M9Y6T0V4X1N2B7C5R"
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "drivers/time_source.hpp"

namespace bridge::daemon {

class id_maker {
public:
    using random_source = std::function<void(std::span<std::uint8_t>)>;

    id_maker();  // the system's random numbers
    explicit id_maker(random_source);

    [[nodiscard]] std::string operator()(std::string_view prefix, drivers::wall_time now);

private:
    random_source random_;
    std::int64_t last_ms_{-1};
    std::array<std::uint8_t, 10> tail_{};
};

}  // namespace bridge::daemon
