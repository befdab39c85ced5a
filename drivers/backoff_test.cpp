#include "drivers/backoff.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace drivers;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("drivers/backoff");

TEST_CASE("backoff: the step doubles up to its bound, and the wait is between half of it and all") {
    backoff shortest;
    backoff longest;
    for (const auto step : {250ms, 500ms, 1'000ms, 2'000ms, 4'000ms, 8'000ms, 10'000ms, 10'000ms}) {
        CAPTURE(step.count());
        CHECK(shortest.next(0) == step / 2);
        CHECK(longest.next(static_cast<std::uint32_t>((step / 2).count())) == step);
    }
}

TEST_CASE("backoff: no random number leads outside the step") {
    for (const std::uint32_t random :
         {1U, 124U, 125U, 126U, 1'000'000U, std::numeric_limits<std::uint32_t>::max()}) {
        CAPTURE(random);
        const auto wait = backoff{}.next(random);
        CHECK(wait >= 125ms);
        CHECK(wait <= 250ms);
    }
}

TEST_CASE("backoff: reset() begins again with the first step") {
    backoff pauses;
    for (int i = 0; i < 10; ++i) (void)pauses.next(0);
    pauses.reset();
    CHECK(pauses.next(0) == 125ms);
}

TEST_SUITE_END();
