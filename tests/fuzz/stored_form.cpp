// What the journal's stored form is read from is written again as it was, member by member; half a
// payment is refused.
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "firmware-bridge/journal/booking_json.hpp"
#include "firmware-bridge/journal/journal.hpp"
#include "firmware-bridge/sales/json.hpp"
#include "tests/fuzz/seed_corpus.hpp"

using namespace bridge;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    // The first byte chooses what is stored.
    sales::payment payment{.id = "pay_1", .terminal = "lane-1"};
    payment.requested = {1234, protocol::euro()};
    payment.metadata = {{"k", "\xFF\x00"}};
    payment.failure = {"declined", "No."};
    payment.card.masked_pan = "411111******1111";
    payment.receipts.merchant = {"line", ""};
    payment.at_terminal.result_code = 5;
    sales::refund refund{.id = "ref_1", .payment = "pay_1"};
    refund.amount = {1, protocol::euro()};
    sales::operation operation{.id = "op_1", .terminal = "lane-1", .kind = "totals"};
    operation.totals.emplace().brands.push_back({"Visa", 1, 100});
    operation.last_transaction.emplace();
    sales::intent intent{.id = "int_1", .terminal = "lane-1"};
    intent.amount = {1, protocol::euro()};
    intent.original.emplace();
    sales::terminal_memory memory{.terminal = "lane-1"};
    memory.day["Visa"] = {1, 100};
    journal::booking booking;
    booking.amount = {100, protocol::euro()};
    const auto stored = {"0" + to_stored(payment),   "1" + to_stored(refund),
                         "2" + to_stored(operation), "3" + to_stored(intent),
                         "4" + to_stored(memory),    "5" + to_stored(booking)};
    const auto* seeds = stored.begin();
    return fuzz::write_texts(*argc, *argv,
                             {seeds[0], seeds[1], seeds[2], seeds[3], seeds[4], seeds[5]});
}

namespace {

std::size_t members_of(std::string_view text) {
    boost::json::parse_options options;
    options.allow_invalid_utf8 = true;  // texts keep their bytes
    return boost::json::parse(text, {}, options).as_object().size();
}

template <class Read>
void check(const std::string& text, Read read) {
    const auto value = read(text);
    if (!value) return;
    const auto written = to_stored(*value);
    const auto again = read(written);
    FUZZ_ASSERT(again.has_value());
    FUZZ_ASSERT(to_stored(*again) == written);
    // Nothing was lost, and nothing made up: the texts say the same.
    FUZZ_ASSERT(members_of(written) == members_of(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string text(data + 1, data + size);
    switch (data[0] % 6) {
        case 0: check(text, sales::payment_from_stored); break;
        case 1: check(text, sales::refund_from_stored); break;
        case 2: check(text, sales::operation_from_stored); break;
        case 3: check(text, sales::intent_from_stored); break;
        case 4: check(text, sales::memory_from_stored); break;
        default: check(text, journal::booking_from_stored);
    }
    return 0;
}
