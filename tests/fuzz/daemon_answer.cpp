// bridgectl shows whatever object a daemon sends, older or newer than itself, and never takes an
// unknown payment for one that has ended (M4).
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <sstream>

#include "firmware-bridge/bridgectl/commands.hpp"
#include "firmware-bridge/bridgectl/render.hpp"
#include "tests/fuzz/seed_corpus.hpp"

using namespace bridge::bridgectl;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_texts(
        *argc, *argv,
        {R"({"id":"pay_1","object":"payment","status":"unknown","terminal":"lane-1","amount":1234,)"
         R"("currency":"EUR","card":{"brand":"Visa","masked_pan":"411111******1111"},)"
         R"("receipts":{"merchant":["a"],"customer":null},"failure":{"code":"x","message":"y"}})",
         R"({"object":"list","data":[{"id":"pay_1","amount":-9223372036854775808,"currency":"EUR"}]})",
         R"({"id":"op_1","status":"succeeded","differences":["d"],"totals":{"amount":1,"brands":[{"brand":"v","count":1,"amount":1}]}})",
         R"({"id":"lane-1","state":"idle","link":{"state":"ready"},"display":["a","b"],"status":{"code":1}})",
         R"({"type":"terminal.display","created":"2026-01-31T12:00:00.000Z","object_id":"lane-1","data":{"lines":["x"]}})",
         R"({"data":[{"id":"je_1","lines":[{"account":"PROC","debit":1,"currency":"EUR"}]}]})"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    boost::system::error_code failed;
    const auto value = boost::json::parse({reinterpret_cast<const char*>(data), size}, failed);
    if (failed || !value.is_object()) return 0;
    const auto& object = value.get_object();
    std::ostringstream out;
    show_payment(out, object);
    show_refund(out, object);
    show_operation(out, object);
    show_terminal(out, object);
    show_receipts(out, object);
    if (const auto* list = array_of(object, "data")) {
        show_payment_table(out, *list);
        show_terminal_table(out, *list);
        show_entry_table(out, *list);
    }
    const auto line = event_line(object);
    FUZZ_ASSERT(line.empty() || line.back() != '\n');
    if (text_of(object, "status") == "unknown")
        FUZZ_ASSERT(verdict_of(object) == exit_code::unknown);
    if (verdict_of(object) == exit_code::ok) {
        const auto status = text_of(object, "status");
        FUZZ_ASSERT(status != "declined" && status != "cancelled" && status != "unknown");
    }
    return 0;
}
