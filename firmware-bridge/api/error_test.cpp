#include "firmware-bridge/api/error.hpp"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fstream>
#include <set>
#include <sstream>

namespace bridge::api {
namespace {

std::string readme() {
    std::ifstream file{API_README};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

TEST_SUITE("firmware-bridge/api/error") {
    TEST_CASE("error: every code has a name of its own, a status of its type and an advice") {
        std::set<std::string_view> names;
        for (const auto& known : error_table()) {
            CAPTURE(known.name);
            CHECK(names.insert(known.name).second);
            CHECK(known.advice.size() > 10);
            CHECK(known.advice.ends_with('.'));
            switch (known.type) {
                case error_type::authentication_error: CHECK(known.status == 401); break;
                case error_type::permission_error: CHECK(known.status == 403); break;
                case error_type::idempotency_error: CHECK(known.status == 409); break;
                case error_type::terminal_error:
                    CHECK((known.status == 409 || known.status == 503));
                    break;
                case error_type::api_error: CHECK(known.status >= 500); break;
                case error_type::invalid_request_error:
                    CHECK((known.status >= 400 && known.status < 500));
                    break;
            }
        }
    }

    TEST_CASE("error: every code and failure stands in the README with its status and type") {
        const auto text = readme();
        REQUIRE(!text.empty());
        for (const auto& known : error_table()) {
            const auto line =
                "| `" + std::string{known.name} + "` | " + std::to_string(known.status) + " | " +
                std::string{to_string(known.type)} + " | " + std::string{to_string(known.outcome)} +
                " | " + std::string{known.advice} + " |";
            CAPTURE(line);
            CHECK(text.find(line) != std::string::npos);
        }
    }

    TEST_CASE("error: every refusal of the engine has the code of the same name") {
        for (int i = 0; i <= static_cast<int>(sales::refusal_code::shutting_down); ++i) {
            const auto refused = static_cast<sales::refusal_code>(i);
            CAPTURE(to_string(refused));
            CHECK(row(from(refused)).name == to_string(refused));
            CHECK(row(from(refused)).outcome != money_outcome::unknown);
        }
    }

    TEST_CASE("error: a refusal keeps the engine's message and names the member") {
        const auto shown = from(
            sales::refusal{sales::refusal_code::refund_exceeds_payment, "At most 5 can be given."});
        CHECK(shown.message == "At most 5 can be given.");
        CHECK(shown.param == "amount");
    }

    TEST_CASE("error: rendered, it has type, code, message, param, outcome and request id") {
        const auto body = boost::json::parse(
            render({code::amount_too_large, "Too much \"money\".", "amount"}, "req_7"));
        CHECK(body == boost::json::parse(R"({"error":{"type":"invalid_request_error",
            "code":"amount_too_large","message":"Too much \"money\".","param":"amount",
            "outcome":"never_sent","request_id":"req_7"}})"));
    }

    TEST_CASE("error: without a message of its own it gives the table's advice, and no param") {
        const auto wrong =
            boost::json::parse(render({code::shutting_down, {}, {}}, "req_8")).at("error");
        CHECK(wrong.at("message").as_string() == row(code::shutting_down).advice);
        CHECK(!wrong.as_object().contains("param"));
    }
}

}  // namespace bridge::api
