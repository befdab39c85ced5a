// Every error code of the table is the answer to some request.
#include <doctest/doctest.h>

#include <array>
#include <set>

#include "firmware-bridge/api/error.hpp"
#include "firmware-bridge/api/testing/shop.hpp"

namespace bridge::api {
namespace {

using namespace testing;

struct wrong_request {
    code what;
    question asked;
    std::string param{};
};

std::vector<wrong_request> wrong_requests() {
    using enum code;
    const auto pays = [](std::string body, std::optional<std::string> key = "key-1") {
        return question{.method = "POST",
                        .target = "/v1/payments",
                        .body = std::move(body),
                        .key = std::move(key)};
    };
    const auto with = [&](std::string_view member) {
        auto body = sale;
        body.pop_back();
        return pays(body + "," + std::string{member} + "}");
    };
    const auto gets = [](std::string target) { return question{.target = std::move(target)}; };
    const auto posts = [](std::string target, std::string body = "") {
        return question{
            .method = "POST", .target = std::move(target), .body = std::move(body), .key = "key-1"};
    };
    return {
        {malformed_target, gets("/%")},
        {route_unknown, gets("/nowhere")},
        {method_not_allowed, posts("/healthz")},
        {authentication_required,
         {.target = "/v1/payments", .caller = std::nullopt},
         "Authorization"},
        {role_not_sufficient, {.method = "POST", .target = "/v1/payments", .caller = role::viewer}},
        {invalid_json, pays("{")},
        {duplicate_parameter, with(R"("amount":1234)"), "amount"},
        {duplicate_parameter, gets("/v1/payments?limit=1&limit=1"), "limit"},
        {unknown_parameter, with(R"("x":1)"), "x"},
        {unknown_parameter, gets("/v1/payments?x=1"), "x"},
        {unknown_parameter, gets("/v1/terminals?limit=1"), "limit"},
        {parameter_missing, pays("{}"), "terminal"},
        {invalid_type, with(R"("reference":1)"), "reference"},
        {invalid_value, with(R"("capture":"never")"), "capture"},
        {invalid_value, gets("/v1/payments?status=open"), "status"},
        {invalid_value, gets("/v1/payments?terminal="), "terminal"},
        {invalid_value, gets("/v1/payments?starting_after=pay_1&ending_before=pay_2"),
         "ending_before"},
        {value_too_long, with(R"("invoice":")" + std::string(65, 'x') + "\""), "invoice"},
        {amount_not_positive, pays(R"({"terminal":"a","amount":0,"currency":"EUR"})"), "amount"},
        {amount_too_large, pays(R"({"terminal":"a","amount":10000000000,"currency":"EUR"})"),
         "amount"},
        {tip_exceeds_amount, with(R"("tip_amount":1235)"), "tip_amount"},
        {unknown_currency, pays(R"({"terminal":"a","amount":1,"currency":"eur"})"), "currency"},
        {metadata_too_large, with(R"("metadata":{")" + std::string(41, 'k') + R"(":"v"})"),
         "metadata"},
        {card_data_not_allowed, with(R"("reference":"4111111111111111")"), "reference"},
        {card_data_not_allowed, pays(sale, "4111111111111111"), "Idempotency-Key"},
        {wait_out_of_range, posts("/v1/payments/pay_1/cancel?wait=301"), "wait"},
        {wait_out_of_range, gets("/v1/payments/pay_1?wait=-1"), "wait"},
        {limit_out_of_range, gets("/v1/payments?limit=101"), "limit"},
        {limit_out_of_range, gets("/v1/events?after=0&limit=0"), "limit"},
        {cursor_unknown, gets("/v1/payments?starting_after=pay_9")},
        {cursor_unknown, gets("/v1/payments/pay_1/refunds?ending_before=ref_9")},
        {event_id_invalid, gets("/v1/events?after=yesterday"), "after"},
        {event_id_invalid, gets("/v1/events?after=99"), "after"},
        {idempotency_key_missing, pays(sale, std::nullopt), "Idempotency-Key"},
        {idempotency_key_invalid, pays(sale, ""), "Idempotency-Key"},
        {payment_not_found, gets("/v1/payments/pay_9")},
        {payment_not_found, gets("/v1/payments/pay_9/refunds")},
        {payment_not_found, posts("/v1/payments/pay_9/cancel")},
        {payment_not_found, posts("/v1/payments/pay_9/refunds", giving_back)},
        {refund_not_found, gets("/v1/refunds/ref_9")},
        {operation_not_found, gets("/v1/operations/op_9")},
        {unknown_terminal, gets("/v1/terminals/lane-9")},
    };
}

/// Codes with a test of their own: what only a socket shows (http_server_test), and here above.
constexpr std::array tested_elsewhere{
    code::malformed_request, code::request_timeout,      code::body_too_large,
    code::header_too_large,  code::too_many_connections, code::too_many_event_streams,
    code::token_invalid,     code::books_not_kept,       code::journal_unavailable,
    code::internal_error,
};

}  // namespace

TEST_SUITE("firmware-bridge/api/router") {
    TEST_CASE("router: each wrong request is refused with its own code, and reaches no engine") {
        for (const auto& wrong : wrong_requests()) {
            CAPTURE(row(wrong.what).name);
            CAPTURE(wrong.asked.target);
            CAPTURE(wrong.asked.body);
            shop s;
            const auto answer = ask(s.bridge, wrong.asked);
            CHECK(answer.code() == row(wrong.what).name);
            CHECK(answer.status == row(wrong.what).status);
            CHECK(answer.param() == wrong.param);
            const auto told = answer.json().at("error");
            CHECK(text_of(told.at("outcome")) == to_string(row(wrong.what).outcome));
            CHECK(text_of(told.at("request_id")) == "req_test");
            CHECK(s.bridge.asked.empty());
        }
    }

    TEST_CASE("router: every code of the table has a request that gets it") {
        std::set<code> reached{tested_elsewhere.begin(), tested_elsewhere.end()};
        for (const auto& wrong : wrong_requests()) reached.insert(wrong.what);
        for (int n = 0; n <= static_cast<int>(sales::refusal_code::shutting_down); ++n)
            reached.insert(from(static_cast<sales::refusal_code>(n)));
        for (const auto& known : error_table()) {
            CAPTURE(known.name);
            CHECK(reached.contains(known.what));
        }
    }
}

}  // namespace bridge::api
