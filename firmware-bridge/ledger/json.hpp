// Journal entries and balances as the API shows them.
#pragma once

#include <boost/json/object.hpp>

#include "firmware-bridge/ledger/balance.hpp"

namespace bridge::ledger {

/// {"object":"journal_entry","id","event","posted","description","payment","refund","lines":[
///   {"account":"PROC","client":null,"debit":1234,"currency":"EUR"}, …]}; a line has "debit" or
/// "credit", in minor units.
[[nodiscard]] boost::json::object to_json(const journal_entry&);

/// {"account":"PROC","name":"Processor receivable","client":null,"currency":"EUR","debits",
/// "credits","balance"}; a balance above zero: more was debited.
[[nodiscard]] boost::json::object to_json(const balances::key&, const turnover&);

}  // namespace bridge::ledger
