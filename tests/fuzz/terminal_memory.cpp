// A memory that is read is written again as it is; what is none is refused as that, and a terminal
// that starts with it stands.
#include <stdexcept>

#include "sim/scripted_register.hpp"
#include "tests/fuzz/seed_corpus.hpp"

namespace {

sim::transaction sale(sim::booking_kind kind, std::int64_t amount, std::uint16_t receipt) {
    sim::transaction one;
    one.kind = kind;
    one.amount = amount;
    one.currency = 978;
    one.receipt = receipt;
    one.trace = receipt;
    one.card = "visa-credit";
    return one;
}

std::string some_memory() {
    sim::terminal_memory memory;
    memory.agreement.registered = true;
    memory.agreement.permitted = {0x06D1, 0x06D3};
    store_transaction(memory, sale(sim::booking_kind::payment, 1234, 1));
    store_transaction(memory, sale(sim::booking_kind::reservation, 5000, 2));
    memory.last_day = totals_of(memory);
    memory.pending = sale(sim::booking_kind::payment, 99, 3);
    sim::record_in_memory store;
    save_memory(store, memory);
    return store.load().value();
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    sim::record_in_memory fresh;
    save_memory(fresh, {});
    const auto empty = fresh.load().value(), some = some_memory();
    return fuzz::write_texts(*argc, *argv, {empty, some, R"({"version":1})", "{"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sim::record_in_memory store;
    store.save({reinterpret_cast<const char*>(data), size});
    sim::terminal_memory memory;
    try {
        memory = load_memory(store);
    } catch (const std::runtime_error& refused) {
        FUZZ_ASSERT(std::string_view{refused.what()}.find("cannot be read") != std::string::npos);
        return 0;
    }
    sim::record_in_memory first, second;
    save_memory(first, memory);
    save_memory(second, load_memory(first));
    FUZZ_ASSERT(first.load() == second.load());

    sim::terminal_world world;
    world.memory.save(*first.load());
    world.start();
    return 0;
}
