// An address reads back from its shortest spelling; what is none is refused with a sentence.
#include "drivers/link_address.hpp"

#include "tests/fuzz/seed_corpus.hpp"

using namespace drivers;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_texts(
        *argc, *argv,
        {"serial:/dev/ttyACM0?baud=115200&stop=1", "serial:/dev/serial/by-id/usb-x_if00:1",
         "tcp:192.0.2.7:20007", "tcp:[fe80::1%1]:20007", "usb:11CA:0299:8000-42", "usb:079b:0028",
         "serial:/dev/ttyS0?stop=2&baud=9600", "tcp:lane-1.shop.example:65535"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const auto address = parse_link_address(text);
    if (!address) {
        FUZZ_ASSERT(!address.error().message().empty());
        return 0;
    }
    const auto shortest = to_string(*address);
    FUZZ_ASSERT(shortest.size() <= text.size());
    const auto again = parse_link_address(shortest);
    FUZZ_ASSERT(again && *again == *address && to_string(*again) == shortest);
    for (const char c : shortest) FUZZ_ASSERT(static_cast<unsigned char>(c) > 0x20 && c != 0x7F);
    return 0;
}
