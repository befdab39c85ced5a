#include "firmware-bridge/bridgectl/render.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <ostream>

#include "protocol/money.hpp"

namespace bridge::bridgectl {

namespace json = boost::json;

namespace {

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

void field(std::ostream& out, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out << "  " << name << std::string(name.size() < 14 ? 14 - name.size() : 1, ' ') << value
        << '\n';
}

void append(std::string& line, std::string_view label, const std::string& value) {
    if (value.empty()) return;
    if (!line.empty()) line += ", ";
    line += label;
    line += value;
}

std::string card_text(const json::object& owner) {
    const auto* card = object_of(owner, "card");
    if (card == nullptr) return {};
    std::string line = text_of(*card, "brand");
    const auto pan = text_of(*card, "masked_pan");
    if (!pan.empty()) line += (line.empty() ? "" : " ") + pan;
    const auto entry = text_of(*card, "entry_mode");
    if (!entry.empty()) line += " (" + entry + ')';
    return line;
}

void show_terminal_result(std::ostream& out, const json::object& owner) {
    const auto* result = object_of(owner, "terminal_result");
    if (result == nullptr) return;
    std::string line;
    append(line, "receipt ", text_of(*result, "receipt_number"));
    append(line, "trace ", text_of(*result, "trace_number"));
    append(line, "authorisation ", text_of(*result, "authorization_code"));
    append(line, "result ", text_of(*result, "result_code"));
    append(line, "", text_of(*result, "result_text"));
    field(out, "at terminal", line);
}

void show_end(std::ostream& out, const json::object& owner) {
    if (const auto* failure = object_of(owner, "failure"))
        field(out, "because",
              text_of(*failure, "message") + " [" + text_of(*failure, "code") + ']');
    field(out, "advice", text_of(owner, "advice"));
    field(out, "resolution", text_of(owner, "resolution"));
    field(out, "created", text_of(owner, "created"));
    field(out, "updated", text_of(owner, "updated"));
}

void show_lines(std::ostream& out, std::string_view title, const json::array* lines) {
    if (lines == nullptr || lines->empty()) return;
    out << "  ---- " << title << " ----\n";
    for (const auto& line : *lines)
        if (const auto* text = line.if_string())
            out << "  | " << std::string_view{text->data(), text->size()} << '\n';
}

std::string joined(const json::array* texts, std::string_view between) {
    std::string line;
    if (texts == nullptr) return line;
    for (const auto& one : *texts) {
        const auto* text = one.if_string();
        if (text == nullptr || text->empty()) continue;
        if (!line.empty()) line += between;
        line.append(text->data(), text->size());
    }
    return line;
}

std::string amount_text(std::int64_t minor, std::string_view code) {
    const auto currency = protocol::currency::from_code(code);
    if (!currency) return std::to_string(minor) + ' ' + std::string{code};
    return protocol::format_amount({minor, *currency}) + ' ' + std::string{code};
}

}  // namespace

std::string text_of(const json::object& owner, std::string_view member) {
    const auto* value = owner.if_contains(member);
    if (value == nullptr || value->is_null()) return {};
    if (const auto* text = value->if_string()) return {text->data(), text->size()};
    if (value->is_structured()) return {};
    return json::serialize(*value);
}

const json::object* object_of(const json::object& owner, std::string_view member) {
    const auto* value = owner.if_contains(member);
    return value == nullptr ? nullptr : value->if_object();
}

const json::array* array_of(const json::object& owner, std::string_view member) {
    const auto* value = owner.if_contains(member);
    return value == nullptr ? nullptr : value->if_array();
}

std::string money_of(const json::object& owner, std::string_view member) {
    const auto* value = owner.if_contains(member);
    if (value == nullptr || !value->is_number()) return {};
    boost::system::error_code not_whole;
    const auto minor = value->to_number<std::int64_t>(not_whole);
    if (not_whole) return {};
    return amount_text(minor, text_of(owner, "currency"));
}

void table::print(std::ostream& out) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
        if (widths.size() < row.size()) widths.resize(row.size());
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], characters(row[i]));
    }
    for (const auto& row : rows_) {
        std::string line;
        std::size_t owed = 0;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += std::string(owed, ' ') + row[i];
            owed = widths[i] - characters(row[i]) + 2;
        }
        out << line << '\n';
    }
}

void show_payment(std::ostream& out, const json::object& payment) {
    out << text_of(payment, "status") << "  " << money_of(payment, "amount") << "  "
        << text_of(payment, "id") << '\n';
    field(out, "terminal", text_of(payment, "terminal"));
    if (text_of(payment, "tip_amount") != "0") field(out, "tip", money_of(payment, "tip_amount"));
    field(out, "capture", text_of(payment, "capture") == "manual" ? "manual" : "");
    for (const auto* name : {"reference", "account", "invoice"})
        field(out, name, text_of(payment, name));
    for (const auto& [name, member] : {std::pair{"authorized", "amount_authorized"},
                                       {"captured", "amount_captured"},
                                       {"refunded", "amount_refunded"},
                                       {"refundable", "amount_refundable"}})
        if (text_of(payment, member) != "0") field(out, name, money_of(payment, member));
    field(out, "card", card_text(payment));
    show_terminal_result(out, payment);
    show_end(out, payment);
}

void show_refund(std::ostream& out, const json::object& refund) {
    out << text_of(refund, "status") << "  " << money_of(refund, "amount") << " back  "
        << text_of(refund, "id") << '\n';
    for (const auto* name : {"payment", "terminal", "route", "method", "reason", "notes"})
        field(out, name, text_of(refund, name));
    show_terminal_result(out, refund);
    show_end(out, refund);
}

/// What a person looks at when a day does not tie out.
void show_candidates(std::ostream& out, const json::array* candidates) {
    if (candidates == nullptr) return;
    for (const auto& one : *candidates) {
        const auto* candidate = one.if_object();
        if (candidate == nullptr) continue;
        std::string line = text_of(*candidate, "payment");
        append(line, "", text_of(*candidate, "refund"));
        append(line, "receipt ", text_of(*candidate, "receipt_number"));
        if (text_of(*candidate, "amount") != "0") append(line, "", money_of(*candidate, "amount"));
        append(line, "", text_of(*candidate, "reason"));
        field(out, "look at", line);
    }
}

void show_operation(std::ostream& out, const json::object& operation) {
    out << text_of(operation, "status") << "  " << text_of(operation, "kind") << "  "
        << text_of(operation, "id") << '\n';
    field(out, "terminal", text_of(operation, "terminal"));
    field(out, "shown", joined(array_of(operation, "messages"), " / "));
    if (const auto* totals = object_of(operation, "totals")) {
        field(out, "total", text_of(*totals, "amount"));
        if (const auto* brands = array_of(*totals, "brands")) {
            for (const auto& one : *brands)
                if (const auto* brand = one.if_object())
                    field(out, text_of(*brand, "brand"),
                          text_of(*brand, "count") + " x, " + text_of(*brand, "amount") +
                              " minor units");
        }
    }
    if (const auto* last = object_of(operation, "last_transaction")) {
        std::string line = text_of(*last, "approved") == "true" ? "approved" : "not approved";
        append(line, "", money_of(*last, "amount"));
        append(line, "receipt ", text_of(*last, "receipt_number"));
        append(line, "trace ", text_of(*last, "trace_number"));
        append(line, "", card_text(*last));
        field(out, "last sale", line);
    }
    if (const auto* differences = array_of(operation, "differences"))
        for (const auto& one : *differences)
            if (const auto* text = one.if_string())
                field(out, "DIFFERENCE", std::string_view{text->data(), text->size()});
    show_candidates(out, array_of(operation, "candidates"));
    show_end(out, operation);
    show_lines(out, "printed", array_of(operation, "printed"));
}

void show_terminal(std::ostream& out, const json::object& terminal) {
    out << text_of(terminal, "state") << "  " << text_of(terminal, "id") << '\n';
    if (const auto* link = object_of(terminal, "link")) {
        std::string line = text_of(*link, "state");
        append(line, "", text_of(*link, "error"));
        append(line, "", text_of(*link, "detail"));
        field(out, "link", line);
    }
    field(out, "doing", text_of(terminal, "activity"));
    field(out, "payment", text_of(terminal, "current_payment"));
    field(out, "blocked by", text_of(terminal, "blocked_by"));
    field(out, "advice", text_of(terminal, "advice"));
    field(out, "display", joined(array_of(terminal, "display"), " / "));
    field(out, "currency", text_of(terminal, "currency"));
    field(out, "terminal id", text_of(terminal, "terminal_id"));
    field(out, "software", text_of(terminal, "software_version"));
    if (const auto* status = object_of(terminal, "status"))
        field(out, "status", text_of(*status, "text"));
    field(out, "last receipt", text_of(terminal, "last_receipt"));
}

void show_receipts(std::ostream& out, const json::object& owner) {
    const auto* receipts = object_of(owner, "receipts");
    if (receipts == nullptr) return;
    show_lines(out, "merchant's receipt", array_of(*receipts, "merchant"));
    show_lines(out, "customer's receipt", array_of(*receipts, "customer"));
}

void show_payment_table(std::ostream& out, const json::array& payments) {
    table rows{{"PAYMENT", "STATUS", "AMOUNT", "TERMINAL", "REFERENCE", "CARD", "CREATED"}};
    for (const auto& one : payments)
        if (const auto* payment = one.if_object())
            rows.add({text_of(*payment, "id"), text_of(*payment, "status"),
                      money_of(*payment, "amount"), text_of(*payment, "terminal"),
                      text_of(*payment, "reference"), card_text(*payment),
                      text_of(*payment, "created")});
    rows.print(out);
}

void show_terminal_table(std::ostream& out, const json::array& terminals) {
    table rows{{"TERMINAL", "STATE", "DOING", "CURRENCY", "PAYMENT", "DISPLAY OR ERROR"}};
    for (const auto& one : terminals) {
        const auto* terminal = one.if_object();
        if (terminal == nullptr) continue;
        auto payment = text_of(*terminal, "current_payment");
        if (payment.empty()) payment = text_of(*terminal, "blocked_by");
        auto said = joined(array_of(*terminal, "display"), " / ");
        const auto* link = object_of(*terminal, "link");
        if (said.empty() && link != nullptr) said = text_of(*link, "error");
        rows.add({text_of(*terminal, "id"), text_of(*terminal, "state"),
                  text_of(*terminal, "activity"), text_of(*terminal, "currency"), payment, said});
    }
    rows.print(out);
}

void show_entry_table(std::ostream& out, const json::array& entries) {
    table rows{{"ENTRY", "POSTED", "ACCOUNT", "DEBIT", "CREDIT", "DESCRIPTION"}};
    for (const auto& one : entries) {
        const auto* entry = one.if_object();
        if (entry == nullptr) continue;
        const auto* lines = array_of(*entry, "lines");
        bool first = true;
        for (const auto& each : lines == nullptr ? json::array{} : *lines) {
            const auto* line = each.if_object();
            if (line == nullptr) continue;
            rows.add({first ? text_of(*entry, "id") : "", first ? text_of(*entry, "posted") : "",
                      text_of(*line, "account"), money_of(*line, "debit"),
                      money_of(*line, "credit"), first ? text_of(*entry, "description") : ""});
            first = false;
        }
    }
    rows.print(out);
}

std::string event_line(const json::object& event) {
    const auto created = text_of(event, "created");
    std::string line = created.size() >= 19 ? created.substr(11, 8) : created;
    const auto type = text_of(event, "type");
    const auto* data = object_of(event, "data");
    line += "  " + text_of(event, "object_id") + "  ";
    if (data == nullptr) return line + type;
    if (type == "terminal.display") return line + joined(array_of(*data, "lines"), " / ");
    if (type == "terminal.receipt") {
        const auto kind = text_of(*data, "kind");
        return line + "printed a receipt" + (kind.empty() ? "" : " (" + kind + ')');
    }
    line += type;
    const auto amount = money_of(*data, "amount");
    for (const auto& part :
         {text_of(*data, "status"), amount, text_of(*data, "link"), text_of(*data, "error")})
        if (!part.empty()) line += "  " + part;
    return line;
}

}  // namespace bridge::bridgectl
