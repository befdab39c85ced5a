#include "firmware-bridge/ledger/json.hpp"

#include <doctest/doctest.h>

#include <boost/json/serialize.hpp>

using namespace bridge::ledger;

TEST_SUITE_BEGIN("ledger/json");

TEST_CASE("json: an entry shows its event, its time and its lines in minor units") {
    const money price{1234, protocol::euro()};
    const auto entry = journal_entry::make({.sequence = 7,
                                            .posted = drivers::wall_time{std::chrono::seconds{1}},
                                            .description = "Card sale",
                                            .payment = "pay_1"},
                                           {debit(account::processor, price),
                                            credit(account::unapplied, price, "client 7")})
                           .value();
    CHECK(boost::json::serialize(to_json(entry)) ==
          R"({"object":"journal_entry","id":"je_0000000000000007","event":"evt_0000000000000007",)"
          R"("posted":"1970-01-01T00:00:01.000Z","description":"Card sale","payment":"pay_1",)"
          R"("refund":null,"lines":[{"account":"PROC","client":null,"debit":1234,)"
          R"("currency":"EUR"},{"account":"UNAP","client":"client 7","credit":1234,)"
          R"("currency":"EUR"}]})");
}

TEST_CASE("json: a balance shows both sides and what is left") {
    const auto shown = to_json({account::processor, "", protocol::euro()}, {500, 200});
    CHECK(shown.at("account") == "PROC");
    CHECK(shown.at("debits") == 500);
    CHECK(shown.at("credits") == 200);
    CHECK(shown.at("balance") == 300);
    CHECK(shown.at("client").is_null());
}

TEST_SUITE_END();
