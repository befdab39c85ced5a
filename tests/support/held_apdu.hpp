// An APDU written as hex that keeps its bytes, and the questions that message tests ask again and
// again.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/zvt/apdu.hpp"
#include "tests/support/hex_bytes.hpp"

namespace support {

using protocol::zvt::bytes_view;

class held_apdu {
public:
    /// The whole APDU with control field and length; throws when it is not exactly one.
    explicit held_apdu(std::string_view text) : bytes_{hex(text)} {
        const auto split = protocol::zvt::split_apdu(bytes_);
        if (!split || split->used != bytes_.size()) {
            throw std::invalid_argument{"not one APDU: " + std::string{text}};
        }
        view_ = split->apdu;
    }
    held_apdu(const held_apdu&) = delete;
    held_apdu& operator=(const held_apdu&) = delete;

    [[nodiscard]] const std::vector<std::uint8_t>& bytes() const noexcept { return bytes_; }
    [[nodiscard]] const protocol::zvt::apdu_view& view() const noexcept { return view_; }

private:
    std::vector<std::uint8_t> bytes_;
    protocol::zvt::apdu_view view_{};
};

inline std::vector<std::uint8_t> as_bytes(bytes_view view) { return {view.begin(), view.end()}; }

inline std::string as_text(bytes_view view) { return {view.begin(), view.end()}; }

inline bytes_view bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Decoding and encoding gives the bytes that came in.
template <class Message>
[[nodiscard]] bool survives(std::string_view text) {
    const held_apdu apdu{text};
    const auto message = Message::decode(apdu.view());
    if (!message) return false;
    std::vector<std::uint8_t> out(apdu.bytes().size());
    const auto again = message->encode(out, apdu.view().extended_length);
    return again && as_bytes(*again) == apdu.bytes();
}

/// Why Message::decode refuses; nullopt when it does not.
template <class Message>
[[nodiscard]] std::optional<protocol::error_code> refusal(std::string_view text) {
    const held_apdu apdu{text};
    const auto message = Message::decode(apdu.view());
    if (message) return std::nullopt;
    return message.error();
}

/// What encode() writes; empty when it refuses.
template <class Message>
[[nodiscard]] std::vector<std::uint8_t> encoded(const Message& message) {
    std::array<std::uint8_t, 4096> out{};
    const auto written = message.encode(out);
    return written ? as_bytes(*written) : std::vector<std::uint8_t>{};
}

/// Why encode() refuses; nullopt when it does not.
template <class Message>
[[nodiscard]] std::optional<protocol::error_code> encode_refusal(const Message& message) {
    std::array<std::uint8_t, 4096> out{};
    const auto written = message.encode(out);
    if (written) return std::nullopt;
    return written.error();
}

}  // namespace support
