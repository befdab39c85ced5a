#include "firmware-bridge/api/routes.hpp"

#include <array>
#include <vector>

#include "firmware-bridge/api/events_api.hpp"
#include "firmware-bridge/api/health_api.hpp"
#include "firmware-bridge/api/ledger_api.hpp"
#include "firmware-bridge/api/openapi.hpp"
#include "firmware-bridge/api/requests.hpp"
#include "firmware-bridge/api/sales_api.hpp"
#include "firmware-bridge/api/terminals_api.hpp"

namespace bridge::api {
namespace {

using enum code;

// clang-format off
constexpr parameter wait{"wait", parameter_kind::wait, "Seconds to wait for the end; 0 (default) answers at once."};
constexpr parameter limit{"limit", parameter_kind::limit, "How many at most; 25 if not given."};
constexpr parameter starting_after{"starting_after", parameter_kind::cursor, "Id of the last one seen: goes on behind it."};
constexpr parameter ending_before{"ending_before", parameter_kind::cursor, "Id of the first one seen: those before it."};

constexpr std::array waiting{wait};
constexpr std::array page{limit, starting_after, ending_before};
constexpr std::array payment_list{
    parameter{"status", parameter_kind::status, "Only payments in this state."},
    parameter{"terminal", parameter_kind::text, "Only payments of this terminal."},
    parameter{"reference", parameter_kind::text, "Only payments with this reference."},
    parameter{"created_after", parameter_kind::time, "Only payments created later than this."},
    parameter{"created_before", parameter_kind::time, "Only payments created earlier than this."},
    limit, starting_after, ending_before,
};
constexpr std::array entry_list{
    parameter{"payment", parameter_kind::text, "Only entries of this payment."},
    parameter{"account", parameter_kind::text, "Only entries with a line on this account."},
    limit, starting_after, ending_before,
};
constexpr std::array event_list{
    parameter{"after", parameter_kind::event, "Id of the last event seen, 0 for the beginning: answers a list."},
    limit,
};

constexpr std::array on_payment{unknown_terminal, terminal_busy, terminal_blocked, terminal_offline, currency_not_accepted, amount_out_of_range, not_supported_by_terminal};
constexpr std::array on_capture{payment_not_found, payment_not_capturable, amount_out_of_range, terminal_busy, terminal_blocked, terminal_offline, not_supported_by_terminal};
constexpr std::array on_cancel{payment_not_found, payment_not_cancellable, terminal_busy, terminal_blocked, terminal_offline, not_supported_by_terminal};
constexpr std::array on_refund{payment_not_found, payment_not_refundable, refund_exceeds_payment, terminal_busy, terminal_blocked, terminal_offline, not_supported_by_terminal};
constexpr std::array on_resolve{payment_not_found, payment_not_unknown};
constexpr std::array on_device{unknown_terminal, terminal_busy, terminal_blocked, terminal_offline, not_supported_by_terminal};
constexpr std::array no_payment{payment_not_found};
constexpr std::array no_payment_or_cursor{payment_not_found, cursor_unknown};
constexpr std::array no_refund{refund_not_found};
constexpr std::array no_operation{operation_not_found};
constexpr std::array no_terminal{unknown_terminal};
constexpr std::array no_cursor{cursor_unknown};
constexpr std::array no_books{books_not_kept, cursor_unknown};
constexpr std::array no_event{event_id_invalid, too_many_event_streams};
// clang-format on

constexpr auto must_key = key_rule::required;
constexpr auto may_key = key_rule::optional;
constexpr auto no_key = key_rule::none;

std::vector<route> all_routes() {
    using enum permission;
    const auto device = [](std::string_view pattern, handler handle, permission needs,
                           std::string_view summary, std::span<const member> body) {
        return route{"POST",  pattern, handle, needs,   "operation",
                     summary, may_key, body,   waiting, on_device};
    };
    // clang-format off
    return {
        {"POST", "/v1/payments", create_payment, move_money, "payment", "Starts a payment at a terminal.", must_key, payment_members(), waiting, on_payment},
        {"GET", "/v1/payments", list_payments, read, "payment_list", "Lists payments, newest first.", no_key, {}, payment_list, no_cursor},
        {"GET", "/v1/payments/{id}", show_payment, read, "payment", "Shows one payment.", no_key, {}, waiting, no_payment},
        {"POST", "/v1/payments/{id}/capture", capture_payment, move_money, "payment", "Books an authorised payment, whole or in part; the rest is released.", must_key, capture_members(), waiting, on_capture},
        {"POST", "/v1/payments/{id}/cancel", cancel_payment, move_money, "payment", "Stops a running payment, releases an authorised one, voids a captured one.", must_key, {}, waiting, on_cancel},
        {"POST", "/v1/payments/{id}/resolve", resolve_payment, settle, "payment", "Settles a payment whose outcome is unknown, by a person's word.", may_key, resolve_members(), {}, on_resolve},
        {"POST", "/v1/payments/{id}/refunds", create_refund, move_money, "refund", "Gives money of a captured payment back.", must_key, refund_members(), waiting, on_refund},
        {"GET", "/v1/payments/{id}/refunds", list_refunds, read, "refund_list", "Lists the refunds of a payment, newest first.", no_key, {}, page, no_payment_or_cursor},
        {"GET", "/v1/refunds/{id}", show_refund, read, "refund", "Shows one refund.", no_key, {}, waiting, no_refund},
        {"GET", "/v1/terminals", list_terminals, read, "terminal_list", "Lists the configured terminals and what they do now.", no_key, {}, {}, {}},
        {"GET", "/v1/terminals/{id}", show_terminal, read, "terminal", "Shows one terminal and what it does now.", no_key, {}, {}, no_terminal},
        device("/v1/terminals/{id}/diagnosis", start_diagnosis, use_terminal, "Makes the terminal call its host for a diagnosis.", {}),
        device("/v1/terminals/{id}/end-of-day", start_end_of_day, use_terminal, "Closes the day at the terminal and compares its totals with the journal.", {}),
        device("/v1/terminals/{id}/totals", start_totals, use_terminal, "Asks for the totals since the last end of day; submits nothing.", {}),
        device("/v1/terminals/{id}/repeat-receipt", start_repeat_receipt, use_terminal, "Asks for the last transaction once more.", {}),
        device("/v1/terminals/{id}/abort", start_abort, use_terminal, "Asks the terminal to stop what it does.", {}),
        device("/v1/terminals/{id}/display", start_display, use_terminal, "Shows lines of text on the terminal.", display_members()),
        device("/v1/terminals/{id}/reboot", start_reboot, reboot, "Restarts the terminal.", {}),
        {"GET", "/v1/operations/{id}", show_operation, read, "operation", "Shows what came of a device action.", no_key, {}, waiting, no_operation},
        {"GET", "/v1/events", events, read, "event_list", "Everything that happened, in order: a stream of server-sent events (Last-Event-ID goes on behind that event), or with after= a list.", no_key, {}, event_list, no_event},
        {"GET", "/v1/journal-entries", list_journal_entries, read, "journal_entry_list", "Lists the entries of the books, newest first.", no_key, {}, entry_list, no_books},
        {"GET", "/healthz", show_alive, permission::none, "health", "200 as long as the daemon answers.", no_key, {}, {}, {}},
        {"GET", "/readyz", show_ready, permission::none, "readiness", "200 when payments can be taken, 503 when none can.", no_key, {}, {}, {}},
        {"GET", "/metrics", show_metrics, read, "metrics", "Counters in the text format of Prometheus.", no_key, {}, {}, {}},
        {"GET", "/openapi.json", show_openapi, permission::none, "openapi", "This description.", no_key, {}, {}, {}},
    };
    // clang-format on
}

}  // namespace

std::span<const route> routes() {
    static const auto table = all_routes();
    return table;
}

std::optional<std::string_view> match(std::string_view pattern, std::string_view path) noexcept {
    constexpr std::string_view id = "{id}";
    const auto at = pattern.find(id);
    if (at == std::string_view::npos)
        return pattern == path ? std::optional<std::string_view>{""} : std::nullopt;
    const auto before = pattern.substr(0, at), behind = pattern.substr(at + id.size());
    if (path.size() <= before.size() + behind.size() || !path.starts_with(before) ||
        !path.ends_with(behind))
        return std::nullopt;
    const auto found = path.substr(at, path.size() - before.size() - behind.size());
    if (found.find('/') != std::string_view::npos) return std::nullopt;
    return found;
}

std::string allowed_methods(std::string_view path) {
    std::string methods;
    for (const auto& one : routes()) {
        if (!match(one.pattern, path)) continue;
        if (!methods.empty()) methods += ", ";
        methods += one.method == "GET" ? "GET, HEAD" : std::string{one.method};
    }
    return methods.empty() ? methods : methods + ", OPTIONS";
}

}  // namespace bridge::api
