#include "firmware-bridge/api/schemas.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>

namespace bridge::api {
namespace {

namespace json = boost::json;

// clang-format off
constexpr std::array card{
    property{"brand", "string?", "Card brand as the terminal names it."},
    property{"masked_pan", "string?", "First 6 and last 4 digits of the card number."},
    property{"entry_mode", "string?", "chip, contactless or magstripe."},
    property{"aid", "string?", "EMV application identifier, hex."},
    property{"application_label", "string?", "EMV application label."},
};
constexpr std::array terminal_result{
    property{"receipt_number", "integer?", "Receipt number of the terminal."},
    property{"trace_number", "integer?", "Trace number of the terminal."},
    property{"authorization_code", "string?", "Authorisation attribute of the host."},
    property{"terminal_id", "string?", "Terminal id (TID), 8 digits."},
    property{"result_code", "integer?", "Result code of the terminal; 0 is approved."},
    property{"result_text", "string?", "Its meaning."},
};
constexpr std::array receipts{
    property{"merchant", "string[]?", "Lines of the merchant's receipt."},
    property{"customer", "string[]?", "Lines of the customer's receipt."},
};
constexpr std::array failure{
    property{"code", "string", "Stable code; the README lists them."},
    property{"message", "string", "What happened, for people."},
};
constexpr std::array payment{
    property{"id", "string", "pay_…"},
    property{"object", "payment", ""},
    property{"terminal", "string", "Terminal that takes it."},
    property{"amount", "integer", "What the card holder pays, tip included; minor units."},
    property{"currency", "string", "ISO 4217."},
    property{"tip_amount", "integer", "Part of amount that is a tip."},
    property{"capture", "automatic|manual", ""},
    property{"reference", "string?", "As given."},
    property{"account", "string?", "As given."},
    property{"invoice", "string?", "As given."},
    property{"metadata", "object", "As given."},
    property{"status", "created|in_progress|authorized|captured|declined|cancelled|unknown|voided", "unknown: nobody can tell yet whether the card was charged; see advice."},
    property{"amount_authorized", "integer", "Minor units."},
    property{"amount_captured", "integer", "Minor units."},
    property{"amount_refunded", "integer", "Minor units, succeeded refunds."},
    property{"amount_refundable", "integer", "Minor units that can still be refunded."},
    property{"card", "card?", "The card, as far as it may be shown."},
    property{"terminal_result", "terminal_result?", "By what the terminal knows it."},
    property{"receipts", "receipts", ""},
    property{"failure", "failure?", "Why it was declined or cancelled."},
    property{"advice", "string?", "unknown: what a person should look at."},
    property{"resolution", "string?", "How a person settled it."},
    property{"created", "time", ""},
    property{"updated", "time", ""},
};
constexpr std::array refund{
    property{"id", "string", "ref_…"},
    property{"object", "refund", ""},
    property{"payment", "string", "pay_…"},
    property{"terminal", "string?", "Terminal of route terminal."},
    property{"amount", "integer", "Minor units."},
    property{"currency", "string", "ISO 4217."},
    property{"reason", "string?", "As given."},
    property{"notes", "string?", "As given."},
    property{"route", "terminal|offline", ""},
    property{"method", "string?", "As given."},
    property{"status", "pending|succeeded|failed|cancelled|unknown", ""},
    property{"terminal_result", "terminal_result?", "By what the terminal knows it."},
    property{"receipts", "receipts", ""},
    property{"failure", "failure?", "Why it failed."},
    property{"advice", "string?", "unknown: what a person should look at."},
    property{"resolution", "string?", "How a person settled it."},
    property{"created", "time", ""},
    property{"updated", "time", ""},
};
constexpr std::array brand_total{
    property{"brand", "string", ""},
    property{"count", "integer", "Transactions."},
    property{"amount", "integer", "Minor units."},
};
constexpr std::array totals{
    property{"amount", "integer?", "Whole day, minor units."},
    property{"first_receipt", "integer?", ""},
    property{"last_receipt", "integer?", ""},
    property{"brands", "brand_total[]", ""},
};
constexpr std::array last_transaction{
    property{"approved", "boolean", "The terminal said so in so many words."},
    property{"result_code", "integer?", ""},
    property{"result_text", "string?", ""},
    property{"amount", "integer?", "Minor units."},
    property{"currency", "string?", "ISO 4217."},
    property{"receipt_number", "integer?", ""},
    property{"trace_number", "integer?", ""},
    property{"original_trace_number", "integer?", "Set: this reversed that transaction."},
    property{"authorization_code", "string?", ""},
    property{"terminal_id", "string?", ""},
    property{"terminal_date", "string?", "MMDD, the terminal's clock."},
    property{"terminal_time", "string?", "HHMMSS, the terminal's clock."},
    property{"card", "card?", ""},
};
constexpr std::array day_candidate{
    property{"payment", "string?", "pay_…; null: a transaction of the terminal that is none of ours."},
    property{"refund", "string?", "ref_…"},
    property{"amount", "integer", "Minor units that it adds to the day; less than 0 for refunds and voids."},
    property{"currency", "string", "ISO 4217."},
    property{"receipt_number", "integer?", ""},
    property{"reason", "string", "Why it is here."},
};
constexpr std::array operation{
    property{"id", "string", "op_…"},
    property{"object", "operation", ""},
    property{"terminal", "string", ""},
    property{"kind", "string", "diagnosis, end-of-day, totals, repeat-receipt, abort, display or reboot."},
    property{"status", "running|succeeded|failed|unknown", ""},
    property{"messages", "string[]", "What the terminal showed meanwhile."},
    property{"printed", "string[]", "What it printed meanwhile."},
    property{"totals", "totals?", "Of totals and end-of-day."},
    property{"last_transaction", "last_transaction?", "Of repeat-receipt."},
    property{"differences", "string[]", "Of end-of-day: where the terminal's totals differ from the journal."},
    property{"candidates", "day_candidate[]", "What may explain the differences, the likeliest first."},
    property{"failure", "failure?", ""},
    property{"created", "time", ""},
    property{"updated", "time", ""},
};
constexpr std::array link{
    property{"state", "down|connecting|registering|ready", ""},
    property{"error", "string?", "Why it is down."},
    property{"detail", "string?", ""},
};
constexpr std::array device_status{
    property{"code", "integer", "Status code of the terminal; 0 is idle."},
    property{"text", "string?", "Its meaning."},
};
constexpr std::array terminal{
    property{"id", "string", "As configured."},
    property{"object", "terminal", ""},
    property{"state", "offline|blocked|idle|busy", ""},
    property{"currency", "string", "The currency that it takes."},
    property{"link", "link", ""},
    property{"activity", "string", "What it does now: idle, payment, end-of-day, recovery …"},
    property{"current_payment", "string?", "pay_…"},
    property{"blocked_by", "string?", "Payment whose outcome is unknown."},
    property{"advice", "string?", "What to do about it."},
    property{"display", "string[]", "What it shows now."},
    property{"terminal_id", "string?", "TID, 8 digits."},
    property{"software_version", "string?", ""},
    property{"status", "device_status", ""},
    property{"last_receipt", "integer?", ""},
    property{"updated", "time", ""},
};
constexpr std::array event{
    property{"id", "string", "evt_…, sorts by time"},
    property{"object", "event", ""},
    property{"type", "string", "payment.updated, refund.updated, terminal.display …"},
    property{"object_id", "string", "What it is about."},
    property{"created", "time", ""},
    property{"data", "object", "The object as it was then."},
};
constexpr std::array entry_line{
    property{"account", "string", ""},
    property{"debit", "integer?", "Minor units."},
    property{"credit", "integer?", "Minor units."},
    property{"currency", "string", "ISO 4217."},
};
constexpr std::array journal_entry{
    property{"id", "string", ""},
    property{"object", "journal_entry", ""},
    property{"event", "string", "The event that was posted."},
    property{"posted", "time", ""},
    property{"description", "string", ""},
    property{"lines", "entry_line[]", "Debits and credits; they balance."},
};
constexpr std::array health{property{"status", "ok", ""}};
constexpr std::array readiness{
    property{"status", "ready|degraded|unavailable", "degraded: some terminals are down or blocked."},
    property{"journal", "string", "ok, or what is wrong."},
    property{"shutting_down", "boolean", ""},
    property{"terminals_down", "string[]", ""},
    property{"terminals_blocked", "string[]", ""},
};
constexpr std::array error_object{
    property{"type", "invalid_request_error|authentication_error|permission_error|idempotency_error|terminal_error|api_error", ""},
    property{"code", "string", "Stable code; see x-errors."},
    property{"message", "string", "What is wrong and what to do."},
    property{"param", "string", "The member, parameter or header that is wrong; may be absent."},
    property{"outcome", "never_sent|unknown|final", "What may be concluded about money."},
    property{"request_id", "string", "Also in X-Request-Id and in the log."},
};
constexpr std::array error_body{property{"error", "error_object", ""}};

constexpr std::array all{
    schema{"card", "", card},
    schema{"terminal_result", "", terminal_result},
    schema{"receipts", "", receipts},
    schema{"failure", "", failure},
    schema{"payment", "A sale, or the attempt of one.", payment},
    schema{"refund", "", refund},
    schema{"brand_total", "", brand_total},
    schema{"totals", "", totals},
    schema{"last_transaction", "", last_transaction},
    schema{"day_candidate", "A settled command that may explain a difference at the end of day.", day_candidate},
    schema{"operation", "A device action and what came of it.", operation},
    schema{"link", "", link},
    schema{"device_status", "", device_status},
    schema{"terminal", "", terminal},
    schema{"event", "", event},
    schema{"entry_line", "", entry_line},
    schema{"journal_entry", "", journal_entry},
    schema{"health", "", health},
    schema{"readiness", "", readiness},
    schema{"error_object", "", error_object},
    schema{"error", "", error_body},
};
// clang-format on

json::object reference(std::string_view name) {
    return {{"$ref", "#/components/schemas/" + std::string{name}}};
}

json::object one_of_texts(std::string_view texts) {
    json::array allowed;
    while (!texts.empty()) {
        const auto end = std::min(texts.find('|'), texts.size());
        allowed.emplace_back(texts.substr(0, end));
        texts.remove_prefix(std::min(end + 1, texts.size()));
    }
    return {{"type", "string"}, {"enum", std::move(allowed)}};
}

json::object type_of(std::string_view type, std::string_view of) {
    if (type.ends_with('?')) {
        auto inner = type_of(type.substr(0, type.size() - 1), of);
        return {{"anyOf", json::array{std::move(inner), json::object{{"type", "null"}}}}};
    }
    if (type.ends_with("[]"))
        return {{"type", "array"}, {"items", type_of(type.substr(0, type.size() - 2), of)}};
    if (type == "time") return {{"type", "string"}, {"format", "date-time"}};
    if (type == "string" || type == "integer" || type == "boolean" || type == "object")
        return {{"type", type}};
    // A schema's name, unless it is what the member "object" always says.
    for (const auto& one : all)
        if (one.name == type && type != of) return reference(type);
    return one_of_texts(type);
}

}  // namespace

std::span<const schema> schemas() noexcept { return all; }

json::object to_json(const schema& shape) {
    json::object properties;
    json::array required;
    for (const auto& one : shape.properties) {
        auto described = type_of(one.type, shape.name);
        if (!one.description.empty()) described["description"] = one.description;
        properties[one.name] = std::move(described);
        if (one.name != "param") required.emplace_back(one.name);
    }
    json::object described{{"type", "object"}};
    if (!shape.description.empty()) described["description"] = shape.description;
    described["properties"] = std::move(properties);
    described["required"] = std::move(required);
    return described;
}

json::object list_schema(std::string_view item) {
    json::object properties{{"object", one_of_texts("list")}};
    properties["data"] = json::object{{"type", "array"}, {"items", reference(item)}};
    properties["has_more"] = json::object{{"type", "boolean"}};
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"required", json::array{"object", "data", "has_more"}}};
}

}  // namespace bridge::api
