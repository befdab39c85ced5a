// A body is understood wholly or refused with a sentence; what is understood is within its limits
// and free of card numbers, and what is refused does not repeat one.
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "firmware-bridge/api/card_guard.hpp"
#include "firmware-bridge/api/requests.hpp"
#include "tests/fuzz/card_numbers.hpp"
#include "tests/fuzz/seed_corpus.hpp"

using namespace bridge;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    // The first byte chooses the request.
    return fuzz::write_texts(
        *argc, *argv,
        {R"(0{"terminal":"lane-1","amount":1234,"currency":"EUR"})",
         R"(0{"terminal":"a","amount":9999999999,"currency":"JPY","capture":"manual","tip_amount":0,)"
         R"("reference":"R-1","account":"A","invoice":"I","metadata":{"k":"v","e":""}})",
         R"(0{"terminal":"a","amount":1,"currency":"EUR","reference":"4111 1111 1111 1111"})",
         R"(0{"terminal":"a","amount":18446744073709551616,"currency":"EUR"})",
         R"(0{"amount":1,"\u0061mount":2})", R"(1{"amount":5})", "1",
         R"(2{"amount":5,"reason":"broken","route":"offline","method":"cash","notes":"n"})",
         R"(3{"outcome":"not_charged","reason":"slip"})", R"(4{"lines":["Hello","",""]})", R"(5{})",
         R"(0[[[[[[[[[1]]]]]]]]])", R"(0{"4111111111111111":1})"});
}

namespace {

void check_text(std::string_view text, std::size_t longest) {
    FUZZ_ASSERT(text.size() <= longest);
    FUZZ_ASSERT(!api::carries_card_number(text));
    for (const char c : text) FUZZ_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

void check_refusal(const api::error& wrong) {
    const auto told = boost::json::parse(api::render(wrong, "req_1")).at("error");
    FUZZ_ASSERT(told.at("code").as_string() == api::row(wrong.what).name);
    for (const auto* member : {"message", "param"}) {
        const auto* text = told.as_object().if_contains(member);
        FUZZ_ASSERT(!text || !fuzz::shows_card_number(std::string{text->as_string()}));
    }
    FUZZ_ASSERT(wrong.message.ends_with('.') || wrong.message.empty());
}

void check_payment(const boost::json::object& body) {
    const auto made = api::to_create_payment(body);
    if (!made) {
        FUZZ_ASSERT(made.error().what == api::code::tip_exceeds_amount);
        return;
    }
    FUZZ_ASSERT(made->amount.minor >= 1 && made->amount.minor <= api::largest_amount);
    FUZZ_ASSERT(made->tip >= 0 && made->tip <= made->amount.minor);
    FUZZ_ASSERT(!made->terminal.empty());
    check_text(made->terminal, 64);
    check_text(made->reference, 128);
    check_text(made->account, 64);
    check_text(made->invoice, 64);
    FUZZ_ASSERT(made->metadata.size() <= 20);
    for (const auto& [key, value] : made->metadata) {
        check_text(key, 40);
        check_text(value, 500);
    }
}

void check_refund(const boost::json::object& body) {
    const auto made = api::to_create_refund(body);
    if (!made) return check_refusal(made.error());
    FUZZ_ASSERT(made->amount >= 1 && made->amount <= api::largest_amount);
    FUZZ_ASSERT(made->method.empty() || made->route == sales::refund_route::offline);
    check_text(made->reason, 255);
    check_text(made->notes, 1000);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string text(data + 1, data + size);
    const std::array tables{api::payment_members(), api::capture_members(),
                            api::refund_members(),  api::resolve_members(),
                            api::display_members(), std::span<const api::member>{}};
    const auto which = data[0] % tables.size();
    const auto body = api::read_body(text, tables[which]);
    if (!body) {
        check_refusal(body.error());
        return 0;
    }
    switch (which) {
        case 0: check_payment(*body); break;
        case 1: {
            const auto amount = api::to_capture(*body).amount.value_or(1);
            FUZZ_ASSERT(amount >= 1 && amount <= api::largest_amount);
            break;
        }
        case 2: check_refund(*body); break;
        case 3: check_text(api::to_resolve(*body, "").reason, 1000); break;
        case 4:
            for (const auto& line : api::to_lines(*body)) check_text(line, 64);
            break;
        default: FUZZ_ASSERT(body->empty());
    }
    return 0;
}
