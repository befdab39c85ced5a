// Two bodies have one fingerprint exactly when they mean the same (M6): other blanks, another order
// of members and other escapes change nothing, another value does.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <vector>

#include "firmware-bridge/api/idempotency.hpp"
#include "firmware-bridge/api/json_text.hpp"
#include "tests/fuzz/seed_corpus.hpp"

using namespace bridge::api;
namespace json = boost::json;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    // Two bodies with a line feed between them.
    return fuzz::write_texts(
        *argc, *argv,
        {"{\"a\":1,\"b\":[true,null,\"x\"]}\n{ \"b\":[true,null,\"\\u0078\"], \"a\":1 }",
         "{\"terminal\":\"lane-1\",\"amount\":1234,\"currency\":\"EUR\"}\n"
         "{\"terminal\":\"lane-1\",\"amount\":1235,\"currency\":\"EUR\"}",
         "{\"a\":{\"b\":{},\"c\":[[],{}]}}\n{\"a\":\"{}\"}", "{}\n{\"\":\"\"}",
         "{\"a\":18446744073709551615}\n{\"a\":-1}", "{\"a\":1.5e300}\n{\"a\":15e299}",
         "{\"k\":\"\xC3\xA4\\n\\\"\"}\n{\"k\":\"\\u00e4\\u000a\\u0022\"}"});
}

namespace {

/// The same text, spelled otherwise: ASCII as escapes.
std::string spelled(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80) {
            out += c;
            continue;
        }
        out += "\\u00";
        out += "0123456789abcdef"[byte >> 4];
        out += "0123456789ABCDEF"[byte & 15];
    }
    return out + "\"";
}

/// The same value with blanks everywhere, members backwards and texts escaped.
std::string respelled(const json::value& value) {
    if (const auto* object = value.if_object()) {
        std::string out;
        for (const auto& member : *object)
            out = " " + spelled(member.key()) + "\t: " + respelled(member.value()) +
                  (out.empty() ? "" : " ,") + out;
        return "{\r\n" + out + " }";
    }
    if (const auto* array = value.if_array()) {
        std::string out;
        for (const auto& element : *array) out += (out.empty() ? " " : " , ") + respelled(element);
        return "[" + out + "\n]";
    }
    return value.is_string() ? spelled(value.get_string()) : json::serialize(value);
}

bool has_fraction(const json::value& value) {
    if (const auto* object = value.if_object()) {
        for (const auto& member : *object)
            if (has_fraction(member.value())) return true;
    }
    if (const auto* array = value.if_array()) {
        for (const auto& element : *array)
            if (has_fraction(element)) return true;
    }
    return value.is_double();
}

std::string print_of(const json::object& body) { return fingerprint("POST", "/v1/payments", body); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const auto middle = text.find('\n');
    const auto first = parse_object(text.substr(0, middle));
    if (!first) return 0;
    const auto print = print_of(*first);
    FUZZ_ASSERT(print.size() == 64);
    FUZZ_ASSERT(fingerprint("POST", "/v1/payment", *first) != print);

    // Fractions are left out below: no request takes one, 0.0 and -0.0 are equal and are written
    // differently, and 1e99999 cannot be written at all.
    if (has_fraction(*first)) return 0;
    const auto again = parse_object(respelled(*first));
    FUZZ_ASSERT(again.has_value());
    FUZZ_ASSERT(print_of(*again) == print);

    if (middle == std::string::npos) return 0;
    const auto second = parse_object(text.substr(middle + 1));
    if (!second || has_fraction(*second)) return 0;
    FUZZ_ASSERT((print_of(*second) == print) == (*first == *second));
    return 0;
}
