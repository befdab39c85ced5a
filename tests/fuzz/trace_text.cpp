// A trace that is read is written again, record by record, and reads the same; one that is not
// names a line that exists.
#include "drivers/trace_text.hpp"

#include <algorithm>

#include "tests/fuzz/seed_corpus.hpp"

using namespace drivers;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_texts(
        *argc, *argv,
        {"# a comment\n2026-01-31T12:00:00.123Z > 06010704000000001999\n"
         "2026-01-31T12:00:00.127Z < ACK\n2026-01-31T12:00:03.002Z < 040F022700 ; note about it\n",
         "2026-01-31T12:00:03.500Z < dropped 3 bytes: noise\n2026-01-31T12:00:04.000Z > note\n",
         "2024-02-29T23:59:59.999Z > NAK ; bad CRC\r\n\r\n2026-01-31T12:00:00.123Z < -",
         "2026-01-31T12:00:00.123Z < 060F0"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    const auto read = read_trace(text);
    if (!read) {
        FUZZ_ASSERT(read.error().line >= 1 && read.error().line <= lines);
        FUZZ_ASSERT(!to_string(read.error()).empty());
        return 0;
    }
    FUZZ_ASSERT(read->size() <= lines);
    std::string written;
    for (const auto& one : *read) write_traced(written, one.record, one.at);
    const auto again = read_trace(written);
    FUZZ_ASSERT(again && again->size() == read->size());
    for (std::size_t i = 0; i < read->size(); ++i) {
        const auto &before = (*read)[i], &after = (*again)[i];
        FUZZ_ASSERT(after.at == before.at);
        FUZZ_ASSERT(after.record.way == before.record.way);
        FUZZ_ASSERT(after.record.what == before.record.what);
        FUZZ_ASSERT(after.record.bytes == before.record.bytes);
    }
    std::string written_again;
    for (const auto& one : *again) write_traced(written_again, one.record, one.at);
    FUZZ_ASSERT(written_again == written);
    return 0;
}
