#include "firmware-bridge/api/json_text.hpp"

#include <doctest/doctest.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace bridge::api {

namespace json = boost::json;

TEST_SUITE("firmware-bridge/api/json_text") {
    TEST_CASE("json_text: one object is taken as it is, nothing is an empty one") {
        CHECK(parse_object("")->empty());
        CHECK(parse_object("{}")->empty());
        CHECK(parse_object(" \t\r\n{ } \n")->empty());
        CHECK(json::serialize(*parse_object(R"({"a":1,"b":{"a":[true,null]}})")) ==
              R"({"a":1,"b":{"a":[true,null]}})");
        CHECK(parse_object("{\"name\":\"\xC3\xA4\"}").has_value());
    }

    TEST_CASE("json_text: what is not one JSON object is refused and the place is named") {
        struct row {
            std::string_view name, text, says;
        };
        const std::array rows{
            row{"blanks only", "  ", "line 1, column 3"},
            row{"cut off", R"({"amount":12)", "the text ends too early"},
            row{"cut in a text", R"({"terminal":"lane)", "the text ends too early"},
            row{"a comma too much", R"({"amount":1,})", "line 1, column 13"},
            row{"no colon", R"({"amount" 1})", "line 1, column 11"},
            row{"single quotes", R"({'amount':1})", "line 1, column 2"},
            row{"second line", "{\n \"amount\": x}", "line 2, column 12"},
            row{"a comment", "{/* */}", "line 1, column 2"},
            row{"behind it", R"({} {})", "there is more text behind"},
            row{"not a number", R"({"amount":01})", "line 1"},
            row{"plus", R"({"amount":+1})", "line 1, column 11"},
            row{"hex", R"({"amount":0x10})", "line 1"},
            row{"NaN", R"({"amount":NaN})", "line 1"},
            row{"a raw line end in a text", "{\"a\":\"\n\"}", "line 1"},
            row{"bad escape", R"({"a":"\x"})", "line 1"},
            row{"half a surrogate", R"({"a":"\ud800"})", "line 1"},
            row{"not UTF-8", "{\"a\":\"\xFF\"}", "line 1"},
            row{"overlong UTF-8", "{\"a\":\"\xC0\xAF\"}", "line 1"},
            row{"a zero byte", std::string_view{"{\0}", 3}, "line 1, column 2"},
            row{"too deep", R"({"a":[[[[[[[[1]]]]]]]]})", "nested deeper"},
            row{"an array", "[]", "not an object"},
            row{"a text", R"("amount")", "not an object"},
            row{"a number", "12", "not an object"},
            row{"null", "null", "not an object"},
            row{"a form", "amount=12&currency=EUR", "line 1, column 1"},
        };
        for (const auto& row : rows) {
            CAPTURE(row.name);
            const auto parsed = parse_object(row.text);
            REQUIRE(!parsed.has_value());
            CAPTURE(parsed.error().message);
            CHECK(parsed.error().what == code::invalid_json);
            CHECK(parsed.error().message.find(row.says) != std::string::npos);
        }
    }

    TEST_CASE("json_text: a member given twice is named, however it is spelled or nested") {
        struct row {
            std::string_view text, member;
        };
        const std::array rows{
            row{R"({"amount":1,"amount":1})", "amount"},
            row{R"({"amount":1,"a":2,"\u0061mount":3})", "amount"},
            row{R"({"metadata":{"x":"1","y":"2","x":"3"}})", "x"},
            row{R"({"a":[{"b":1},{"b":1,"b":2}]})", "b"},
            row{R"({"":1,"":2})", ""},
        };
        for (const auto& row : rows) {
            CAPTURE(row.text);
            const auto parsed = parse_object(row.text);
            REQUIRE(!parsed.has_value());
            CHECK(parsed.error().what == code::duplicate_parameter);
            CHECK(parsed.error().param == row.member);
            CHECK(parsed.error().message.find("line 1, column ") != std::string::npos);
        }
        CHECK(parse_object(R"({"a":{"x":1},"b":{"x":1},"x":1})").has_value());
    }

    TEST_CASE("json_text: the canonical form sorts members at every depth and drops blanks") {
        const auto form = [](std::string_view text) {
            return canonical(json::parse({text.data(), text.size()}));
        };
        CHECK(form(R"({ "b" : 1, "a" : { "d" : [ ], "c" : [ 1, 2 ] } })") ==
              R"({"a":{"c":[1,2],"d":[]},"b":1})");
        CHECK(form(R"({"a":"\u0041"})") == form(R"({"a":"A"})"));
        CHECK(form("{}") == "{}");
        CHECK(form("[{},{}]") == "[{},{}]");
        CHECK(form(R"({"a":1})") != form(R"({"a":"1"})"));
        CHECK(form(R"({"a":[1,2]})") != form(R"({"a":[2,1]})"));
        CHECK(form(R"({"a":"{","b":"["})") == R"({"a":"{","b":"["})");
    }
}

}  // namespace bridge::api
