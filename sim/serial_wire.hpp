// The terminal's end of a serial line: frames, ACK and NAK, T1, T2, repeats. ZVT reference 1.1.
//
//     wire.send(apdu);                       // queued; one frame at a time waits for its ACK
//     wire.receive(bytes, now);
//     wire.elapse(now);                      // T1, T2
//     while (auto out = wire.next_transmission(now)) …   // a frame, an ACK or a NAK
//     while (auto event = wire.next_event()) …           // APDU came; ours arrived, or never will
#pragma once

#include <deque>
#include <optional>
#include <variant>

#include "protocol/zvt/serial_receiver.hpp"
#include "sim/fault.hpp"
#include "sim/message.hpp"

namespace sim {

using protocol::zvt::time_point;
using std::chrono::milliseconds;

/// Bytes that leave together, and what they are.
struct transmission {
    enum class kind : std::uint8_t { frame, ack, nak };
    kind what{};
    command code{};  // of the APDU in a frame
    bytes content;
};

struct apdu_came {
    bytes whole;
};
struct delivered {};
struct undeliverable {};
struct garbage {
    protocol::zvt::drop_reason reason{};
    std::size_t count{};
};
using wire_event = std::variant<apdu_came, delivered, undeliverable, garbage>;

struct serial_timers {
    milliseconds between_bytes{200};     // T1
    milliseconds acknowledgement{5000};  // T2
    unsigned repeats{2};
};

class serial_wire {
public:
    serial_wire(serial_timers, fault_plan&);

    void send(bytes apdu);
    void receive(bytes_view, time_point);
    void elapse(time_point);
    [[nodiscard]] std::optional<time_point> deadline() const noexcept;
    [[nodiscard]] std::optional<transmission> next_transmission(time_point);
    [[nodiscard]] std::optional<wire_event> next_event();
    void reset();

private:
    void found(const protocol::zvt::received&, time_point);
    void frame_came(const protocol::zvt::received_apdu&);
    void acknowledge(transmission::kind);
    void settle(wire_event);
    void repeat_or_fail();

    serial_timers timers_;
    fault_plan& faults_;
    protocol::zvt::serial_receiver receiver_;
    std::deque<bytes> queue_;  // APDUs; the first may be on its way
    unsigned sendings_{};      // of the first
    std::optional<time_point> ack_due_;
    bool send_now_{};
    std::deque<transmission> answers_;
    std::deque<wire_event> events_;
};

}  // namespace sim
