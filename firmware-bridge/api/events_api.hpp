// Everything that happened, in order: as a list, or as a stream of server-sent events that begins
// behind Last-Event-ID and goes on as things happen.
#pragma once

#include "firmware-bridge/api/exchange.hpp"
#include "firmware-bridge/api/service.hpp"

namespace bridge::api {

/// A stream, unless ?after= is given or JSON is asked for; see README.md.
[[nodiscard]] asio::awaitable<answer> events(service&, const request&);

/// {"id","object":"event","type","object_id","created","data":{…}}
[[nodiscard]] std::string to_json_text(const journal::stored_event&);
/// The same as a server-sent event: id, event and data lines and a blank one.
[[nodiscard]] std::string to_server_sent(const journal::stored_event&);

}  // namespace bridge::api
