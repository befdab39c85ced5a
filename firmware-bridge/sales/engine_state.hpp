// The engine's memory: its lanes (one a terminal), the objects it works on, and the batches on
// their way to disk. Internal to the engine; engine.cpp takes requests, engine_events.cpp what
// terminals say, engine_recovery.cpp what neither has settled, engine_journal.cpp what must be
// durable first.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>

#include "firmware-bridge/sales/day_candidates.hpp"
#include "firmware-bridge/sales/engine.hpp"
#include "firmware-bridge/sales/recovery.hpp"
#include "firmware-bridge/sales/settlement.hpp"

namespace bridge::sales {

/// What a lane's terminal is doing for us.
enum class lane_work : std::uint8_t {
    none,
    claimed,   // a request's intent is on its way to disk; nothing sent (M1)
    money,     // a money command runs
    device,    // a device action runs
    baseline,  // asking for the last transaction after connecting
    repeat,    // recovery: the first question
    second,    // recovery: the second question
};

/// One terminal. `open_intent` is the command that runs or waits for recovery; while it is set, no
/// other money command starts here (M4).
struct lane {
    terminal_settings settings;
    terminal_memory memory;
    terminal_view view;
    bool ready{};
    lane_work work{lane_work::none};
    std::string open_intent;
    std::string operation;  // of work device
    bool abort_wanted{};
    /// The running command heard the result of an earlier one. An end that follows may be that
    /// one's, too, and proves nothing.
    bool earlier_result{};
    /// The result of the running command bears the number of the transaction before, and no trace
    /// number tells them apart: the terminal may have told that one once more.
    bool ambiguous_result{};

    // Answers to the questions of baseline, repeat and second.
    std::optional<drivers::transaction_result> seen;
    std::optional<std::vector<protocol::receipt_number>> open_reservations;
    repeat_answer first_answer{repeat_answer::unanswered};

    std::optional<drivers::time_point> ask_again_at;
    /// Until then an open intent that is being asked for still shows as in_progress; after it, as
    /// unknown.
    std::optional<drivers::time_point> patience_until;
    /// What was settled since the last end of day, in the order of settlement.
    std::vector<day_item> today;
    /// Nothing was ever known of this terminal: the totals that are asked for now open our count of
    /// the day.
    bool first_contact{};
    /// Counts results of the running command, so that a late commit acknowledges only the result it
    /// saved.
    std::uint64_t results{};
};

/// What to do when a batch is durable.
struct continuation {
    enum class kind : std::uint8_t { nothing, start_intent, start_operation, acknowledge } what{};
    std::string terminal;
    std::uint64_t result{};  // acknowledge: lane::results at the time
    std::vector<reply> replies;
    /// The batch holds a request that may still be refused: nothing of it was sent.
    bool revocable{};
    /// The payment as it was before the request; none when the request made it.
    std::optional<payment> before;
    /// It was refused because the disk failed, and may be durable all the same: when it is, what
    /// it intended is settled as not done.
    bool given_up{};
};

struct pending_batch {
    journal::batch batch;
    continuation then;
};

class engine::impl {
public:
    impl(std::vector<terminal_settings>, id_maker);

    // engine.cpp: requests
    void submit(request, instant now);
    void stop_accepting() { accepting_ = false; }
    [[nodiscard]] bool drained() const;
    [[nodiscard]] std::vector<terminal_view> views() const;

    // engine_events.cpp
    void terminal_event(const std::string& terminal, drivers::event, instant now);
    void start_failed(const std::string& terminal, protocol::error_code, instant now);

    // engine_recovery.cpp
    void restore(journal::open_state, instant now);
    void elapse(instant now);
    [[nodiscard]] std::optional<drivers::time_point> deadline() const;

    // engine_journal.cpp
    void committed(std::uint64_t number, instant now);
    void commit_failed(std::uint64_t number, protocol::error_code, commit_fate, instant now);

    std::deque<action> actions;
    std::map<std::string, payment> payments;

private:
    // --- requests
    /// A key whose batch is not durable yet.
    struct claim {
        std::string fingerprint;
    };
    void claim_key(const request&);
    /// The batch that makes this key durable; null when it is.
    [[nodiscard]] pending_batch* pending_with_key(const std::string& key);
    /// True when the request was answered by its idempotency key (M6).
    [[nodiscard]] bool answered_by_key(request&, instant now);
    void handle(const request&, const create_payment&, instant now);
    void handle(const request&, const capture_payment&, instant now);
    void handle(const request&, const cancel_payment&, instant now);
    void handle(const request&, const create_refund&, instant now);
    void handle(const request&, const resolve_payment&, instant now);
    void handle(const request&, const device_action&, instant now);
    void abort_action(const request&, lane&, operation, instant now);
    void refuse(std::uint64_t request_number, refusal_code, std::string message);
    /// A lane that can take a money command now; refuses the request otherwise.
    [[nodiscard]] lane* free_lane(const request&, const std::string& terminal,
                                  bool even_blocked = false);
    [[nodiscard]] payment& adopt(const payment& loaded);
    /// Makes a money command durable, then starts it.
    void begin_intent(const request&, lane&, intent, journal::batch, reply,
                      std::optional<payment> before, instant now);

    // --- terminal events
    void on(lane&, const drivers::registered&, instant now);
    void on(lane&, const drivers::link_state&, instant now);
    void on(lane&, const drivers::terminal_status&, instant now);
    void on(lane&, const drivers::display_line&, instant now);
    void on(lane&, const drivers::receipt_text&, instant now);
    void on(lane&, const drivers::result_received&, instant now);
    void on(lane&, const drivers::acknowledgement_seen&, instant now);
    void on(lane&, const drivers::reservations_listed&, instant now);
    void on(lane&, const drivers::terminal_clock&, instant now);
    void on(lane&, const drivers::command_ended&, instant now);
    void money_result(lane&, intent&, const drivers::transaction_result&, instant now);
    void stray_result(lane&, const drivers::transaction_result&, instant now);
    void money_ended(lane&, const drivers::command_ended&, instant now);
    void device_ended(lane&, const drivers::command_ended&, instant now);
    void device_given_up(lane&, instant now);
    void close_day(lane&, operation&, journal::batch&, instant now);

    // --- recovery
    void start_intent(lane&, bool given_up, instant now);
    bool take_next(lane&, instant);
    void attend_next(lane&, instant);
    void recover(lane&, instant now);
    void ask(lane&, lane_work, drivers::command);
    void question_ended(lane&, const drivers::command_ended&, instant now);
    void judge(lane&, const situation&, instant now);
    void finish(lane&, decision, failure, knowledge, instant now);
    /// Puts a settled intent into its terminal's day.
    void enter_in_day(lane&, intent&, std::int64_t moved, std::optional<std::uint16_t> card_type,
                      knowledge);
    void become_unknown(lane&, instant now);
    void baseline_ended(lane&, const drivers::command_ended&, instant now);
    void learn(lane&, const drivers::transaction_result&);
    static void forget_last(lane&);

    // --- journal
    [[nodiscard]] affected objects_of(intent&);
    void note_payment(journal::batch&, const payment&, instant now,
                      std::vector<journal::booking> = {});
    void note_refund(journal::batch&, const refund&, instant now,
                     std::vector<journal::booking> = {});
    void note_operation(journal::batch&, const operation&, instant now);
    void note_affected(journal::batch&, affected, std::vector<journal::booking>, instant now);
    void note_terminal(lane&, instant now);
    void note_result(journal::batch&, const lane&, const drivers::transaction_result&, instant now);
    void note_terminal_text(lane&, std::string_view type, const std::vector<std::string>& lines,
                            std::string_view kind, std::uint8_t code, instant now);
    std::uint64_t persist_batch(journal::batch, continuation = {});
    /// For what nobody waits for (displays, prints): goes with the next batch, or alone a little
    /// later.
    void persist_lazily(journal::batch, instant now);
    void flush_lazy();
    void send(std::uint64_t number, pending_batch);
    [[nodiscard]] static drivers::command command_of(const operation&);
    void refresh(journal::batch&) const;
    void give_up(pending_batch&);
    void revoke(pending_batch&, instant now);
    void forget_settled();
    void log(note::level, const lane&, std::string text);

    [[nodiscard]] lane* find_lane(const std::string& terminal);

    id_maker make_id_;
    std::map<std::string, lane> lanes_;
    std::map<std::string, intent> intents_;
    std::map<std::string, refund> refunds_;
    std::map<std::string, operation> operations_;
    std::map<std::string, claim> claims_;
    std::map<std::uint64_t, pending_batch> in_flight_;
    /// The journal failed on them: again, in order and under their numbers, when it may work again.
    std::deque<std::pair<std::uint64_t, pending_batch>> held_;
    std::optional<drivers::time_point> retry_journal_at_;
    journal::batch lazy_;
    std::optional<drivers::time_point> flush_at_;
    std::uint64_t last_batch_{};
    bool accepting_{true};
};

}  // namespace bridge::sales
