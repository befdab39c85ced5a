// What the bridge knows of a payment, of its refunds, and of the money commands that it sent for
// them.
//
// A payment is what POS software asked for. An intent is one money command for one terminal: the
// payment itself, a capture, a release, a void, a refund. The intent is what the journal makes
// durable before the first byte leaves (M1), and what recovery settles. Plain values: the rules are
// in engine and recovery.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/terminal.hpp"
#include "protocol/money.hpp"

namespace bridge::sales {

using drivers::wall_time;
using protocol::money;

/// created -> in_progress -> authorized -> captured; or one of the other ends. `unknown` is a state
/// of its own (M4), never a failure. The transitions are in transitions.hpp.
enum class payment_status : std::uint8_t {
    created,      // durable, nothing sent yet
    in_progress,  // the terminal works on it, or recovery does
    authorized,   // reserved; capture or cancel decides
    captured,     // charged, proven
    declined,     // the terminal or the issuer said no; not charged, proven
    cancelled,    // stopped by a person or by a failure before anything was charged, proven
    unknown,      // nobody can tell yet whether the card was charged
    voided,       // was captured, then reversed as a whole
};

enum class refund_status : std::uint8_t { pending, succeeded, failed, cancelled, unknown };
enum class capture_mode : std::uint8_t { automatic, manual };
enum class refund_route : std::uint8_t { terminal, offline };

[[nodiscard]] std::string_view to_string(payment_status) noexcept;
[[nodiscard]] std::string_view to_string(refund_status) noexcept;
[[nodiscard]] std::string_view to_string(capture_mode) noexcept;
[[nodiscard]] std::string_view to_string(refund_route) noexcept;

/// A stable code for programs and a sentence for people. Codes are listed in api/README.md.
struct failure {
    std::string code;
    std::string message;
};

/// Numbers by which the terminal knows a transaction.
struct terminal_reference {
    std::optional<protocol::receipt_number> receipt;
    std::optional<protocol::trace_number> trace;
    std::optional<protocol::turnover_number> turnover;
    std::optional<protocol::terminal_number> terminal;
    std::string authorization_code;
    std::optional<std::uint8_t> result_code;
    std::string result_text;
};

struct receipts {
    std::vector<std::string> merchant;
    std::vector<std::string> customer;
};

struct payment {
    std::string id;        // pay_…
    std::string terminal;  // configured id of the terminal
    money requested;       // what the card holder is asked for, tip included
    std::int64_t tip{};    // minor units, part of `requested`
    capture_mode capture{};
    std::string reference, account, invoice;
    std::map<std::string, std::string> metadata;

    payment_status status{};
    std::int64_t authorized{};  // minor units
    std::int64_t captured{};
    std::int64_t refunded{};         // succeeded refunds
    std::int64_t refunds_pending{};  // pending and unknown ones: not refundable a second time
    drivers::card_details card;
    terminal_reference at_terminal;
    sales::receipts receipts;
    std::optional<sales::failure> failure;
    /// For `unknown`: what a person should look at to find out.
    std::string advice;
    /// Set when a person settled it: the reason given, and by which role.
    std::string resolution;
    wall_time created{};
    wall_time updated{};

    /// Captured and not yet given back or on its way back.
    [[nodiscard]] std::int64_t refundable() const noexcept {
        return status == payment_status::captured ? captured - refunded - refunds_pending : 0;
    }
    [[nodiscard]] bool running() const noexcept {
        return status == payment_status::created || status == payment_status::in_progress;
    }
};

struct refund {
    std::string id;  // ref_…
    std::string payment;
    std::string terminal;  // of route terminal
    money amount;
    std::string reason, notes;
    std::string method;  // offline: "cash", "transfer", … as given
    refund_route route{};
    refund_status status{};
    terminal_reference at_terminal;
    sales::receipts receipts;
    std::optional<sales::failure> failure;
    std::string advice, resolution;
    wall_time created{};
    wall_time updated{};
};

/// A settled command that may explain why a day does not tie out (M8).
struct day_candidate {
    std::string payment;  // "": a transaction that the terminal has and we have not
    std::string refund;
    money amount;  // what it adds to the day; less than 0 for refunds and voids
    std::optional<protocol::receipt_number> receipt;
    std::string why;
};

/// A device action and what came of it.
struct operation {
    enum class state : std::uint8_t { running, succeeded, failed, unknown };
    std::string id;  // op_…
    std::string terminal;
    std::string kind;  // "diagnosis", "end-of-day", "totals", "repeat-receipt", "display",
                       // "reboot", "abort"
    state status{};
    std::vector<std::string> messages;  // what the terminal showed meanwhile
    std::vector<std::string> printed;   // receipts it printed meanwhile, line by line
    std::optional<drivers::day_totals> totals;
    std::optional<drivers::transaction_result> last_transaction;
    /// End of day: empty when the totals agree with the journal (M8), else one sentence a
    /// difference.
    std::vector<std::string> differences;
    std::vector<day_candidate> candidates;  // for a person to look at when there are differences
    std::optional<sales::failure> failure;
    wall_time created{};
    wall_time updated{};
};
[[nodiscard]] std::string_view to_string(operation::state) noexcept;

// ------------------------------------------------------------------------------- intents

/// How far the journal saw an intent go. These are the rows of the recovery table.
enum class intent_stage : std::uint8_t {
    intended,  // may have been sent; nothing heard
    approved,  // the terminal's approval is durable; not proven that it got our acknowledgement
    approved_aborted,  // an approval, and then the terminal ended the dialogue by an abort
    declined,          // a refusal is durable, the dialogue did not end (it may have asked again)
    declined_ended,    // a refusal, then a regular completion
};
enum class intent_outcome : std::uint8_t {
    open,      // runs, or waits for recovery
    done,      // the money moved, proven
    not_done,  // it did not, proven
    unknown,   // recovery asked all it could; a person must look (M4)
};
/// How we know what became of an intent.
enum class knowledge : std::uint8_t {
    dialogue,  // the terminal's dialogue came to its end
    recovery,  // the terminal was asked later
    person,    // somebody settled it
};
[[nodiscard]] std::string_view to_string(intent_stage) noexcept;
[[nodiscard]] std::string_view to_string(intent_outcome) noexcept;
[[nodiscard]] std::string_view to_string(knowledge) noexcept;
[[nodiscard]] std::string_view to_string(drivers::money_kind) noexcept;

/// Where a settled intent stands in its terminal's day (M8).
struct day_entry {
    std::uint64_t day{};    // terminal_memory::day_number when it was settled
    std::string row;        // of the terminal's totals; "": not totalled (reservations, releases)
    std::int64_t amount{};  // what it adds to its row, or would have added had it been done
    knowledge by{};
};

struct intent {
    std::string id;  // int_…
    std::string terminal;
    drivers::money_kind kind{};
    std::string payment;
    std::string refund;  // kind refund
    money amount;
    std::optional<drivers::original_transaction> original;
    /// The terminal's last transaction before this one, as far as we knew (M1).
    std::optional<protocol::receipt_number> receipt_before;
    std::optional<protocol::trace_number> trace_before;
    /// terminal_memory::baseline_known at that time: with it, a missing receipt_before means that
    /// the terminal had no transaction before this one. What is learned later says nothing of then.
    bool baseline_known{};
    intent_stage stage{};
    intent_outcome outcome{};
    std::optional<drivers::transaction_result> result;  // the last one received
    std::optional<day_entry> in_day;                    // once it is settled
    wall_time created{};
};

/// What we remember of a terminal between its commands and our restarts.
struct terminal_memory {
    std::string terminal;
    /// A repeat receipt told us the last transaction, or said that there is none, at least once.
    /// One that answers nothing at all has told us neither.
    bool baseline_known{};
    std::optional<protocol::receipt_number> last_receipt;
    std::optional<protocol::trace_number> last_trace;
    /// Last transaction that we hold as final (mirrored in ZVT tag 1F1F).
    std::optional<protocol::receipt_number> last_agreed;
    /// Since the last end of day: what the terminal's totals must be, per brand (M8).
    struct tally {
        std::uint32_t count{};
        std::int64_t amount{};
    };
    std::map<std::string, tally> day;
    /// Counts the ends of day, from 1.
    std::uint64_t day_number{1};
    /// False when something we cannot count happened (another register, payments at the terminal,
    /// an unknown outcome settled by a person): then totals prove nothing until the next end of
    /// day.
    bool day_complete{};
    /// Its totals were asked for at the first contact: they opened our count of the day.
    bool day_opened{};
};

}  // namespace bridge::sales
