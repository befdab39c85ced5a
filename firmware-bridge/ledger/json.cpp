#include "firmware-bridge/ledger/json.hpp"

#include <boost/json/array.hpp>

#include "firmware-bridge/sales/json.hpp"

namespace bridge::ledger {
namespace {

using boost::json::object;
using boost::json::value;

value text_or_null(const std::string& text) { return text.empty() ? value(nullptr) : value(text); }

object to_json(const line& one) {
    return {{"account", info(one.where).code},
            {"client", text_or_null(one.client)},
            {one.way == side::debit ? "debit" : "credit", one.amount.minor},
            {"currency", one.amount.unit.code()}};
}

}  // namespace

object to_json(const journal_entry& entry) {
    boost::json::array lines;
    for (const auto& one : entry.lines()) lines.push_back(to_json(one));
    const auto& header = entry.header();
    return {{"object", "journal_entry"},
            {"id", entry.id()},
            {"event", entry.event_id()},
            {"posted", sales::to_rfc3339(header.posted)},
            {"description", header.description},
            {"payment", text_or_null(header.payment)},
            {"refund", text_or_null(header.refund)},
            {"lines", std::move(lines)}};
}

object to_json(const balances::key& where, const turnover& sum) {
    return {{"account", info(where.where).code},
            {"name", info(where.where).name},
            {"client", text_or_null(where.client)},
            {"currency", where.unit.code()},
            {"debits", sum.debits},
            {"credits", sum.credits},
            {"balance", sum.balance()}};
}

}  // namespace bridge::ledger
