#include "firmware-bridge/daemon/id_maker.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace bridge::daemon;
using drivers::wall_time;
using std::chrono::milliseconds;

TEST_SUITE_BEGIN("firmware-bridge/daemon/id_maker");

TEST_CASE("id_maker: an id is the prefix, ten characters of time, sixteen of chance") {
    id_maker make{[](std::span<std::uint8_t> into) { std::fill(into.begin(), into.end(), 0xFF); }};
    // The ULID specification's own example of a time: 1469918176385 is 01ARYZ6S41.
    CHECK(make("pay_", wall_time{milliseconds{1469918176385}}) == "pay_01ARYZ6S41ZZZZZZZZZZZZZZZZ");
    CHECK(id_maker{[](auto into) { std::fill(into.begin(), into.end(), 0); }}("", wall_time{}) ==
          "00000000000000000000000000");
}

TEST_CASE(
    "id_maker: ids sort by creation, also within a millisecond and when the clock goes back") {
    id_maker make;
    std::string before = make("op_", wall_time{milliseconds{1'000'000}});
    for (const std::int64_t ms : {1'000'000, 1'000'000, 999'000, 1'000'000, 1'000'001, 1'000'001}) {
        const auto next = make("op_", wall_time{milliseconds{ms}});
        CHECK(next.size() == 3 + 26);
        CHECK(before < next);
        before = next;
    }
}
