// The session behind make_session(): ties link layer, dialogues, acknowledgements and receipts
// together, and does by itself what no command asks for: registration, status enquiries, polite
// answers to a terminal that is still busy with something else.
//
//     down         no link
//     registering  06 00 is under way, or about to be repeated
//     holding      refused: waits before it registers again
//     enquiring    registered; 05 01 until the terminal is not busy
//     ready        commands may start; 05 01 every poll_interval
//     logged_off   06 02 was taken: until the next link
//     closing      close_link was asked for; deaf until it comes
//
// session_machine.cpp has the commands, the events of the link and of time; session_messages.cpp
// what the terminal says; session_registration.cpp what happens before and between commands.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "drivers/zvt/acknowledgements.hpp"
#include "drivers/zvt/dialogue.hpp"
#include "drivers/zvt/link_layer.hpp"
#include "drivers/zvt/receipts.hpp"
#include "drivers/zvt/registration_plan.hpp"
#include "drivers/zvt/session.hpp"
#include "drivers/zvt/translate.hpp"

namespace drivers::zvt {

class session_machine final : public terminal {
public:
    explicit session_machine(const session_options&);

    void link_opened(time_point now) override;
    void link_closed(error_code why, time_point now) override;
    void receive(std::span<const std::uint8_t> bytes, time_point now) override;
    void elapse(time_point now) override;
    [[nodiscard]] std::optional<time_point> deadline() const override;
    [[nodiscard]] std::optional<output> next_output() override;
    [[nodiscard]] std::optional<trace_record> next_trace() override { return link_.next_trace(); }

    [[nodiscard]] result<void> start(const command&, time_point now) override;
    void acknowledge(time_point now) override;
    void abort(time_point now) override;
    [[nodiscard]] std::optional<event> next_event() override;
    [[nodiscard]] bool idle() const override;

private:
    enum class state : std::uint8_t {
        down,
        registering,
        holding,
        enquiring,
        ready,
        logged_off,
        closing
    };

    // Dialogues.
    void begin(dialogue, time_point now);
    void begin_own(request, dialogue::owner, time_point now);
    void finish(const ending&, const protocol::zvt::apdu_view* last, time_point now);
    void end_engine_command(const dialogue&, const ending&, const protocol::zvt::apdu_view* last);
    void after_engine_command(const dialogue&, const ending&, time_point now);
    void end_all(error_code why, const std::string& detail);
    void tell_end(const dialogue&, const ending&);
    [[nodiscard]] dialogue* not_sent_yet() noexcept;
    void withdraw(error_code why, const std::string& detail, time_point now);
    void send_abort_if_due(time_point now);

    // Registration and status enquiry.
    void begin_registration(time_point now);
    void registration_ended(const ending&, const protocol::zvt::apdu_view* last, time_point now);
    void registration_failed(registration_plan::next_step, time_point now);
    void begin_enquiry(time_point now);
    void enquiry_ended(const ending&, const protocol::zvt::apdu_view* last, time_point now);
    void enquiry_refused(const ending&, time_point now);
    [[nodiscard]] bool try_simpler_enquiry(time_point now);
    void tell_status(terminal_status);
    void become_ready(time_point now);

    void schedule_poll(time_point now);

    // Link and time.
    void dialogue_time(time_point now);
    void take_link_events(time_point now);
    void on_arrived(const arrived&, time_point now);
    void on_delivered(delivered, time_point now);
    void on_undelivered(undelivered, time_point now);
    void on_dropped(protocol::zvt::dropped, time_point now);
    [[nodiscard]] bool heard_only_garbage() const noexcept;
    void fail_link(error_code why, const std::string& detail, time_point now);
    void tell_link(enum link_state::kind, error_code reason = {}, std::string detail = {});

    // Messages (session_messages.cpp).
    void on_response(const protocol::zvt::apdu_view&, time_point now);
    void on_status_information(const std::vector<std::uint8_t>& whole,
                               const protocol::zvt::apdu_view&, time_point now);
    void on_message(const std::vector<std::uint8_t>& whole, bool current, time_point now);
    void on_command(const protocol::zvt::apdu_view&, const std::vector<std::uint8_t>& whole,
                    bool current, time_point now);
    void on_intermediate(const protocol::zvt::apdu_view&, time_point now);
    void on_print(const protocol::zvt::apdu_view&);
    void on_end(const protocol::zvt::apdu_view&, const std::vector<std::uint8_t>& whole,
                time_point now);
    void on_clock(const protocol::zvt::apdu_view&);
    void on_foreign_sign(time_point now);
    void process_held(time_point now);
    void prove(protocol::zvt::command, bool current);
    void answer(std::vector<std::uint8_t> apdu, time_point now);
    void answer_result(time_point now);
    void take_receipts();
    [[nodiscard]] bool last_end_repeated(const std::vector<std::uint8_t>& whole,
                                         time_point now) const;
    [[nodiscard]] bool engine_running() const noexcept;

    session_options options_;
    link_layer link_;
    receipts receipts_;
    text_reader texts_;
    registration_plan plan_;
    acknowledgements acknowledgements_;

    state state_{state::down};
    std::optional<dialogue> dialogue_;         // the one on the wire
    std::optional<dialogue> queued_;           // the engine's, behind a status enquiry of ours
    std::optional<time_point> wake_;           // next registration or status enquiry
    std::optional<time_point> foreign_until_;  // the terminal is busy with something of its own
    enquiry_form enquiry_form_{enquiry_form::with_service_byte};
    bool enquiry_unsupported_{};
    heard heard_{};
    registered identity_;
    std::optional<agreed_number> last_told_;  // 1F1F, as the terminal wrote it

    std::deque<event> events_;
    std::optional<error_code> close_because_;
    /// Came while a result waits for the engine: an answer to them could pass for the answer to it.
    std::deque<std::vector<std::uint8_t>> held_;
    std::vector<std::uint8_t> last_end_;  // the last 06 0F or 06 1E that was answered …
    time_point last_end_at_{};            // … and when
};

}  // namespace drivers::zvt
