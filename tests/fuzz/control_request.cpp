// Whatever is asked of the emulator's control API, it answers with a status of its own and JSON,
// and the terminal stands.
#include <boost/json/serialize.hpp>
#include <vector>

#include "sim/control.hpp"
#include "sim/scripted_register.hpp"
#include "tests/fuzz/seed_corpus.hpp"

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    // Requests, one a line: "VERB TARGET BODY".
    return fuzz::write_texts(
        *argc, *argv,
        {"GET /v1/state \nGET /v1/acquirer?terminal=1 \nGET /v1/trace \nGET /v1/cards ",
         "POST /v1/sale {\"amount\": 1234}\nPOST /v1/card {\"action\": \"present\", \"card\": "
         "\"girocard\"}\nPOST /v1/keys {\"keys\": [\"1\", \"2\", \"3\", \"4\", \"OK\"]}\nGET "
         "/v1/state ",
         "POST /v1/power {\"state\": \"cycle\"}\nPOST /v1/end-of-day {}\nDELETE /v1/faults ",
         "POST /v1/faults [{\"name\": \"power_loss\", \"step\": \"stored\"}]\nPOST /v1/sale "
         "{\"amount\": 100}\nGET /v1/faults ",
         "POST /v1/card {\"action\": \"autopilot\", \"card\": \"visa-credit\"}\nPOST /v1/power "
         "{\"state\": \"off\"}\nPOST /v1/keys {\"keys\": [\"STOP\"]}",
         "PUT /v1/state x\nGET /v1/%zz \nGET /v1/state?terminal=2 "});
}

namespace {

/// The terminal gets the time it waits for, a few steps of it.
void let_time_pass(sim::terminal_world& world) {
    for (int step = 0; step < 20; ++step) {
        const auto due = world.place->deadline();
        if (!due) return;
        world.now = std::max(world.now, *due);
        world.place->elapse(world.now);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 4096) return 0;
    const std::string text(data, data + size);
    sim::terminal_world world;
    world.start();
    sim::control api{{world.place.get()}, world.host};
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto line = std::string_view{text}.substr(at, end - at);
        at = end + 1;
        const auto verb_end = std::min(line.find(' '), line.size());
        const auto rest = line.substr(std::min(verb_end + 1, line.size()));
        const auto target_end = std::min(rest.find(' '), rest.size());
        const auto reply = api.handle({line.substr(0, verb_end), rest.substr(0, target_end),
                                       rest.substr(std::min(target_end + 1, rest.size()))},
                                      world.now);
        FUZZ_ASSERT(reply.status == 200 || reply.status == 400 || reply.status == 404 ||
                    reply.status == 405 || reply.status == 409);
        FUZZ_ASSERT(!boost::json::serialize(reply.body).empty());
        if (reply.status != 200) FUZZ_ASSERT(!reply.body.at("error").as_string().empty());
        let_time_pass(world);
    }
    // What the terminal remembers is a memory, whatever was done to it.
    static_cast<void>(sim::load_memory(world.memory));
    return 0;
}
