// Any text is read or refused with a place in it; what is a message is exactly one APDU.
#include "protocol/zvt/hex_input.hpp"

#include <algorithm>

#include "protocol/zvt/apdu.hpp"
#include "tests/fuzz/seed_corpus.hpp"

using namespace protocol::zvt;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    // Texts, written as hex like all seeds.
    return fuzz::write_seeds(
        *argc, *argv,
        {"38 30 20 30 30 20 30 30 20 23 20 6F 6B 0A 30 36 30 46 30 30",
         "31 30 20 30 32 20 38 30 20 30 30 20 30 30 20 31 30 20 30 33 20 46 35 20 31 46 0A 30 36",
         "32 30 32 36 2D 30 31 2D 33 31 54 31 32 3A 30 30 3A 30 30 2E 31 32 33 5A 20 3C 20 38 30 "
         "30 30 30 30",
         "32 30 32 36 2D 30 31 2D 33 31 54 31 32 3A 30 30 3A 30 30 2E 31 32 33 5A 20 3E 20 41 43 "
         "4B"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{data, data + size};
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    const auto found = read_hex_input(text);
    if (!found) {
        FUZZ_ASSERT(found.error().line >= 1 && found.error().line <= lines);
        FUZZ_ASSERT(found.error().column >= 1 && found.error().column <= size + 1);
        return 0;
    }
    for (const auto& item : *found) {
        FUZZ_ASSERT(item.line >= 1 && item.line <= lines);
        if (item.what != hex_item::kind::message) continue;
        const auto split = split_apdu(item.bytes);
        FUZZ_ASSERT(split && split->used == item.bytes.size());
    }
    return 0;
}
