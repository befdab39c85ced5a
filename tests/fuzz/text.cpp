// Any bytes become valid UTF-8 without control characters, in every character set. The first byte
// chooses the set.
#include "protocol/zvt/text.hpp"

#include <algorithm>

#include "tests/fuzz/seed_corpus.hpp"

using namespace protocol::zvt;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_seeds(*argc, *argv,
                             {"00 5B 5C 5D 7B 7C 7D 7E", "01 48 C4 4E", "FE 66 C3 BC 72",
                              "FE E2 82 AC F0 9F 98 80", "FF 66 81 72", "FF C9 CD CD BB 00"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::span bytes{data + 1, size - 1};
    const auto set = charset_from_tag(data[0]).value_or(guess_charset(bytes));
    const auto text = to_utf8(bytes, set);
    FUZZ_ASSERT(std::ranges::none_of(
        text, [](char c) { return static_cast<std::uint8_t>(c) < 0x20 || c == 0x7F; }));

    const auto* characters = reinterpret_cast<const std::uint8_t*>(text.data());
    FUZZ_ASSERT(to_utf8({characters, text.size()}, charset::utf_8) == text);
    FUZZ_ASSERT(from_utf8(text, charset::utf_8) == text);
    // What goes back into the set comes out of it again.
    const auto back = from_utf8(text, set);
    const auto* there = reinterpret_cast<const std::uint8_t*>(back.data());
    const auto again = to_utf8({there, back.size()}, set);
    FUZZ_ASSERT(from_utf8(again, set) == back || set == charset::utf_8);
    return 0;
}
