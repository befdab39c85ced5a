#include "firmware-bridge/api/ledger_api.hpp"

#include <boost/json/value.hpp>

#include "firmware-bridge/api/query.hpp"
#include "firmware-bridge/api/reads.hpp"
#include "firmware-bridge/api/respond.hpp"

namespace bridge::api {

asio::awaitable<answer> list_journal_entries(service& bridge, const request& asked) {
    auto* ledger = bridge.ledger();
    if (!ledger) co_return error{code::books_not_kept};
    auto page = page_of(asked);
    if (!page) co_return page.error();
    ledger_reader::filter filter{.payment = std::string{value_of(asked, "payment").value_or("")},
                                 .account = std::string{value_of(asked, "account").value_or("")}};
    auto found = co_await list_entries(*ledger, std::move(filter), std::move(*page));
    if (!found) co_return from_journal(found.error(), code::cursor_unknown);
    boost::json::array data;
    for (auto& entry : found->items) data.emplace_back(std::move(entry));
    co_return show_list(std::move(data), found->has_more);
}

}  // namespace bridge::api
