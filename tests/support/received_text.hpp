// What a receiver reported, as one line of text, so that tests can compare whole runs:
//
//     CHECK(feed(in, "10 02 80 00 00 10 03 F5 1F") == "apdu 800000");
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "protocol/zvt/received.hpp"

namespace support {

inline std::string to_hex(protocol::zvt::bytes_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string hex;
    for (const auto byte : bytes) {
        hex += digits[byte >> 4U];
        hex += digits[byte & 0x0FU];
    }
    return hex;
}

inline std::string_view name_of(protocol::zvt::drop_reason reason) {
    using enum protocol::zvt::drop_reason;
    switch (reason) {
        case noise: return "noise";
        case bad_crc: return "bad_crc";
        case bad_structure: return "bad_structure";
        case inter_byte_timeout: return "inter_byte_timeout";
        case too_long: return "too_long";
        case other_protocol: return "other_protocol";
    }
    return "?";
}

inline std::string to_text(const protocol::zvt::received& found) {
    using namespace protocol::zvt;
    if (const auto* apdu = std::get_if<received_apdu>(&found)) return "apdu " + to_hex(apdu->whole);
    if (std::holds_alternative<received_ack>(found)) return "ack";
    if (std::holds_alternative<received_nak>(found)) return "nak";
    const auto& drop = std::get<dropped>(found);
    return std::string{name_of(drop.reason)} + " " + std::to_string(drop.bytes);
}

/// All that a receiver has to tell now, with commas between.
template <class Receiver>
std::string drain(Receiver& in) {
    std::string all;
    while (const auto found = in.next()) {
        if (!all.empty()) all += ", ";
        all += to_text(*found);
    }
    return all;
}

}  // namespace support
