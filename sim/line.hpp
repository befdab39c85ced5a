// One way into the terminal: between the bytes of a link and the messages of the terminal.
//
//     line way{link_nature::stream, timers, faults, seed};
//     way.opened(now);                                   // TCP: a register connected
//     for (auto& part : way.screen(bytes)) way.receive(part.content, now);
//     while (auto event = way.next_event()) …            // an APDU came; ours arrived, or failed
//     way.send(code, apdu, now);
//     while (auto action = way.next_action(now)) …       // write, or cut
#pragma once

#include <deque>
#include <optional>

#include "protocol/zvt/tcp_receiver.hpp"
#include "sim/conversation.hpp"
#include "sim/inbound.hpp"
#include "sim/outbound.hpp"

namespace sim {

struct line_timers {
    serial_timers serial;
    milliseconds pieces{5000};  // T3 case b: a message that arrives in pieces
};

class line {
public:
    line(link_nature, line_timers, fault_plan&, std::uint64_t seed);

    void opened(time_point);
    void closed();
    /// What came, as the faults let it through. Give each part to receive() and, when it says that
    /// the link or the power goes then, act on that before the next.
    [[nodiscard]] std::vector<inbound::passed> screen(bytes_view);
    void receive(bytes_view, time_point);
    /// The link goes now: nothing that was to be sent leaves any more.
    void cut(line_action, time_point);
    /// Sends one APDU.
    void send(command, bytes apdu, time_point);
    /// Ends the connection behind what was sent; a serial line cannot.
    void hang_up(time_point);
    void elapse(time_point);
    [[nodiscard]] std::optional<time_point> deadline() const noexcept;
    [[nodiscard]] std::optional<wire_event> next_event();
    [[nodiscard]] std::optional<line_action> next_action(time_point);
    [[nodiscard]] link_nature nature() const noexcept { return nature_; }
    [[nodiscard]] bool open() const noexcept { return open_; }

private:
    void drain_receiver(time_point);
    void take_transmissions(time_point);

    link_nature nature_;
    fault_plan& faults_;
    serial_wire wire_;
    protocol::zvt::tcp_receiver stream_;
    inbound in_;
    outbound out_;
    std::deque<wire_event> events_;
    std::optional<time_point> last_traffic_;
    std::optional<milliseconds> idle_cut_;
    bool open_{};
};

}  // namespace sim
