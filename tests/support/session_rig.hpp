// A ZVT session under test, and the script of a terminal at the other end of its wire.
//
//     session_rig rig;                       // TCP; session_rig{serial_options()} for RS232
//     rig.log_in();                          // registered, ready
//     rig.start(payment(1234));
//     rig.play(R"(
//         E 06 01 0C 04 00 00 00 00 12 34 49 09 78 19 40 ~
//         P 04 FF 01 0A ~                    ; insert card
//         P 04 0F 02 27 00                   ; nothing comes back …
//         A                                  ; … until the engine has it on disk
//         E 80 00 00
//         P 06 0F 00 ~
//     )");
//     CHECK(rig.ended().outcome == how::completed);
//
// E: we must say exactly this. P: the terminal says this. A: acknowledge(). `~`: the other side
// answers 80 00 00. `|` is decoration, `;` begins a comment. On RS232 the rig frames, and both
// sides ACK each frame.
#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/zvt/session.hpp"
#include "protocol/zvt/serial_frame.hpp"
#include "tests/support/hex_bytes.hpp"

namespace support {

using bytes = std::vector<std::uint8_t>;
using how = enum drivers::command_ended::how;
using namespace std::chrono_literals;

/// "06 0F 00"
inline std::string spelled(std::span<const std::uint8_t> data) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const auto byte : data) {
        if (!out.empty()) out += ' ';
        out += digits[byte >> 4U];
        out += digits[byte & 0x0FU];
    }
    return out;
}

inline bytes framed(const bytes& apdu) {
    bytes out(protocol::zvt::max_serial_frame_size(apdu.size()));
    const auto frame = protocol::zvt::write_serial_frame(apdu, out);
    REQUIRE(frame.has_value());
    out.resize(frame->size());
    return out;
}

/// The APDU inside one whole frame; its CRC is believed.
inline bytes unframed(std::span<const std::uint8_t> frame) {
    REQUIRE(frame.size() > 6);
    bytes out;
    for (std::size_t i = 2; i + 4 < frame.size(); ++i) {
        out.push_back(frame[i]);
        if (frame[i] == protocol::zvt::dle) ++i;
    }
    return out;
}

inline drivers::zvt::session_options serial_options() {
    return {.framing = drivers::framing::serial};
}

inline drivers::money euros(std::int64_t minor) { return {minor, protocol::euro()}; }

inline drivers::money_command payment(std::int64_t minor) {
    return {drivers::money_kind::payment, euros(minor), {}, {}};
}

inline drivers::money_command with_original(drivers::money_kind kind, std::int64_t minor,
                                            std::uint16_t receipt) {
    return {kind,
            euros(minor),
            drivers::original_transaction{drivers::receipt_number{receipt}, {}, ""},
            {}};
}

/// The result of a payment of 12.34 by girocard: receipt 0042, trace 000123.
inline constexpr const char* approval =
    "04 0F 5F | 27 00 | 04 000000001234 | 0B 000123 | 0C 101530 | 0D 0514 | 0E 2912 | 17 0001 | "
    "19 70 | 22 F1F0672812EEEEEEEEE3456F | 29 12345678 | 3B 3833373634350000 | 49 0978 | 87 0042 | "
    "8A 05 | 88 000042 | 8B F0F96769726F6361726400 | 06 0E2F0C1F1001021F1101011F120101";

class session_rig {
public:
    explicit session_rig(drivers::zvt::session_options options = {})
        : serial{options.framing == drivers::framing::serial},
          machine{drivers::zvt::make_session(options)} {}

    static constexpr std::string_view registration_stream =
        "06 00 19 00 00 00 8E 09 78 06 11 12 01 40 1A 02 40 00 26 08 0A 02 06 D1 0A 02 06 D3";

    // ---- the terminal's end of the wire

    void open() {
        machine->link_opened(now);
        drain();
    }
    void close() {
        machine->link_closed(drivers::errc::link_lost, now);
        drain();
    }
    /// Bytes as they are on the wire.
    void wire(const bytes& raw) {
        machine->receive(raw, now);
        drain();
    }
    void wire(std::string_view text) { wire(hex(text)); }
    /// One message.
    void says(std::string_view text) {
        const auto apdu = hex(text);
        wire(serial ? framed(apdu) : apdu);
        if (serial) expect_control("06");
    }
    /// The next message of ours, "" if we said nothing. On RS232 it is ACKed, unless `mute`.
    std::string heard() {
        if (sent.empty()) return {};
        auto first = std::move(sent.front());
        sent.pop_front();
        if (!serial) return spelled(first);
        if (first.size() == 1) return spelled(first);
        if (!mute) wire("06");
        return spelled(unframed(first));
    }
    void expect(std::string_view text) { CHECK(heard() == spelled(hex(text))); }
    void expect_control(std::string_view text) {
        // An ACK goes out before the answer it precedes, but behind what was on its way.
        for (auto at = sent.begin(); at != sent.end(); ++at) {
            if (at->size() == 1 && spelled(*at) == text) {
                sent.erase(at);
                return;
            }
        }
        FAIL_CHECK("expected ", std::string{text}, " on the line");
    }
    void expect_silence() { CHECK(heard() == ""); }

    void play(const std::string& script) {
        std::istringstream lines{script};
        for (std::string line; std::getline(lines, line);) play_line(line);
    }

    // ---- the engine's end

    void start(const drivers::command& what) {
        const auto begun = machine->start(what, now);
        REQUIRE_MESSAGE(begun.has_value(), begun.error().message());
        drain();
    }
    drivers::error_code refused_to_start(const drivers::command& what) {
        const auto begun = machine->start(what, now);
        drain();
        return begun.has_error() ? begun.error() : drivers::error_code{};
    }
    void acknowledge() {
        machine->acknowledge(now);
        drain();
    }
    void abort() {
        machine->abort(now);
        drain();
    }

    // ---- time

    /// Lets time pass, waking the machine whenever it asks for it.
    void pass(std::chrono::milliseconds duration) {
        const auto until = now + duration;
        for (int wakes = 0;; ++wakes) {
            REQUIRE_MESSAGE(wakes < 10'000, "the machine asks for wake-ups without end");
            const auto due = machine->deadline();
            if (!due || *due > until) break;
            now = std::max(now, *due);
            machine->elapse(now);
            drain();
        }
        now = until;
        machine->elapse(now);
        drain();
    }

    // ---- what happened

    /// All events of one kind since the last clear().
    template <class Event>
    std::vector<Event> all() const {
        std::vector<Event> out;
        for (const auto& event : events) {
            if (const auto* one = std::get_if<Event>(&event)) out.push_back(*one);
        }
        return out;
    }
    template <class Event>
    Event only() const {
        const auto found = all<Event>();
        REQUIRE(found.size() == 1);
        return found.front();
    }
    drivers::command_ended ended() const { return only<drivers::command_ended>(); }
    void clear() {
        events.clear();
        traces.clear();
    }

    /// Link up, registered, ready; nothing left to look at.
    void log_in() {
        open();
        const auto request = heard();
        REQUIRE(request.starts_with("06 00"));
        answer_registration();
        play(R"(
            E 05 01 05 00 00 00 03 04 ~
            P 06 0F 09 F0 F0 F5 31 2E 32 2E 33 00 ~
        )");
        REQUIRE(machine->idle());
        clear();
    }
    void answer_registration() {
        play(R"(
            P 80 00 00
            P 06 0F 0C 19 00 29 12 34 56 78 49 09 78 06 00 ~
        )");
    }

    void drain() {
        while (auto out = machine->next_output()) {
            if (const auto* bytes_out = std::get_if<drivers::write_bytes>(&*out)) {
                sent.push_back(bytes_out->bytes);
                if (serial && bytes_out->bytes.size() == 1) continue;
                const auto apdu = serial ? unframed(bytes_out->bytes) : bytes_out->bytes;
                if (is_money(apdu)) ++money_frames;
            } else {
                close_wishes.push_back(std::get<drivers::close_link>(*out).reason);
            }
        }
        while (auto event = machine->next_event()) events.push_back(std::move(*event));
        while (auto record = machine->next_trace()) traces.push_back(std::move(*record));
    }

    static bool is_money(const bytes& apdu) {
        if (apdu.size() < 3 || apdu[0] != 0x06) return false;
        const auto what = apdu[1];
        return what == 0x01 || what == 0x22 || what == 0x24 || what == 0x25 || what == 0x30 ||
               what == 0x31;
    }

    bool serial;
    bool mute{};  // the terminal sends no ACKs
    std::unique_ptr<drivers::terminal> machine;
    drivers::time_point now{1h};
    std::deque<bytes> sent;  // each output of ours
    std::vector<drivers::event> events;
    std::vector<drivers::trace_record> traces;
    std::vector<drivers::error_code> close_wishes;
    int money_frames{};

    /// Logs in and starts a payment of 12.34, which the terminal takes.
    void begin_payment() {
        log_in();
        start(payment(1234));
        play("E 06 01 0C | 04 000000001234 | 49 0978 | 19 40 ~");
    }

private:
    void play_line(std::string line) {
        line = line.substr(0, line.find(';'));
        const auto first = line.find_first_not_of(" \t");
        if (first == std::string::npos) return;
        const char who = line[first];
        const auto mark = line.find('~');
        const bool answered = mark != std::string::npos;
        const auto rest =
            line.substr(first + 1, mark == std::string::npos ? mark : mark - first - 1);
        INFO("script line: ", line);
        switch (who) {
            case 'A': acknowledge(); return;
            case 'E':
                expect(rest);
                if (answered) says("80 00 00");
                return;
            case 'P':
                says(rest);
                if (answered) expect("80 00 00");
                return;
            default: FAIL("script line begins with E, P or A: ", line);
        }
    }
};

/// A session on TCP with the payment of 12.34 running.
inline session_rig paying() {
    session_rig rig;
    rig.begin_payment();
    return rig;
}

}  // namespace support
