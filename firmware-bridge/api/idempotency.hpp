// Idempotency-Key (M6): what it may look like, and the fingerprint that tells whether two requests
// with one key are the same.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "firmware-bridge/api/error.hpp"

namespace bridge::api {

enum class key_rule : std::uint8_t {
    none,      // the request changes nothing: a key is not looked at
    optional,  // device actions, resolve
    required,  // everything that moves money
};

/// Errors: idempotency_key_missing, idempotency_key_invalid, card_data_not_allowed.
[[nodiscard]] checked<std::optional<std::string>> check_key(const std::optional<std::string>& given,
                                                            key_rule);

/// SHA-256, in hex, of method, path and the canonical body: blanks, the order of members and the
/// query (?wait=) make no other request.
[[nodiscard]] std::string fingerprint(std::string_view method, std::string_view path,
                                      const boost::json::object& body);

}  // namespace bridge::api
