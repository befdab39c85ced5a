#include "firmware-bridge/sales/json.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace bridge::sales {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

value text_or_null(std::string_view text) { return text.empty() ? value(nullptr) : value(text); }

template <class Id>
value number_or_null(const std::optional<Id>& number) {
    return number ? value(number->value()) : value(nullptr);
}

template <class Integer>
value integer_or_null(const std::optional<Integer>& number) {
    return number ? value(*number) : value(nullptr);
}

/// A terminal id is a name of 8 digits: its leading zeros count.
value terminal_id(const std::optional<protocol::terminal_number>& terminal) {
    return terminal ? value(fmt::format("{:08}", terminal->value())) : value(nullptr);
}

array lines(const std::vector<std::string>& text) { return array(text.begin(), text.end()); }

value lines_or_null(const std::vector<std::string>& text) {
    return text.empty() ? value(nullptr) : value(lines(text));
}

value card_or_null(const drivers::card_details& card) {
    if (card.brand.empty() && card.masked_pan.empty() && card.entry_mode.empty() &&
        card.application_id.empty() && card.application_label.empty()) {
        return nullptr;
    }
    return object{{"brand", text_or_null(card.brand)},
                  {"masked_pan", text_or_null(card.masked_pan)},
                  {"entry_mode", text_or_null(card.entry_mode)},
                  {"aid", text_or_null(card.application_id)},
                  {"application_label", text_or_null(card.application_label)}};
}

value result_or_null(const terminal_reference& at) {
    if (!at.receipt && !at.trace && !at.terminal && !at.result_code && at.result_text.empty() &&
        at.authorization_code.empty()) {
        return nullptr;
    }
    return object{{"receipt_number", number_or_null(at.receipt)},
                  {"trace_number", number_or_null(at.trace)},
                  {"authorization_code", text_or_null(at.authorization_code)},
                  {"terminal_id", terminal_id(at.terminal)},
                  {"result_code", integer_or_null(at.result_code)},
                  {"result_text", text_or_null(at.result_text)}};
}

object receipts_object(const receipts& printed) {
    return {{"merchant", lines_or_null(printed.merchant)},
            {"customer", lines_or_null(printed.customer)}};
}

value failure_or_null(const std::optional<failure>& why) {
    if (!why) return nullptr;
    return object{{"code", why->code}, {"message", why->message}};
}

value totals_or_null(const std::optional<drivers::day_totals>& totals) {
    if (!totals) return nullptr;
    array brands;
    for (const auto& brand : totals->brands) {
        brands.push_back(
            object{{"brand", brand.brand}, {"count", brand.count}, {"amount", brand.amount}});
    }
    return object{{"amount", integer_or_null(totals->amount)},
                  {"first_receipt", number_or_null(totals->first)},
                  {"last_receipt", number_or_null(totals->last)},
                  {"brands", std::move(brands)}};
}

value currency_or_null(const std::optional<std::uint16_t>& number) {
    if (!number) return nullptr;
    const auto known = protocol::currency::from_number(*number);
    return known ? value(known->code()) : value(nullptr);
}

value transaction_or_null(const std::optional<drivers::transaction_result>& last) {
    return last ? value(to_json(*last)) : value(nullptr);
}

class json_category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "sales.json"; }
    std::string message(int code) const override {
        switch (static_cast<json_errc>(code)) {
            case json_errc::not_json: return "the text is not one JSON object";
            case json_errc::missing_member: return "a member is missing";
            case json_errc::unknown_member: return "a member is not known to this version";
            case json_errc::wrong_type: return "a member has the wrong JSON type";
            case json_errc::out_of_range: return "a number does not fit its member";
            case json_errc::unknown_name: return "a status, kind or currency does not exist";
            case json_errc::unknown_version: return "the stored form has another version";
            case json_errc::bad_time: return "not a RFC 3339 time";
        }
        return "unknown JSON error";
    }
};

constexpr json_category category;

}  // namespace

protocol::error_code make_error_code(json_errc e) noexcept {
    return {static_cast<int>(e), category};
}

object to_json(const payment& p) {
    object metadata;
    for (const auto& [key, text] : p.metadata) metadata.emplace(key, text);
    return {{"id", p.id},
            {"object", "payment"},
            {"terminal", p.terminal},
            {"amount", p.requested.minor},
            {"currency", p.requested.unit.code()},
            {"tip_amount", p.tip},
            {"capture", to_string(p.capture)},
            {"reference", text_or_null(p.reference)},
            {"account", text_or_null(p.account)},
            {"invoice", text_or_null(p.invoice)},
            {"metadata", std::move(metadata)},
            {"status", to_string(p.status)},
            {"amount_authorized", p.authorized},
            {"amount_captured", p.captured},
            {"amount_refunded", p.refunded},
            {"amount_refundable", p.refundable()},
            {"card", card_or_null(p.card)},
            {"terminal_result", result_or_null(p.at_terminal)},
            {"receipts", receipts_object(p.receipts)},
            {"failure", failure_or_null(p.failure)},
            {"advice", text_or_null(p.advice)},
            {"resolution", text_or_null(p.resolution)},
            {"created", to_rfc3339(p.created)},
            {"updated", to_rfc3339(p.updated)}};
}

object to_json(const refund& r) {
    return {{"id", r.id},
            {"object", "refund"},
            {"payment", r.payment},
            {"terminal", text_or_null(r.terminal)},
            {"amount", r.amount.minor},
            {"currency", r.amount.unit.code()},
            {"reason", text_or_null(r.reason)},
            {"notes", text_or_null(r.notes)},
            {"route", to_string(r.route)},
            {"method", text_or_null(r.method)},
            {"status", to_string(r.status)},
            {"terminal_result", result_or_null(r.at_terminal)},
            {"receipts", receipts_object(r.receipts)},
            {"failure", failure_or_null(r.failure)},
            {"advice", text_or_null(r.advice)},
            {"resolution", text_or_null(r.resolution)},
            {"created", to_rfc3339(r.created)},
            {"updated", to_rfc3339(r.updated)}};
}

array to_json(const std::vector<day_candidate>& candidates) {
    array made;
    for (const auto& one : candidates) {
        made.push_back(object{{"payment", text_or_null(one.payment)},
                              {"refund", text_or_null(one.refund)},
                              {"amount", one.amount.minor},
                              {"currency", one.amount.unit.code()},
                              {"receipt_number", number_or_null(one.receipt)},
                              {"reason", one.why}});
    }
    return made;
}

object to_json(const drivers::transaction_result& result) {
    return {{"approved", result.approved()},
            {"result_code", integer_or_null(result.result_code)},
            {"result_text", text_or_null(result.result_text)},
            {"amount", integer_or_null(result.amount)},
            {"currency", currency_or_null(result.currency)},
            {"receipt_number", number_or_null(result.receipt)},
            {"trace_number", number_or_null(result.trace)},
            {"original_trace_number", number_or_null(result.original_trace)},
            {"authorization_code", text_or_null(result.authorisation_code)},
            {"terminal_id", terminal_id(result.terminal)},
            {"terminal_date", text_or_null(result.terminal_date)},
            {"terminal_time", text_or_null(result.terminal_time)},
            {"card", card_or_null(result.card)}};
}

object to_json(const operation& o) {
    return {{"id", o.id},
            {"object", "operation"},
            {"terminal", o.terminal},
            {"kind", o.kind},
            {"status", to_string(o.status)},
            {"messages", lines(o.messages)},
            {"printed", lines(o.printed)},
            {"totals", totals_or_null(o.totals)},
            {"last_transaction", transaction_or_null(o.last_transaction)},
            {"differences", lines(o.differences)},
            {"candidates", to_json(o.candidates)},
            {"failure", failure_or_null(o.failure)},
            {"created", to_rfc3339(o.created)},
            {"updated", to_rfc3339(o.updated)}};
}

}  // namespace bridge::sales
