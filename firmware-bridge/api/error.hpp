// The one table of the API's errors. Responses, the description at /openapi.json and the README's
// table are made of it or tested against it.
//
//     co_return error{code::amount_too_large, "amount is …", "amount"};
//
// A handler returns checked<T>; the router renders the error:
//     {"error":{"type","code","message","param"?,"outcome","request_id"}}
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "firmware-bridge/sales/request.hpp"

namespace bridge::api {

enum class error_type : std::uint8_t {
    invalid_request_error,
    authentication_error,
    permission_error,
    idempotency_error,
    terminal_error,
    api_error,
};

/// What the caller may conclude about money.
enum class money_outcome : std::uint8_t {
    never_sent,  // this request has sent nothing to a terminal and never will
    unknown,     // it may have been taken: ask again with the same Idempotency-Key
    final,       // decided earlier; the same request gets the same answer
};

enum class code : std::uint8_t {
    // The HTTP message itself.
    malformed_request,
    malformed_target,
    request_timeout,
    body_too_large,
    header_too_large,
    too_many_connections,
    too_many_event_streams,
    route_unknown,
    method_not_allowed,
    // Who asks.
    authentication_required,
    token_invalid,
    role_not_sufficient,
    // Body and query.
    invalid_json,
    duplicate_parameter,
    unknown_parameter,
    parameter_missing,
    invalid_type,
    invalid_value,
    value_too_long,
    amount_not_positive,
    amount_too_large,
    tip_exceeds_amount,
    unknown_currency,
    metadata_too_large,
    card_data_not_allowed,
    wait_out_of_range,
    limit_out_of_range,
    cursor_unknown,
    event_id_invalid,
    // Idempotency (M6).
    idempotency_key_missing,
    idempotency_key_invalid,
    idempotency_mismatch,
    // Objects.
    payment_not_found,
    refund_not_found,
    operation_not_found,
    unknown_terminal,
    books_not_kept,
    // What the state of things does not allow.
    terminal_busy,
    terminal_blocked,
    terminal_offline,
    currency_not_accepted,
    amount_out_of_range,
    not_supported_by_terminal,
    payment_not_capturable,
    payment_not_cancellable,
    payment_not_refundable,
    refund_exceeds_payment,
    payment_not_unknown,
    // Our own troubles.
    journal_unavailable,
    shutting_down,
    internal_error,
};

struct error_row {
    code what{};
    std::string_view name;  // as in the JSON
    error_type type{};
    unsigned status{};  // HTTP
    money_outcome outcome{};
    std::string_view advice;  // one sentence: what to do; the message when there is none better
};

/// One row a code, in the order of the enumeration.
[[nodiscard]] std::span<const error_row> error_table() noexcept;
[[nodiscard]] const error_row& row(code) noexcept;
[[nodiscard]] code from(sales::refusal_code) noexcept;
[[nodiscard]] std::string_view to_string(error_type) noexcept;
[[nodiscard]] std::string_view to_string(money_outcome) noexcept;

struct error {
    code what{};
    std::string message{};  // empty: the row's advice
    std::string param{};    // the member, query parameter or header that is wrong; may be empty
};

/// A value, or the error that the caller gets.
template <class T>
using checked = boost::system::result<T, error>;

/// Asking a checked<T> with an error for its value is a mistake in this program.
[[noreturn]] void throw_exception_from_error(const error&, const boost::source_location&);

[[nodiscard]] error from(const sales::refusal&);

/// The response body.
[[nodiscard]] std::string render(const error&, std::string_view request_id);

}  // namespace bridge::api
