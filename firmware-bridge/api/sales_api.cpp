#include "firmware-bridge/api/sales_api.hpp"

#include <boost/json/value.hpp>

#include "firmware-bridge/api/query.hpp"
#include "firmware-bridge/api/reads.hpp"
#include "firmware-bridge/api/requests.hpp"
#include "firmware-bridge/api/respond.hpp"
#include "firmware-bridge/api/submission.hpp"
#include "firmware-bridge/api/waiting.hpp"
#include "firmware-bridge/sales/json.hpp"

namespace bridge::api {
namespace {

template <class T>
response show_page(const journal::listing<T>& found) {
    boost::json::array data;
    for (const auto& item : found.items) data.emplace_back(sales::to_json(item));
    return show_list(std::move(data), found.has_more);
}

template <class T>
answer show_found(const protocol::result<T>& found, code missing) {
    if (!found) return from_journal(found.error(), missing);
    return show(sales::to_json(*found));
}

}  // namespace

asio::awaitable<answer> create_payment(service& bridge, const request& asked) {
    auto body = body_of(asked);
    if (!body) co_return body.error();
    auto what = to_create_payment(*body);
    if (!what) co_return what.error();
    auto meant = understand(asked, *body, std::move(*what));
    if (!meant) co_return meant.error();
    co_return co_await submit(bridge, asked, std::move(*meant));
}

asio::awaitable<answer> list_payments(service& bridge, const request& asked) {
    auto filter = payment_filter_of(asked);
    if (!filter) co_return filter.error();
    auto page = page_of(asked);
    if (!page) co_return page.error();
    auto found = co_await list_payments(bridge.records(), std::move(*filter), std::move(*page));
    if (!found) co_return from_journal(found.error(), code::cursor_unknown);
    co_return show_page(*found);
}

asio::awaitable<answer> show_payment(service& bridge, const request& asked) {
    auto wait = wait_of(asked);
    if (!wait) co_return wait.error();
    auto found = co_await settled_payment(bridge, *asked.peer, asked.object, *wait);
    co_return show_found(found, code::payment_not_found);
}

asio::awaitable<answer> capture_payment(service& bridge, const request& asked) {
    auto body = body_of(asked);
    if (!body) co_return body.error();
    auto meant = understand(asked, *body, to_capture(*body));
    if (!meant) co_return meant.error();
    co_return co_await submit(bridge, asked, std::move(*meant), asked.object);
}

asio::awaitable<answer> cancel_payment(service& bridge, const request& asked) {
    auto body = body_of(asked);
    if (!body) co_return body.error();
    auto meant = understand(asked, *body, sales::cancel_payment{});
    if (!meant) co_return meant.error();
    co_return co_await submit(bridge, asked, std::move(*meant), asked.object);
}

asio::awaitable<answer> resolve_payment(service& bridge, const request& asked) {
    auto body = body_of(asked);
    if (!body) co_return body.error();
    const auto by = std::string{to_string(asked.caller.value())} + ", " + asked.caller_name;
    auto meant = understand(asked, *body, to_resolve(*body, by));
    if (!meant) co_return meant.error();
    co_return co_await submit(bridge, asked, std::move(*meant), asked.object);
}

asio::awaitable<answer> create_refund(service& bridge, const request& asked) {
    auto body = body_of(asked);
    if (!body) co_return body.error();
    auto what = to_create_refund(*body);
    if (!what) co_return what.error();
    auto meant = understand(asked, *body, std::move(*what));
    if (!meant) co_return meant.error();
    co_return co_await submit(bridge, asked, std::move(*meant), asked.object);
}

asio::awaitable<answer> list_refunds(service& bridge, const request& asked) {
    auto page = page_of(asked);
    if (!page) co_return page.error();
    // A payment without refunds has an empty list; one that does not exist has none.
    auto payment = co_await find_payment(bridge.records(), asked.object);
    if (!payment) co_return from_journal(payment.error(), code::payment_not_found);
    auto found = co_await list_refunds(bridge.records(), asked.object, std::move(*page));
    if (!found) co_return from_journal(found.error(), code::cursor_unknown);
    co_return show_page(*found);
}

asio::awaitable<answer> show_refund(service& bridge, const request& asked) {
    auto wait = wait_of(asked);
    if (!wait) co_return wait.error();
    auto found = co_await settled_refund(bridge, *asked.peer, asked.object, *wait);
    co_return show_found(found, code::refund_not_found);
}

}  // namespace bridge::api
