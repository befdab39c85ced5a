// An APDU that splits is written back byte for byte.
#include "protocol/zvt/apdu.hpp"

#include <algorithm>
#include <vector>

#include "tests/fuzz/seed_corpus.hpp"

using namespace protocol::zvt;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_seeds(*argc, *argv,
                             {"80 00 00", "04 FF 01 0A", "06 1E FF 01 00 6C",
                              "06 01 0C 04 00 00 00 00 12 34 49 09 78 19 40"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const bytes_view in{data, size};
    const auto split = split_apdu(in);
    if (!split) {
        FUZZ_ASSERT(split.error() == errc::truncated);
        return 0;
    }
    FUZZ_ASSERT(split->used <= size && split->apdu.data.size() <= split->used);

    std::vector<std::uint8_t> buffer(split->used);
    apdu_writer out{buffer, split->apdu.code};
    out.raw(split->apdu.data);
    const auto written = out.finish(split->apdu.extended_length);
    FUZZ_ASSERT(written.has_value());
    // FE and less may come in the extended form, FF and more can come in no other.
    FUZZ_ASSERT(std::ranges::equal(*written, in.first(split->used)));
    return 0;
}
