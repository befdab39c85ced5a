#include "protocol/zvt/tcp_receiver.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

#include "protocol/zvt/tlv.hpp"
#include "tests/support/hex_bytes.hpp"
#include "tests/support/received_text.hpp"

using namespace protocol::zvt;
using namespace std::chrono_literals;
using support::drain;
using support::to_hex;
using bytes = std::vector<std::uint8_t>;

TEST_SUITE_BEGIN("protocol/zvt/tcp_receiver");

namespace {

constexpr time_point start{};
constexpr auto register_side = receiver_side::from_terminal;
constexpr auto terminal_side = receiver_side::from_ecr;

std::string feed(tcp_receiver& in, std::string_view hex, time_point now = start) {
    in.receive(support::hex(hex), now);
    return drain(in);
}

/// What comes of `hex`, and after the bar what comes of T3 without another byte.
std::string told(std::string_view hex, receiver_side side = register_side) {
    tcp_receiver in{side};
    const auto at_once = feed(in, hex);
    in.elapse(start + 5s);
    const auto later = drain(in);
    CHECK_FALSE(in.deadline().has_value());
    return later.empty() ? at_once : at_once + " | " + later;
}

std::string hex_of(std::string_view text) {
    return to_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
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

}  // namespace

TEST_CASE("tcp_receiver: APDUs are cut out of the stream by their length") {
    CHECK(told("80 00 00") == "apdu 800000");
    CHECK(told("80 00 00 04 FF 01 0A 06 0F 00") == "apdu 800000, apdu 04ff010a, apdu 060f00");
    CHECK(told("84 1E 01 7D 84 9C 00") == "apdu 841e017d, apdu 849c00");
    CHECK(told("06 D1 FF 03 00 00 41 42") == "apdu 06d1ff0300004142");
    CHECK(told("06 01 07 04 00 00 00 00 01 00", terminal_side) == "apdu 06010704000000000100");
}

TEST_CASE("tcp_receiver: segments may end anywhere") {
    const auto stream = support::hex("80 00 00 04 FF 01 0A 06 D1 FF 03 00 00 41 42 06 0F 00");
    const std::string whole = "apdu 800000, apdu 04ff010a, apdu 06d1ff0300004142, apdu 060f00";
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        tcp_receiver in{register_side};
        in.receive(std::span{stream}.first(cut), start);
        auto all = drain(in);
        in.receive(std::span{stream}.subspan(cut), start);
        const auto rest = drain(in);
        if (!all.empty() && !rest.empty()) all += ", ";
        CAPTURE(cut);
        CHECK(all + rest == whole);
    }
}

TEST_CASE("tcp_receiver: a terminal answers what it does not know, so it must hear it") {
    CHECK(told("06 77 00", terminal_side) == "apdu 067700");
    CHECK(told("08 99 01 02", terminal_side) == "apdu 08990102");
    CHECK(told("0F 01 02 04 22", terminal_side) == "apdu 0f01020422");
    CHECK(told("05 01 00", terminal_side) == "apdu 050100");
    CHECK(told("84 9D 07 04 00 00 00 00 08 00", terminal_side) == "apdu 849d0704000000000800");
    CHECK(told("0F 01 02 04 22", register_side) == "apdu 0f01020422");
}

TEST_CASE("tcp_receiver: stray bytes before an APDU are told and passed") {
    CHECK(told("00 00 80 00 00") == "noise 2, apdu 800000");
    CHECK(told("06 06 80 00 00") == "noise 2, apdu 800000");
    CHECK(told("FF FE 06 0F 00") == "noise 2, apdu 060f00");
    CHECK(told("05 80 00 00") == "noise 1, apdu 800000");
    CHECK(told("80 00 00 00 00 06 0F 00") == "apdu 800000, noise 2, apdu 060f00");
    CHECK(told("00 00 06 01 00", terminal_side) == "noise 2, apdu 060100");
}

TEST_CASE("tcp_receiver: stray bytes that look like the start of a long APDU cost T3, no more") {
    // 06 06 with a length of 80: the terminal cannot know that it is no command.
    CHECK(told("06 06 80 00 00", terminal_side) == " | noise 2, apdu 800000");
    CHECK(told("04 0F FF 80 00 00") == " | noise 3, apdu 800000");
    CHECK(told("06 D3 FF FF FF 80 00 00 06 0F 00") == " | noise 5, apdu 800000, apdu 060f00");
}

TEST_CASE("tcp_receiver: an APDU is not read out of the middle of a broken one") {
    // BMP 04 holds 80 00 00; what follows it is not an APDU.
    CHECK(told("04 0F 20 27 00 04 00 00 00 80 00 00 0B 00 01") == " | inter_byte_timeout 15");
    CHECK(told("04 0F 20 06 0F 01") == " | inter_byte_timeout 6");
}

TEST_CASE("tcp_receiver: half an APDU is dropped after T3") {
    struct row {
        const char* name;
        std::string stream;
        std::string told;
    };
    for (const auto& row : {
             row{"class only", "80", " | inter_byte_timeout 1"},
             row{"no length", "04 FF", " | inter_byte_timeout 2"},
             row{"length, no data", "04 FF 01", " | inter_byte_timeout 3"},
             row{"extended length cut", "06 D3 FF 00", " | inter_byte_timeout 4"},
             row{"data cut", "06 D1 03 00 41", " | inter_byte_timeout 5"},
             row{"after a whole one", "80 00 00 06 0F", "apdu 800000 | inter_byte_timeout 2"},
             row{"after noise", "00 06 0F", " | noise 1, inter_byte_timeout 2"},
         }) {
        CAPTURE(row.name);
        CHECK(told(row.stream) == row.told);
    }
}

TEST_CASE("tcp_receiver: T3 begins again with every byte") {
    tcp_receiver in{register_side};
    CHECK_FALSE(in.deadline().has_value());
    CHECK(feed(in, "04 FF") == "");
    CHECK(in.deadline() == start + 5s);
    CHECK(feed(in, "01", start + 4999ms) == "");
    CHECK(in.deadline() == start + 9999ms);
    in.elapse(start + 9998ms);
    CHECK(drain(in) == "");
    CHECK(feed(in, "0A", start + 9998ms) == "apdu 04ff010a");
    CHECK_FALSE(in.deadline().has_value());

    CHECK(feed(in, "04 FF", start + 20s) == "");
    CHECK(feed(in, "80 00 00", start + 25s) == "inter_byte_timeout 2, apdu 800000");

    tcp_receiver patient{register_side, 10s};
    feed(patient, "04");
    CHECK(patient.deadline() == start + 10s);
}

TEST_CASE("tcp_receiver: another protocol is told at once and by its name") {
    struct row {
        const char* name;
        std::string stream;
        std::string told;
    };
    for (const auto& row : {
             row{"SSH", hex_of("SSH-2.0-OpenSSH_9.2\r\n"), "other_protocol 21"},
             row{"HTTP", hex_of("HTTP/1.1 400 Bad Request\r\n\r\n"), "other_protocol 28"},
             row{"SMTP", hex_of("220 mail ready\r\n"), "other_protocol 16"},
             row{"TLS alert", "15 03 01 00 02 02 28", "other_protocol 7"},
             row{"TLS handshake", "16 03 03 00 02 02 00", "other_protocol 7"},
             row{"ENQ", "05", " | other_protocol 1"},
             row{"NAK", "15", " | other_protocol 1"},
             row{"ACK", "06", " | other_protocol 1"},
             row{"EOT", "04", " | other_protocol 1"},
             row{"ENQ ENQ ENQ", "05 05 05", " | other_protocol 3"},
             row{"STX ETX", "02 03", " | other_protocol 2"},
             row{"not a protocol anybody knows", "00 FF 33", " | noise 3"},
         }) {
        CAPTURE(row.name);
        CHECK(told(row.stream) == row.told);
    }
    CHECK(told(hex_of("GET / HTTP/1.1\r\n\r\n"), terminal_side) == "other_protocol 18");
    CHECK(told("05", terminal_side) == " | other_protocol 1");
}

TEST_CASE("tcp_receiver: an APDU behind a banner is delivered") {
    CHECK(told(hex_of("Welcome to terminal 5\r\n") + "80 00 00") ==
          "other_protocol 23, apdu 800000");
    CHECK(told("15 15 15 80 00 00") == "noise 3, apdu 800000");
    CHECK(told("15 03 01 00 02 02 28 04 FF 01 0A") == "other_protocol 7, apdu 04ff010a");
}

TEST_CASE("tcp_receiver: a banner in many segments is told once as another protocol") {
    tcp_receiver in{register_side};
    std::string all;
    for (const char c : std::string{"SSH-2.0-OpenSSH\r\n"}) {
        in.receive(bytes{static_cast<std::uint8_t>(c)}, start);
        all += drain(in);
    }
    CHECK(all == "other_protocol 4");
    CHECK(feed(in, "80 00 00") == "noise 13, apdu 800000");
}

TEST_CASE("tcp_receiver: a serial frame on TCP gives its APDU") {
    CHECK(told("10 02 80 00 00 10 03 F5 1F") == "noise 2, apdu 800000 | noise 4");
}

TEST_CASE("tcp_receiver: a closed connection forgets what was half there") {
    tcp_receiver in{register_side};
    feed(in, "00 04 0F 20 27");
    in.reset();
    CHECK_FALSE(in.deadline().has_value());
    CHECK(feed(in, "80 00 00") == "apdu 800000");
}

TEST_CASE("tcp_receiver: the longest APDU is read") {
    bytes longest(max_apdu_size, 0x20);
    longest[0] = 0x06;
    longest[1] = 0xD3;
    longest[2] = longest[3] = longest[4] = 0xFF;
    tcp_receiver in{register_side};
    in.receive(longest, start);
    const auto found = in.next();
    REQUIRE(found.has_value());
    CHECK(std::get<received_apdu>(*found).whole.size() == max_apdu_size);
}

TEST_CASE("tcp_receiver: [M9] an APDU leaves it masked") {
    CHECK(told("04 0F 0D 27 00 22 F0 F8 41 11 11 11 11 11 11 11") ==
          "apdu 040f0d270022f0f8411111eeeeee1111");
}

TEST_CASE("tcp_receiver: APDUs come out of any stream, however cut") {
    CHECK(rc::check([](const std::vector<bytes>& all_data) {
        bytes stream;
        std::vector<std::string> sent;
        for (const auto& data : all_data) {
            const auto apdu = apdu_with(data);
            sent.push_back("apdu " + to_hex(apdu));
            stream.insert(stream.end(), apdu.begin(), apdu.end());
        }
        tcp_receiver in{register_side};
        std::vector<std::string> got;
        for (std::size_t at = 0; at < stream.size();) {
            const auto size = *rc::gen::inRange<std::size_t>(1, stream.size() - at + 1);
            in.receive(std::span{stream}.subspan(at, size), start);
            at += size;
            while (const auto found = in.next()) got.push_back(support::to_text(*found));
        }
        RC_ASSERT(got == sent);
    }));
}

TEST_CASE("tcp_receiver: noise of impossible classes between APDUs loses none") {
    CHECK(rc::check([](const std::vector<bytes>& all_data) {
        bytes stream;
        std::vector<std::string> sent;
        for (const auto& data : all_data) {
            const auto noise = *rc::gen::container<bytes>(rc::gen::elementOf(
                bytes{0x00, 0x01, 0x15, 0x20, 0x41, 0x7F, 0x81, 0x90, 0xFE, 0xFF}));
            stream.insert(stream.end(), noise.begin(), noise.end());
            const auto apdu = apdu_with(data);
            sent.push_back("apdu " + to_hex(apdu));
            stream.insert(stream.end(), apdu.begin(), apdu.end());
        }
        tcp_receiver in{register_side};
        in.receive(stream, start);
        std::vector<std::string> got;
        while (const auto found = in.next()) {
            if (std::holds_alternative<received_apdu>(*found)) {
                got.push_back(support::to_text(*found));
            }
        }
        RC_ASSERT(got == sent);
    }));
}

TEST_CASE("tcp_receiver: every byte of any stream is told or delivered, and nothing hangs") {
    CHECK(rc::check([](bool in_terminal) {
        const auto stream = *rc::gen::container<bytes>(rc::gen::weightedOneOf<std::uint8_t>(
            {{1, rc::gen::arbitrary<std::uint8_t>()},
             {3, rc::gen::elementOf(bytes{0x80, 0x84, 0x04, 0x06, 0x0F, 0x00, 0x01, 0xFF})}}));
        tcp_receiver in{in_terminal ? terminal_side : register_side};
        std::size_t told_bytes = 0;
        const auto count = [&] {
            while (const auto found = in.next()) {
                if (const auto* drop = std::get_if<dropped>(&*found)) {
                    RC_ASSERT(drop->bytes > 0U);
                    told_bytes += drop->bytes;
                } else {
                    told_bytes += std::get<received_apdu>(*found).whole.size();
                }
            }
        };
        in.receive(stream, start);
        count();
        in.elapse(start + 5s);
        count();
        RC_ASSERT(told_bytes == stream.size());
        RC_ASSERT(!in.deadline().has_value());
    }));
}

TEST_SUITE_END();
