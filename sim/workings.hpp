// Everything that the dialogues of a terminal work with.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/money.hpp"
#include "sim/acquirer.hpp"
#include "sim/conversation.hpp"
#include "sim/fault.hpp"
#include "sim/memory.hpp"
#include "sim/random.hpp"
#include "sim/receipt.hpp"

namespace sim {

/// When an approved transaction counts as stored: PA00P015 chapter 2.2.8 wants the answers to the
/// status information and to all prints over the register, 2.2.9 the first alone.
enum class store_rule : std::uint8_t { after_prints, after_status };

/// How long people and hosts take; drawn anew each time between both ends.
struct delay {
    milliseconds least{};
    milliseconds most{};
};
struct delays {
    delay present_card;
    delay type_pin;
    delay host;
};
inline constexpr delays human_delays{{milliseconds{800}, milliseconds{2500}},
                                     {milliseconds{1500}, milliseconds{3500}},
                                     {milliseconds{700}, milliseconds{1800}}};
inline constexpr delays fast_delays{};

struct terminal_config {
    std::uint32_t terminal_id{12345678};
    protocol::currency currency{protocol::euro()};
    std::string contract_number{"VU471112"};
    std::string software_version{"EMULATOR 0.1"};
    protocol_timers timers;
    sim::delays delays{fast_delays};
    sim::store_rule store_rule{};
    std::string autopilot_card{"visa-credit"};
    std::uint8_t busy_code{0x9C};
    /// What 04 FF tells the register to set T4 to while the host is asked; nothing: left alone.
    std::optional<std::uint8_t> host_minutes{2};
    bool synchronises{true};      // 1F1F
    bool numbers_messages{true};  // 1F73
    std::uint64_t seed{1};
};

/// The person in front of the terminal.
struct cardholder {
    bool autopilot{true};
    std::string card;       // what autopilot presents, or what lies on the reader now
    bool presented{};       // manual: a card is there
    std::deque<char> keys;  // pressed and not yet read: 0-9, 'O' OK, 'C' correct
};

struct workings {
    terminal_config config;
    conversation ecr;
    terminal_memory memory;
    record_store& store;
    acquirer& host;
    fault_plan& faults;
    cardholder person;
    random_source chance;
    std::vector<std::string> display;            // UTF-8 lines
    std::string waits_for{"commands"};           // for people: "card", "pin", "host", …
    std::deque<std::vector<std::string>> paper;  // the terminal's own printer, newest last
    wall_time clock_base{};                      // what the wall clock showed ..
    time_point clock_base_at{};                  // .. at this time

    void save() { save_memory(store, memory); }
    [[nodiscard]] wall_time wall_now() const {
        return std::chrono::floor<std::chrono::seconds>(
            clock_base + std::chrono::seconds{memory.clock_offset_s} +
            std::chrono::duration_cast<std::chrono::seconds>(ecr.now() - clock_base_at));
    }
    [[nodiscard]] std::uint32_t terminal_id() const noexcept {
        return memory.terminal_id != 0 ? memory.terminal_id : config.terminal_id;
    }
    [[nodiscard]] milliseconds draw(const delay& of) {
        return milliseconds{chance.between(static_cast<std::uint64_t>(of.least.count()),
                                           static_cast<std::uint64_t>(of.most.count()))};
    }
    /// Trace numbers run from 000001 to 999999 and round again.
    [[nodiscard]] std::uint32_t next_trace() noexcept {
        memory.last_trace = memory.last_trace >= 999999 ? 1 : memory.last_trace + 1;
        return memory.last_trace;
    }
    [[nodiscard]] std::uint16_t next_receipt() const noexcept {
        return protocol::following(protocol::receipt_number{memory.last_receipt}).value();
    }
    [[nodiscard]] std::uint32_t next_turnover() const noexcept {
        return (memory.last_turnover + 1) % 1'000'000;
    }
    [[nodiscard]] receipt_details receipt_frame() const {
        return {terminal_id(), config.contract_number, memory.agreement.print_width};
    }
    /// Shows text and tells the register (04 FF) if it wants to know. Its answer does not matter.
    task<> show(std::uint8_t intermediate_code, std::optional<std::uint8_t> minutes = {});
};

}  // namespace sim
