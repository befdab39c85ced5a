// A time that is read is written again as the same moment, in one spelling.
#include "firmware-bridge/sales/json.hpp"
#include "tests/fuzz/seed_corpus.hpp"

using namespace bridge::sales;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_texts(
        *argc, *argv,
        {"2026-01-31T12:00:00.123Z", "2024-02-29T23:59:59+14:00", "0000-01-01T00:00:00-23:59",
         "9999-12-31T23:59:59.999999999Z", "2026-01-31t12:00:00z", "2026-12-31T23:59:60Z"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto time = from_rfc3339({reinterpret_cast<const char*>(data), size});
    if (!time) return 0;
    const auto written = to_rfc3339(*time);
    const auto again = from_rfc3339(written);
    // An offset may lead out of the years that four digits can write.
    const bool four_digits = written.size() == 24 && written.front() != '-';
    FUZZ_ASSERT(!four_digits || (again && *again == *time));
    return 0;
}
