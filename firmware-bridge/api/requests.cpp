#include "firmware-bridge/api/requests.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "firmware-bridge/api/json_text.hpp"

namespace bridge::api {
namespace {

namespace json = boost::json;
using enum member_kind;

constexpr std::array<std::string_view, 2> capture_modes{"automatic", "manual"};
constexpr std::array<std::string_view, 2> refund_routes{"terminal", "offline"};
constexpr std::array<std::string_view, 2> verdicts{"captured", "not_charged"};

// clang-format off
constexpr std::array payment_table{
    member{"terminal", text, true, 64, {}, "the id of the configured terminal that takes the payment."},
    member{"amount", amount, true, 0, {}, "what the card holder pays, tip included, in minor units (1234 is 12.34 EUR)."},
    member{"currency", currency, true, 0, {}, "the ISO 4217 code of the currency, such as EUR."},
    member{"capture", choice, false, 0, capture_modes, "automatic charges at once (default); manual reserves until it is captured or cancelled."},
    member{"tip_amount", tip, false, 0, {}, "the part of amount that is a tip, in minor units."},
    member{"reference", text, false, 128, {}, "your own number of the sale; payments can be listed by it."},
    member{"account", text, false, 64, {}, "the customer's account that the payment belongs to."},
    member{"invoice", text, false, 64, {}, "the invoice that is paid."},
    member{"metadata", metadata, false, 0, {}, "up to 20 pairs of texts of your own, kept and shown as they are."},
};
constexpr std::array capture_table{
    member{"amount", amount, false, 0, {}, "what to capture, in minor units; the rest is released. Left out: all that was authorised."},
};
constexpr std::array refund_table{
    member{"amount", amount, true, 0, {}, "what the card holder gets back, in minor units."},
    member{"reason", text, true, 255, {}, "why, for the books."},
    member{"route", choice, false, 0, refund_routes, "terminal gives it back to the card (default); offline books what is given back in another way."},
    member{"method", text, false, 32, {}, "with route offline: how it was given back, such as cash or transfer."},
    member{"notes", text, false, 1000, {}, "anything else worth keeping."},
};
constexpr std::array resolve_table{
    member{"outcome", choice, true, 0, verdicts, "captured if the card was charged, not_charged if it was not."},
    member{"reason", text, true, 1000, {}, "how you found out, such as the terminal's journal or the acquirer's portal."},
};
constexpr std::array display_table{
    member{"lines", lines, true, 64, {}, "1 to 8 lines to show on the terminal."},
};
// clang-format on

std::string text_of(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    return value ? std::string{value->get_string().data(), value->get_string().size()}
                 : std::string{};
}

std::optional<std::int64_t> number_of(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    return value ? std::optional{value->get_int64()} : std::nullopt;
}

}  // namespace

std::span<const member> payment_members() noexcept { return payment_table; }
std::span<const member> capture_members() noexcept { return capture_table; }
std::span<const member> refund_members() noexcept { return refund_table; }
std::span<const member> resolve_members() noexcept { return resolve_table; }
std::span<const member> display_members() noexcept { return display_table; }

checked<json::object> read_body(std::string_view body_text, std::span<const member> members) {
    auto body = parse_object(body_text);
    if (!body) return body;
    if (auto fault = find_fault(*body, members)) return *fault;
    return body;
}

checked<sales::create_payment> to_create_payment(const json::object& body) {
    sales::create_payment made;
    made.terminal = text_of(body, "terminal");
    made.amount = {number_of(body, "amount").value(),
                   protocol::currency::from_code(text_of(body, "currency")).value()};
    made.tip = number_of(body, "tip_amount").value_or(0);
    if (made.tip > made.amount.minor)
        return error{code::tip_exceeds_amount,
                     "'tip_amount' is more than 'amount': the tip is part of the amount.",
                     "tip_amount"};
    made.capture = text_of(body, "capture") == to_string(sales::capture_mode::manual)
                       ? sales::capture_mode::manual
                       : sales::capture_mode::automatic;
    made.reference = text_of(body, "reference");
    made.account = text_of(body, "account");
    made.invoice = text_of(body, "invoice");
    if (const auto* pairs = body.if_contains("metadata"))
        for (const auto& pair : pairs->get_object())
            made.metadata.emplace(pair.key(), std::string_view{pair.value().get_string()});
    return made;
}

sales::capture_payment to_capture(const json::object& body) {
    return {.amount = number_of(body, "amount")};
}

checked<sales::create_refund> to_create_refund(const json::object& body) {
    sales::create_refund made;
    made.amount = number_of(body, "amount").value();
    made.reason = text_of(body, "reason");
    made.notes = text_of(body, "notes");
    made.method = text_of(body, "method");
    made.route = text_of(body, "route") == to_string(sales::refund_route::offline)
                     ? sales::refund_route::offline
                     : sales::refund_route::terminal;
    if (!made.method.empty() && made.route == sales::refund_route::terminal)
        return error{code::invalid_value,
                     "'method' goes with \"route\":\"offline\" only: leave it out, or change the "
                     "route.",
                     "method"};
    return made;
}

sales::resolve_payment to_resolve(const json::object& body, std::string by) {
    using verdict = sales::resolve_payment::verdict;
    return {.outcome =
                text_of(body, "outcome") == "captured" ? verdict::captured : verdict::not_charged,
            .reason = text_of(body, "reason"),
            .by = std::move(by)};
}

std::vector<std::string> to_lines(const json::object& body) {
    std::vector<std::string> lines;
    for (const auto& line : body.at("lines").get_array())
        lines.emplace_back(std::string_view{line.get_string()});
    return lines;
}

}  // namespace bridge::api
