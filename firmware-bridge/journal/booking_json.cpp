#include "firmware-bridge/journal/booking_json.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "firmware-bridge/journal/journal.hpp"

namespace bridge::journal {
namespace {

using boost::json::object;

bool read(const object& in, std::string_view name, std::string& out) {
    const auto* found = in.if_contains(name);
    const auto* text = found == nullptr ? nullptr : found->if_string();
    if (text == nullptr) return false;
    out.assign(text->data(), text->size());
    return true;
}

bool read(const object& in, std::string_view name, std::int64_t& out) {
    const auto* found = in.if_contains(name);
    const auto* number = found == nullptr ? nullptr : found->if_int64();
    if (number != nullptr) out = *number;
    return number != nullptr;
}

bool read(const object& in, std::string_view name, bool& out) {
    const auto* found = in.if_contains(name);
    const auto* flag = found == nullptr ? nullptr : found->if_bool();
    if (flag != nullptr) out = *flag;
    return flag != nullptr;
}

bool read(const object& in, std::string_view name, protocol::currency& out) {
    std::string code;
    if (!read(in, name, code)) return false;
    const auto known = protocol::currency::from_code(code);
    if (known) out = *known;
    return known.has_value();
}

bool read(const object& in, std::string_view name, booking_kind& out) {
    std::string text;
    if (!read(in, name, text)) return false;
    for (auto kind = 0; !to_string(static_cast<booking_kind>(kind)).empty(); ++kind) {
        out = static_cast<booking_kind>(kind);
        if (to_string(out) == text) return true;
    }
    return false;
}

}  // namespace

std::string to_stored(const booking& it) {
    return boost::json::serialize(object{{"kind", to_string(it.kind)},
                                         {"amount", it.amount.minor},
                                         {"currency", it.amount.unit.code()},
                                         {"payment", it.payment},
                                         {"refund", it.refund},
                                         {"terminal", it.terminal},
                                         {"account", it.account},
                                         {"invoice", it.invoice},
                                         {"brand", it.brand},
                                         {"offline", it.offline}});
}

protocol::result<booking> booking_from_stored(std::string_view text) {
    boost::json::parse_options options;
    options.allow_invalid_utf8 = true;
    boost::json::error_code not_json;
    const auto parsed = boost::json::parse(text, not_json, {}, options);
    if (not_json || !parsed.is_object()) return errc::corrupt;
    const auto& in = parsed.get_object();
    booking it;
    const bool whole = read(in, "kind", it.kind) && read(in, "amount", it.amount.minor) &&
                       read(in, "currency", it.amount.unit) && read(in, "payment", it.payment) &&
                       read(in, "refund", it.refund) && read(in, "terminal", it.terminal) &&
                       read(in, "account", it.account) && read(in, "invoice", it.invoice) &&
                       read(in, "brand", it.brand) && read(in, "offline", it.offline) &&
                       in.size() == 10;
    if (!whole) return errc::corrupt;
    return it;
}

}  // namespace bridge::journal
