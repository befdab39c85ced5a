// Turns the bytes of a serial line, cut anywhere, into APDUs, ACKs and NAKs; finds its way back
// after noise and says what it dropped. ZVT reference 1.1.
//
//     in.receive(bytes, now);
//     while (const auto found = in.next()) std::visit(…, *found);
//     if (in.deadline() && now >= *in.deadline()) in.elapse(now);   // T1
//
// It answers nothing itself: the session sends ACK for each received_apdu and NAK for each drop of
// bad_crc, bad_structure, inter_byte_timeout inside a frame.
#pragma once

#include <optional>
#include <vector>

#include "protocol/zvt/received.hpp"

namespace protocol::zvt {

class serial_receiver {
public:
    /// `t1`: longest gap between two bytes inside a frame (specification: 200 ms).
    explicit serial_receiver(std::chrono::milliseconds t1 = std::chrono::milliseconds{200});

    void receive(bytes_view bytes, time_point now);
    void elapse(time_point now);
    [[nodiscard]] std::optional<time_point> deadline() const noexcept;
    [[nodiscard]] std::optional<received> next();
    /// Forgets a half frame (the line was closed).
    void reset() noexcept;

private:
    enum class state : std::uint8_t {
        idle,
        after_dle,
        in_frame,
        in_frame_after_dle,
        crc_low,
        crc_high
    };

    std::chrono::milliseconds t1_;
    state state_{};
    std::vector<std::uint8_t> pending_;  // bytes received and not looked at yet
    std::size_t looked_at_{};
    std::vector<std::uint8_t> frame_;  // the undoubled APDU
    std::size_t frame_bytes_{};        // bytes on the line, for `dropped`
    std::size_t noise_{};
    std::uint16_t crc_{};
    std::uint8_t crc_low_{};
    bool timed_out_{};
    std::optional<time_point> last_byte_;
};

}  // namespace protocol::zvt
