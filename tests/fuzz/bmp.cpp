// A block that parses is the sum of its fields and its unparsed rest, and writes itself back.
#include "protocol/zvt/bmp.hpp"

#include <algorithm>
#include <vector>

#include "protocol/zvt/apdu.hpp"
#include "tests/fuzz/seed_corpus.hpp"

using namespace protocol::zvt;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_seeds(
        *argc, *argv,
        {"27 00 04 00 00 00 00 12 34 0B 00 01 23 87 00 42 49 09 78",
         "22 F0 F8 54 13 33 EE EE EE 12 34 0E 29 12 8B F0 F5 56 69 73 61 00",
         "60 F0 F0 F2 00 01 24 F0 F0 F1 12 2A 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20",
         "06 0A 26 08 0A 02 06 D1 0A 02 06 D3", "06 81 03 1F 2B 00", "87 FF FF 61 AA BB",
         "F0 05 F1 F0 F2 4F 4B E1 F0 F0 EB 01 02 03 04 05 06 07 08"});
}

namespace {

void check_accessors(const data_block& block) {
    for (unsigned id = 0; id <= 0xFF; ++id) {
        const auto named = static_cast<bmp>(id);
        const auto value = block.value(named);
        FUZZ_ASSERT(value.has_value() == block.has(named));
        FUZZ_ASSERT(!block.byte(named) || !value->empty());
        FUZZ_ASSERT(!block.bcd(named) || value);
    }
    FUZZ_ASSERT(!block.amount() || (*block.amount() >= 0 && *block.amount() <= 999'999'999'999));
    FUZZ_ASSERT(!block.receipt() || block.receipt()->value() <= 9999);
    FUZZ_ASSERT(!block.currency_number() || *block.currency_number() <= 9999);
    static_cast<void>(block.trace());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const bytes_view in{data, size};
    const auto block = data_block::parse(in);
    if (!block) return 0;
    std::size_t at = 0;
    for (const field one : block->fields()) {
        FUZZ_ASSERT(one.whole.data() == data + at);
        FUZZ_ASSERT(one.value.size() < one.whole.size());
        const auto again = read_field(in.subspan(at));
        FUZZ_ASSERT(again && again->whole.size() == one.whole.size());
        at += one.whole.size();
    }
    FUZZ_ASSERT(block->unparsed().size() == size - at);
    FUZZ_ASSERT(at == size || find_bmp(data[at]) == nullptr);
    check_accessors(*block);

    std::vector<std::uint8_t> buffer(size + 5);
    apdu_writer out{buffer, command::status_information};
    block->write_to(out);
    const auto written = out.finish();
    FUZZ_ASSERT(written && std::ranges::equal(split_apdu(*written)->apdu.data, in));
    return 0;
}
