// Whatever is asked for, the router answers in its own words: never with an error of its own
// making, never with more than a page, and never with the card number that somebody put in a path.
#include <boost/json/array.hpp>
#include <cctype>

#include "firmware-bridge/api/query.hpp"
#include "firmware-bridge/api/testing/ask.hpp"
#include "tests/fuzz/card_numbers.hpp"
#include "tests/fuzz/seed_corpus.hpp"

using namespace bridge;
using namespace bridge::api::testing;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    // "METHOD TARGET".
    return fuzz::write_texts(
        *argc, *argv,
        {"GET /v1/payments?status=unknown&limit=2&starting_after=pay_1",
         "GET "
         "/v1/"
         "payments?created_after=2026-01-31T12:00:00%2B01:00&created_before=2027-01-01T00:00:00Z",
         "GET /v1/payments/pay_1?wait=300", "HEAD /v1/payments/pay%5F1/refunds?ending_before=ref_1",
         "GET /v1/events?after=evt_0000000000000001&limit=100", "OPTIONS *", "OPTIONS /v1/payments",
         "POST /v1/payments/pay_1/cancel?wait=1", "POST /v1/terminals/lane-1/totals",
         "GET http://bridge/v1/journal-entries?payment=pay_1&account=PROC",
         "GET /v1/payments/4111111111111111", "GET /v1/payments?&&a=1&a=2", "GET /v1/%2F",
         "DELETE /openapi.json", "GET /metrics", "GET /readyz?"});
}

namespace {

void check_query(std::string_view value) {
    api::request asked;
    for (const auto* name : {"wait", "limit", "starting_after", "created_after", "status"})
        asked.query.emplace_back(name, value);
    if (const auto wait = api::wait_of(asked))
        FUZZ_ASSERT(wait->count() >= 0 && wait->count() <= 300);
    if (const auto page = api::page_of(asked)) FUZZ_ASSERT(page->limit >= 1 && page->limit <= 100);
    if (const auto filter = api::payment_filter_of(asked); filter && filter->status)
        FUZZ_ASSERT(to_string(*filter->status) == value);
    if (const auto sequence = api::sequence_from(value, "after")) {
        const auto id = journal::stored_event{*sequence, {}}.id();
        FUZZ_ASSERT(*api::sequence_from(id, "after") == *sequence);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const auto blank = text.find(' ');
    const auto method = text.substr(0, blank);
    const auto target = blank == std::string::npos ? "" : text.substr(blank + 1);
    check_query(target);
    // The server hands on only words as methods.
    constexpr std::string_view signs = "!#$%&'*+-.^_`|~";
    for (const char c : method)
        if (!std::isalnum(static_cast<unsigned char>(c)) && signs.find(c) == signs.npos) return 0;

    api::asio::io_context io;
    scripted_service bridge{io};
    bridge.commit(payment_of("pay_1", sales::payment_status::in_progress));
    bridge.commit(payment_of("pay_2", sales::payment_status::captured));
    bridge.changes().close();  // nobody waits
    const auto answer = ask(bridge, {.method = method, .target = target, .key = "k"});

    FUZZ_ASSERT(answer.noted.trouble.empty());
    FUZZ_ASSERT(answer.status != 500 && answer.status >= 200);
    FUZZ_ASSERT(answer.noted.status == answer.status);
    for (const auto& noted : {answer.noted.method, answer.noted.object})
        FUZZ_ASSERT(!fuzz::shows_card_number(noted));
    if (answer.status == 204) {
        FUZZ_ASSERT(method == "OPTIONS" && !answer.field("Allow").empty());
        return 0;
    }
    if (answer.status >= 400) {
        FUZZ_ASSERT(!answer.code().empty());
        FUZZ_ASSERT((answer.status == 405) == !answer.field("Allow").empty());
        return 0;
    }
    FUZZ_ASSERT(!answer.noted.route.empty());
    FUZZ_ASSERT(method == "GET" || method == "HEAD" || method == "POST");
    FUZZ_ASSERT((method == "POST") == (bridge.asked.size() == 1));
    if (answer.noted.route == "/metrics" || answer.body.starts_with("retry: ")) return 0;
    const auto shown = answer.json();
    if (const auto* list = shown.as_object().if_contains("data"); list && list->is_array())
        FUZZ_ASSERT(list->get_array().size() <= 100);
    return 0;
}
