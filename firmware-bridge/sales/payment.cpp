#include "firmware-bridge/sales/payment.hpp"

#include "firmware-bridge/sales/request.hpp"

namespace bridge::sales {

std::string_view to_string(payment_status status) noexcept {
    switch (status) {
        case payment_status::created: return "created";
        case payment_status::in_progress: return "in_progress";
        case payment_status::authorized: return "authorized";
        case payment_status::captured: return "captured";
        case payment_status::declined: return "declined";
        case payment_status::cancelled: return "cancelled";
        case payment_status::unknown: return "unknown";
        case payment_status::voided: return "voided";
    }
    return "";
}

std::string_view to_string(refund_status status) noexcept {
    switch (status) {
        case refund_status::pending: return "pending";
        case refund_status::succeeded: return "succeeded";
        case refund_status::failed: return "failed";
        case refund_status::cancelled: return "cancelled";
        case refund_status::unknown: return "unknown";
    }
    return "";
}

std::string_view to_string(capture_mode mode) noexcept {
    switch (mode) {
        case capture_mode::automatic: return "automatic";
        case capture_mode::manual: return "manual";
    }
    return "";
}

std::string_view to_string(refund_route route) noexcept {
    switch (route) {
        case refund_route::terminal: return "terminal";
        case refund_route::offline: return "offline";
    }
    return "";
}

std::string_view to_string(operation::state state) noexcept {
    switch (state) {
        case operation::state::running: return "running";
        case operation::state::succeeded: return "succeeded";
        case operation::state::failed: return "failed";
        case operation::state::unknown: return "unknown";
    }
    return "";
}

std::string_view to_string(intent_stage stage) noexcept {
    switch (stage) {
        case intent_stage::intended: return "intended";
        case intent_stage::approved: return "approved";
        case intent_stage::approved_aborted: return "approved_aborted";
        case intent_stage::declined: return "declined";
        case intent_stage::declined_ended: return "declined_ended";
    }
    return "";
}

std::string_view to_string(knowledge by) noexcept {
    switch (by) {
        case knowledge::dialogue: return "dialogue";
        case knowledge::recovery: return "recovery";
        case knowledge::person: return "person";
    }
    return "";
}

std::string_view to_string(intent_outcome outcome) noexcept {
    switch (outcome) {
        case intent_outcome::open: return "open";
        case intent_outcome::done: return "done";
        case intent_outcome::not_done: return "not_done";
        case intent_outcome::unknown: return "unknown";
    }
    return "";
}

std::string_view to_string(drivers::money_kind kind) noexcept {
    switch (kind) {
        case drivers::money_kind::payment: return "payment";
        case drivers::money_kind::reservation: return "reservation";
        case drivers::money_kind::book_total: return "capture";
        case drivers::money_kind::release: return "release";
        case drivers::money_kind::reversal: return "void";
        case drivers::money_kind::refund: return "refund";
    }
    return "";
}

std::string_view to_string(refusal_code code) noexcept {
    switch (code) {
        case refusal_code::unknown_terminal: return "unknown_terminal";
        case refusal_code::terminal_busy: return "terminal_busy";
        case refusal_code::terminal_offline: return "terminal_offline";
        case refusal_code::terminal_blocked: return "terminal_blocked";
        case refusal_code::currency_not_accepted: return "currency_not_accepted";
        case refusal_code::amount_out_of_range: return "amount_out_of_range";
        case refusal_code::payment_not_capturable: return "payment_not_capturable";
        case refusal_code::payment_not_cancellable: return "payment_not_cancellable";
        case refusal_code::payment_not_refundable: return "payment_not_refundable";
        case refusal_code::refund_exceeds_payment: return "refund_exceeds_payment";
        case refusal_code::payment_not_unknown: return "payment_not_unknown";
        case refusal_code::idempotency_mismatch: return "idempotency_mismatch";
        case refusal_code::not_supported_by_terminal: return "not_supported_by_terminal";
        case refusal_code::journal_unavailable: return "journal_unavailable";
        case refusal_code::shutting_down: return "shutting_down";
    }
    return "";
}

}  // namespace bridge::sales
