// From a request to its response: finds the route, checks who asks and what is asked for, calls the
// handler, and renders whatever is wrong in the API's one error format.
#pragma once

#include "firmware-bridge/api/exchange.hpp"
#include "firmware-bridge/api/http_server.hpp"
#include "firmware-bridge/api/service.hpp"

namespace bridge::api {

/// Never fails: an exception of a handler becomes internal_error (operation_aborted passes through,
/// it ends the connection). `noted` gets route, object, caller, status and code; what an
/// unexpected exception said goes to its `trouble`.
[[nodiscard]] asio::awaitable<response> respond(service&, request&, request_record& noted);

/// A response for what went wrong before a request was whole.
[[nodiscard]] response respond(const error&, std::string_view request_id, request_record& noted);

}  // namespace bridge::api
