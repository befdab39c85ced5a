#include "firmware-bridge/api/requests.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace bridge::api {
namespace {

struct wrong_body {
    std::string name, text;
    code what;
    std::string param;
};

/// A payment with one more member, or with another value for one it has.
std::string payment_with(std::string_view member, std::string_view value) {
    std::string text = "{";
    for (const auto& [name, usual] :
         {std::pair<std::string_view, std::string_view>{"terminal", R"("lane-1")"},
          {"amount", "1234"},
          {"currency", R"("EUR")"}})
        if (name != member) text += "\"" + std::string{name} + "\":" + std::string{usual} + ",";
    return text + "\"" + std::string{member} + "\":" + std::string{value} + "}";
}

std::string text_of(std::size_t size) { return "\"" + std::string(size, 'x') + "\""; }

std::string pairs(int count) {
    std::string text = "{";
    for (int i = 0; i < count; ++i)
        text += (i == 0 ? "\"" : ",\"") + ("k" + std::to_string(i)) + "\":\"v\"";
    return text + "}";
}

std::optional<error> fault_of_payment(const std::string& text) {
    auto body = read_body(text, payment_members());
    if (!body) return body.error();
    auto made = to_create_payment(*body);
    if (!made) return made.error();
    return std::nullopt;
}

std::optional<error> fault_of_refund(const std::string& text) {
    auto body = read_body(text, refund_members());
    if (!body) return body.error();
    auto made = to_create_refund(*body);
    if (!made) return made.error();
    return std::nullopt;
}

void check(const wrong_body& row, const std::optional<error>& fault) {
    CAPTURE(row.name);
    CAPTURE(row.text.substr(0, 200));
    REQUIRE(fault);
    CAPTURE(fault->message);
    CHECK(api::row(fault->what).name == api::row(row.what).name);
    CHECK(fault->param == row.param);
    CHECK(fault->message.ends_with('.'));
}

}  // namespace

TEST_SUITE("firmware-bridge/api/requests") {
    TEST_CASE("requests: a payment with all members is understood") {
        const auto body = read_body(R"({"terminal":"lane-1","amount":1234,"currency":"JPY",
            "capture":"manual","tip_amount":34,"reference":"R-1","account":"A-1","invoice":"I-1",
            "metadata":{"order":"17","note":""}})",
                                    payment_members());
        REQUIRE(body.has_value());
        const auto made = to_create_payment(*body);
        REQUIRE(made.has_value());
        CHECK(made->terminal == "lane-1");
        CHECK(made->amount == protocol::money{1234, protocol::currency::from_code("JPY").value()});
        CHECK(made->tip == 34);
        CHECK(made->capture == sales::capture_mode::manual);
        CHECK(made->reference == "R-1");
        CHECK(made->account == "A-1");
        CHECK(made->invoice == "I-1");
        CHECK(made->metadata == std::map<std::string, std::string>{{"order", "17"}, {"note", ""}});
    }

    TEST_CASE("requests: payments at the edges of what is allowed are understood") {
        for (const auto& text : {
                 payment_with("amount", "1"),
                 payment_with("amount", "9999999999"),
                 payment_with("tip_amount", "0"),
                 payment_with("tip_amount", "1234"),
                 payment_with("capture", R"("automatic")"),
                 payment_with("reference", text_of(128)),
                 payment_with("reference",
                              "\"K\xC3\xA4se, 3 St\xC3\xBC"
                              "ck\""),
                 payment_with("reference", R"("a \"quoted\" \u00e4")"),
                 payment_with("terminal", text_of(64)),
                 payment_with("account", text_of(64)),
                 payment_with("metadata", "{}"),
                 payment_with("metadata", pairs(20)),
                 payment_with("metadata",
                              "{\"" + std::string(40, 'k') + "\":" + text_of(500) + "}"),
                 payment_with("reference", R"("12345678-1234-4123-8123-123456789012")"),
             }) {
            CAPTURE(text.substr(0, 100));
            const auto fault = fault_of_payment(text);
            CAPTURE((fault ? fault->message : ""));
            CHECK_FALSE(fault);
        }
    }

    TEST_CASE("[M10] requests: an amount is a whole number of minor units, and nothing else") {
        const std::vector<wrong_body> rows{
            {"zero", "0", code::amount_not_positive, "amount"},
            {"minus zero", "-0", code::amount_not_positive, "amount"},
            {"negative", "-1", code::amount_not_positive, "amount"},
            {"least of 64 bits", "-9223372036854775808", code::amount_not_positive, "amount"},
            {"one too much", "10000000000", code::amount_too_large, "amount"},
            {"most of 64 bits", "9223372036854775807", code::amount_too_large, "amount"},
            {"beyond signed", "9223372036854775808", code::amount_too_large, "amount"},
            {"beyond 64 bits", "18446744073709551616", code::amount_too_large, "amount"},
            {"far beyond", "99999999999999999999999999", code::amount_too_large, "amount"},
            {"a fraction", "12.34", code::invalid_type, "amount"},
            {"a fraction of nothing", "1234.0", code::invalid_type, "amount"},
            {"an exponent", "1e3", code::invalid_type, "amount"},
            {"a text", R"("1234")", code::invalid_type, "amount"},
            {"true", "true", code::invalid_type, "amount"},
            {"null", "null", code::invalid_type, "amount"},
            {"an array", "[1234]", code::invalid_type, "amount"},
            {"an object", R"({"value":1234})", code::invalid_type, "amount"},
        };
        for (const auto& row : rows) check(row, fault_of_payment(payment_with("amount", row.text)));
    }

    TEST_CASE("requests: a payment that is not wholly right is refused with its own code") {
        const auto with = payment_with;
        const std::vector<wrong_body> rows{
            {"nothing", "", code::parameter_missing, "terminal"},
            {"an empty object", "{}", code::parameter_missing, "terminal"},
            {"no terminal", R"({"amount":1,"currency":"EUR"})", code::parameter_missing,
             "terminal"},
            {"no amount", R"({"terminal":"a","currency":"EUR"})", code::parameter_missing,
             "amount"},
            {"no currency", R"({"terminal":"a","amount":1})", code::parameter_missing, "currency"},
            {"not JSON", "{", code::invalid_json, ""},
            {"twice", R"({"amount":1,"amount":1})", code::duplicate_parameter, "amount"},
            {"a member of ours", with("status", R"("captured")"), code::unknown_parameter,
             "status"},
            {"a wrong case", with("Amount", "1"), code::unknown_parameter, "Amount"},
            {"an empty name", with("", "1"), code::unknown_parameter, ""},
            {"no known currency", with("currency", R"("XYZ")"), code::unknown_currency, "currency"},
            {"no currency at all", with("currency", R"("XXX")"), code::unknown_currency,
             "currency"},
            {"lower case", with("currency", R"("eur")"), code::unknown_currency, "currency"},
            {"an empty currency", with("currency", R"("")"), code::unknown_currency, "currency"},
            {"a long currency", with("currency", R"("EURO")"), code::unknown_currency, "currency"},
            {"a currency's number", with("currency", "978"), code::invalid_type, "currency"},
            {"null currency", with("currency", "null"), code::invalid_type, "currency"},
            {"terminal is no text", with("terminal", "1"), code::invalid_type, "terminal"},
            {"terminal is empty", with("terminal", R"("")"), code::invalid_value, "terminal"},
            {"terminal too long", with("terminal", text_of(65)), code::value_too_long, "terminal"},
            {"other capture", with("capture", R"("later")"), code::invalid_value, "capture"},
            {"capture is no text", with("capture", "true"), code::invalid_type, "capture"},
            {"negative tip", with("tip_amount", "-1"), code::amount_not_positive, "tip_amount"},
            {"tip too large", with("tip_amount", "10000000000"), code::amount_too_large,
             "tip_amount"},
            {"tip is a text", with("tip_amount", R"("1")"), code::invalid_type, "tip_amount"},
            {"more tip than amount", with("tip_amount", "1235"), code::tip_exceeds_amount,
             "tip_amount"},
            {"null reference", with("reference", "null"), code::invalid_type, "reference"},
            {"empty reference", with("reference", R"("")"), code::invalid_value, "reference"},
            {"long reference", with("reference", text_of(129)), code::value_too_long, "reference"},
            {"control character", with("reference", R"("a\nb")"), code::invalid_value, "reference"},
            {"delete character", with("reference", "\"a\x7F\""), code::invalid_value, "reference"},
            {"zero character", with("reference", R"("a\u0000")"), code::invalid_value, "reference"},
            {"card in reference", with("reference", R"("4111 1111 1111 1111")"),
             code::card_data_not_allowed, "reference"},
            {"card in account", with("account", R"("5555555555554444")"),
             code::card_data_not_allowed, "account"},
            {"card in invoice", with("invoice", R"("378282246310005")"),
             code::card_data_not_allowed, "invoice"},
            {"card in terminal", with("terminal", R"("4111111111111111")"),
             code::card_data_not_allowed, "terminal"},
            {"account too long", with("account", text_of(65)), code::value_too_long, "account"},
            {"invoice too long", with("invoice", text_of(65)), code::value_too_long, "invoice"},
            {"metadata is a list", with("metadata", "[]"), code::invalid_type, "metadata"},
            {"metadata is null", with("metadata", "null"), code::invalid_type, "metadata"},
            {"21 pairs", with("metadata", pairs(21)), code::metadata_too_large, "metadata"},
            {"a long key", with("metadata", "{\"" + std::string(41, 'k') + "\":\"v\"}"),
             code::metadata_too_large, "metadata"},
            {"an empty key", with("metadata", R"({"":"v"})"), code::invalid_value, "metadata"},
            {"a long value", with("metadata", "{\"k\":" + text_of(501) + "}"),
             code::metadata_too_large, "metadata.k"},
            {"a number in metadata", with("metadata", R"({"k":1})"), code::invalid_type,
             "metadata.k"},
            {"an object in metadata", with("metadata", R"({"k":{}})"), code::invalid_type,
             "metadata.k"},
            {"a control character in metadata", with("metadata", R"({"k":"\t"})"),
             code::invalid_value, "metadata.k"},
            {"a card in metadata", with("metadata", R"({"k":"4111111111111111"})"),
             code::card_data_not_allowed, "metadata.k"},
            {"a card as key", with("metadata", R"({"4111111111111111":"k"})"),
             code::card_data_not_allowed, "metadata"},
        };
        for (const auto& row : rows) check(row, fault_of_payment(row.text));
    }

    TEST_CASE("[M9] requests: a refusal never repeats the card number it is about") {
        for (const auto& text : {payment_with("reference", R"("4111111111111111")"),
                                 payment_with("metadata", R"({"4111111111111111":"x"})"),
                                 payment_with("metadata", R"({"4111111111111111":1})"),
                                 payment_with("4111111111111111", "1"),
                                 std::string{R"({"4111111111111111":1,"4111111111111111":2})"}}) {
            CAPTURE(text);
            const auto fault = fault_of_payment(text);
            REQUIRE(fault);
            CHECK(render(*fault, "req_1").find("411111111111") == std::string::npos);
        }
    }

    TEST_CASE("requests: captures and refunds are understood") {
        CHECK_FALSE(to_capture(*read_body("", capture_members())).amount);
        CHECK(to_capture(*read_body(R"({"amount":5})", capture_members())).amount == 5);

        const auto back = to_create_refund(*read_body(
            R"({"amount":5,"reason":"broken","route":"offline","method":"cash","notes":"left shoe"})",
            refund_members()));
        REQUIRE(back.has_value());
        CHECK(back->amount == 5);
        CHECK(back->reason == "broken");
        CHECK(back->route == sales::refund_route::offline);
        CHECK(back->method == "cash");
        CHECK(back->notes == "left shoe");
        const auto usual =
            to_create_refund(*read_body(R"({"amount":5,"reason":"broken"})", refund_members()));
        REQUIRE(usual.has_value());
        CHECK(usual->route == sales::refund_route::terminal);
    }

    TEST_CASE("requests: a refund that is not wholly right is refused with its own code") {
        const std::vector<wrong_body> rows{
            {"nothing", "{}", code::parameter_missing, "amount"},
            {"no reason", R"({"amount":1})", code::parameter_missing, "reason"},
            {"empty reason", R"({"amount":1,"reason":""})", code::invalid_value, "reason"},
            {"zero", R"({"amount":0,"reason":"x"})", code::amount_not_positive, "amount"},
            {"too much", R"({"amount":10000000000,"reason":"x"})", code::amount_too_large,
             "amount"},
            {"text", R"({"amount":"1","reason":"x"})", code::invalid_type, "amount"},
            {"route", R"({"amount":1,"reason":"x","route":"card"})", code::invalid_value, "route"},
            {"a currency", R"({"amount":1,"reason":"x","currency":"EUR"})", code::unknown_parameter,
             "currency"},
            {"a method at the terminal", R"({"amount":1,"reason":"x","method":"cash"})",
             code::invalid_value, "method"},
            {"a long reason", R"({"amount":1,"reason":)" + text_of(256) + "}", code::value_too_long,
             "reason"},
            {"long notes", R"({"amount":1,"reason":"x","notes":)" + text_of(1001) + "}",
             code::value_too_long, "notes"},
            {"a card in notes", R"({"amount":1,"reason":"x","notes":"to 4111111111111111"})",
             code::card_data_not_allowed, "notes"},
        };
        for (const auto& row : rows) check(row, fault_of_refund(row.text));
    }

    TEST_CASE("requests: a person's word needs an outcome and a reason") {
        using verdict = sales::resolve_payment::verdict;
        const auto taken = to_resolve(
            *read_body(R"({"outcome":"not_charged","reason":"slip"})", resolve_members()), "uid 0");
        CHECK(taken.outcome == verdict::not_charged);
        CHECK(taken.reason == "slip");
        CHECK(taken.by == "uid 0");
        CHECK(
            to_resolve(*read_body(R"({"outcome":"captured","reason":"x"})", resolve_members()), "")
                .outcome == verdict::captured);
        const std::vector<wrong_body> rows{
            {"no outcome", R"({"reason":"x"})", code::parameter_missing, "outcome"},
            {"no reason", R"({"outcome":"captured"})", code::parameter_missing, "reason"},
            {"other outcome", R"({"outcome":"declined","reason":"x"})", code::invalid_value,
             "outcome"},
            {"no text", R"({"outcome":1,"reason":"x"})", code::invalid_type, "outcome"},
            {"a card", R"({"outcome":"captured","reason":"4111111111111111"})",
             code::card_data_not_allowed, "reason"},
        };
        for (const auto& row : rows) {
            const auto body = read_body(row.text, resolve_members());
            check(row, body ? std::nullopt : std::optional{body.error()});
        }
    }

    TEST_CASE("requests: lines for the display") {
        CHECK(to_lines(*read_body(R"({"lines":["Hello",""]})", display_members())) ==
              std::vector<std::string>{"Hello", ""});
        const std::vector<wrong_body> rows{
            {"no lines", "{}", code::parameter_missing, "lines"},
            {"a text", R"({"lines":"Hello"})", code::invalid_type, "lines"},
            {"an empty list", R"({"lines":[]})", code::invalid_value, "lines"},
            {"nine lines", R"({"lines":["","","","","","","","",""]})", code::invalid_value,
             "lines"},
            {"a number", R"({"lines":["a",1]})", code::invalid_type, "lines[1]"},
            {"a long line", R"({"lines":[)" + text_of(65) + "]}", code::value_too_long, "lines[0]"},
            {"a control character", R"({"lines":["a\u001b[2J"]})", code::invalid_value, "lines[0]"},
            {"a card", R"({"lines":["4111111111111111"]})", code::card_data_not_allowed,
             "lines[0]"},
        };
        for (const auto& row : rows) {
            const auto body = read_body(row.text, display_members());
            check(row, body ? std::nullopt : std::optional{body.error()});
        }
    }

    TEST_CASE("requests: a request without members takes an empty object or nothing") {
        CHECK(read_body("", {}).has_value());
        CHECK(read_body("{}", {}).has_value());
        CHECK(read_body(R"({"a":1})", {}).error().what == code::unknown_parameter);
    }
}

}  // namespace bridge::api
