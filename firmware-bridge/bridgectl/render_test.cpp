#include "firmware-bridge/bridgectl/render.hpp"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <sstream>

#include "firmware-bridge/bridgectl/commands.hpp"

using namespace bridge::bridgectl;
namespace json = boost::json;

TEST_SUITE_BEGIN("firmware-bridge/bridgectl/render");

namespace {

json::object parse(std::string_view text) { return json::parse(text).as_object(); }

}  // namespace

TEST_CASE("render: [M10] money is shown in its currency's decimals, from whole minor units") {
    CHECK(money_of(parse(R"({"amount":1234,"currency":"EUR"})"), "amount") == "12.34 EUR");
    CHECK(money_of(parse(R"({"amount":500,"currency":"JPY"})"), "amount") == "500 JPY");
    CHECK(money_of(parse(R"({"amount":9223372036854775807,"currency":"EUR"})"), "amount") ==
          "92233720368547758.07 EUR");
    CHECK(money_of(parse(R"({"amount":7,"currency":"???"})"), "amount") == "7 ???");
    CHECK(money_of(parse(R"({"amount":1.5,"currency":"EUR"})"), "amount") == "");
    CHECK(money_of(parse(R"({"currency":"EUR"})"), "amount") == "");
}

TEST_CASE("render: a payment is shown by its status, amount, id and what is known of it") {
    std::ostringstream out;
    show_payment(out, parse(R"({"id":"pay_1","object":"payment","terminal":"lane-1","amount":1234,
        "currency":"EUR","tip_amount":0,"capture":"automatic","reference":null,"status":"declined",
        "amount_captured":0,"card":{"brand":"Visa","masked_pan":"476173******0119",
        "entry_mode":"chip"},"terminal_result":{"receipt_number":42,"trace_number":null,
        "result_code":5,"result_text":"declined"},
        "failure":{"code":"declined","message":"the issuer said no"}})"));
    CHECK(out.str() ==
          "declined  12.34 EUR  pay_1\n"
          "  terminal      lane-1\n"
          "  card          Visa 476173******0119 (chip)\n"
          "  at terminal   receipt 42, result 5, declined\n"
          "  because       the issuer said no [declined]\n");
}

TEST_CASE("render: columns line up by characters, not bytes") {
    std::ostringstream out;
    table rows{{"A", "B"}};
    rows.add({"für", "1"});
    rows.add({"x", "2"});
    rows.print(out);
    CHECK(out.str() == "A    B\nfür  1\nx    2\n");
}

TEST_CASE("render: objects without any member are shown, not failed on") {
    std::ostringstream out;
    show_payment(out, {});
    show_refund(out, {});
    show_operation(out, {});
    show_terminal(out, {});
    show_receipts(out, {});
    show_payment_table(out, {json::value{1}, json::object{}});
    show_terminal_table(out, {json::value{nullptr}, json::object{}});
    show_entry_table(out, {json::value{"x"}, json::object{}});
    CHECK_FALSE(out.str().empty());
    CHECK(event_line({}) == "    ");
}

TEST_CASE("render: an event is one line") {
    CHECK(event_line(parse(R"({"type":"terminal.display","object_id":"lane-1",
        "created":"2026-01-31T12:00:01.123Z","data":{"lines":["Please","insert card"]}})")) ==
          "12:00:01  lane-1  Please / insert card");
    CHECK(event_line(parse(R"({"type":"payment.updated","object_id":"pay_1",
        "created":"2026-01-31T12:00:01.123Z",
        "data":{"status":"captured","amount":1234,"currency":"EUR"}})")) ==
          "12:00:01  pay_1  payment.updated  captured  12.34 EUR");
}

TEST_CASE("verdict: [M4] unknown has an exit code of its own and is never declined") {
    const auto of = [](const char* status) { return verdict_of(json::object{{"status", status}}); };
    CHECK(of("captured") == exit_code::ok);
    CHECK(of("authorized") == exit_code::ok);
    CHECK(of("succeeded") == exit_code::ok);
    CHECK(of("declined") == exit_code::declined);
    CHECK(of("cancelled") == exit_code::declined);
    CHECK(of("failed") == exit_code::declined);
    CHECK(of("unknown") == exit_code::unknown);
}
