// A file is taken whole, and then each value is one that the daemon can use, or each mistake is
// named with a line that exists and a sentence.
#include <algorithm>
#include <set>

#include "drivers/link_address.hpp"
#include "firmware-bridge/daemon/config.hpp"
#include "tests/fuzz/seed_corpus.hpp"

using namespace bridge::daemon;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    return fuzz::write_texts(
        *argc, *argv,
        {"",
         "state = \"/var/lib/firmware-bridge\"\nshutdown_seconds = 5\nledger = false\n"
         "[api]\nsocket = \"none\"\nlisten = \"127.0.0.1:7707\"\nmax_connections = 12\n"
         "[[api.token]]\nrole = \"viewer\"\nfile = \"/etc/t\"\n"
         "[log]\nlevel = \"debug\"\ntarget = \"console\"\n"
         "[trace]\nenabled = true\nfiles = 2\n",
         "[[terminal]]\nid = \"lane-1\"\nprotocol = \"zvt\"\n"
         "link = \"serial:/dev/ttyACM0?baud=115200\"\ncurrency = \"EUR\"\npassword = \"000000\"\n",
         "[[terminal]]\nid = \"a\"\nlink = \"tcp:host:20007\"\n[[terminal]]\nid = \"a\"\n",
         "[api]\nlisten = \"[::1]:0\"\nmax_conections = 1\n", "a = [1, 2, {b = 3}]\n",
         "[api]\nlisten = 1\n[api]\n", "x = 99999999999999999999\n", "terminal = 1\n"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    const auto read = read_config(text, "bridge.toml");
    for (const auto& wrong : read.errors) {
        FUZZ_ASSERT(wrong.file == "bridge.toml");
        FUZZ_ASSERT(wrong.line <= lines);
        FUZZ_ASSERT(!wrong.message.empty());
        FUZZ_ASSERT(to_string(wrong).starts_with("bridge.toml"));
    }
    if (!read.errors.empty()) return 0;

    const auto& values = read.values;
    FUZZ_ASSERT(values.api.max_connections >= 1 && values.api.max_connections <= 4096);
    FUZZ_ASSERT(values.shutdown.count() >= 0);
    if (values.api.socket) FUZZ_ASSERT(!wrong_socket(values.api.socket->string()));
    std::set<std::string> ids;
    for (const auto& terminal : values.terminals) {
        FUZZ_ASSERT(ids.insert(terminal.id).second);
        FUZZ_ASSERT(!wrong_terminal_id(terminal.id));
        FUZZ_ASSERT(!wrong_link(terminal.link));
        FUZZ_ASSERT(drivers::parse_link_address(terminal.link).has_value());
    }
    // Nothing hangs on what was read before.
    const auto again = read_config(text, "bridge.toml");
    FUZZ_ASSERT(again.errors.empty() && again.values == values);
    return 0;
}
