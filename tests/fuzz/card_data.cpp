// Masking changes digits and nothing else: sizes stay, and so does every byte that holds none.
#include "protocol/zvt/card_data.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "protocol/zvt/apdu.hpp"
#include "tests/fuzz/seed_corpus.hpp"

using namespace protocol::zvt;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_seeds(
        *argc, *argv,
        {"04 0F 0D 27 00 22 F0 F8 41 11 11 11 11 11 11 11",
         "04 0F 10 23 F1 F3 41 11 11 11 11 11 11 11 D2 51 22 01 00",
         "04 0F 0E 06 0C 1F 09 09 41 11 11 11 11 11 11 11 FF",
         "06 D1 11 00 34 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31",
         "06 D3 17 06 15 25 13 09 01 00 07 0E 34 20 31 31 31 31 31 31 31 31 31 31 31 31",
         "04 0F 0F 27 00 5A 01 22 F0 F8 41 11 11 11 11 11 11 11",
         "04 0F 14 2D F1 F7 42 34 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31 5E",
         "0F 55 09 00 41 11 11 11 11 11 11 11", "06 C0 04 1E 19 10 FC"});
}

namespace {

bool is_allowed_change(std::uint8_t before, std::uint8_t after) {
    // '*' has a digit in its high nibble, which a packed number beside it may take along.
    if (before == after || after == '*' || after == 0xEA || after == 0xEE) return true;
    const auto nibble_allowed = [](unsigned from, unsigned to) {
        return from == to || (from <= 9 && to == 0xE);
    };
    return nibble_allowed(before >> 4U, after >> 4U) &&
           nibble_allowed(before & 0x0FU, after & 0x0FU);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::vector<std::uint8_t> before(data, data + size);
    auto after = before;
    const auto hidden = mask_card_data(after);
    FUZZ_ASSERT((hidden == 0) == (after == before));
    FUZZ_ASSERT(std::ranges::equal(before, after, is_allowed_change));

    const auto was = split_apdu(before);
    if (was && was->used == size) {
        const auto is = split_apdu(after);
        FUZZ_ASSERT(is && is->used == size && is->apdu.code == was->apdu.code);
    }
    std::string text(before.begin(), before.end());
    mask_card_numbers(text);
    FUZZ_ASSERT(text.size() == size);
    const auto pan = masked_pan::from_bcd(before);
    FUZZ_ASSERT(std::ranges::count(pan.view(), '*') > 0 || pan.view().size() <= 10);
    return 0;
}
