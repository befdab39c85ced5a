// Named faults: what the emulator can do wrong on purpose, where, and how often.
//
//     fault cut{.kind = fault_kind::link_cut};
//     cut.where.message = message_match::of(command::status_information);
//     cut.where.byte = 5;
//     faults.add(cut);
//
//     if (auto struck = faults.strike(fault_kind::link_cut, seen)) …   // counts, draws, decides
//
// A fault strikes from its `occurrence`-th matching message on, `times` times, each time with its
// probability, drawn from its own seeded generator. Faults that are no message's business (how the
// terminal reads the specification) match every time they are asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/zvt/command.hpp"
#include "sim/random.hpp"

namespace sim {

enum class fault_kind : std::uint8_t {
    // the link
    link_cut,
    idle_cut,
    ack_lost,
    ack_duplicated,
    ack_garbled,
    nak_storm,
    bad_crc,
    noise,
    slow_bytes,
    split,
    glue,
    banner,
    other_protocol,
    // messages
    silence,
    message_lost,
    status_lost,
    completion_lost,
    message_repeated,
    stale_messages,
    wrong_length,
    extended_length,
    unknown_bmp,
    unknown_tag,
    tlv_unasked,
    // answers
    busy,
    refusal_with_data,
    alternative_acknowledgement,
    direct_answer,
    deaf,
    // the course of a payment
    power_loss,
    late_approval,
    abort_ignored,
    status_without_completion,
    completion_without_status,
    completion_carries_result,
    negative_status_without_end,
    completion_after_refusal,
    status_repeated,
    silent_pin_entry,
    receipt_before_status,
    print_refused,
    printer_out_of_paper,
    prints_itself,
    signature_dialogue,
    asks_for_input,
    asks_by_menu,
    // what messages look like
    completion_shape,
    abort_shape,
    pan_form,
    missing_field,
    receipt_number,
    expiry_9999,
    card_name_without_nul,
    text_encoding,
    text_with_tlv,
    long_receipt,
    totals_differ,
    // how it reads the specification
    registration_ignored,
    unregistered_refused,
    bare_repeat_receipt,
    repeat_shows_last_executed,
    repeat_shows_end_of_day,
    reversal_takes_number,
    power_loss_keeps,
    ignores_link_loss,
    print_refusal_reverses,
};

struct fault_info {
    fault_kind kind;
    std::string_view name;         // as scripts and the control API write it
    std::string_view explanation;  // one line
    std::string_view parameters;   // those that it looks at, beside times, probability, seed
    bool habit{};                  // how this terminal always is: strikes for ever unless told else
};
[[nodiscard]] std::span<const fault_info> all_faults() noexcept;
[[nodiscard]] const fault_info& info_of(fault_kind) noexcept;
[[nodiscard]] const fault_info* find_fault(std::string_view name) noexcept;

enum class direction : std::uint8_t { to_register, to_terminal };

/// Which messages a fault looks at: one control field, any answer (80 xx, 84 xx), link
/// acknowledgements, or all.
class message_match {
public:
    constexpr message_match() noexcept = default;
    [[nodiscard]] static constexpr message_match of(protocol::zvt::command code) noexcept {
        return message_match{static_cast<std::uint16_t>(code), false};
    }
    [[nodiscard]] static constexpr message_match any_answer() noexcept {
        return message_match{0x8000, true};
    }
    [[nodiscard]] bool matches(protocol::zvt::command) const noexcept;

private:
    constexpr message_match(std::uint16_t code, bool answer) noexcept
        : code_{code}, answer_{answer} {}
    std::optional<std::uint16_t> code_;
    bool answer_{};
};

struct fault {
    fault_kind kind{};
    message_match message;
    direction way{direction::to_register};
    std::uint32_t occurrence{1};  // from which matching message on
    std::uint32_t times{1};       // 0: for ever
    std::uint32_t probability_ppm{1'000'000};
    std::uint64_t seed{1};
    std::optional<std::uint32_t> byte;  // position in the message, 0 = before its first byte
    std::chrono::milliseconds lasts{};  // how long: silence, gap, power off, link down
    std::uint32_t count{};              // how many: bytes, repeats, sizes
    std::optional<std::uint8_t> code;   // answer or result code
    std::string step;                   // strikes at this step instead of at a message
    std::string value;                  // field, shape, text: by fault
};

class fault_plan {
public:
    void add(fault);
    void clear() noexcept { armed_.clear(); }
    /// Faults that can still strike.
    [[nodiscard]] std::vector<fault> active() const;

    /// Whether any fault can still strike at what crosses the wire this way.
    [[nodiscard]] bool watches(direction) const noexcept;

    /// Asks for one fault at one message. Counts the message for every fault of this kind that
    /// matches it; returns the first one that strikes.
    [[nodiscard]] std::optional<fault> strike(fault_kind, protocol::zvt::command, direction);
    /// The same for faults that strike at a step, or (no step given) for those of no message.
    [[nodiscard]] std::optional<fault> strike(fault_kind, std::string_view step = {});

    /// Names of the faults that struck since the last call, for the trace.
    [[nodiscard]] std::vector<std::string_view> take_struck();

private:
    struct armed {
        fault what;
        random_source chance;
        std::uint32_t seen{};
        std::uint32_t struck{};
    };
    bool decide(armed&, bool another_struck);
    std::optional<fault> report(const armed&);

    std::vector<armed> armed_;
    std::vector<std::string_view> struck_;
};

/// Steps of a dialogue at which power_loss can strike, in order.
namespace step {
inline constexpr std::string_view command_received = "command_received";
inline constexpr std::string_view before_card = "before_card";
inline constexpr std::string_view card_read = "card_read";
inline constexpr std::string_view before_host = "before_host";
inline constexpr std::string_view host_asked = "host_asked";
inline constexpr std::string_view host_answered = "host_answered";
inline constexpr std::string_view before_status = "before_status";
inline constexpr std::string_view status_acknowledged = "status_acknowledged";
inline constexpr std::string_view before_prints = "before_prints";
inline constexpr std::string_view printed = "printed";
inline constexpr std::string_view before_store = "before_store";
inline constexpr std::string_view stored = "stored";
inline constexpr std::string_view before_completion = "before_completion";
inline constexpr std::string_view completed = "completed";
inline constexpr std::string_view before_reversal = "before_reversal";
inline constexpr std::string_view reversed = "reversed";
}  // namespace step
[[nodiscard]] std::span<const std::string_view> all_steps() noexcept;

}  // namespace sim
