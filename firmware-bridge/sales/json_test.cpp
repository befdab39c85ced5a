#include "firmware-bridge/sales/json.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <boost/json/serialize.hpp>
#include <set>

using namespace bridge::sales;

TEST_SUITE_BEGIN("sales/json");

namespace {

payment captured_payment() {
    payment p;
    p.id = "pay_01HZY3W5GQ";
    p.terminal = "lane-1";
    p.requested = {1234, protocol::euro()};
    p.tip = 34;
    p.reference = "order 7";
    p.metadata = {{"table", "4"}};
    p.status = payment_status::captured;
    p.captured = 1234;
    p.refunded = 200;
    p.refunds_pending = 34;
    p.card = {.brand = "Visa",
              .masked_pan = "476173******0119",
              .entry_mode = "chip",
              .cardholder_verification = "online_pin",
              .application_id = "A0000000031010",
              .application_label = "Visa Credit",
              .type = 10};
    p.at_terminal.receipt = protocol::receipt_number{231};
    p.at_terminal.trace = protocol::trace_number{42};
    p.at_terminal.terminal = protocol::terminal_number{42001234};
    p.at_terminal.authorization_code = "123456";
    p.at_terminal.result_code = 0;
    p.at_terminal.result_text = "approved";
    p.receipts.customer = {"Kundenbeleg", "EUR 12,34"};
    p.created = from_rfc3339("2026-01-31T12:00:00.123Z").value();
    p.updated = from_rfc3339("2026-01-31T12:00:09Z").value();
    return p;
}

std::set<std::string> names(const boost::json::value& object) {
    std::set<std::string> found;
    for (const auto& member : object.as_object()) found.emplace(member.key());
    return found;
}

}  // namespace

TEST_CASE("json: a captured payment shows amounts, card, terminal's numbers and receipts") {
    CHECK(boost::json::serialize(to_json(captured_payment())) ==
          R"({"id":"pay_01HZY3W5GQ","object":"payment","terminal":"lane-1","amount":1234,)"
          R"("currency":"EUR","tip_amount":34,"capture":"automatic","reference":"order 7",)"
          R"("account":null,"invoice":null,"metadata":{"table":"4"},"status":"captured",)"
          R"("amount_authorized":0,"amount_captured":1234,"amount_refunded":200,)"
          R"("amount_refundable":1000,"card":{"brand":"Visa","masked_pan":"476173******0119",)"
          R"("entry_mode":"chip","aid":"A0000000031010","application_label":"Visa Credit"},)"
          R"("terminal_result":{"receipt_number":231,"trace_number":42,)"
          R"("authorization_code":"123456","terminal_id":"42001234","result_code":0,)"
          R"("result_text":"approved"},"receipts":{"merchant":null,)"
          R"("customer":["Kundenbeleg","EUR 12,34"]},"failure":null,"advice":null,)"
          R"("resolution":null,"created":"2026-01-31T12:00:00.123Z",)"
          R"("updated":"2026-01-31T12:00:09.000Z"})");
}

TEST_CASE("json: every documented member is there before anything happened, and null") {
    const auto shown = to_json(payment{});
    CHECK(names(shown) == names(to_json(captured_payment())));
    for (const char* member : {"reference", "account", "invoice", "card", "terminal_result",
                               "failure", "advice", "resolution"}) {
        CAPTURE(member);
        CHECK(shown.at(member).is_null());
    }
    CHECK(shown.at("status") == "created");
    CHECK(shown.at("metadata").as_object().empty());
}

TEST_CASE("json: a failed refund tells its route, its payment and why it failed") {
    refund r;
    r.id = "ref_1";
    r.payment = "pay_1";
    r.amount = {500, protocol::euro()};
    r.reason = "damaged";
    r.route = refund_route::offline;
    r.method = "cash";
    r.status = refund_status::failed;
    r.failure = failure{"declined", "The issuer declined."};
    const auto shown = to_json(r);
    CHECK(shown.at("object") == "refund");
    CHECK(shown.at("payment") == "pay_1");
    CHECK(shown.at("amount") == 500);
    CHECK(shown.at("currency") == "EUR");
    CHECK(shown.at("route") == "offline");
    CHECK(shown.at("method") == "cash");
    CHECK(shown.at("status") == "failed");
    CHECK(shown.at("terminal").is_null());
    CHECK(shown.at("failure").at("code") == "declined");
}

TEST_CASE("json: an end of day shows totals per brand and what differs") {
    operation o;
    o.id = "op_1";
    o.terminal = "lane-1";
    o.kind = "end-of-day";
    o.status = operation::state::succeeded;
    o.totals = drivers::day_totals{.amount = 5000,
                                   .brands = {{"girocard", 2, 3000}, {"Visa", 1, 2000}},
                                   .first = protocol::receipt_number{1},
                                   .last = protocol::receipt_number{3}};
    o.differences = {"Visa: the terminal counts 1, the journal 2"};
    const auto shown = to_json(o);
    CHECK(shown.at("status") == "succeeded");
    CHECK(shown.at("totals").at("amount") == 5000);
    CHECK(shown.at("totals").at("brands").at(1).at("brand") == "Visa");
    CHECK(shown.at("totals").at("last_receipt") == 3);
    CHECK(shown.at("differences").as_array().size() == 1);
    CHECK(shown.at("last_transaction").is_null());
}

TEST_CASE("json: a repeated receipt shows the last transaction, zeros of the terminal id kept") {
    operation o;
    o.last_transaction.emplace();
    o.last_transaction->result_code = 0;
    o.last_transaction->amount = 1000;
    o.last_transaction->currency = 978;
    o.last_transaction->terminal = protocol::terminal_number{1234};
    const auto shown = to_json(o).at("last_transaction");
    CHECK(shown.at("approved") == true);
    CHECK(shown.at("currency") == "EUR");
    CHECK(shown.at("terminal_id") == "00001234");
    CHECK(shown.at("receipt_number").is_null());
}

TEST_CASE("json: times of RFC 3339 are read to the millisecond, in UTC") {
    struct row {
        const char* text;
        const char* same;
    };
    for (const auto& row : {row{"2026-01-31T12:00:00.123Z", "2026-01-31T12:00:00.123Z"},
                            row{"2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"},
                            row{"2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.500Z"},
                            row{"2026-01-31T12:00:00.123999999Z", "2026-01-31T12:00:00.123Z"},
                            row{"2026-01-31T00:30:00+01:00", "2026-01-30T23:30:00.000Z"},
                            row{"2026-01-31T12:00:00-05:30", "2026-01-31T17:30:00.000Z"},
                            row{"2024-02-29T23:59:59.999Z", "2024-02-29T23:59:59.999Z"},
                            row{"0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"},
                            row{"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"}}) {
        CAPTURE(row.text);
        const auto read = from_rfc3339(row.text);
        REQUIRE(read.has_value());
        CHECK(to_rfc3339(*read) == row.same);
    }
}

TEST_CASE("json: what is not a time of RFC 3339 is refused") {
    for (const char* text : {"",
                             "2026",
                             "2026-01-31",
                             "2026-01-31T12:00:00",
                             "2026-01-31 12:00:00Z",
                             "2026-01-31t12:00:00Z",
                             "2026-01-31T12:00:00z",
                             "2026-02-29T00:00:00Z",
                             "2026-13-01T00:00:00Z",
                             "2026-00-01T00:00:00Z",
                             "2026-01-32T00:00:00Z",
                             "2026-01-00T00:00:00Z",
                             "2026-01-31T24:00:00Z",
                             "2026-01-31T12:60:00Z",
                             "2026-01-31T12:00:60Z",
                             "2026-01-31T12:00Z",
                             "2026-01-31T12:00:00.Z",
                             "2026-01-31T12:00:00.1234567890Z",
                             "2026-01-31T12:00:00+0100",
                             "2026-01-31T12:00:00+24:00",
                             "2026-01-31T12:00:00ZZ",
                             " 2026-01-31T12:00:00Z",
                             "2026-01-31T12:00:00Z ",
                             "-026-01-31T12:00:00Z",
                             "2026-1-31T12:00:00Z",
                             "+2026-01-31T12:00:00Z",
                             "2026-01-31T12:00:00.-1Z"}) {
        CAPTURE(text);
        const auto read = from_rfc3339(text);
        REQUIRE(read.has_error());
        CHECK(read.error() == json_errc::bad_time);
    }
}

TEST_CASE("json: every millisecond of the years 0 to 9999 survives writing and reading") {
    const auto first = from_rfc3339("0000-01-01T00:00:00Z").value().time_since_epoch().count();
    const auto last = from_rfc3339("9999-12-31T23:59:59.999Z").value().time_since_epoch().count();
    CHECK(rc::check([=] {
        const auto count = *rc::gen::inRange(first, last + 1);
        const wall_time at{std::chrono::milliseconds{count}};
        RC_ASSERT(from_rfc3339(to_rfc3339(at)).value() == at);
    }));
}

TEST_SUITE_END();
