// How handlers make a response.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "firmware-bridge/api/exchange.hpp"
#include "firmware-bridge/journal/journal.hpp"
#include "protocol/result.hpp"

namespace bridge::api {

/// The object as it is; its "id" goes into the log.
[[nodiscard]] response show(const boost::json::object&, unsigned status = 200);

/// {"object":"list","data":[…],"has_more":…}
[[nodiscard]] response show_list(boost::json::array data, bool has_more);

/// What a failed read means to the caller: `missing` when the object does not exist, otherwise
/// journal_unavailable with the reason.
[[nodiscard]] error from_journal(protocol::error_code, code missing, std::string_view param = {});

}  // namespace bridge::api
