#include "firmware-bridge/api/respond.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace bridge::api {

response show(const boost::json::object& object, unsigned status) {
    response shown;
    shown.status = status;
    shown.body = boost::json::serialize(object);
    if (const auto* id = object.if_contains("id"); id && id->is_string())
        shown.object = std::string_view{id->get_string()};
    return shown;
}

response show_list(boost::json::array data, bool has_more) {
    return show({{"object", "list"}, {"data", std::move(data)}, {"has_more", has_more}});
}

error from_journal(protocol::error_code why, code missing, std::string_view param) {
    if (why == journal::errc::not_found) return {missing, {}, std::string{param}};
    return {code::journal_unavailable, "The journal cannot be read: " + why.message() + ".", {}};
}

}  // namespace bridge::api
