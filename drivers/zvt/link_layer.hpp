// Whole messages over a wire that carries bytes: on a serial line with ACK, NAK, T2 and repeats, on
// a stream without. What the session sends and receives is the same on both.
//
//     link.send(apdu, sending::money_request, now);
//     link.receive(bytes, now);
//     while (auto happened = link.next()) …          // arrived, delivered, undelivered, dropped
//     while (auto bytes = link.next_output()) …      // for the wire
//
// On a serial line one frame is under way at a time; the others wait for its ACK. What ends the
// wait:
//
//   ACK          delivered; proven, unless the ACK may belong to another frame
//   NAK          the frame goes again, at most three times in all, then undelivered{refused}; for a
//                money_request only when the line stays clean for T1 around the NAK (M2)
//   T2           the frame goes again, likewise, then undelivered; a money_request never does (M2)
//   a message    the other side went on without an ACK (some terminals send none): delivered
//   impatience   the frame was an answer and a request waits behind it: delivered
//
// An answer that is under way when the next message comes is thereby never repeated behind it,
// where the terminal could take it for the answer to that next message (M3). PA00P016 §2.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "drivers/framing.hpp"
#include "drivers/terminal.hpp"
#include "drivers/zvt/session.hpp"
#include "protocol/zvt/serial_receiver.hpp"
#include "protocol/zvt/tcp_receiver.hpp"

namespace drivers::zvt {

enum class sending : std::uint8_t {
    request,        // a command that may be repeated
    money_request,  // a command that only a NAK may repeat
    abort,          // 06 B0
    answer,         // 80 xx, 84 xx
    result_answer,  // the answer to an approval: its delivery is what M5 asks for
};

/// A command or 06 B0 went to the wire for the first time; what comes from now on may be about it.
struct transmitted {
    sending what{};
};
/// A whole message came, masked.
struct arrived {
    std::vector<std::uint8_t> apdu;
    /// Byte for byte the message before, whose answer the other side has not confirmed: a repeat.
    bool repeated{};
};
/// The other side has the frame, or may have it. `proven`: it said so itself, unmistakably.
struct delivered {
    sending what{};
    bool proven{};
};
/// Three times in vain, or once for a money_request. `refused`: a NAK to every sending, so nothing
/// happened.
struct undelivered {
    sending what{};
    bool refused{};
};
using link_event =
    std::variant<transmitted, arrived, delivered, undelivered, protocol::zvt::dropped>;

class link_layer {
public:
    link_layer(framing, const session_timers&);

    /// Forgets everything: a new link.
    void reset();
    void send(std::vector<std::uint8_t> apdu, sending, time_point now);
    /// The command is over: neither it nor its 06 B0 goes out any more, nor again.
    void withdraw(time_point now);
    /// While hushed nothing leaves but ACK and NAK (M3).
    void hush(bool silent) noexcept;
    /// All that came has been looked at, and answered if it wanted an answer: what waits may go.
    void go_on(time_point now);

    void receive(std::span<const std::uint8_t> bytes, time_point now);
    void elapse(time_point now);
    [[nodiscard]] std::optional<time_point> deadline() const;

    [[nodiscard]] std::optional<link_event> next();
    [[nodiscard]] bool has_next() const noexcept { return !events_.empty(); }
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> next_output();
    [[nodiscard]] std::optional<trace_record> next_trace();
    void note(std::string text);  // into the trace

    /// Bytes came of which it is not known yet whether they are a message.
    [[nodiscard]] bool has_unread() const;
    /// A byte of the last request or money_request may have left: next_output() gave it out.
    [[nodiscard]] bool request_left() const noexcept { return request_left_; }

private:
    struct frame {
        std::vector<std::uint8_t> apdu;
        sending what{};
        time_point queued;
        time_point due;  // T2
        int sendings{};
        bool silent{};     // one of its sendings stayed without ACK and NAK
        bool disturbed{};  // noise came meanwhile: an ACK or NAK may be part of it
        /// A NAK came; it holds if nothing else comes until then.
        std::optional<time_point> rejected{};
    };
    struct output_bytes {
        std::vector<std::uint8_t> bytes;
        bool is_request{};
    };

    void read(time_point now);
    void on_message(std::span<const std::uint8_t> whole, time_point now);
    void on_ack(time_point now);
    void on_nak(time_point now);
    void on_dropped(protocol::zvt::dropped, time_point now);
    void on_silence(time_point now);
    void repeat_rejected(time_point now);
    void take_as_delivered(bool proven, time_point now);
    void abandon(time_point now);
    void transmit_next(time_point now);
    void transmit(frame&, time_point now);
    void say(std::uint8_t single_byte);
    [[nodiscard]] bool doubtful(time_point now) const noexcept;
    [[nodiscard]] std::optional<time_point> impatient_at() const noexcept;

    framing framing_;
    session_timers timers_;
    std::variant<protocol::zvt::serial_receiver, protocol::zvt::tcp_receiver> receiver_;
    std::optional<frame> outstanding_;
    std::deque<frame> waiting_;
    std::deque<output_bytes> outputs_;
    std::deque<link_event> events_;
    std::deque<trace_record> trace_;
    bool request_left_{};
    bool hushed_{};
    std::vector<std::uint8_t> last_message_;
    bool answer_confirmed_{};  // the answer to last_message_ has been ACKed
    /// Until then an ACK or NAK may belong to a frame that is no longer waited for.
    std::optional<time_point> stray_until_;
};

}  // namespace drivers::zvt
