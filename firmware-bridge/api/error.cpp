#include "firmware-bridge/api/error.hpp"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "protocol/invariant.hpp"
#include "protocol/zvt/card_data.hpp"

namespace bridge::api {
namespace {

using enum error_type;
using enum money_outcome;

// clang-format off
constexpr std::array table{
    error_row{code::malformed_request, "malformed_request", invalid_request_error, 400, never_sent,
              "Send a well-formed HTTP/1.1 request."},
    error_row{code::malformed_target, "malformed_target", invalid_request_error, 400, never_sent,
              "Percent-encode the path and the query as RFC 3986 says."},
    error_row{code::request_timeout, "request_timeout", invalid_request_error, 408, never_sent,
              "Send the whole request at once; it did not arrive in time."},
    error_row{code::body_too_large, "body_too_large", invalid_request_error, 413, never_sent,
              "Send a body of at most 64 KiB."},
    error_row{code::header_too_large, "header_too_large", invalid_request_error, 431, never_sent,
              "Send a request line and header fields of at most 8 KiB together."},
    error_row{code::too_many_connections, "too_many_connections", api_error, 503, never_sent,
              "Close connections that you do not need, or raise the limit in the configuration; then ask again."},
    error_row{code::too_many_event_streams, "too_many_event_streams", api_error, 503, never_sent,
              "Close event streams that you do not need, or read GET /v1/events?after= instead."},
    error_row{code::route_unknown, "route_unknown", invalid_request_error, 404, never_sent,
              "Check the path; GET /openapi.json lists all of them."},
    error_row{code::method_not_allowed, "method_not_allowed", invalid_request_error, 405, never_sent,
              "Use one of the methods that the Allow header names."},

    error_row{code::authentication_required, "authentication_required", authentication_error, 401, never_sent,
              "Send the header 'Authorization: Bearer TOKEN'; the administrator's token is in admin.token of the state directory."},
    error_row{code::token_invalid, "token_invalid", authentication_error, 401, never_sent,
              "Send a token that this daemon knows; it may have been replaced."},
    error_row{code::role_not_sufficient, "role_not_sufficient", permission_error, 403, never_sent,
              "Ask with a token, or as a user, whose role may do this."},

    error_row{code::invalid_json, "invalid_json", invalid_request_error, 400, never_sent,
              "Send one JSON object as the body."},
    error_row{code::duplicate_parameter, "duplicate_parameter", invalid_request_error, 400, never_sent,
              "Give each member or query parameter once."},
    error_row{code::unknown_parameter, "unknown_parameter", invalid_request_error, 400, never_sent,
              "Leave out what this request does not take."},
    error_row{code::parameter_missing, "parameter_missing", invalid_request_error, 400, never_sent,
              "Give the member that is missing."},
    error_row{code::invalid_type, "invalid_type", invalid_request_error, 400, never_sent,
              "Give the member the JSON type that this request takes."},
    error_row{code::invalid_value, "invalid_value", invalid_request_error, 400, never_sent,
              "Give one of the values that are allowed here."},
    error_row{code::value_too_long, "value_too_long", invalid_request_error, 400, never_sent,
              "Shorten the text."},
    error_row{code::amount_not_positive, "amount_not_positive", invalid_request_error, 400, never_sent,
              "Give an amount above 0, in minor units."},
    error_row{code::amount_too_large, "amount_too_large", invalid_request_error, 400, never_sent,
              "Give an amount of at most 9999999999 minor units."},
    error_row{code::tip_exceeds_amount, "tip_exceeds_amount", invalid_request_error, 400, never_sent,
              "The tip is part of the amount: give an amount that contains it."},
    error_row{code::unknown_currency, "unknown_currency", invalid_request_error, 400, never_sent,
              "Give a three-letter ISO 4217 code in upper case, such as EUR."},
    error_row{code::metadata_too_large, "metadata_too_large", invalid_request_error, 400, never_sent,
              "Give at most 20 pairs, keys of at most 40 and values of at most 500 bytes."},
    error_row{code::card_data_not_allowed, "card_data_not_allowed", invalid_request_error, 400, never_sent,
              "Remove the card number: it must never be stored here."},
    error_row{code::wait_out_of_range, "wait_out_of_range", invalid_request_error, 400, never_sent,
              "Give wait as whole seconds from 0 to 300."},
    error_row{code::limit_out_of_range, "limit_out_of_range", invalid_request_error, 400, never_sent,
              "Give limit as a whole number from 1 to 100."},
    error_row{code::cursor_unknown, "cursor_unknown", invalid_request_error, 400, never_sent,
              "Use the id of an object that this list has shown."},
    error_row{code::event_id_invalid, "event_id_invalid", invalid_request_error, 400, never_sent,
              "Use the id of an event as it was sent: evt_ and 16 digits."},

    error_row{code::idempotency_key_missing, "idempotency_key_missing", invalid_request_error, 400, never_sent,
              "Send the header Idempotency-Key with a value that is new for each sale and the same for each repeat of one."},
    error_row{code::idempotency_key_invalid, "idempotency_key_invalid", invalid_request_error, 400, never_sent,
              "Use 1 to 255 printable ASCII characters as Idempotency-Key, and send it once."},
    error_row{code::idempotency_mismatch, "idempotency_mismatch", idempotency_error, 409, final,
              "This key was used for another request: repeat that one unchanged, or use a new key for a new sale."},

    error_row{code::payment_not_found, "payment_not_found", invalid_request_error, 404, never_sent,
              "Check the id of the payment."},
    error_row{code::refund_not_found, "refund_not_found", invalid_request_error, 404, never_sent,
              "Check the id of the refund."},
    error_row{code::operation_not_found, "operation_not_found", invalid_request_error, 404, never_sent,
              "Check the id of the operation."},
    error_row{code::unknown_terminal, "unknown_terminal", invalid_request_error, 404, never_sent,
              "Use the id of a configured terminal; GET /v1/terminals lists them."},
    error_row{code::books_not_kept, "books_not_kept", invalid_request_error, 404, never_sent,
              "This daemon keeps no ledger; switch it on in the configuration."},

    error_row{code::terminal_busy, "terminal_busy", terminal_error, 409, never_sent,
              "Wait until the terminal has finished, then ask again with the same Idempotency-Key."},
    error_row{code::terminal_blocked, "terminal_blocked", terminal_error, 409, never_sent,
              "Settle the unknown payment of this terminal first: look at it, then POST /v1/payments/{id}/resolve."},
    error_row{code::terminal_offline, "terminal_offline", terminal_error, 503, never_sent,
              "Check the power and the cable of the terminal, then ask again with the same Idempotency-Key."},
    error_row{code::currency_not_accepted, "currency_not_accepted", invalid_request_error, 422, never_sent,
              "Use the currency that the terminal is configured for."},
    error_row{code::amount_out_of_range, "amount_out_of_range", invalid_request_error, 422, never_sent,
              "Use an amount that this payment or terminal allows."},
    error_row{code::not_supported_by_terminal, "not_supported_by_terminal", invalid_request_error, 422, never_sent,
              "This terminal cannot do that; use another way or another terminal."},
    error_row{code::payment_not_capturable, "payment_not_capturable", invalid_request_error, 409, never_sent,
              "Only an authorized payment can be captured: look at its status."},
    error_row{code::payment_not_cancellable, "payment_not_cancellable", invalid_request_error, 409, never_sent,
              "Only a running, authorized or captured payment can be cancelled: look at its status; a refund may do."},
    error_row{code::payment_not_refundable, "payment_not_refundable", invalid_request_error, 409, never_sent,
              "Only a captured payment can be refunded: look at its status."},
    error_row{code::refund_exceeds_payment, "refund_exceeds_payment", invalid_request_error, 422, never_sent,
              "Refund at most amount_refundable of the payment."},
    error_row{code::payment_not_unknown, "payment_not_unknown", invalid_request_error, 409, never_sent,
              "There is nothing to resolve: the outcome of this payment is known."},

    error_row{code::journal_unavailable, "journal_unavailable", api_error, 503, never_sent,
              "Free disk space or repair the state directory (GET /readyz says what is wrong), then ask again with the same Idempotency-Key."},
    error_row{code::shutting_down, "shutting_down", api_error, 503, never_sent,
              "The daemon stops: ask again with the same Idempotency-Key when it is back."},
    error_row{code::internal_error, "internal_error", api_error, 500, unknown,
              "Ask again with the same Idempotency-Key and report the request id with the log."},
};
// clang-format on

consteval bool in_order() {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (static_cast<std::size_t>(table[i].what) != i) return false;
    return table.size() == static_cast<std::size_t>(code::internal_error) + 1;
}
static_assert(in_order(), "one row for each code, in the order of the enumeration");

std::string masked(std::string text) {
    protocol::zvt::mask_card_numbers(text);
    return text;
}

}  // namespace

std::span<const error_row> error_table() noexcept { return table; }

const error_row& row(code what) noexcept { return table[static_cast<std::size_t>(what)]; }

std::string_view to_string(error_type type) noexcept {
    switch (type) {
        case invalid_request_error: return "invalid_request_error";
        case authentication_error: return "authentication_error";
        case permission_error: return "permission_error";
        case idempotency_error: return "idempotency_error";
        case terminal_error: return "terminal_error";
        case api_error: return "api_error";
    }
    return "";
}

std::string_view to_string(money_outcome outcome) noexcept {
    switch (outcome) {
        case never_sent: return "never_sent";
        case unknown: return "unknown";
        case final: return "final";
    }
    return "";
}

code from(sales::refusal_code refused) noexcept {
    using enum sales::refusal_code;
    switch (refused) {
        case unknown_terminal: return code::unknown_terminal;
        case terminal_busy: return code::terminal_busy;
        case terminal_offline: return code::terminal_offline;
        case terminal_blocked: return code::terminal_blocked;
        case currency_not_accepted: return code::currency_not_accepted;
        case amount_out_of_range: return code::amount_out_of_range;
        case payment_not_capturable: return code::payment_not_capturable;
        case payment_not_cancellable: return code::payment_not_cancellable;
        case payment_not_refundable: return code::payment_not_refundable;
        case refund_exceeds_payment: return code::refund_exceeds_payment;
        case payment_not_unknown: return code::payment_not_unknown;
        case idempotency_mismatch: return code::idempotency_mismatch;
        case not_supported_by_terminal: return code::not_supported_by_terminal;
        case journal_unavailable: return code::journal_unavailable;
        case shutting_down: return code::shutting_down;
    }
    return code::internal_error;
}

error from(const sales::refusal& refused) {
    const auto what = from(refused.code);
    const auto param = what == code::unknown_terminal         ? "terminal"
                       : what == code::currency_not_accepted  ? "currency"
                       : what == code::amount_out_of_range    ? "amount"
                       : what == code::refund_exceeds_payment ? "amount"
                       : what == code::idempotency_mismatch   ? "Idempotency-Key"
                                                              : "";
    return {what, refused.message, param};
}

void throw_exception_from_error(const error& wrong, const boost::source_location& where) {
    protocol::invariant_broken(row(wrong.what).name.data(), where.file_name(),
                               static_cast<int>(where.line()));
}

std::string render(const error& wrong, std::string_view request_id) {
    const auto& known = row(wrong.what);
    boost::json::object body{{"type", to_string(known.type)}, {"code", known.name}};
    // Names of members and paths are repeated here, and whoever mixes them up with values may have
    // put a card number there (M9).
    body["message"] = wrong.message.empty() ? std::string{known.advice} : masked(wrong.message);
    if (!wrong.param.empty()) body["param"] = masked(wrong.param);
    body["outcome"] = to_string(known.outcome);
    body["request_id"] = request_id;
    return boost::json::serialize(boost::json::object{{"error", std::move(body)}});
}

}  // namespace bridge::api
