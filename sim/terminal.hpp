// The payment terminal as a state machine: no sockets, no clock, no threads.
//
//     terminal one{config, memory_store, acquirer, faults, wall_now, now};
//     one.link_up(link_nature::stream, now);
//     one.receive(apdu, now);                    // a whole APDU of the register
//     one.elapse(now);                           // when deadline() has passed; harmless if early
//     while (auto out = one.next_output()) …     // messages to send, or: hang up
//
// In idle the register is master: each command starts one dialogue (dialogues.hpp). While it runs
// the terminal is master: it takes answers, 06 B0, and refuses every other command as busy.
//
// power_off() forgets all but the memory; power_on() reads that again and reverses what was left
// half done. A dialogue at which a power_loss fault strikes does the same by itself: power() tells.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/dialogues.hpp"

namespace sim {

/// What a person sees and what tests ask for; GET /v1/state of the control API.
struct terminal_state {
    bool powered{};
    bool registered{};
    bool busy{};
    std::string_view waits_for;
    std::vector<std::string> display;
    std::vector<std::vector<std::string>> paper;
    std::uint32_t terminal_id{};
    std::uint16_t last_receipt{};
    std::size_t turnover{};
    std::size_t open_reservations{};
    std::string card;
    bool autopilot{};
};

class terminal {
public:
    terminal(terminal_config, record_store&, acquirer&, fault_plan&, wall_time wall_now,
             time_point now);
    terminal(const terminal&) = delete;
    terminal& operator=(const terminal&) = delete;

    // ---- the link
    void link_up(link_nature, time_point);
    void link_gone(time_point);
    void receive(const protocol::zvt::apdu_view&, time_point);
    /// Serial: the register acknowledged our last frame, or did not after all repeats.
    void delivered(time_point);
    void undeliverable(time_point);

    // ---- people
    /// Puts a card of the set on the reader; false: no such card, or no power. Ends autopilot.
    bool present_card(std::string_view name, time_point);
    void remove_card(time_point);
    /// From now on cards come by themselves; false: no such card.
    bool use_autopilot(std::string_view card, time_point);
    /// Digits, 'O' for OK, 'C' for correct, 'S' for STOP; false: not a key.
    bool press(char key, time_point);
    /// A payment or an end of day started at the terminal itself; false: busy or no power, or the
    /// register forbade it at registration.
    bool start_sale(std::int64_t minor_units, time_point);
    bool start_end_of_day(time_point);

    // ---- power
    void power_off();
    /// As power_off, and on again after `down` (0: not by itself).
    void cut_power(milliseconds down, time_point);
    void power_on(time_point);
    [[nodiscard]] bool powered() const noexcept { return powered_; }

    void elapse(time_point);
    [[nodiscard]] std::optional<time_point> deadline() const noexcept;
    [[nodiscard]] std::optional<output> next_output();
    [[nodiscard]] bool busy() const noexcept { return running_.running(); }
    [[nodiscard]] terminal_state state() const;
    [[nodiscard]] const terminal_memory& memory() const noexcept { return parts_.memory; }
    /// Whether the busy terminal answers a command on another link at all, and with what.
    [[nodiscard]] message busy_answer() const {
        return messages::negative(parts_.config.busy_code);
    }

private:
    void command_came(const protocol::zvt::apdu_view&, time_point);
    void command_while_busy(const protocol::zvt::apdu_view&, time_point);
    /// Faults that answer a command instead of its dialogue. False: none struck.
    bool refuse_by_fault(command);
    void start(dialogue, register_command);
    bool start_at_terminal(dialogue, register_command, std::uint8_t forbidding_bit, time_point);
    /// After anything that may have moved the dialogue: its end, or the end of the power.
    void follow_up(time_point);

    workings parts_;
    task<> running_;
    register_command current_;
    bool powered_{true};
    std::optional<time_point> power_returns_;
};

}  // namespace sim
