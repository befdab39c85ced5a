// Runs a recorded dialogue through a terminal machine again, on the recording's own clock: what a
// shop's terminal said once becomes a test.
//
//     const auto recorded = read_trace(text);
//     const auto again = replay(machine, *recorded, {.prompt = [&](const trace_record& expected,
//                                                                  time_point now) {
//         if (is_payment(expected)) (void)machine.start(payment, now);
//         else machine.acknowledge(now);
//     }});
//     CHECK(first_difference(*recorded, again.records) == std::nullopt);
//     CHECK(std::get<command_ended>(again.events.back()).outcome == …);
//
// The machine answers by itself what it answered then. What its owner decided then (commands,
// acknowledgements) `prompt` decides again: it is called when the recording says that something was
// sent and the machine has nothing to send.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "drivers/trace_text.hpp"

namespace drivers {

struct replay_options {
    std::function<void(const trace_record& expected, time_point now)> prompt;  // empty: nobody
    /// A received record as its wire carries it. Empty: as on a stream, a message's bytes
    /// unchanged, ACK and NAK not there at all.
    std::function<std::vector<std::uint8_t>(const trace_record&)> frame;
    /// What the machine takes for the time of the first record.
    time_point start{};
};

struct replayed {
    std::vector<trace_record> records;  // what the machine traced of itself
    std::vector<event> events;
};

/// Drops and notes of the recording are skipped: their bytes are not in it. A machine that asks for
/// the link to be closed gets a new one at once.
[[nodiscard]] replayed replay(terminal& machine, std::span<const traced> recording,
                              const replay_options& options);

/// Index into `recording` of the first message, ACK or NAK that the replay did not repeat in the
/// same order and direction; recording.size() when the replay went on longer; nullopt: none.
[[nodiscard]] std::optional<std::size_t> first_difference(std::span<const traced> recording,
                                                          std::span<const trace_record> again);

}  // namespace drivers
