// What the journal keeps: events, appended and numbered, and the latest state of each object.
//
// A batch is one step of the engine. It becomes durable as a whole or not at all. Events get
// consecutive sequence numbers in the order of the batches; a batch's objects replace their older
// state. So the journal is read in two ways: by sequence (SSE, ledger sink) and by id (API,
// recovery at start).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware-bridge/sales/payment.hpp"

namespace bridge::journal {

/// What an event means for the books; the ledger sink posts it (M7).
enum class booking_kind : std::uint8_t {
    sale,             // a payment was captured in one step
    capture,          // an authorisation was captured; amount = what was captured
    void_sale,        // a captured payment was reversed as a whole
    refund,           // money went back (route tells how)
    pending,          // a payment, capture, void or refund became unknown
    pending_cleared,  // … and is known now; a sale/refund booking follows if it happened
};
[[nodiscard]] std::string_view to_string(booking_kind) noexcept;

struct booking {
    booking_kind kind{};
    protocol::money amount;  // > 0
    std::string payment;
    std::string refund;
    std::string terminal;
    std::string account, invoice;  // as the payment names them
    std::string brand;             // card brand, "" for offline
    bool offline{};                // refund given outside the terminal
};

struct event {
    std::string type;       // "payment.updated", "terminal.display", …
    std::string object_id;  // pay_…, ref_…, op_…, or the terminal's id
    std::string data;       // JSON object, as the API shows it
    std::optional<journal::booking> booking;
    drivers::wall_time at{};
};

/// An event as read back.
struct stored_event {
    std::uint64_t sequence{};  // from 1, no gaps
    event content;
    /// "evt_" and 16 digits of the sequence: sorts by creation.
    [[nodiscard]] std::string id() const;
};

/// Idempotency key and what it was used for (M6). Kept as long as the payment.
struct key_claim {
    std::string key;
    std::string fingerprint;  // of method, path and body: see api
    std::string object_id;    // what the request made: pay_…, ref_…, op_…
};

/// How far a follower of the journal came, made durable together with the events that it appends
/// about it. So after a crash it knows which of them are there (see forwarder/ledger_sink.hpp).
struct bookmark {
    std::string follower;  // "ledger"
    std::uint64_t sequence{};
};

/// Empty members may be left out: batch{.events = {…}, .payments = {…}}.
struct batch {
    std::vector<event> events{};
    std::vector<sales::payment> payments{};
    std::vector<sales::refund> refunds{};
    std::vector<sales::operation> operations{};
    std::vector<sales::intent> intents{};
    std::vector<sales::terminal_memory> terminals{};
    std::vector<key_claim> keys{};
    std::vector<bookmark> bookmarks{};
    /// Who commits a batch again after io_error gives it the number it had, so that it is not
    /// appended twice when it turns out to be durable. 0: it is never committed again.
    std::uint64_t number{};
};

/// What a start needs: everything that is not finished.
struct open_state {
    std::vector<sales::intent> intents;        // outcome open or unknown
    std::vector<sales::payment> payments;      // of those intents, and running ones
    std::vector<sales::refund> refunds;        // likewise, and pending ones
    std::vector<sales::operation> operations;  // running
    std::vector<sales::terminal_memory> terminals;
    std::vector<sales::intent> of_day;  // settled in the running day of their terminals, by id
};

}  // namespace bridge::journal
