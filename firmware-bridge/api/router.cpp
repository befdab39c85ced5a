#include "firmware-bridge/api/router.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "firmware-bridge/api/routes.hpp"
#include "protocol/zvt/card_data.hpp"

namespace bridge::api {
namespace {

namespace urls = boost::urls;

bool plain(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

bool one_line(std::string_view text) {
    return std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

/// "/v1/payments?limit=1", or a whole URL, which every server must take (RFC 9112 3.2.2); whom it
/// names does not matter: it came to us.
std::optional<urls::url_view> parse_target(std::string_view target) {
    const bool origin = target.starts_with('/');
    const auto read = origin ? urls::parse_origin_form(target) : urls::parse_absolute_uri(target);
    if (!read || (!origin && read->scheme_id() != urls::scheme::http)) return std::nullopt;
    return *read;
}

/// Decodes path and query into the request.
std::optional<error> read_target(request& asked) {
    const auto target = parse_target(asked.target);
    if (!target) return error{code::malformed_target};
    asked.path = target->path();
    // All our paths and parameter names are plain; a "%2F" must not become a step of the path.
    const auto encoded = target->encoded_path();
    if (encoded.find("%2F") != urls::string_view::npos ||
        encoded.find("%2f") != urls::string_view::npos || !plain(asked.path))
        return error{code::malformed_target,
                     "The path must be printable ASCII when it is decoded, without %2F.",
                     {}};
    for (const auto& one : target->params()) {
        if (one.key.empty() && !one.has_value) continue;  // "?" or "&&"
        if (!plain(one.key) || !one_line(one.value))
            return error{code::malformed_target,
                         "The query must have names in printable ASCII and values without control "
                         "characters.",
                         {}};
        asked.query.emplace_back(one.key, one.value);
    }
    return std::nullopt;
}

std::string needed_role(permission needed) {
    const auto least = least_role(needed);
    return least ? std::string{to_string(*least)} : std::string{};
}

std::optional<error> check_caller(const request& asked, permission needed) {
    if (allows(asked.caller, needed)) return std::nullopt;
    if (asked.token_wrong) return error{code::token_invalid, {}, "Authorization"};
    if (!asked.caller) return error{code::authentication_required, {}, "Authorization"};
    return error{code::role_not_sufficient,
                 "The role '" + std::string{to_string(*asked.caller)} +
                     "' may not do this: ask as '" + needed_role(needed) + "'.",
                 {}};
}

const route* find_route(request& asked) {
    const auto method = asked.method == "HEAD" ? std::string_view{"GET"} : asked.method;
    for (const auto& one : routes()) {
        if (one.method != method) continue;
        if (const auto id = match(one.pattern, asked.path)) {
            asked.object = *id;
            return &one;
        }
    }
    return nullptr;
}

/// OPTIONS, paths that do not exist, and methods that they do not have.
answer respond_without_route(const request& asked) {
    auto allowed = asked.target == "*" ? "GET, HEAD, POST, OPTIONS" : allowed_methods(asked.path);
    if (allowed.empty())
        return error{code::route_unknown,
                     "There is no '" + asked.path + "': GET /openapi.json lists all paths.",
                     {}};
    if (asked.method != "OPTIONS")
        return error{code::method_not_allowed,
                     "'" + asked.path + "' knows no " + asked.method + ": use " + allowed + ".",
                     {}};
    response shown;
    shown.status = 204;
    shown.fields.emplace_back("Allow", std::move(allowed));
    return shown;
}

asio::awaitable<answer> dispatch(service& bridge, request& asked, request_record& noted) {
    noted.method = asked.method;  // any word is a method, also a card number (M9)
    protocol::zvt::mask_card_numbers(noted.method);
    const bool whole_server = asked.method == "OPTIONS" && asked.target == "*";
    if (!whole_server)
        if (auto wrong = read_target(asked)) co_return *wrong;
    asked.route = find_route(asked);
    if (!asked.route) co_return respond_without_route(asked);
    noted.route = asked.route->pattern;
    noted.object = asked.object;  // a path may be anything, also a card number (M9)
    protocol::zvt::mask_card_numbers(noted.object);
    if (auto wrong = check_caller(asked, asked.route->needs)) co_return *wrong;
    if (auto wrong = find_fault(asked, asked.route->query)) co_return *wrong;
    co_return co_await asked.route->handle(bridge, asked);
}

}  // namespace

response respond(const error& wrong, std::string_view request_id, request_record& noted) {
    const auto& known = row(wrong.what);
    response shown;
    shown.status = known.status;
    shown.body = render(wrong, request_id);
    if (known.status == 401)
        shown.fields.emplace_back("WWW-Authenticate", "Bearer realm=\"firmware-bridge\"");
    if (known.status == 503) shown.fields.emplace_back("Retry-After", "2");
    noted.code = known.name;
    noted.status = known.status;
    return shown;
}

asio::awaitable<response> respond(service& bridge, request& asked, request_record& noted) {
    answer given = error{code::internal_error};
    try {
        given = co_await dispatch(bridge, asked, noted);
    } catch (const boost::system::system_error& thrown) {
        if (thrown.code() == asio::error::operation_aborted) throw;
        noted.trouble = thrown.what();
    } catch (const std::exception& thrown) {
        noted.trouble = thrown.what();
    }
    if (asked.caller) noted.caller = to_string(*asked.caller);
    if (!given) {
        auto shown = respond(given.error(), asked.id, noted);
        if (given.error().what == code::method_not_allowed)
            shown.fields.emplace_back("Allow", allowed_methods(asked.path));
        co_return shown;
    }
    noted.status = given->status;
    if (!given->object.empty()) noted.object = given->object;
    co_return std::move(*given);
}

}  // namespace bridge::api
