// Messages out of text: what people paste, what capture files and traces hold.
//
//     auto found = read_hex_input(text);
//     if (!found) std::cerr << to_string(found.error());     // line 3, column 7: …
//     for (const auto& item : *found) …
//
// Hex digits in pairs; blanks, line ends, `|`, `,` and `:` between them are seen through; `#` and
// `;` begin a comment. Several APDUs may follow each other, and lines may be broken anywhere
// between two bytes. Serial frames (10 02 … 10 03 CRC) are taken apart and their CRC is checked;
// behind the first of them a lone 06 or 15 is ACK or NAK. Lines of a link trace are read as what
// they say: one message, ACK, NAK, dropped bytes or a note, with the direction.
//
// Everything that is returned was masked (M9).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.hpp"

namespace protocol::zvt {

struct hex_item {
    enum class kind : std::uint8_t {
        message,  // exactly one APDU
        ack,
        nak,
        note,    // a trace's words: what was dropped, what happened
        broken,  // bytes that are no APDU or no frame; `text` says why
    };
    enum class direction : std::uint8_t { unknown, sent, received };

    kind what{};
    direction way{};
    std::vector<std::uint8_t> bytes{};  // message: the APDU without framing; broken: masked
    std::string text{};
    std::size_t line{};  // where it begins; the first line is 1
    bool serial{};       // it came in a serial frame
};

struct hex_input_error {
    enum class kind : std::uint8_t { not_a_hex_digit, half_a_byte };
    kind what{};
    std::size_t line{};    // the first is 1
    std::size_t column{};  // the first is 1
};

/// "line 3, column 7: not a hexadecimal digit"
[[nodiscard]] std::string to_string(const hex_input_error&);

[[nodiscard]] boost::system::result<std::vector<hex_item>, hex_input_error> read_hex_input(
    std::string_view text);

}  // namespace protocol::zvt
