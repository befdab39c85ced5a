// A payment terminal as the sale engine sees it: money commands and their outcomes, nothing of the
// protocol that carries them. Each protocol (ZVT first) is one implementation of `terminal`.
//
// The machine does no I/O and reads no clock. Whoever drives it (drivers/connection for real links,
// the simulation for modelled ones) does, in a loop:
//
//     terminal.link_opened(now);                  // the wire is there
//     terminal.receive(bytes, now);               // whatever came, cut anywhere
//     terminal.elapse(now);                       // when deadline() has passed; harmless if early
//     while (auto out = terminal.next_output())   // bytes to write, or: close the link
//     while (auto event = terminal.next_event())  // for the engine
//
// and the engine, when it has made the intent durable (M1), calls start(); when it has made the
// result durable (M3), calls acknowledge().
//
// What the machine promises to the engine for one money command (start() returned no error):
//   1. its frame leaves at most once, save for repeats that the other side asked for by NAK (M2);
//   2. it ends with exactly one `command_ended`, also when the link goes or time runs out;
//   3. every `result_received` before that waits for acknowledge() before the wire hears of it
//      (M3); while it waits the machine keeps the timers in mind but says nothing;
//   4. it never takes a bare completion for success: `command_ended::completed` says only that the
//      dialogue came to its end; whether money moved is told by the last result before it, or
//      unknown.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "drivers/time_source.hpp"
#include "protocol/identifiers.hpp"
#include "protocol/money.hpp"
#include "protocol/result.hpp"

namespace drivers {

using protocol::error_code;
using protocol::money;
using protocol::receipt_number;
using protocol::result;
using protocol::terminal_number;
using protocol::trace_number;
using protocol::turnover_number;

enum class errc {
    not_connected = 1,  // no link, or not registered yet: nothing was sent
    busy,               // another command runs: nothing was sent
    unsupported,        // this terminal cannot do that command: nothing was sent
    bad_request,  // a field the command cannot carry (currency, amount range): nothing was sent
    link_lost,    // the wire went away
    timeout,      // the terminal was silent for longer than its protocol allows
    link_speaks_other_protocol,  // the bytes on the link are not this terminal protocol
    registration_refused,  // the terminal does not accept this register (wrong currency, password)
    protocol_violation,    // an answer that makes no sense at this point
};
[[nodiscard]] error_code make_error_code(errc) noexcept;

// ---------------------------------------------------------------- commands

/// Which receipt of this terminal an original transaction has, for commands that refer to one.
struct original_transaction {
    receipt_number receipt;
    std::optional<trace_number> trace;
    std::string authorisation_attribute;  // ZVT BMP 3B; empty if none
};

enum class money_kind : std::uint8_t {
    payment,      // ZVT 06 01: authorise and capture in one
    reservation,  // 06 22: authorise only
    book_total,   // 06 24: capture `amount` of a reservation, release the rest
    release,      // 06 25: give a reservation back whole
    reversal,     // 06 30: void a captured payment whole
    refund,       // 06 31: money back to a card
};

struct money_command {
    money_kind kind{};
    money amount;
    std::optional<original_transaction> original;  // book_total, release, reversal
    /// Receipt number of the last transaction that we hold as final, for terminals that synchronise
    /// by it (ZVT tag 1F1F); used only when the connection was configured to.
    std::optional<receipt_number> last_agreed;
};

/// Device actions: they move no money (end_of_day moves it to the bank, but charges nobody).
struct repeat_receipt {  // what was the last transaction? without printing unless `print`
    bool print{};
};
struct turnover_totals {};  // totals so far, nothing submitted
struct end_of_day {
    /// As in money_command: the terminal undoes before it submits what we do not hold as final.
    std::optional<receipt_number> last_agreed;
};
struct open_reservations {};  // ZVT 06 23 with 87 FFFF
struct diagnosis {};
struct status_enquiry {};
struct reboot {};
struct display {
    std::vector<std::string> lines;  // UTF-8
    std::chrono::seconds duration{10};
};
struct log_off {};

using command =
    std::variant<money_command, repeat_receipt, turnover_totals, end_of_day, open_reservations,
                 diagnosis, status_enquiry, reboot, display, log_off>;

// ---------------------------------------------------------------- events

struct card_details {
    std::string brand;       // "girocard", "Visa": from the card type, else the card name
    std::string masked_pan;  // first 6 + last 4, '*' between (M9)
    std::string entry_mode;  // "chip" | "contactless" | "magstripe" | ""
    std::string cardholder_verification;  // "online_pin", "signature", "none" … | ""
    std::string application_id;           // AID, hex
    std::string application_label;
    std::optional<std::uint16_t> type;  // ZVT card type id
};

/// One brand's part of a day's totals. `brand` as in ZVT BMP 60.
struct brand_total {
    std::string brand;
    std::uint32_t count{};
    std::int64_t amount{};  // minor units
};

struct day_totals {
    std::optional<std::int64_t> amount;  // whole day, minor units
    std::vector<brand_total> brands;     // empty: the terminal sent none
    std::optional<receipt_number> first;
    std::optional<receipt_number> last;
};

/// What the terminal says happened (ZVT 04 0F). Comes from a money command, from repeat_receipt
/// (then it describes an earlier transaction), from totals and end_of_day (then `totals` is set).
struct transaction_result {
    std::optional<std::uint8_t> result_code;  // 0 = approved; absent: the terminal did not say
    std::string result_text;
    std::optional<std::int64_t> amount;     // minor units
    std::optional<std::uint16_t> currency;  // ISO number, if told
    std::optional<receipt_number> receipt;
    std::optional<trace_number> trace;
    std::optional<trace_number> original_trace;  // set: this is a reversal of that transaction
    std::optional<turnover_number> turnover;
    std::string authorisation_code;  // ZVT BMP 3B, printable
    std::string contract_number;     // BMP 2A
    std::optional<terminal_number> terminal;
    std::string terminal_date;  // "MMDD" as told, or ""
    std::string terminal_time;  // "HHMMSS" as told, or ""
    std::string additional_text;
    card_details card;
    std::optional<day_totals> totals;
    bool synchronised{};  // carried the synchronisation number (1F1F)
    /// Approved: the terminal said so by a result code of 0, in so many words.
    [[nodiscard]] bool approved() const noexcept { return result_code == 0; }
};

struct registered {  // the terminal took our registration: commands may start
    std::optional<terminal_number> terminal;
    std::string software_version;
    bool needs_initialisation{};
    bool needs_diagnosis{};
};
struct link_state {  // for people; the engine decides nothing by it
    enum class kind : std::uint8_t { down, connecting, registering, ready } state{};
    error_code reason;  // why it is down
    std::string detail;
};
struct terminal_status {  // answer to a status enquiry, also of the machine's own polling
    std::uint8_t code{};
    std::string text;
    std::string software_version;
    bool idle{};  // 00 or card inserted: may take a command
};
struct display_line {                // what the terminal shows while it works
    std::vector<std::string> lines;  // UTF-8
    std::uint8_t code{};             // ZVT intermediate status
};
struct receipt_text {  // one whole receipt, its lines in UTF-8
    enum class kind : std::uint8_t { unspecified, merchant, customer, administration } kind{};
    std::vector<std::string> lines;
};
struct result_received {  // needs acknowledge()
    transaction_result result;
};
struct acknowledgement_seen {
};  // M5: a later message shows that the terminal got our acknowledgement
struct reservations_listed {
    std::vector<receipt_number> open;
};
struct terminal_clock {  // date/time the terminal told
    std::string date, time;
};

/// The last word on the command that start() began.
struct command_ended {
    enum class how : std::uint8_t {
        completed,  // the dialogue's regular end (ZVT 06 0F)
        aborted,    // the terminal ended it with a reason (06 1E): final, money did not move
        refused,  // the terminal did not start it (84 xx, or NAK to every sending): final, nothing
                  // happened
        never_sent,  // the link failed before the first byte was handed to it: final, nothing
                     // happened
        lost,        // link gone or silence after the first byte: unknown
    } outcome{};
    std::uint8_t code{};     // rc of aborted, xx of refused
    std::string text;        // its meaning; the vendor's own text where given
    error_code error;        // why never_sent or lost
    bool abort_requested{};  // we had asked for the abort
    bool busy{};  // refused because busy (84 9C, A0): may be tried again, it did not start
};

using event = std::variant<registered, link_state, terminal_status, display_line, receipt_text,
                           result_received, acknowledgement_seen, reservations_listed,
                           terminal_clock, command_ended>;

// ---------------------------------------------------------------- the machine

/// Bytes for the link, or the wish to have it closed and opened again.
struct write_bytes {
    std::vector<std::uint8_t> bytes;
};
struct close_link {
    error_code reason;
};
using output = std::variant<write_bytes, close_link>;

/// One message on the wire as the trace keeps it: masked (M9), unframed. Noise is only counted.
struct trace_record {
    enum class direction : std::uint8_t { received, sent } way{};
    enum class kind : std::uint8_t { message, ack, nak, dropped, note } what{};
    std::vector<std::uint8_t> bytes;  // message
    std::string note;  // dropped: reason and count; note: link opened, timer expired …
};

class terminal {
public:
    virtual ~terminal() = default;

    // From the wire.
    virtual void link_opened(time_point now) = 0;
    virtual void link_closed(error_code why, time_point now) = 0;
    virtual void receive(std::span<const std::uint8_t> bytes, time_point now) = 0;
    virtual void elapse(time_point now) = 0;
    [[nodiscard]] virtual std::optional<time_point> deadline() const = 0;
    [[nodiscard]] virtual std::optional<output> next_output() = 0;
    [[nodiscard]] virtual std::optional<trace_record> next_trace() = 0;

    // From the engine.
    /// Errors: not_connected, busy, unsupported, bad_request: then nothing was sent and no event
    /// follows.
    [[nodiscard]] virtual result<void> start(const command&, time_point now) = 0;
    /// The last result_received that next_event() gave out is durable, and so are all before it:
    /// tell the terminal. Nothing is said while a newer one waits in next_event(), nor about one
    /// whose link has gone meanwhile.
    virtual void acknowledge(time_point now) = 0;
    /// Asks the running command to stop. What becomes of it is told by command_ended as ever. No
    /// command running: no effect.
    virtual void abort(time_point now) = 0;
    [[nodiscard]] virtual std::optional<event> next_event() = 0;

    /// Ready for start(): link up, registered, no command running.
    [[nodiscard]] virtual bool idle() const = 0;
};

}  // namespace drivers

template <>
struct boost::system::is_error_code_enum<drivers::errc> : std::true_type {};
