// One command from its sending to its end: what each message of the terminal means for it, how long
// it may take, whether it can be stopped. Sends nothing itself; the session does.
//
//             80 00/84 00  84 xx    04 0F, 04 FF, 06 D1 …  06 0F         06 1E        time
//     queued  -            -        -                      -             -            -
//     sent    running (1)  refused  running (2)            completed(3)  aborted(3)   T3: lost
//     running (4)          (5)      T4 again               completed(6)  aborted      T4: lost
//
//     (1) completed, if the answer is all there is to the command
//     (2) some terminals begin without 80 00; not the session's own commands, for which a message
//         before the answer belongs to something earlier
//     (3) unless it repeats the end of the dialogue before; an empty one does not end the session's
//         own commands either
//     (4) the answer to 06 B0, if that was sent: then the end is due within `after_abort`
//     (5) the command's refusal if it has no answer yet; else 06 B0 is refused, the command goes on
//     (6) lost, if the terminal announced after an approval that it reverses it
//
// Whether money moved is not decided here: `completed` says that the dialogue ended regularly.
// Every end that could hide a booking is `lost`, which makes the engine ask the terminal. PA00P015
// §2.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "drivers/terminal.hpp"
#include "drivers/zvt/requests.hpp"
#include "protocol/zvt/apdu.hpp"

namespace drivers::zvt {

/// The end of a dialogue: command_ended without what only the session knows.
struct ending {
    enum command_ended::how outcome{};
    std::uint8_t code{};
    std::string text;
    error_code error;
    bool busy{};
};

class dialogue {
public:
    enum class owner : std::uint8_t { engine, registration, enquiry };
    enum class phase : std::uint8_t { queued, sent, running };
    /// What a message of the terminal shows about how far it is.
    enum class sign : std::uint8_t { working, printing, result };

    dialogue(request, owner, const session_timers&);

    [[nodiscard]] const request& asked() const noexcept { return request_; }
    [[nodiscard]] owner whose() const noexcept { return owner_; }
    /// Its first byte is still here: what the terminal says is about something else.
    [[nodiscard]] bool queued() const noexcept { return phase_ == phase::queued; }
    /// The terminal has not reacted to the command in any way yet.
    [[nodiscard]] bool unanswered() const noexcept { return phase_ != phase::running; }
    [[nodiscard]] bool abort_requested() const noexcept { return abort_requested_; }

    /// The request went to the wire.
    void sent() noexcept { phase_ = phase::sent; }
    /// The wire took it, or its ACK came: T3 runs.
    void delivered(time_point now);
    [[nodiscard]] std::optional<ending> undelivered(bool refused, time_point now);
    /// 80 xx, 84 xx.
    [[nodiscard]] std::optional<ending> answered(const protocol::zvt::apdu_view&, time_point now);
    void sign_of_life(sign, time_point now);
    /// 04 FF: its minutes become T4; 05 and 45 announce a reversal.
    void intermediate(std::uint8_t code, std::optional<std::uint8_t> minutes, time_point now);
    void result(const transaction_result&);
    void result_acknowledged(time_point now);
    /// 06 0F, 06 1E. nullopt: it belongs to an earlier dialogue.
    [[nodiscard]] std::optional<ending> ended(const protocol::zvt::apdu_view&, bool seen_before);
    [[nodiscard]] std::optional<ending> elapse(time_point now);
    [[nodiscard]] std::optional<time_point> deadline() const noexcept;

    void request_abort() noexcept;
    /// 06 B0 shall go now, if nothing else keeps the line.
    [[nodiscard]] bool abort_due() const noexcept;
    void abort_sent() noexcept;
    void abort_delivered(time_point now);
    void abort_undelivered() noexcept { abort_ = abort_state::none; }

private:
    enum class abort_state : std::uint8_t { none, sent, accepted };

    void running_until(time_point) noexcept;
    [[nodiscard]] bool may_abort() const noexcept { return request_.may_be_aborted && !approved_; }
    [[nodiscard]] ending completed(const protocol::zvt::apdu_view&) const;
    [[nodiscard]] static ending aborted(const protocol::zvt::apdu_view&);
    [[nodiscard]] static ending refused(const protocol::zvt::apdu_view&);
    [[nodiscard]] std::string why_late() const;

    request request_;
    owner owner_;
    session_timers timers_;
    phase phase_{phase::queued};
    std::chrono::milliseconds t4_;
    std::optional<time_point> deadline_;
    std::optional<time_point> abort_deadline_;
    bool answered_{};   // the command has its 80 00
    bool results_{};    // a 04 0F came
    bool approved_{};   // the last 04 0F said 0
    bool declining_{};  // the last 04 0F said another code, and no sign of a new attempt since
    std::optional<std::uint8_t> last_code_;
    bool reversal_announced_{};
    abort_state abort_{};
    bool wants_abort_{};
    bool abort_requested_{};
};

}  // namespace drivers::zvt
