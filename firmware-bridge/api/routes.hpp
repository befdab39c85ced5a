// Every route of the API in one table: what it needs, takes and shows. The router dispatches by it
// and /openapi.json is written from it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "firmware-bridge/api/exchange.hpp"
#include "firmware-bridge/api/idempotency.hpp"
#include "firmware-bridge/api/members.hpp"
#include "firmware-bridge/api/query.hpp"
#include "firmware-bridge/api/service.hpp"

namespace bridge::api {

using handler = asio::awaitable<answer> (*)(service&, const request&);

struct route {
    std::string_view method;   // "GET", "POST"
    std::string_view pattern;  // "/v1/payments/{id}/capture"; at most one {id}
    handler handle{};
    permission needs{};
    std::string_view shows;    // schema of the answer in /openapi.json
    std::string_view summary;  // one sentence
    key_rule key{};
    std::span<const member> body;  // POST
    std::span<const parameter> query;
    std::span<const code> errors;  // beside those that any request may get
};

[[nodiscard]] std::span<const route> routes();

/// The {id} that a path has in the place where the pattern has it (empty when it has none);
/// nothing when the path does not fit the pattern.
[[nodiscard]] std::optional<std::string_view> match(std::string_view pattern,
                                                    std::string_view path) noexcept;

/// "GET, HEAD, OPTIONS": the methods of all routes with that path; empty when there is none.
[[nodiscard]] std::string allowed_methods(std::string_view path);

}  // namespace bridge::api
