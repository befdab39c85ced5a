// Whatever comes over the line, however cut: every byte is told or delivered, the same way each
// time, and nothing stays open after a silence. The first byte says how the rest is cut.
#include "protocol/zvt/serial_receiver.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "protocol/zvt/serial_frame.hpp"
#include "tests/fuzz/seed_corpus.hpp"
#include "tests/support/received_text.hpp"

using namespace protocol::zvt;
using namespace std::chrono_literals;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_seeds(
        *argc, *argv,
        {"01 10 02 80 00 00 10 03 F5 1F 06", "03 06 10 02 04 FF 01 0A 10 03 F5 7D 15",
         "02 10 02 06 01 07 04 00 00 00 00 10 10 00 10 03 62 91",
         "05 10 02 80 00 10 02 80 00 00 10 03 F5 1F",
         "07 41 42 10 02 06 0F 00 10 03 C6 34 10 02 06 0F 00 10 03 C6 33"});
}

namespace {

struct tally {
    std::size_t bytes{};
    std::string apdus;
};

void drain(serial_receiver& in, tally& seen) {
    while (const auto found = in.next()) {
        if (const auto* drop = std::get_if<dropped>(&*found)) {
            FUZZ_ASSERT(drop->bytes > 0);
            seen.bytes += drop->bytes;
        } else if (const auto* apdu = std::get_if<received_apdu>(&*found)) {
            FUZZ_ASSERT(split_apdu(apdu->whole)->used == apdu->whole.size());
            const auto doubled = std::ranges::count(apdu->whole, dle);
            seen.bytes += apdu->whole.size() + static_cast<std::size_t>(doubled) + 6;
            seen.apdus += support::to_text(*found) + '\n';
        } else {
            ++seen.bytes;
        }
    }
}

tally receive(bytes_view line, std::size_t step) {
    constexpr time_point start{};
    serial_receiver in;
    tally seen;
    for (std::size_t at = 0; at < line.size(); at += step) {
        in.receive(line.subspan(at, std::min(step, line.size() - at)), start);
        drain(in, seen);
    }
    in.elapse(start + 200ms);
    drain(in, seen);
    FUZZ_ASSERT(!in.deadline());
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const bytes_view line{data + 1, size - 1};
    const auto whole = receive(line, std::max<std::size_t>(1, line.size()));
    const auto cut = receive(line, 1U + data[0] % 16U);
    FUZZ_ASSERT(cut.apdus == whole.apdus);
    // Masking turns digits into E and '*', never into or from a DLE that was doubled.
    FUZZ_ASSERT(whole.bytes == cut.bytes);
    FUZZ_ASSERT(whole.bytes <= line.size());
    if (whole.apdus.empty()) FUZZ_ASSERT(whole.bytes == line.size());
    return 0;
}
