// What decoding a result and encoding a payment cost, on one core.
//
//     build/release/bin/bench_codec                     # exit 1 below the floors, or if it
//     allocates build/release/bin/bench_codec --benchmark_filter=decode
//
// decode_status_information takes two real 04 0F in turn, a reservation and the totals of a day,
// from the bytes on the wire to every value that a sale needs: all lengths and BCD digits are
// checked, the card number is masked, the totals are read.
#include <benchmark/benchmark.h>

#include <array>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "protocol/zvt/hex_input.hpp"
#include "protocol/zvt/messages/money_command.hpp"
#include "protocol/zvt/messages/status_information.hpp"
#include "tests/support/count_allocations.hpp"

namespace {

using namespace protocol;
using namespace protocol::zvt;

std::vector<std::uint8_t> capture(const char* name) {
    std::ostringstream text;
    text << std::ifstream{std::string{BRIDGE_SOURCE_DIR "/tests/compat/captures/"} + name}.rdbuf();
    const auto items = read_hex_input(text.str());
    if (!items || items->size() != 1 || items->front().what != hex_item::kind::message) {
        throw std::runtime_error{std::string{"no message in "} + name};
    }
    return items->front().bytes;
}

/// Everything that a sale or a closing reads of a 04 0F. 0 when it does not decode.
std::uint64_t decode_whole(bytes_view wire) {
    const auto split = split_apdu(wire);
    if (!split) return 0;
    const auto message = status_information::decode(split->apdu);
    if (!message) return 0;
    std::uint64_t sum = 1U + message->result_code().value_or(0);
    sum += static_cast<std::uint64_t>(message->amount().value_or(0));
    sum += message->receipt().value_or(receipt_number{}).value();
    sum += message->trace().value_or(trace_number{}).value();
    sum += message->turnover().value_or(turnover_number{}).value();
    sum += message->terminal_id().value_or(0);
    sum += message->block.currency_number().value_or(0);
    sum += message->card_type().value_or(0);
    sum += message->pan().view().size();
    sum += message->card_name().size() + message->authorisation_attribute().size();
    if (const auto value = message->block.value(bmp::single_totals)) {
        const auto totals = single_totals::decode(*value);
        if (!totals) return 0;
        for (const auto& brand : totals->brands) sum += static_cast<std::uint64_t>(brand.amount);
    }
    return sum;
}

void decode_status_information(benchmark::State& state) {
    const std::array<std::vector<std::uint8_t>, 2> messages{
        capture("06-04-0f-status-of-a-reservation.hex"), capture("10-04-0f-end-of-day-totals.hex")};
    for (const auto& message : messages) {
        if (decode_whole(message) == 0) state.SkipWithError("a capture does not decode");
    }
    const auto before = support::allocations();
    for (auto _ : state) {
        for (const auto& message : messages) {
            auto wire = bytes_view{message};
            benchmark::DoNotOptimize(wire);
            benchmark::DoNotOptimize(decode_whole(wire));
        }
    }
    state.counters["allocations"] = static_cast<double>(support::allocations() - before);
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(messages.size()));
}
BENCHMARK(decode_status_information);

void encode_authorization(benchmark::State& state) {
    std::array<std::uint8_t, 64> buffer{};
    money_command payment{.code = command::authorization,
                          .amount = 1234,
                          .currency = 978,
                          .payment_type = std::uint8_t{0x40}};
    const auto before = support::allocations();
    for (auto _ : state) {
        benchmark::DoNotOptimize(payment);
        auto apdu = payment.encode(buffer);
        benchmark::DoNotOptimize(apdu);
        benchmark::ClobberMemory();
    }
    state.counters["allocations"] = static_cast<double>(support::allocations() - before);
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(encode_authorization);

/// Shows the figures and remembers whether one is below its floor.
class floor_reporter final : public benchmark::ConsoleReporter {
public:
    void ReportRuns(const std::vector<Run>& runs) override {
        ConsoleReporter::ReportRuns(runs);
        static const std::map<std::string, double> floors{{"decode_status_information", 5e6},
                                                          {"encode_authorization", 20e6}};
        for (const auto& run : runs) {
            const auto floor = floors.find(run.benchmark_name());
            if (floor == floors.end() || run.run_type != Run::RT_Iteration) continue;
            const double per_second = run.counters.at("items_per_second");
            const double allocated = run.counters.at("allocations");
            if (per_second >= floor->second && allocated == 0) continue;
            missed_ = true;
            GetErrorStream() << floor->first << ": " << per_second << "/s where " << floor->second
                             << "/s are asked for, " << allocated << " allocations\n";
        }
    }
    [[nodiscard]] bool missed() const noexcept { return missed_; }

private:
    bool missed_{};
};

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    floor_reporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    return reporter.missed() ? 1 : 0;
}
