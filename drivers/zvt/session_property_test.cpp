// Whatever comes over the wire, cut anywhere, and whatever the engine does about it: the promises
// of drivers/terminal.hpp hold.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/support/promise_watch.hpp"
#include "tests/support/session_rig.hpp"

using namespace support;
using drivers::framing;

namespace {

/// What a terminal may say, right or wrong.
bytes some_message() {
    static const std::vector<const char*> vocabulary{
        "80 00 00",
        "80 00 00",
        "84 00 00",
        "84 9C 00",
        "84 83 00",
        "84 1E 01 7D",
        "04 FF 01 0A",
        "04 FF 01 05",
        "04 FF 02 01 03",
        "04 0F 02 27 00",
        "04 0F 02 27 05",
        "04 0F 02 27 37",
        "04 0F 00",
        "04 0F 03 27 00 0B",
        "06 D1 02 00 41",
        "06 D1 02 C0 41",
        "06 0F 00",
        "06 0F 01 00",
        "06 0F 01 9C",
        "06 0F 07 00 06 04 1F 79 01 01",
        "06 0F 02 19 00",
        "06 1E 01 6C",
        "06 1E 01 6B",
        "06 1E 04 B8 87 FF FF",
        "04 0D 00",
        "06 D8 00",
        "04 01 08 AA 26 05 14 0C 08 15 00",
    };
    return hex(vocabulary[*rc::gen::inRange<std::size_t>(0, vocabulary.size())]);
}

bytes some_bytes(framing wire) {
    switch (*rc::gen::inRange(0, 8)) {
        case 0: return *rc::gen::container<bytes>(rc::gen::arbitrary<std::uint8_t>());
        case 1: return bytes{*rc::gen::element<std::uint8_t>(0x06, 0x15, 0x10, 0x02, 0x05, 0xFF)};
        default: break;
    }
    auto out = some_message();
    if (wire == framing::serial) out = framed(out);
    if (*rc::gen::inRange(0, 10) == 0) out[*rc::gen::inRange<std::size_t>(0, out.size())] ^= 0x20;
    return out;
}

drivers::command some_command() {
    using drivers::money_kind;
    const auto original = drivers::original_transaction{drivers::receipt_number{42}, {}, ""};
    switch (*rc::gen::inRange(0, 10)) {
        case 0: return drivers::repeat_receipt{};
        case 1: return drivers::end_of_day{};
        case 2: return drivers::open_reservations{};
        case 3: return drivers::display{{"x"}, std::chrono::seconds{5}};
        case 4: return drivers::money_command{money_kind::reversal, euros(100), original, {}};
        case 5: return drivers::reboot{};
        default: return payment(100);
    }
}

void one_step(promise_watch& watch, framing wire) {
    switch (*rc::gen::inRange(0, 16)) {
        case 0: watch.start(some_command()); return;
        case 1: watch.start(payment(100)); return;
        case 2: watch.abort(); return;
        case 3:
        case 4: watch.acknowledge(); return;
        case 5: watch.pass(std::chrono::milliseconds{*rc::gen::inRange(0, 700)}); return;
        case 6: watch.pass(std::chrono::milliseconds{*rc::gen::inRange(0, 200'000)}); return;
        case 7: watch.cut(); return;
        case 8:
            if (wire == framing::serial) watch.receive(bytes{protocol::zvt::ack});
            return;
        default: break;
    }
    const auto all = some_bytes(wire);
    const auto cut = *rc::gen::inRange<std::size_t>(0, all.size() + 1);
    watch.receive(std::span{all}.first(cut));
    watch.receive(std::span{all}.subspan(cut));
}

void promises_hold(framing wire, bool logged_in) {
    promise_watch watch{{.framing = wire}};
    if (logged_in) watch.log_in();
    const auto steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps && watch.broken().empty(); ++i) one_step(watch, wire);
    watch.finish();
    if (!watch.broken().empty()) RC_FAIL(watch.broken());
}

}  // namespace

TEST_SUITE_BEGIN("drivers/zvt/session");

TEST_CASE("[M2][M3] session: random dialogues never break a promise") {
    CHECK(rc::check("on a stream", [] { promises_hold(framing::stream, true); }));
    CHECK(rc::check("on RS232", [] { promises_hold(framing::serial, true); }));
    CHECK(rc::check("on a stream, from the first byte",
                    [] { promises_hold(framing::stream, false); }));
    CHECK(
        rc::check("on RS232, from the first byte", [] { promises_hold(framing::serial, false); }));
}

TEST_SUITE_END();
