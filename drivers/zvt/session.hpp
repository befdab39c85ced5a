// One ZVT payment terminal, as drivers/terminal.hpp asks for it: registration, mastership, timers,
// the dialogues of each command. No I/O, no clock: bytes and time in, bytes and deadlines out.
//
//     auto terminal = make_session({.framing = framing::stream, .currency = protocol::euro()});
//     terminal->link_opened(now);        // it registers by itself
//     …                                  // then as drivers/terminal.hpp says
//
// drivers/zvt/README.md has the states, the timers and the transition table. ZVT PA00P015,
// PA00P016.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "drivers/framing.hpp"
#include "drivers/terminal.hpp"
#include "protocol/money.hpp"
#include "protocol/zvt/messages/registration.hpp"
#include "protocol/zvt/text.hpp"

namespace drivers::zvt {

/// Who puts the receipts on paper; becomes bits 02, 04 and 80 of the config byte.
enum class receipt_printing : std::uint8_t {
    ecr_lines,  // the terminal sends whole receipts (06 D1, 06 D3), they come as receipt_text
    compose,    // the register composes them from the transaction_result; no receipt_text
    terminal,   // the terminal prints on its own paper
};

/// The protocol's timers by their names, and ours. Defaults are the specification's where it has
/// one.
struct session_timers {
    std::chrono::milliseconds t1{200};    // serial: gap between two bytes of a frame
    std::chrono::milliseconds t2{5'000};  // serial: frame to its ACK
    std::chrono::milliseconds t3{5'000};  // command to its answer; stream: rest of a message
    std::chrono::milliseconds t4{
        180'000};  // last sign of life to the end, while the terminal works
    /// In place of t4 in 06 50, whose host transfer sends no intermediate status.
    std::chrono::milliseconds t4_end_of_day{600'000};
    /// In place of t4 after a result that is not an approval: some terminals never end the command.
    std::chrono::milliseconds after_decline{15'000};
    /// In place of t4 after the terminal accepted 06 B0.
    std::chrono::milliseconds after_abort{5'000};
    /// Between attempts while the terminal says 9C "wait" or A0 "not ready".
    std::chrono::milliseconds busy_retry{2'000};
    /// First wait before another attempt to register, doubled up to the second.
    std::chrono::milliseconds registration_retry{1'000};
    std::chrono::milliseconds registration_retry_longest{60'000};

    friend bool operator==(const session_timers&, const session_timers&) = default;
};

struct session_options {
    drivers::framing framing{drivers::framing::stream};
    protocol::zvt::password password{};  // 000000 unless the merchant has set another
    protocol::currency currency{protocol::euro()};
    receipt_printing printing{receipt_printing::ecr_lines};
    std::uint8_t printer_width{40};       // characters a line, tag 12
    std::uint16_t max_apdu_size{0x4000};  // tag 1A
    /// Neither payments nor administration can be started at the terminal itself (config 10 + 20),
    /// so that its receipt numbers are only ours.
    bool lock_terminal{false};
    std::uint8_t payment_type{0x40};  // BMP 19: 40 = the terminal decides
    /// Asked for at registration (tag 27); without it, or if the terminal does not echo it, texts
    /// are guessed.
    std::optional<protocol::zvt::charset> charset{};
    /// Synchronise by receipt number (tag 1F1F): the terminal then never reverses by itself.
    bool synchronise{false};
    std::chrono::milliseconds poll_interval{60'000};  // status enquiry while idle; 0 = never
    session_timers timers{};

    /// A reloaded configuration asks whether a terminal must be set up anew.
    friend bool operator==(const session_options&, const session_options&) = default;
};

[[nodiscard]] std::unique_ptr<terminal> make_session(session_options);

}  // namespace drivers::zvt
