// What may be asked of the sale engine, and what it answers. The API turns HTTP into these and
// back.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware-bridge/sales/payment.hpp"

namespace bridge::sales {

/// Idempotency-Key of the request (M6). `fingerprint` identifies method, path and body.
struct idempotency {
    std::string key;
    std::string fingerprint;
};

struct create_payment {
    std::string terminal;
    money amount;  // > 0
    std::int64_t tip{};
    capture_mode capture{};
    std::string reference, account, invoice;
    std::map<std::string, std::string> metadata;
};
struct capture_payment {
    std::optional<std::int64_t> amount;  // absent: all that was authorised
};
struct cancel_payment {};
struct create_refund {
    std::int64_t amount{};
    std::string reason, notes, method;
    refund_route route{};
};
struct resolve_payment {
    enum class verdict : std::uint8_t { captured, not_charged } outcome{};
    std::string reason;
    std::string by;  // role or user that decides
};
struct device_action {
    enum class kind : std::uint8_t {
        diagnosis,
        end_of_day,
        totals,
        repeat_receipt,
        abort,
        display,
        reboot
    } what{};
    std::string terminal;
    std::vector<std::string> lines;  // display
};

/// One request. For those about an existing payment the caller loads it (and its refunds are
/// counted in it) and hands it over; the engine prefers its own copy when it holds a newer one.
struct request {
    std::uint64_t number{};  // chosen by the caller; comes back in the reply
    std::variant<create_payment, capture_payment, cancel_payment, create_refund, resolve_payment,
                 device_action>
        what;
    std::optional<payment> subject;
    std::optional<sales::idempotency> idempotency;
    /// What find_key() of the journal said of that key, and the object it names, loaded.
    std::optional<std::string> key_fingerprint;
    std::variant<std::monostate, payment, refund, operation> key_object;
};

/// Why a request was not taken. Nothing was sent, nothing was changed.
enum class refusal_code : std::uint8_t {
    unknown_terminal,
    terminal_busy,
    terminal_offline,
    terminal_blocked,       // an unknown payment must be resolved first (M4)
    currency_not_accepted,  // the terminal is configured for another currency
    amount_out_of_range,
    payment_not_capturable,
    payment_not_cancellable,
    payment_not_refundable,
    refund_exceeds_payment,
    payment_not_unknown,   // resolve: there is nothing to resolve
    idempotency_mismatch,  // M6
    not_supported_by_terminal,
    journal_unavailable,
    shutting_down,
};
[[nodiscard]] std::string_view to_string(refusal_code) noexcept;

struct refusal {
    refusal_code code{};
    std::string message;
};

/// Sent when the request's effect is durable (or was found to be done already: same key, same
/// body).
struct reply {
    std::uint64_t number{};
    std::variant<payment, refund, operation, refusal> outcome;
    bool replayed{};  // M6: this is the answer to an earlier request with the same key
};

/// What a terminal does right now; not journaled.
struct terminal_view {
    std::string id;
    money accepts;  // currency; amount unused
    drivers::link_state::kind link{};
    std::string link_error;  // why it is down
    std::string link_detail;
    std::string activity;  // "idle", "payment", "end-of-day", "recovery", …
    std::string current_payment;
    std::string blocked_by;  // payment whose outcome is unknown
    std::string advice;      // what to do about it
    std::vector<std::string> display;
    std::string software_version;
    std::optional<protocol::terminal_number> terminal;
    std::uint8_t status_code{};
    std::string status_text;
    std::optional<protocol::receipt_number> last_receipt;
    wall_time updated{};
};

}  // namespace bridge::sales
