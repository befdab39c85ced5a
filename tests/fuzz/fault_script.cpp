// A script is read whole, each fault within its limits and shown as it was read, or refused with
// the place of the mistake.
#include "sim/fault_script.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "tests/fuzz/seed_corpus.hpp"

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_texts(
        *argc, *argv,
        {R"({"seed": 7, "faults": [{"name": "link_cut", "message": "04 0F", "byte": 5, "occurrence": 2},)"
         R"({"name": "power_loss", "step": "stored", "ms": 300}, {"name": "bare_repeat_receipt"}]})",
         R"([{"name": "busy", "code": "9C", "times": 0, "probability": 0.5, "seed": 1}])",
         R"([{"name": "pan_form", "value": "hidden"}, {"name": "noise", "count": 65535}])",
         R"([{"name": "link_cut", "direction": "to_terminal", "message": "answer"}])", "[]",
         R"([{"name": "busy", "cod": 1}])", "{"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto parsed = sim::parse_fault_script({reinterpret_cast<const char*>(data), size});
    if (const auto* wrong = std::get_if<sim::script_error>(&parsed)) {
        FUZZ_ASSERT(wrong->what.find(": ") != std::string::npos);
        return 0;
    }
    for (const auto& one : std::get<std::vector<sim::fault>>(parsed)) {
        FUZZ_ASSERT(one.occurrence >= 1 && one.occurrence <= 1'000'000);
        FUZZ_ASSERT(one.times <= 1'000'000);
        FUZZ_ASSERT(one.probability_ppm <= 1'000'000);
        FUZZ_ASSERT(one.count <= 65535);
        const auto shown = boost::json::serialize(to_json(one));
        const auto again = sim::parse_fault_script("[" + shown + "]");
        const auto* same = std::get_if<std::vector<sim::fault>>(&again);
        FUZZ_ASSERT(same && same->size() == 1);
        FUZZ_ASSERT(boost::json::serialize(to_json(same->front())) == shown);
    }
    return 0;
}
