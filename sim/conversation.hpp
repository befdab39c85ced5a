// The terminal's half of a conversation with the cash register, for the dialogues that speak in it:
// say something, ask something and wait for the answer, let time pass, wait for the card holder.
//
//     ecr.say(messages::positive());
//     const answer heard = co_await ecr.ask(messages::intermediate(0x0A));
//     const wake why = co_await ecr.pause(delays.host);
//
// One dialogue runs at a time and waits at one place. The terminal tells the conversation what
// happened (heard, delivered, link_gone, elapse …) and that resumes the dialogue up to its next
// wait. What goes out is taken with next_output(). No clock, no link, no bytes.
#pragma once

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "protocol/zvt/received.hpp"
#include "sim/fault.hpp"
#include "sim/message.hpp"
#include "sim/task.hpp"

namespace sim {

using protocol::zvt::time_point;
using std::chrono::milliseconds;

/// How the link delivers: a stream (TCP) breaks visibly, a serial line only by missing ACKs.
enum class link_nature : std::uint8_t { stream, serial };

struct protocol_timers {
    milliseconds answer{5000};     // T3
    milliseconds goods{30000};     // answer to 04 0F when the register issues goods
    milliseconds ask_again{2000};  // after 84 9C to a 04 0F
    milliseconds card{30000};      // the card holder presents a card
    milliseconds key{30000};       // and presses a key
    unsigned repeats{2};           // of an unanswered message on a serial line
};

/// What the register said to a message of ours.
struct answer {
    enum class how : std::uint8_t { positive, negative, timed_out, link_lost };
    how result{};
    std::uint8_t code{};  // xx of 84 xx
    bytes data;

    [[nodiscard]] bool positive() const noexcept { return result == how::positive; }
    [[nodiscard]] bool came() const noexcept {
        return result == how::positive || result == how::negative;
    }
};

/// Why a wait ended.
enum class wake : std::uint8_t { answered, time_over, input, interrupted, link_changed };

struct send_message {
    message what;
    bool expects_answer{};
};
struct hang_up {};
using output = std::variant<send_message, hang_up>;

class conversation {
public:
    struct wait_for {
        bool answer{};
        bool input{};
        bool interruptible{};  // ends when the register aborts, STOP is pressed, the link goes
        std::optional<time_point> until;
    };
    class waiter;

    conversation(protocol_timers, fault_plan&);

    // ---- for dialogues
    [[nodiscard]] time_point now() const noexcept { return now_; }
    void say(message);
    /// Sends and waits. On a stream an unanswered message ends in hanging up; on a serial line it
    /// is repeated first. In a conversation with nobody (a sale started at the terminal) every
    /// answer is positive.
    task<answer> ask(message, std::optional<milliseconds> patience = {});
    [[nodiscard]] waiter pause(milliseconds) noexcept;
    /// Ends with wake::input at a card or key, else as pause does.
    [[nodiscard]] waiter input(milliseconds) noexcept;
    /// Where the power can go, or the link be cut. Returns at once when neither does.
    [[nodiscard]] waiter at(std::string_view step);

    /// While true, 06 B0, STOP and a lost link end waits; aborted() tells.
    void abortable(bool) noexcept;
    [[nodiscard]] bool aborted() const noexcept { return abort_requested_ || stopped_ || gone(); }
    [[nodiscard]] bool gone() const noexcept;
    /// No answer to the command: the first message of the dialogue takes its place.
    void leave_out_first_answer() noexcept { awaiting_first_answer_ = left_out_ = true; }
    /// What the dialogue before this one asked, the latest of each kind, oldest first.
    [[nodiscard]] const std::vector<message>& asked_before() const noexcept {
        return asked_before_;
    }
    /// Asks, and goes on without the answer after a moment, whatever the link does.
    task<> ask_in_passing(message);
    /// Message ids (1F73) from here on.
    void number_messages(bool on) noexcept { numbered_ = on; }

    /// The terminal restarts once the dialogue is at its next wait or end.
    void lose_power(milliseconds back_after) noexcept { power_loss_ = back_after; }
    /// Nobody is on the other side: the dialogue was started at the terminal.
    void with_nobody(bool alone) noexcept { alone_ = alone; }
    [[nodiscard]] bool with_nobody() const noexcept { return alone_; }

    // ---- for the terminal
    void link_up(link_nature, time_point);
    void link_gone(time_point);
    [[nodiscard]] bool connected() const noexcept { return connected_; }
    [[nodiscard]] link_nature nature() const noexcept { return nature_; }
    /// A response of the register. False: nobody waits for one.
    bool heard(const protocol::zvt::apdu_view&, time_point);
    void delivered(time_point);
    void undeliverable(time_point);
    void input_came(time_point);
    /// 06 B0. False: the dialogue is past the point where it could end.
    bool request_abort(time_point);
    void stop_pressed(time_point);
    void elapse(time_point);
    /// The message id that a command of the register carried.
    void adopt_id(std::uint32_t id) noexcept { id_ = id; }
    /// A new dialogue begins; what the last one left behind is forgotten.
    void begin(time_point) noexcept;
    void lose_all() noexcept;

    [[nodiscard]] std::optional<time_point> deadline() const noexcept;
    [[nodiscard]] std::optional<output> next_output();
    /// Set when the power goes: for how long. The caller destroys the dialogue.
    [[nodiscard]] std::optional<milliseconds> take_power_loss() noexcept;
    /// The answer that the running command got first, to give again when the command is repeated.
    [[nodiscard]] const std::optional<message>& first_answer() const noexcept {
        return first_answer_;
    }

private:
    void send(message, bool expects_answer);
    void remember(const message&);
    void resume(wake);
    void interrupt();

    protocol_timers timers_;
    fault_plan& faults_;
    time_point now_{};
    bool connected_{};
    link_nature nature_{};
    bool alone_{};
    bool abortable_{};
    bool abort_requested_{};
    bool stopped_{};
    bool ignores_loss_{};
    bool numbered_{};
    std::uint32_t id_{};
    std::optional<milliseconds> power_loss_;
    std::optional<message> first_answer_;
    bool awaiting_first_answer_{};
    bool left_out_{};
    std::vector<message> asked_;
    std::vector<message> asked_before_;
    milliseconds patience_{};
    answer last_answer_;
    wait_for wait_;
    wake reason_{};
    std::coroutine_handle<> waiting_;
    std::deque<output> outputs_;
};

class conversation::waiter {
public:
    waiter(conversation& in, wait_for what, bool at_once, bool for_ever = false) noexcept
        : in_{in}, what_{what}, at_once_{at_once}, for_ever_{for_ever} {}
    [[nodiscard]] bool await_ready() const noexcept { return at_once_; }
    void await_suspend(std::coroutine_handle<> dialogue) noexcept;
    [[nodiscard]] wake await_resume() const noexcept {
        return at_once_ ? wake::interrupted : in_.reason_;
    }

private:
    conversation& in_;
    wait_for what_;
    bool at_once_;
    bool for_ever_;
};

}  // namespace sim
