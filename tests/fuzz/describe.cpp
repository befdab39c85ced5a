// Any bytes can be told, in whole lines; bytes without a name are told as such.
#include "protocol/zvt/describe.hpp"

#include "tests/fuzz/seed_corpus.hpp"

using namespace protocol::zvt;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_seeds(
        *argc, *argv,
        {"06 00 08 12 34 56 DE 09 78 06 00", "04 0F 05 27 00 87 00 42", "06 0F 01 DC",
         "06 86 15 06 01 00 00 00 01 4B 4C 00 02 4D 4E 00 AA BB CC DD EE FF AA BB",
         "06 87 08 57 04 01 00 00 41 00 99", "06 D1 09 00 4F 4B 06 04 1F 07 01 01",
         "06 D3 0A 06 08 25 06 07 01 41 09 01 FF", "0F 01 03 AA BB CC", "80 00 01 0D",
         "84 1E 03 6F 09 78", "04 0F 09 06 07 FF 0A 02 01 02 14 00", "06 77 01 61",
         "04 0F 08 06 06 60 04 41 02 01 04"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto split = split_apdu({data, size});
    if (!split) return 0;
    const auto told = describe(split->apdu);
    FUZZ_ASSERT(!told.text.empty() && told.text.back() == '\n');
    if (!told.complete) FUZZ_ASSERT(told.text.find("??") != std::string::npos);
    return 0;
}
