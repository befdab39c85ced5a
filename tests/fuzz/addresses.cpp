// Addresses on command lines and in the configuration: what is taken is written and reads back, and
// what is not is refused with a sentence.
#include "firmware-bridge/bridgectl/address.hpp"

#include "firmware-bridge/daemon/config.hpp"
#include "sim/options.hpp"
#include "tests/fuzz/seed_corpus.hpp"

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_texts(*argc, *argv,
                             {"unix:/run/firmware-bridge/api.sock", "http://127.0.0.1:7707",
                              "http://[::1]:7707", "127.0.0.1:7707", "[::1]:0", "localhost:65535",
                              "pty:/tmp/terminal", "tcp:127.0.0.1:20007", "http://bridge/"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const auto url = bridge::bridgectl::parse_address(text);
    if (url.error.empty()) {
        const auto written = to_string(url.value);
        const auto again = bridge::bridgectl::parse_address(written);
        FUZZ_ASSERT(again.error.empty() && again.value == url.value);
    }
    const auto listen = bridge::daemon::parse_listen(text);
    FUZZ_ASSERT(listen.address.has_value() != !listen.error.empty() || text == "none");
    const auto link = sim::parse_link(text);
    if (!link) FUZZ_ASSERT(!link.error().empty());
    const auto control = sim::parse_tcp_address(text);
    if (!control) FUZZ_ASSERT(!control.error().empty());
    return 0;
}
