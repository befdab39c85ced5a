// Payments, refunds, operations as JSON: the API shows to_json(), the journal stores to_stored()
// and reads it back with *_from_stored(). The two are not the same: the stored form keeps what the
// API hides.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "firmware-bridge/sales/payment.hpp"
#include "protocol/result.hpp"

namespace bridge::sales {

[[nodiscard]] boost::json::object to_json(const payment&);
[[nodiscard]] boost::json::object to_json(const refund&);
[[nodiscard]] boost::json::object to_json(const operation&);

[[nodiscard]] std::string to_stored(const payment&);
[[nodiscard]] std::string to_stored(const refund&);
[[nodiscard]] std::string to_stored(const operation&);
[[nodiscard]] std::string to_stored(const intent&);
[[nodiscard]] std::string to_stored(const terminal_memory&);

/// Errors: journal::errc-independent json_errc (bad JSON, a missing or mistyped member, an unknown
/// state).
[[nodiscard]] protocol::result<payment> payment_from_stored(std::string_view);
[[nodiscard]] protocol::result<refund> refund_from_stored(std::string_view);
[[nodiscard]] protocol::result<operation> operation_from_stored(std::string_view);
[[nodiscard]] protocol::result<intent> intent_from_stored(std::string_view);
[[nodiscard]] protocol::result<terminal_memory> memory_from_stored(std::string_view);

/// RFC 3339, UTC, milliseconds: "2026-01-31T12:00:00.123Z".
[[nodiscard]] std::string to_rfc3339(wall_time);
[[nodiscard]] protocol::result<wall_time> from_rfc3339(std::string_view);

}  // namespace bridge::sales
