// GET /openapi.json: the API described in OpenAPI 3.1, written from the tables of routes, members,
// parameters, schemas and errors.
#pragma once

#include <boost/json/object.hpp>

#include "firmware-bridge/api/exchange.hpp"
#include "firmware-bridge/api/service.hpp"

namespace bridge::api {

[[nodiscard]] asio::awaitable<answer> show_openapi(service&, const request&);

[[nodiscard]] boost::json::object describe_api();

}  // namespace bridge::api
