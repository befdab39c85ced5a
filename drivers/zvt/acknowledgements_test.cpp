#include "drivers/zvt/acknowledgements.hpp"

#include <doctest/doctest.h>

#include "tests/support/hex_bytes.hpp"

using drivers::zvt::acknowledgements;
using support::hex;
using verdict = acknowledgements::verdict;

namespace {

const auto approval = hex("04 0F 02 27 00");
const auto decline = hex("04 0F 02 27 05");

}  // namespace

TEST_SUITE_BEGIN("drivers/zvt/acknowledgements");

TEST_CASE("[M3] acknowledgements: a result waits, its copies too, and later copies are answered") {
    acknowledgements desk;
    CHECK_FALSE(desk.acknowledge());
    CHECK(desk.result(approval, true, false) == verdict::tell);
    CHECK(desk.waiting());
    CHECK_FALSE(desk.acknowledge());  // the engine has not seen it
    desk.taken();
    CHECK(desk.result(approval, true, false) == verdict::wait);
    CHECK(desk.acknowledge());
    CHECK_FALSE(desk.waiting());
    CHECK_FALSE(desk.acknowledge());
    CHECK(desk.result(approval, true, false) == verdict::answer_again);
}

TEST_CASE("[M3] acknowledgements: a newer result makes the word about the older one too old") {
    acknowledgements desk;
    static_cast<void>(desk.result(approval, true, false));
    desk.taken();
    CHECK(desk.result(decline, false, false) == verdict::tell);
    CHECK_FALSE(desk.acknowledge());
    desk.taken();
    CHECK(desk.acknowledge());
}

TEST_CASE("[M3] acknowledgements: what was told on a link that is gone is answered on no other") {
    acknowledgements desk;
    static_cast<void>(desk.result(approval, true, false));
    desk.taken();
    desk.link_gone();
    CHECK_FALSE(desk.waiting());
    CHECK_FALSE(desk.acknowledge());
    CHECK(desk.result(approval, true, false) == verdict::tell);
    CHECK(desk.waiting());
}

TEST_CASE("acknowledgements: a copy from before is one only until the next command is answered") {
    acknowledgements desk;
    static_cast<void>(desk.result(approval, true, false));
    desk.taken();
    CHECK(desk.acknowledge());
    desk.command_begins();
    CHECK(desk.result(approval, true, true) == verdict::answer_again);
    CHECK(desk.result(approval, true, false) == verdict::tell);
}

TEST_CASE("[M5] acknowledgements: progress is told once, for an approval, after the answer") {
    acknowledgements desk;
    static_cast<void>(desk.result(approval, true, false));
    desk.taken();
    CHECK_FALSE(desk.progress());
    CHECK(desk.acknowledge());
    SUBCASE("once") {
        CHECK(desk.progress());
        CHECK_FALSE(desk.progress());
    }
    SUBCASE("not when the terminal reverses") {
        desk.no_progress();
        CHECK_FALSE(desk.progress());
    }
    SUBCASE("not on another link") {
        desk.link_gone();
        CHECK_FALSE(desk.progress());
    }
    SUBCASE("not in another command") {
        desk.command_begins();
        CHECK_FALSE(desk.progress());
    }
    SUBCASE("not for a decline that came after it") {
        static_cast<void>(desk.result(decline, false, false));
        desk.taken();
        CHECK(desk.acknowledge());
        CHECK_FALSE(desk.progress());
    }
}

TEST_SUITE_END();
