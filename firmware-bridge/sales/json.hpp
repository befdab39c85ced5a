// Payments, refunds, operations as JSON: the API shows to_json(), the journal stores to_stored()
// and reads it back with *_from_stored(). The two are not the same: the stored form keeps what the
// API hides.
//
// API form: every documented member is there; what does not exist (yet) is null. Amounts are whole
// minor units beside one `currency`. Strings are UTF-8 as the driver gave them.
//
// Stored form: one object a value, with "v":1 in front. It has each member of the struct exactly
// once, and reading is strict: a member that is missing, unknown, mistyped or out of range is an
// error, because half a payment is worse than none. Times are milliseconds since 1970, names are
// those of to_string(), and strings keep their bytes whatever they are.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "firmware-bridge/sales/payment.hpp"
#include "protocol/result.hpp"

namespace bridge::sales {

enum class json_errc {
    not_json = 1,     // the text is not one JSON object
    missing_member,   // a member that this version writes is not there
    unknown_member,   // a member that this version does not write: reading would lose it
    wrong_type,       // a string where a number belongs, and the like; also 1.0 for 1
    out_of_range,     // a number that its member cannot hold
    unknown_name,     // a status, kind or currency that does not exist
    unknown_version,  // "v" is not 1
    bad_time,         // not a RFC 3339 time
};
[[nodiscard]] protocol::error_code make_error_code(json_errc) noexcept;

[[nodiscard]] boost::json::object to_json(const payment&);
[[nodiscard]] boost::json::object to_json(const refund&);
[[nodiscard]] boost::json::object to_json(const operation&);
[[nodiscard]] boost::json::array to_json(const std::vector<day_candidate>&);
[[nodiscard]] boost::json::object to_json(const drivers::transaction_result&);

[[nodiscard]] std::string to_stored(const payment&);
[[nodiscard]] std::string to_stored(const refund&);
[[nodiscard]] std::string to_stored(const operation&);
[[nodiscard]] std::string to_stored(const intent&);
[[nodiscard]] std::string to_stored(const terminal_memory&);

/// Errors: json_errc.
[[nodiscard]] protocol::result<payment> payment_from_stored(std::string_view);
[[nodiscard]] protocol::result<refund> refund_from_stored(std::string_view);
[[nodiscard]] protocol::result<operation> operation_from_stored(std::string_view);
[[nodiscard]] protocol::result<intent> intent_from_stored(std::string_view);
[[nodiscard]] protocol::result<terminal_memory> memory_from_stored(std::string_view);

/// RFC 3339, UTC, milliseconds: "2026-01-31T12:00:00.123Z". For years 0000 to 9999.
[[nodiscard]] std::string to_rfc3339(wall_time);
/// Takes any RFC 3339 time: a fraction of 1 to 9 digits (cut to milliseconds) or none, `Z` or an
/// offset. Days and hours must exist; leap seconds (":60") are refused, as this clock has none.
/// Error: json_errc::bad_time.
[[nodiscard]] protocol::result<wall_time> from_rfc3339(std::string_view);

}  // namespace bridge::sales

template <>
struct boost::system::is_error_code_enum<bridge::sales::json_errc> : std::true_type {};
