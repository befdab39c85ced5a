#include "sim/control.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <boost/url.hpp>
#include <charconv>

#include "sim/fault_script.hpp"

namespace sim {
namespace {

namespace json = boost::json;

control_reply done(json::value body = json::object{}) { return {200, std::move(body)}; }

control_reply refused(unsigned status, std::string why) {
    return {status, json::object{{"error", std::move(why)}}};
}

std::string currency_code(std::uint16_t number) {
    const auto known = protocol::currency::from_number(number);
    return known ? std::string{known->code()} : std::to_string(number);
}

// ---------------------------------------------------------------- what is asked for

json::object state_of(const terminal_state& now) {
    json::array paper;
    for (const auto& slip : now.paper) paper.push_back(json::value_from(slip));
    return {{"powered", now.powered},
            {"registered", now.registered},
            {"busy", now.busy},
            {"waits_for", now.waits_for},
            {"display", json::value_from(now.display)},
            {"card", now.card},
            {"autopilot", now.autopilot},
            {"terminal_id", fmt::format("{:08}", now.terminal_id)},
            {"last_receipt", now.last_receipt},
            {"turnover", now.turnover},
            {"open_reservations", now.open_reservations},
            {"paper", std::move(paper)}};
}

json::object to_json(const booking& entry, const acquirer& host) {
    json::object out{{"number", entry.number},
                     {"kind", name_of(entry.kind)},
                     {"status", entry.reversed ? "reversed" : "booked"},
                     {"amount", entry.amount},
                     {"currency", currency_code(entry.currency)},
                     {"terminal", fmt::format("{:08}", entry.key.terminal)},
                     {"trace", entry.key.trace},
                     {"receipt_number", entry.receipt},
                     {"authorisation_code", entry.authorisation_code},
                     {"card", entry.card},
                     {"masked_pan", entry.masked_pan}};
    if (entry.original) out["original"] = *entry.original;
    if (entry.kind == booking_kind::reservation) out["held"] = host.held(entry);
    return out;
}

json::object books_of(const acquirer& host) {
    json::array bookings;
    for (const auto& entry : host.bookings()) bookings.push_back(to_json(entry, host));
    json::array cards;
    std::int64_t charged = 0;
    std::int64_t held = 0;
    for (const auto& [key, balance] : host.balances()) {
        cards.push_back(json::object{{"card", key.first},
                                     {"currency", currency_code(key.second)},
                                     {"net", balance.charged},
                                     {"held", balance.held}});
        charged += balance.charged;
        held += balance.held;
    }
    return {{"bookings", std::move(bookings)},
            {"cards", std::move(cards)},
            {"total", json::object{{"net", charged}, {"held", held}}}};
}

json::array trace_of(const station& place) {
    json::array out;
    for (const auto& entry : place.trace()) {
        out.push_back(
            json::object{{"ms", entry.at.count()}, {"link", entry.lane}, {"text", entry.text}});
    }
    return out;
}

json::array cards() {
    json::array out;
    for (const auto& one : all_cards()) {
        out.push_back(json::object{
            {"name", one.name}, {"product", one.product}, {"masked_pan", one.masked_pan()}});
    }
    return out;
}

json::array faults_of(const fault_plan& plan) {
    json::array out;
    for (const auto& one : plan.active()) out.push_back(to_json(one));
    return out;
}

// ---------------------------------------------------------------- what is done

std::string_view text_at(const json::object& body, std::string_view key) {
    const auto* value = body.if_contains(key);
    return value != nullptr && value->is_string() ? std::string_view{value->as_string()} : "";
}

control_reply use_card(station& place, const json::object& body, time_point now) {
    const auto action = text_at(body, "action");
    const auto name = text_at(body, "card");
    auto& terminal = place.terminal();
    if (action == "remove") {
        terminal.remove_card(now);
        return done();
    }
    if (action != "present" && action != "autopilot") {
        return refused(400, R"(action: expected "present", "remove" or "autopilot")");
    }
    if (find_card(name) == nullptr) {
        return refused(400, fmt::format("card: no card is called '{}': see GET /v1/cards", name));
    }
    if (!place.powered()) return refused(409, "the terminal has no power");
    if (action == "present") {
        terminal.present_card(name, now);
    } else {
        terminal.use_autopilot(name, now);
    }
    return done();
}

std::optional<char> key_named(std::string_view name) {
    if (name == "OK") return 'O';
    if (name == "CLEAR") return 'C';
    if (name == "STOP") return 'S';
    if (name.size() == 1 && name[0] >= '0' && name[0] <= '9') return name[0];
    return std::nullopt;
}

control_reply press_keys(station& place, const json::object& body, time_point now) {
    const auto* list = body.if_contains("keys");
    if (list == nullptr || !list->is_array()) {
        return refused(400, R"(keys: expected a list, as ["1", "2", "3", "4", "OK"])");
    }
    std::vector<char> keys;
    for (const auto& one : list->as_array()) {
        const auto key = one.is_string() ? key_named(one.as_string()) : std::nullopt;
        if (!key) {
            return refused(400, fmt::format("keys[{}]: expected \"0\" to \"9\", \"OK\", \"CLEAR\" "
                                            "or \"STOP\"",
                                            keys.size()));
        }
        keys.push_back(*key);
    }
    if (!place.powered()) return refused(409, "the terminal has no power");
    for (const char key : keys) place.terminal().press(key, now);
    return done();
}

control_reply switch_power(station& place, const json::object& body, time_point now) {
    const auto state = text_at(body, "state");
    if (state == "off" || state == "cycle") place.switch_power(false, now);
    if (state == "on" || state == "cycle") place.switch_power(true, now);
    if (state != "off" && state != "on" && state != "cycle") {
        return refused(400, R"(state: expected "off", "on" or "cycle")");
    }
    return done();
}

control_reply start_sale(station& place, const json::object& body, time_point now) {
    constexpr std::int64_t most = 99'999'999'99;
    const auto* amount = body.if_contains("amount");
    const bool whole = amount != nullptr && amount->is_int64();
    if (!whole || amount->as_int64() <= 0 || amount->as_int64() > most) {
        return refused(400, fmt::format("amount: expected minor units from 1 to {}", most));
    }
    if (!place.terminal().start_sale(amount->as_int64(), now)) {
        return refused(409, "the terminal is busy, without power, or locked by the register");
    }
    return done();
}

control_reply start_end_of_day(station& place, const json::object&, time_point now) {
    if (!place.terminal().start_end_of_day(now)) {
        return refused(409, "the terminal is busy, without power, or locked by the register");
    }
    return done();
}

// ---------------------------------------------------------------- routes

using action = control_reply (*)(station&, const json::object&, time_point);
struct post_route {
    std::string_view path;
    action act;
};
constexpr std::array post_routes{
    post_route{"/v1/card", use_card},
    post_route{"/v1/keys", press_keys},
    post_route{"/v1/power", switch_power},
    post_route{"/v1/sale", start_sale},
    post_route{"/v1/end-of-day", start_end_of_day},
};
constexpr std::array get_paths{"/v1/state", "/v1/acquirer", "/v1/trace", "/v1/cards", "/v1/faults"};

control_reply add_faults(station& place, std::string_view body) {
    auto parsed = parse_fault_script(body);
    if (const auto* error = std::get_if<script_error>(&parsed)) return refused(400, error->what);
    for (auto& one : std::get<std::vector<fault>>(parsed)) place.faults().add(std::move(one));
    return done(json::object{{"faults", faults_of(place.faults())}});
}

control_reply post(station& place, std::string_view path, std::string_view body, time_point now) {
    if (path == "/v1/faults") return add_faults(place, body);
    const auto route = std::ranges::find(post_routes, path, &post_route::path);
    if (route == post_routes.end()) return refused(405, "only GET is possible here");
    boost::system::error_code failure;
    // Parentheses: braces would make an array with an object in it.
    const auto parsed = body.empty() ? json::value(json::object()) : json::parse(body, failure);
    if (failure || !parsed.is_object()) return refused(400, "the body must be a JSON object");
    auto reply = route->act(place, parsed.as_object(), now);
    place.pump(now);
    return reply;
}

bool is_known(std::string_view path) {
    return std::ranges::count(post_routes, path, &post_route::path) != 0 ||
           std::ranges::find(get_paths, path) != get_paths.end();
}

}  // namespace

control::control(std::vector<station*> terminals, const acquirer& host)
    : terminals_{std::move(terminals)}, acquirer_{host} {}

control_reply control::handle(const control_request& request, time_point now) {
    const auto url = boost::urls::parse_origin_form(request.target);
    if (!url) return refused(400, "the target is not a path");
    const std::string path{url->encoded_path()};
    std::size_t chosen = 1;
    for (const auto& parameter : url->params()) {
        const auto* begin = parameter.value.data();
        const auto* end = begin + parameter.value.size();
        const auto [stopped, error] = std::from_chars(begin, end, chosen);
        const bool good =
            error == std::errc{} && stopped == end && chosen >= 1 && chosen <= terminals_.size();
        if (parameter.key != "terminal" || !good) {
            return refused(
                400, fmt::format("the only parameter is terminal=1 to {}", terminals_.size()));
        }
    }
    if (!is_known(path)) return refused(404, fmt::format("there is no {}", path));

    auto& place = *terminals_[chosen - 1];
    if (request.verb == "POST") return post(place, path, request.body, now);
    if (request.verb == "DELETE" && path == "/v1/faults") {
        place.faults().clear();
        return done();
    }
    if (request.verb != "GET") return refused(405, "use GET or POST");
    if (path == "/v1/state") return done(state_of(place.terminal().state()));
    if (path == "/v1/acquirer") return done(books_of(acquirer_));
    if (path == "/v1/trace") return done(trace_of(place));
    if (path == "/v1/cards") return done(cards());
    if (path == "/v1/faults") return done(faults_of(place.faults()));
    return refused(405, "only POST is possible here");
}

}  // namespace sim
