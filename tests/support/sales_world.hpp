// A sale engine between a modelled journal and a modelled terminal, moved one step at a time, so
// that a test can stop it at every step: crash it, cut the wire, refuse a commit.
//
//     sales_world world;
//     world.connect();
//     world.pay(1234, "key-1");
//     while (world.step()) {}                 // or: stop after n steps, world.crash(), restart()
//     world.check();                          // the terminal's books = payments = bookings
//
// The terminal behaves as PA00P015 chapter 2.2.8 asks: it stores a transaction when its result was
// acknowledged, and reverses it by itself when it was not.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "firmware-bridge/sales/engine.hpp"

namespace tests {

namespace sales = bridge::sales;
namespace journal = bridge::journal;

/// What the modelled terminal does with the next commands.
struct terminal_habits {
    bool declines{};
    bool repeat_answers_nothing{};  // 06 20 brings a bare completion
    bool totals_unsupported{};
    bool completion_without_result{};  // the status information gets lost
    bool result_without_code{};        // 04 0F lacks BMP 27
    bool repeats_last_result{};        // sends the 04 0F of the transaction before once more
    bool completion_after_refusal{};   // 06 0F although declined
    bool aborts_after_approval{};      // 06 1E after a positive 04 0F, having reversed
    bool numbers_auto_reversals{};     // an auto-reversal takes receipt numbers of its own
    std::int64_t approves_only{};      // partial approval, minor units; 0 = all
};

class sales_world {
public:
    sales_world();

    terminal_habits habits;
    sales::capture_mode capture_mode{sales::capture_mode::automatic};

    // --- what people and programs do
    void connect();
    std::uint64_t pay(std::int64_t minor, const std::string& key, const std::string& body = "");
    std::uint64_t ask(decltype(sales::request::what), const std::string& payment,
                      const std::string& key = "");
    void press_end_of_day_at_terminal();
    /// Somebody else's, not in charged_at_terminal().
    void pay_at_terminal(std::int64_t minor);

    // --- what happens
    /// Performs one thing that waits: an action of the engine, a commit, an event of the terminal.
    /// False when nothing waits.
    bool step();
    static constexpr int everything = 10000;
    void run(int most_steps = everything);
    /// Lets time pass until nothing is left to happen, at most `seconds`.
    void settle(int seconds = 120);
    /// The process dies: memory and what was not committed are lost. The wire goes, too.
    void crash();
    /// A new process on the same disk; connects.
    void restart();
    void cut_link();
    void shut_down() { engine_->stop_accepting(); }
    [[nodiscard]] bool drained() const { return engine_->drained(); }
    void refuse_commits(int count) { refused_commits_ = count; }
    /// The next commits fail so that nobody knows whether they are durable; they are, or are not.
    void doubt_commits(int count, bool durable) {
        doubtful_commits_ = count;
        doubtful_are_durable_ = durable;
    }

    // --- what can be seen
    [[nodiscard]] const sales::payment& payment(const std::string& id) const;
    [[nodiscard]] std::string only_payment() const;
    [[nodiscard]] std::string newest_payment() const;
    [[nodiscard]] const std::vector<sales::reply>& replies() const { return replies_; }
    [[nodiscard]] std::optional<sales::reply> reply_to(std::uint64_t number) const;
    [[nodiscard]] std::int64_t charged_at_terminal() const { return charged_; }
    [[nodiscard]] std::int64_t booked() const;
    [[nodiscard]] std::size_t open_reservations() const { return reservations_.size(); }
    [[nodiscard]] const std::vector<journal::event>& events() const { return events_; }
    /// What the journal took, in its order.
    [[nodiscard]] const std::vector<journal::batch>& batches() const { return batches_; }
    [[nodiscard]] const std::map<std::string, int>& frames() const { return frames_; }
    [[nodiscard]] std::vector<sales::terminal_view> terminals() const {
        return engine_->terminals();
    }
    /// M1-M7 on the books; fails the running test.
    void check() const;

private:
    struct record {
        std::uint16_t receipt{};
        std::uint64_t trace{};
        std::int64_t amount{};
        std::optional<std::uint64_t> original_trace;
        std::uint8_t code{};
    };
    struct running {
        drivers::money_command command;
        record pending;
        bool reported{};
        bool stored{};
    };

    [[nodiscard]] sales::instant now() const;
    void perform(sales::action);
    void start(const drivers::command&);
    void start_money(const drivers::money_command&);
    void answer_repeat();
    void answer_totals();
    void acknowledge();
    void abort();
    void store(running&);
    void lose_running();
    void say(drivers::event e) { terminal_says_.push_back(std::move(e)); }
    void end(enum drivers::command_ended::how, std::uint8_t code = 0);
    [[nodiscard]] drivers::transaction_result result_of(const record&) const;
    void load(journal::batch);
    [[nodiscard]] journal::open_state open_state() const;

    // the process
    std::unique_ptr<sales::engine> engine_;
    std::deque<sales::persist> to_commit_;
    std::deque<drivers::event> terminal_says_;
    std::vector<sales::reply> replies_;
    std::uint64_t requests_{};
    std::int64_t clock_ms_{};
    int refused_commits_{};
    int doubtful_commits_{};
    bool doubtful_are_durable_{};
    std::set<std::uint64_t> durable_;  // numbers of batches whose fate the engine does not know
    int ids_{};

    // the disk
    std::map<std::string, sales::payment> payments_;
    std::map<std::string, sales::refund> refunds_;
    std::map<std::string, sales::operation> operations_;
    std::map<std::string, sales::intent> intents_;
    std::map<std::string, sales::terminal_memory> memories_;
    std::map<std::string, journal::key_claim> keys_;
    std::vector<journal::event> events_;
    std::vector<journal::batch> batches_;

    // the terminal
    bool connected_{};
    std::optional<running> running_;
    bool question_runs_{};
    std::optional<record> last_;
    std::uint16_t receipt_{};
    std::uint64_t trace_{100};
    std::map<std::uint16_t, std::int64_t> reservations_;
    std::map<std::uint16_t, record> stored_;
    std::int64_t charged_{};
    std::int64_t day_total_{};
    std::uint32_t day_count_{};
    std::map<std::string, int> frames_;  // money frames, by intent
};

}  // namespace tests
