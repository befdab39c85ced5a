// The terminal's memory as text. A file written by another version is refused, not guessed at.
#include <boost/json.hpp>
#include <stdexcept>

#include "sim/memory.hpp"

namespace sim {
namespace {

namespace json = boost::json;

constexpr int format_version = 1;

template <class Number>
Number number(const json::object& from, std::string_view key) {
    return from.at(key).to_number<Number>();
}

json::value to_json(const transaction& one) {
    json::object out{{"kind", name_of(one.kind)},
                     {"amount", one.amount},
                     {"currency", one.currency},
                     {"receipt", one.receipt},
                     {"trace", one.trace},
                     {"original_receipt", one.original_receipt},
                     {"turnover", one.turnover},
                     {"when", one.when.time_since_epoch().count()},
                     {"card", one.card},
                     {"verified", static_cast<unsigned>(one.verified)},
                     {"online", one.online},
                     {"result_code", one.result_code},
                     {"authorisation_code", one.authorisation_code},
                     {"reversed", one.reversed}};
    if (one.original_trace) out["original_trace"] = *one.original_trace;
    return out;
}

verification verification_from(std::uint8_t number) {
    if (number > static_cast<std::uint8_t>(verification::offline_pin))
        throw std::invalid_argument{"unknown verification of the card holder"};
    return static_cast<verification>(number);
}

transaction transaction_from(const json::value& value) {
    const auto& from = value.as_object();
    transaction one;
    const auto kind = booking_kind_from(from.at("kind").as_string());
    if (!kind) throw std::invalid_argument{"unknown kind of transaction"};
    one.kind = *kind;
    one.amount = number<std::int64_t>(from, "amount");
    one.currency = number<std::uint16_t>(from, "currency");
    one.receipt = number<std::uint16_t>(from, "receipt");
    one.trace = number<std::uint32_t>(from, "trace");
    one.original_receipt = number<std::uint16_t>(from, "original_receipt");
    one.turnover = number<std::uint32_t>(from, "turnover");
    one.when = wall_time{std::chrono::seconds{number<std::int64_t>(from, "when")}};
    one.card = from.at("card").as_string();
    one.verified = verification_from(number<std::uint8_t>(from, "verified"));
    one.online = from.at("online").as_bool();
    one.result_code = number<std::uint8_t>(from, "result_code");
    one.authorisation_code = from.at("authorisation_code").as_string();
    one.reversed = from.at("reversed").as_bool();
    if (from.contains("original_trace")) {
        one.original_trace = number<std::uint32_t>(from, "original_trace");
    }
    return one;
}

json::array to_json(const std::vector<transaction>& all) {
    json::array out;
    for (const auto& one : all) out.push_back(to_json(one));
    return out;
}

std::vector<transaction> transactions_from(const json::value& value) {
    std::vector<transaction> all;
    for (const auto& one : value.as_array()) all.push_back(transaction_from(one));
    return all;
}

void put(json::object& out, std::string_view key, const std::optional<transaction>& one) {
    if (one) out[key] = to_json(*one);
}

std::optional<transaction> take(const json::object& from, std::string_view key) {
    const auto* value = from.if_contains(key);
    if (value == nullptr) return std::nullopt;
    return transaction_from(*value);
}

json::object to_json(const register_agreement& agreement) {
    json::object out{{"registered", agreement.registered},
                     {"config", agreement.config},
                     {"tlv_allowed", agreement.tlv_allowed},
                     {"charset", protocol::zvt::charset_tag(agreement.charset)},
                     {"print_width", agreement.print_width},
                     {"max_apdu", agreement.max_apdu},
                     {"message_ids", agreement.message_ids}};
    if (agreement.permitted) {
        out["permitted"] = json::array(agreement.permitted->begin(), agreement.permitted->end());
    }
    return out;
}

register_agreement agreement_from(const json::object& from) {
    register_agreement agreement;
    agreement.registered = from.at("registered").as_bool();
    agreement.config = number<std::uint8_t>(from, "config");
    agreement.tlv_allowed = from.at("tlv_allowed").as_bool();
    agreement.charset =
        protocol::zvt::charset_from_tag(number<std::uint8_t>(from, "charset")).value();
    agreement.print_width = number<std::uint8_t>(from, "print_width");
    agreement.max_apdu = number<std::uint32_t>(from, "max_apdu");
    agreement.message_ids = from.at("message_ids").as_bool();
    if (const auto* permitted = from.if_contains("permitted")) {
        agreement.permitted.emplace();
        for (const auto& one : permitted->as_array()) {
            agreement.permitted->push_back(one.to_number<std::uint16_t>());
        }
    }
    return agreement;
}

json::object to_json(const day_totals& day) {
    json::array brands;
    for (const auto& one : day.brands) {
        brands.push_back(json::object{{"count", one.count}, {"amount", one.amount}});
    }
    return {{"first_receipt", day.first_receipt},
            {"last_receipt", day.last_receipt},
            {"trace", day.trace},
            {"when", day.when.time_since_epoch().count()},
            {"brands", std::move(brands)}};
}

day_totals day_from(const json::object& from) {
    day_totals day;
    day.first_receipt = number<std::uint16_t>(from, "first_receipt");
    day.last_receipt = number<std::uint16_t>(from, "last_receipt");
    day.trace = number<std::uint32_t>(from, "trace");
    day.when = wall_time{std::chrono::seconds{number<std::int64_t>(from, "when")}};
    const auto& brands = from.at("brands").as_array();
    for (std::size_t i = 0; i < day.brands.size(); ++i) {
        const auto& one = brands.at(i).as_object();
        day.brands[i] = {number<std::uint32_t>(one, "count"), number<std::int64_t>(one, "amount")};
    }
    return day;
}

terminal_memory memory_from(const json::object& from) {
    if (number<int>(from, "version") != format_version) {
        throw std::invalid_argument{"written by another version"};
    }
    terminal_memory memory;
    memory.agreement = agreement_from(from.at("agreement").as_object());
    memory.terminal_id = number<std::uint32_t>(from, "terminal_id");
    memory.last_receipt = number<std::uint16_t>(from, "last_receipt");
    memory.receipt_before_last = number<std::uint16_t>(from, "receipt_before_last");
    memory.last_trace = number<std::uint32_t>(from, "last_trace");
    memory.last_turnover = number<std::uint32_t>(from, "last_turnover");
    memory.language = number<std::uint8_t>(from, "language");
    memory.clock_offset_s = number<std::int64_t>(from, "clock_offset_s");
    memory.printer_ready = from.at("printer_ready").as_bool();
    memory.pending = take(from, "pending");
    memory.undoing = from.at("undoing").as_bool();
    memory.last = take(from, "last");
    memory.last_executed = take(from, "last_executed");
    memory.last_is_end_of_day = from.at("last_is_end_of_day").as_bool();
    memory.turnover = transactions_from(from.at("turnover"));
    memory.reservations = transactions_from(from.at("reservations"));
    if (const auto* day = from.if_contains("last_day"))
        memory.last_day = day_from(day->as_object());
    return memory;
}

}  // namespace

terminal_memory load_memory(const record_store& store) {
    const auto content = store.load();
    if (!content) return {};
    try {
        return memory_from(json::parse(*content).as_object());
    } catch (const std::exception& error) {
        throw std::runtime_error{std::string{"the terminal's memory cannot be read: "} +
                                 error.what()};
    }
}

void save_memory(record_store& store, const terminal_memory& memory) {
    json::object out{{"version", format_version},
                     {"agreement", to_json(memory.agreement)},
                     {"terminal_id", memory.terminal_id},
                     {"last_receipt", memory.last_receipt},
                     {"receipt_before_last", memory.receipt_before_last},
                     {"last_trace", memory.last_trace},
                     {"last_turnover", memory.last_turnover},
                     {"language", memory.language},
                     {"clock_offset_s", memory.clock_offset_s},
                     {"printer_ready", memory.printer_ready},
                     {"undoing", memory.undoing},
                     {"last_is_end_of_day", memory.last_is_end_of_day},
                     {"turnover", to_json(memory.turnover)},
                     {"reservations", to_json(memory.reservations)}};
    put(out, "pending", memory.pending);
    put(out, "last", memory.last);
    put(out, "last_executed", memory.last_executed);
    if (memory.last_day) out["last_day"] = to_json(*memory.last_day);
    store.save(json::serialize(out));
}

}  // namespace sim
