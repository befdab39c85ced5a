#include "protocol/zvt/serial_receiver.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

#include "protocol/zvt/serial_frame.hpp"
#include "protocol/zvt/tlv.hpp"
#include "tests/support/hex_bytes.hpp"
#include "tests/support/received_text.hpp"

using namespace protocol::zvt;
using namespace std::chrono_literals;
using support::drain;
using support::to_hex;
using bytes = std::vector<std::uint8_t>;

TEST_SUITE_BEGIN("protocol/zvt/serial_receiver");

namespace {

constexpr time_point start{};

std::string feed(serial_receiver& in, std::string_view hex, time_point now = start) {
    in.receive(support::hex(hex), now);
    return drain(in);
}

/// What comes of `hex` and a silence after it, whichever way it is cut.
std::string told(std::string_view hex) {
    const auto line = support::hex(hex);
    const auto run = [&](std::size_t cut, std::size_t step) {
        serial_receiver in;
        std::string all;
        const auto add = [&](const std::string& text) {
            if (!all.empty() && !text.empty()) all += ", ";
            all += text;
        };
        for (std::size_t at = 0; at < line.size();) {
            const auto size = std::min(at < cut ? cut - at : step, line.size() - at);
            in.receive(std::span{line}.subspan(at, size), start);
            add(drain(in));
            at += size;
        }
        in.elapse(start + 200ms);
        add(drain(in));
        return all;
    };
    const auto whole = run(line.size(), 1);
    CHECK(run(0, 1) == whole);
    for (std::size_t cut = 1; cut < line.size(); ++cut) {
        if (run(cut, line.size()) == whole) continue;
        CAPTURE(cut);
        CHECK(run(cut, line.size()) == whole);
    }
    return whole;
}

bytes framed(const bytes& apdu) {
    bytes out(max_serial_frame_size(apdu.size()));
    const auto frame = write_serial_frame(apdu, out).value();
    return {frame.begin(), frame.end()};
}

/// An APDU around any bytes, in a field that masking does not look for card numbers in.
bytes apdu_with(const bytes& data) {
    constexpr tlv_tag card_hash = 0x1F14;
    bytes inner(data.size() + 8);
    tlv_writer tlv{inner};
    const auto container = tlv.put(card_hash, data).finish().value();
    bytes buffer(container.size() + 16);
    apdu_writer out{buffer, command::status_information};
    const auto apdu = out.value(bmp::tlv_container, container).finish().value();
    return {apdu.begin(), apdu.end()};
}

const std::string positive_frame = "10 02 80 00 00 10 03 F5 1F";
const std::string completion_frame = "10 02 06 0F 00 10 03 C6 33";

}  // namespace

TEST_CASE("serial_receiver: the worked examples of the specification are read") {
    CHECK(told(positive_frame) == "apdu 800000");
    CHECK(told("10 02 84 9C 00 10 03 C3 41") == "apdu 849c00");
    CHECK(told("10 02 06 B0 00 10 03 43 F3") == "apdu 06b000");
    CHECK(told("10 02 06 01 07 04 00 00 00 00 10 10 00 10 03 62 91") ==
          "apdu 06010704000000001000");
}

TEST_CASE("serial_receiver: a payment is read from both ends of the line") {
    CHECK(told("06" + positive_frame + "10 02 04 FF 01 0A 10 03 F5 7D 06" + completion_frame +
               "06") == "ack, apdu 800000, apdu 04ff010a, ack, apdu 060f00, ack");
    CHECK(told("10 02 06 01 0C 04 00 00 00 00 12 34 49 09 78 19 40 10 03 11 33 06" +
               positive_frame + "06" + positive_frame) ==
          "apdu 06010c040000000012344909781940, ack, apdu 800000, ack, apdu 800000");
}

TEST_CASE("serial_receiver: ACK and NAK count outside frames only") {
    CHECK(told("06") == "ack");
    CHECK(told("15") == "nak");
    CHECK(told("15 15 06") == "nak, nak, ack");
    CHECK(told("10 02 04 01 02 06 15 10 03 64 2A").substr(0, 7) == "bad_crc");
    CHECK(told("10 02 06 15 00 10 03 C5 B6").find("ack") == std::string::npos);
}

TEST_CASE("serial_receiver: the CRC is raw, whatever bytes it has") {
    // Search data whose CRC holds each byte that means something elsewhere, in both places.
    for (const std::uint8_t special : {dle, ack, nak, stx, etx}) {
        for (const std::size_t place : {2U, 1U}) {
            CAPTURE(int{special});
            CAPTURE(place);
            bytes apdu;
            bytes frame;
            for (unsigned n = 0; n < 0x10000; ++n) {
                apdu = apdu_with(
                    {static_cast<std::uint8_t>(n >> 8U), static_cast<std::uint8_t>(n & 0xFFU)});
                frame = framed(apdu);
                if (frame[frame.size() - place] == special) break;
            }
            REQUIRE(frame[frame.size() - place] == special);
            const auto expected = "apdu " + to_hex(apdu);
            CHECK(told(to_hex(frame)) == expected);
            CHECK(told(to_hex(frame) + "06" + to_hex(frame)) == expected + ", ack, " + expected);
            CHECK(told(to_hex(frame) + to_hex(frame)) == expected + ", " + expected);
        }
    }
}

TEST_CASE("serial_receiver: noise is told once, in its place") {
    CHECK(told("00 FF 41" + positive_frame) == "noise 3, apdu 800000");
    CHECK(told(positive_frame + "41 42" + completion_frame) == "apdu 800000, noise 2, apdu 060f00");
    CHECK(told("41 42 43") == "noise 3");
    CHECK(told("10") == "noise 1");
    CHECK(told("10 41" + positive_frame) == "noise 2, apdu 800000");
    CHECK(told("10" + positive_frame) == "noise 1, apdu 800000");
    CHECK(told("10 10 10" + positive_frame) == "noise 3, apdu 800000");
    CHECK(told("06 41" + positive_frame + "06") == "ack, noise 1, apdu 800000, ack");
}

TEST_CASE("serial_receiver: [M2] a NAK is not read out of noise") {
    CHECK(told("41 15 06 42" + positive_frame + "15") == "noise 4, apdu 800000, nak");
    CHECK(told("10 15") == "noise 2");

    serial_receiver in;
    CHECK(feed(in, "41 15") == "");
    in.elapse(start + 200ms);
    CHECK(drain(in) == "noise 2");
    CHECK(feed(in, "15", start + 201ms) == "nak");
}

TEST_CASE("serial_receiver: broken frames are dropped with their reason") {
    struct row {
        const char* name;
        std::string line;
        const char* told;
    };
    for (const auto& row : {
             row{"CRC low byte", "10 02 80 00 00 10 03 F4 1F", "bad_crc 9"},
             row{"CRC high byte", "10 02 80 00 00 10 03 F5 1E", "bad_crc 9"},
             row{"CRC bytes swapped", "10 02 80 00 00 10 03 1F F5", "bad_crc 9"},
             row{"data", "10 02 81 00 00 10 03 F5 1F", "bad_crc 9"},
             row{"XModem instead of KERMIT", "10 02 80 00 00 10 03 9B 4E", "bad_crc 9"},
             row{"CRC without ETX", "10 02 80 00 00 10 03 B7 78", "bad_crc 9"},
             row{"CRC doubled its 10", to_hex(framed({0x80, 0x00, 0x00})).substr(0, 14) + "1010",
                 "bad_crc 9"},
             row{"lone DLE", "10 02 80 10 41 00 10 03 F5 1F", "bad_structure 10"},
             row{"no APDU", to_hex(framed({})), "bad_structure 6"},
             row{"half a header", to_hex(framed({0x80, 0x00})), "bad_structure 8"},
             row{"length too short", to_hex(framed({0x80, 0x00, 0x00, 0x41})), "bad_structure 10"},
             row{"length too long", to_hex(framed({0x80, 0x00, 0x02, 0x41})), "bad_structure 10"},
             row{"extended length cut", to_hex(framed({0x80, 0x00, 0xFF, 0x00})),
                 "bad_structure 10"},
             row{"extended length big-endian", to_hex(framed({0x80, 0x00, 0xFF, 0x00, 0x01, 0x41})),
                 "bad_structure 12"},
             row{"end missing", "10 02 80 00 00", "inter_byte_timeout 5"},
             row{"ETX missing", "10 02 80 00 00 10", "inter_byte_timeout 6"},
             row{"CRC missing", "10 02 80 00 00 10 03", "inter_byte_timeout 7"},
             row{"half the CRC", "10 02 80 00 00 10 03 F5", "inter_byte_timeout 8"},
             row{"start only", "10 02", "inter_byte_timeout 2"},
         }) {
        CAPTURE(row.name);
        CHECK(told(row.line) == row.told);
        CHECK(told(row.line + positive_frame).ends_with("apdu 800000"));
        CHECK(told(positive_frame + row.line) == std::string{"apdu 800000, "} + row.told);
    }
}

TEST_CASE("serial_receiver: a frame cut off by a fresh one loses only itself") {
    const auto whole = support::hex(completion_frame);
    for (std::size_t cut = 2; cut < whole.size(); ++cut) {
        CAPTURE(cut);
        const auto half = to_hex(std::span{whole}.first(cut));
        // From the lone DLE on, the fresh frame's DLE STX is read as data or CRC first.
        const std::string reason = cut < 6 ? "bad_structure " : "bad_crc ";
        CHECK(told(half + positive_frame) == reason + std::to_string(cut) + ", apdu 800000");
    }
    CHECK(told("10 02 10 02 10 02" + positive_frame) == "bad_structure 6, apdu 800000");
}

TEST_CASE("serial_receiver: a lost end does not take the next frame with it") {
    // The DLE before ETX is garbled and the CRC ends in 10, so that the next frame's DLE STX looks
    // like a doubled DLE and a data byte.
    bytes apdu;
    bytes frame;
    for (unsigned n = 0; n < 0x10000; ++n) {
        apdu = apdu_with({static_cast<std::uint8_t>(n >> 8U), static_cast<std::uint8_t>(n)});
        frame = framed(apdu);
        if (frame.back() == 0x10 && frame[frame.size() - 2] != 0x10) break;
    }
    REQUIRE(frame.back() == 0x10);
    frame[frame.size() - 4] = 0x41;
    CHECK(told(to_hex(frame) + positive_frame) ==
          "bad_crc " + std::to_string(frame.size()) + ", apdu 800000");
}

TEST_CASE("serial_receiver: doubled 10 and 02 inside a broken frame are not told twice") {
    // DLE DLE 02 in the data looks like a frame's start when it is read again.
    auto frame = framed(apdu_with({0x10, 0x02, 0x10, 0x02, 0x33}));
    frame.back() ^= 0xFFU;
    CHECK(told(to_hex(frame)) == "bad_crc " + std::to_string(frame.size()));
    CHECK(told(to_hex(frame) + positive_frame) ==
          "bad_crc " + std::to_string(frame.size()) + ", apdu 800000");
}

TEST_CASE("serial_receiver: T1 runs inside frames only") {
    serial_receiver in;
    CHECK_FALSE(in.deadline().has_value());
    CHECK(feed(in, "06") == "ack");
    CHECK_FALSE(in.deadline().has_value());

    CHECK(feed(in, "10 02 80", start) == "");
    CHECK(in.deadline() == start + 200ms);
    CHECK(feed(in, "00 00", start + 199ms) == "");
    CHECK(in.deadline() == start + 399ms);
    in.elapse(start + 398ms);
    CHECK(drain(in) == "");
    CHECK(feed(in, "10 03 F5 1F", start + 398ms) == "apdu 800000");
    CHECK_FALSE(in.deadline().has_value());
}

TEST_CASE("serial_receiver: a frame that stands still is dropped, in time or late") {
    SUBCASE("by its deadline") {
        serial_receiver in;
        feed(in, "10 02 80 00");
        in.elapse(start + 200ms);
        CHECK(drain(in) == "inter_byte_timeout 4");
        CHECK_FALSE(in.deadline().has_value());
        CHECK(feed(in, positive_frame, start + 1s) == "apdu 800000");
    }
    SUBCASE("by bytes that come too late") {
        serial_receiver in;
        feed(in, "10 02 80 00");
        CHECK(feed(in, "00 10 03 F5 1F", start + 200ms) == "inter_byte_timeout 4");
        in.elapse(start + 400ms);
        CHECK(drain(in) == "noise 5");
    }
    SUBCASE("with another gap allowed") {
        serial_receiver in{50ms};
        feed(in, "10 02 80 00");
        CHECK(in.deadline() == start + 50ms);
    }
}

TEST_CASE("serial_receiver: a closed line forgets the half frame") {
    serial_receiver in;
    feed(in, "41 10 02 80 00");
    in.reset();
    CHECK_FALSE(in.deadline().has_value());
    CHECK(feed(in, positive_frame) == "apdu 800000");
}

TEST_CASE("serial_receiver: the longest APDU is read, a longer one is not") {
    bytes longest(max_apdu_size, 0x10);
    longest[0] = 0x06;
    longest[1] = 0xD3;
    longest[2] = longest[3] = longest[4] = 0xFF;
    serial_receiver in;
    in.receive(framed(longest), start);
    const auto found = in.next();
    REQUIRE(found.has_value());
    CHECK(std::get<received_apdu>(*found).whole.size() == max_apdu_size);

    longest.push_back(0x41);
    in.receive(framed(longest), start);
    CHECK(drain(in) == "");
    CHECK(feed(in, positive_frame) ==
          "too_long " + std::to_string(max_serial_frame_size(longest.size()) - 6) +
              ", apdu 800000");
}

TEST_CASE("serial_receiver: [M9] an APDU leaves it masked") {
    const auto apdu = support::hex("040f0d270022f0f84111111111111111");
    CHECK(told(to_hex(framed(apdu))) == "apdu 040f0d270022f0f8411111eeeeee1111");
}

TEST_CASE("serial_receiver: APDUs come out of any line, however cut, with noise between") {
    CHECK(rc::check([](const std::vector<bytes>& all_data) {
        bytes line;
        std::vector<std::string> sent;
        for (const auto& data : all_data) {
            const auto apdu = apdu_with(data);
            sent.push_back("apdu " + to_hex(apdu));
            const auto noise = *rc::gen::container<bytes>(rc::gen::distinctFrom(
                rc::gen::arbitrary<std::uint8_t>(), static_cast<std::uint8_t>(stx)));
            line.insert(line.end(), noise.begin(), noise.end());
            const auto frame = framed(apdu);
            line.insert(line.end(), frame.begin(), frame.end());
        }
        serial_receiver in;
        std::vector<std::string> got;
        for (std::size_t at = 0; at < line.size();) {
            const auto size = *rc::gen::inRange<std::size_t>(1, line.size() - at + 1);
            in.receive(std::span{line}.subspan(at, size), start);
            at += size;
            while (const auto found = in.next()) {
                if (std::holds_alternative<received_apdu>(*found)) {
                    got.push_back(support::to_text(*found));
                }
            }
        }
        RC_ASSERT(got == sent);
    }));
}

TEST_CASE("serial_receiver: a garbled byte loses at most its own frame") {
    CHECK(rc::check([] {
        const auto all_data = *rc::gen::container<std::vector<bytes>>(
            rc::gen::container<bytes>(rc::gen::weightedOneOf<std::uint8_t>(
                {{3, rc::gen::arbitrary<std::uint8_t>()},
                 {2, rc::gen::elementOf(bytes{dle, stx, etx, ack, nak})}})));
        RC_PRE(!all_data.empty());
        bytes line;
        std::vector<std::string> sent;
        std::vector<std::size_t> owner;
        for (const auto& data : all_data) {
            const auto frame = framed(apdu_with(data));
            owner.insert(owner.end(), frame.size(), sent.size());
            line.insert(line.end(), frame.begin(), frame.end());
            sent.push_back("apdu " + to_hex(apdu_with(data)));
        }
        const auto at = *rc::gen::inRange<std::size_t>(0, line.size());
        const auto flipped = *rc::gen::inRange<unsigned>(1, 256);
        line[at] = static_cast<std::uint8_t>(line[at] ^ flipped);

        serial_receiver in;
        in.receive(line, start);
        std::vector<std::string> got;
        while (const auto found = in.next()) {
            if (std::holds_alternative<received_apdu>(*found)) {
                got.push_back(support::to_text(*found));
            }
        }
        in.elapse(start + 200ms);
        while (const auto found = in.next()) {
            RC_ASSERT(std::holds_alternative<dropped>(*found) ||
                      std::holds_alternative<received_apdu>(*found));
            if (std::holds_alternative<received_apdu>(*found)) {
                got.push_back(support::to_text(*found));
            }
        }
        sent.erase(sent.begin() + static_cast<std::ptrdiff_t>(owner[at]));
        RC_ASSERT(got == sent);
    }));
}

TEST_CASE("serial_receiver: every byte of any line is told or delivered, and nothing hangs") {
    CHECK(rc::check([] {
        const auto line = *rc::gen::container<bytes>(rc::gen::weightedOneOf<std::uint8_t>(
            {{1, rc::gen::arbitrary<std::uint8_t>()},
             {3, rc::gen::elementOf(bytes{dle, dle, stx, etx, ack, nak, 0x80, 0x00})}}));
        serial_receiver in;
        in.receive(line, start);
        std::size_t told_bytes = 0;
        std::size_t frame_bytes = 0;
        const auto count = [&] {
            while (const auto found = in.next()) {
                if (const auto* drop = std::get_if<dropped>(&*found)) {
                    RC_ASSERT(drop->bytes > 0U);
                    told_bytes += drop->bytes;
                } else if (const auto* apdu = std::get_if<received_apdu>(&*found)) {
                    frame_bytes += framed(bytes(apdu->whole.begin(), apdu->whole.end())).size();
                } else {
                    ++told_bytes;
                }
            }
        };
        count();
        in.elapse(start + 200ms);
        count();
        RC_ASSERT(told_bytes + frame_bytes == line.size());
        RC_ASSERT(!in.deadline().has_value());
    }));
}

TEST_SUITE_END();
