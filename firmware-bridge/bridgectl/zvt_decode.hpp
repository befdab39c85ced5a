// ZVT messages out of hex text, a capture or a link trace, told byte by byte.
//
//     const auto decoded = decode_zvt("06 01 07 04 00 00 00 00 12 34");
//     std::cout << to_text(decoded);
//     if (!decoded.complete) …                    // a byte has no name, or a frame is damaged
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::bridgectl {

struct decoded_item {
    std::size_t line{};     // of the input, from 1
    std::string kind;       // "message", "ack", "nak", "note", "broken"
    std::string direction;  // "sent", "received"; empty when the input does not tell
    std::string bytes;      // hex, masked (M9)
    std::string text;       // the tree of a message, the words of a note
    bool complete{true};
};

struct decoded_text {
    std::vector<decoded_item> items;
    std::string error;  // the text is no hex: where and why
    bool complete{true};
};

[[nodiscard]] decoded_text decode_zvt(std::string_view text);
[[nodiscard]] std::string to_text(const decoded_text&);
[[nodiscard]] boost::json::object to_json(const decoded_text&);

}  // namespace bridge::bridgectl
