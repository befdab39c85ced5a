// What a receiver found in the bytes of a link, in order.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <variant>

#include "protocol/zvt/apdu.hpp"

namespace protocol::zvt {

/// Protocol code takes time as an argument; only differences count.
using time_point = std::chrono::steady_clock::time_point;

/// A whole, masked APDU. The views point into the receiver and die with its next call.
struct received_apdu {
    apdu_view apdu;
    bytes_view whole;
};
struct received_ack {};
struct received_nak {};

enum class drop_reason : std::uint8_t {
    noise,               // bytes outside any frame
    bad_crc,             // serial: a frame whose CRC does not match: answer NAK
    bad_structure,       // serial: a lone DLE, or a length field that the frame does not have: NAK
    inter_byte_timeout,  // serial T1, TCP T3: the rest of a frame did not come in time
    too_long,            // longer than any APDU can be
    other_protocol,      // what came is another protocol's (text banner, ENQ/STX poll, HTTP, TLS)
};

/// Bytes that were thrown away. Only their number is told: they may hold card data (M9).
struct dropped {
    drop_reason reason{};
    std::size_t bytes{};
};

using received = std::variant<received_apdu, received_ack, received_nak, dropped>;

}  // namespace protocol::zvt
