// Whatever a terminal says and whatever the engine does meanwhile, the session keeps its promises.
//
// The first byte chooses RS232 (bit 0) and a terminal that has already registered us (bit 1). The
// rest are steps: one byte that says what, and what it needs.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "tests/fuzz/seed_corpus.hpp"
#include "tests/support/promise_watch.hpp"

using namespace std::chrono_literals;

namespace {

class steps {
public:
    explicit steps(std::span<const std::uint8_t> bytes) : rest_{bytes} {}
    [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }
    std::uint8_t byte() {
        if (rest_.empty()) return 0;
        const auto first = rest_.front();
        rest_ = rest_.subspan(1);
        return first;
    }
    std::span<const std::uint8_t> bytes(std::size_t count) {
        const auto some = rest_.first(std::min(count, rest_.size()));
        rest_ = rest_.subspan(some.size());
        return some;
    }

private:
    std::span<const std::uint8_t> rest_;
};

drivers::command some_command(std::uint8_t choice) {
    using namespace drivers;
    const original_transaction original{receipt_number{42}, trace_number{123}, "0047"};
    const money amount{1234, protocol::euro()};
    switch (choice % 12) {
        case 0: return money_command{money_kind::payment, amount, {}, {}};
        case 1: return money_command{money_kind::reservation, amount, {}, {}};
        case 2: return money_command{money_kind::book_total, amount, original, {}};
        case 3: return money_command{money_kind::release, amount, original, {}};
        case 4: return money_command{money_kind::reversal, amount, original, {}};
        case 5: return money_command{money_kind::refund, amount, {}, {}};
        case 6: return repeat_receipt{};
        case 7: return end_of_day{};
        case 8: return open_reservations{};
        case 9: return status_enquiry{};
        case 10: return display{{"x"}, 5s};
        default: return reboot{};
    }
}

void message(support::promise_watch& watch, bool serial, std::span<const std::uint8_t> apdu) {
    if (!serial) return watch.receive(apdu);
    std::vector<std::uint8_t> frame(protocol::zvt::max_serial_frame_size(apdu.size()));
    watch.receive(protocol::zvt::write_serial_frame(apdu, frame).value());
}

void one_step(support::promise_watch& watch, bool serial, steps& in) {
    switch (in.byte() % 9) {
        case 0: return watch.start(some_command(in.byte()));
        case 1: return watch.abort();
        case 2: return watch.acknowledge();
        case 3: return watch.pass(in.byte() * 20ms);
        case 4: return watch.pass(in.byte() * 1s);
        case 5: return watch.cut();
        case 6: return watch.receive(in.bytes(in.byte()));
        default: return message(watch, serial, in.bytes(in.byte()));
    }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    // A payment: start, 80 00 00, 04 FF, 04 0F, acknowledge, 06 D1, 06 0F.
    static constexpr std::string_view payment =
        "00 00 07 03 80 00 00 07 04 04 FF 01 0A 07 05 04 0F 02 27 00 02 07 05 06 D1 02 C0 41 07 03 "
        "06 0F 00";
    // Registration answered, then a refused payment, an abort, silence, a cut.
    static constexpr std::string_view mixed =
        "07 03 80 00 00 07 03 06 0F 00 00 00 07 03 84 9C 00 00 00 07 03 80 00 00 01 04 FF 05 06 01 "
        "15";
    const auto both = [&](const char* flags, std::string_view text) {
        return std::string{flags} + " " + std::string{text};
    };
    const std::string seeds[] = {both("02", payment), both("03", payment), both("00", mixed),
                                 both("01", mixed)};
    return fuzz::write_seeds(*argc, *argv, {seeds[0], seeds[1], seeds[2], seeds[3]});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 4096) return 0;
    const bool serial = (data[0] & 1U) != 0;
    drivers::zvt::session_options options;
    options.framing = serial ? drivers::framing::serial : drivers::framing::stream;
    support::promise_watch watch{options};
    if ((data[0] & 2U) != 0) watch.log_in();
    for (steps in{{data + 1, size - 1}}; !in.empty() && watch.broken().empty();) {
        one_step(watch, serial, in);
    }
    watch.finish();
    if (!watch.broken().empty()) {
        std::fprintf(stderr, "%s\n", watch.broken().c_str());
        std::abort();
    }
    return 0;
}
