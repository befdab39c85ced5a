// Turns the bytes of a serial line, cut anywhere, into APDUs, ACKs and NAKs; finds its way back
// after noise and says what it dropped. ZVT reference 1.1.
//
//     in.receive(bytes, now);
//     while (const auto found = in.next()) std::visit(…, *found);
//     if (in.deadline() && now >= *in.deadline()) in.elapse(now);   // T1; then next() again
//
// Drain next() after each receive() and each elapse(). It answers nothing itself: the session sends
// ACK for each received_apdu and NAK for each drop of bad_crc, bad_structure, inter_byte_timeout
// inside a frame.
//
// What is a frame. DLE STX opens one, DLE ETX and two CRC bytes close it; a DLE STX inside one
// means that the first was cut off. One that is not right is read again from behind its DLE STX,
// because the next, good one may have been swallowed (a lost end, a CRC that ends in 10). All that
// was wrong together is told as one drop, so that one garbled frame gets one NAK.
//
// What is an ACK. Only 06 and 15 that stand alone count: in a run of noise they are noise, until a
// frame or a silence of T1 ends it. A NAK allows the sender to repeat a payment (M2), so it must
// never be read out of garbage; a lost ACK only costs time.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "protocol/zvt/received.hpp"

namespace protocol::zvt {

class serial_receiver {
public:
    /// `t1`: longest gap between two bytes inside a frame (specification: 200 ms).
    explicit serial_receiver(std::chrono::milliseconds t1 = std::chrono::milliseconds{200});

    void receive(bytes_view bytes, time_point now);
    /// Harmless when early. Late bytes after a silence call it themselves.
    void elapse(time_point now);
    /// When the line has been silent too long for what stands open: a frame, or noise untold.
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
    static constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

    [[nodiscard]] bool in_frame() const noexcept {
        return state_ != state::idle && state_ != state::after_dle;
    }
    [[nodiscard]] std::optional<received> look_at(std::uint8_t byte);
    [[nodiscard]] std::optional<received> look_at_idle(std::uint8_t byte);
    [[nodiscard]] std::optional<received> look_at_frame_dle(std::uint8_t byte);
    [[nodiscard]] std::optional<received> open_frame();
    [[nodiscard]] std::optional<received> close_frame();
    [[nodiscard]] std::optional<drop_reason> fault_of_frame() const noexcept;
    [[nodiscard]] std::optional<received> silence_passed();
    [[nodiscard]] received deliver();
    void append(std::uint8_t byte);
    void fail_frame(drop_reason reason) noexcept;
    void begin_broken_run(drop_reason reason) noexcept;
    [[nodiscard]] received take_run() noexcept;
    void forget_looked_at();

    std::chrono::milliseconds t1_;
    std::optional<time_point> last_byte_;

    // Bytes as they came, kept from the open frame's DLE on: they may have to be read again.
    std::vector<std::uint8_t> line_;
    std::size_t looked_at_{};
    std::size_t frame_start_{};
    std::size_t silence_at_{nowhere};  // where in line_ T1 passed without a byte

    state state_{};
    std::vector<std::uint8_t> frame_;  // the undoubled APDU
    std::uint16_t crc_{};
    std::uint16_t received_crc_{};
    bool lone_dle_{};
    bool frame_ready_{};  // frame_ is good, the drop before it is told first

    // What is being dropped: noise, or a broken frame up to broken_until_.
    dropped run_{};
    std::size_t broken_until_{};
    int rereads_{};
};

}  // namespace protocol::zvt
