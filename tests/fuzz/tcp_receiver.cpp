// Whatever comes over the connection, however cut: every byte is told or delivered, and nothing
// stays open after a silence. The first byte says which side listens and how the rest is cut.
#include "protocol/zvt/tcp_receiver.hpp"

#include <algorithm>
#include <string>

#include "tests/fuzz/seed_corpus.hpp"
#include "tests/support/received_text.hpp"

using namespace protocol::zvt;
using namespace std::chrono_literals;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_seeds(
        *argc, *argv,
        {"01 80 00 00 04 FF 01 0A 06 0F 00", "82 06 01 07 04 00 00 00 00 10 00",
         "03 06 06 80 00 00", "83 06 06 80 00 00", "04 53 53 48 2D 32 2E 30 0D 0A 80 00 00",
         "05 16 03 01 00 02 02 28", "06 06 D1 FF 03 00 00 41 42", "07 04 0F FF 80 00 00"});
}

namespace {

struct tally {
    std::size_t bytes{};
    std::string apdus;
};

void drain(tcp_receiver& in, tally& seen) {
    while (const auto found = in.next()) {
        if (const auto* drop = std::get_if<dropped>(&*found)) {
            FUZZ_ASSERT(drop->bytes > 0);
            seen.bytes += drop->bytes;
        } else {
            const auto& apdu = std::get<received_apdu>(*found);
            FUZZ_ASSERT(split_apdu(apdu.whole)->used == apdu.whole.size());
            seen.bytes += apdu.whole.size();
            seen.apdus += support::to_text(*found) + '\n';
        }
    }
}

tally receive(bytes_view stream, receiver_side side, std::size_t step) {
    constexpr time_point start{};
    tcp_receiver in{side};
    tally seen;
    for (std::size_t at = 0; at < stream.size(); at += step) {
        in.receive(stream.subspan(at, std::min(step, stream.size() - at)), start);
        drain(in, seen);
    }
    in.elapse(start + 5s);
    drain(in, seen);
    FUZZ_ASSERT(!in.deadline());
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const bytes_view stream{data + 1, size - 1};
    const auto side =
        (data[0] & 0x80U) != 0 ? receiver_side::from_ecr : receiver_side::from_terminal;
    const auto whole = receive(stream, side, std::max<std::size_t>(1, stream.size()));
    const auto cut = receive(stream, side, 1U + data[0] % 16U);
    FUZZ_ASSERT(whole.bytes == stream.size());
    FUZZ_ASSERT(cut.bytes == stream.size());
    FUZZ_ASSERT(cut.apdus == whole.apdus);
    return 0;
}
