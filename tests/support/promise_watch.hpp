// Drives a ZVT session and watches that it keeps the promises of drivers/terminal.hpp:
//
//   1. a money frame leaves once for each accepted command, save for repeats that a NAK asked for,
//      and those twice at most (M2);
//   2. each accepted command ends once;
//   3. while a result waits for acknowledge(), no frame leaves (M3);
//   4. `completed` needs a 06 0F (or the answer that is all there is), so at least some received
//      byte; `refused` and `aborted` likewise.
//
// And that it never asks for wake-ups without end. broken() says what went wrong first.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "drivers/zvt/session.hpp"
#include "protocol/zvt/serial_frame.hpp"

namespace support {

class promise_watch {
public:
    explicit promise_watch(const drivers::zvt::session_options& options)
        : serial_{options.framing == drivers::framing::serial},
          machine_{drivers::zvt::make_session(options)} {
        machine_->link_opened(now_);
        drain();
    }

    void receive(std::span<const std::uint8_t> bytes) {
        for (const auto byte : bytes) naks_ += byte == protocol::zvt::nak ? 1 : 0;
        received_something_ = received_something_ || !bytes.empty();
        if (!open_) return;
        call([&] { machine_->receive(bytes, now_); });
    }
    void start(const drivers::command& what) {
        call([&] {
            if (!machine_->start(what, now_)) return;
            if (running_) fail("a second command was accepted while one runs");
            running_ = true;
            money_sent_ = 0;
            naks_ = 0;
            received_something_ = false;
        });
    }
    void acknowledge() {
        waiting_ = false;
        call([&] { machine_->acknowledge(now_); });
    }
    void abort() {
        call([&] { machine_->abort(now_); });
    }
    void cut() {
        call([&] { machine_->link_closed(drivers::errc::link_lost, now_); });
        waiting_ = false;
        open_ = true;
        call([&] { machine_->link_opened(now_); });
    }
    void pass(std::chrono::milliseconds duration) {
        const auto until = now_ + duration;
        for (int wakes = 0;; ++wakes) {
            if (wakes > 2'000) return fail("wake-ups without end");
            const auto due = machine_->deadline();
            if (!due || *due > until) break;
            now_ = std::max(now_, *due);
            call([&] { machine_->elapse(now_); });
        }
        now_ = until;
    }
    /// Registers a terminal that answers as the book says.
    void log_in() {
        for (const auto* apdu : {"\x80\0\0", "\x06\x0F\0", "\x80\0\0", "\x06\x0F\0"}) {
            const std::vector<std::uint8_t> bytes(apdu, apdu + 3);
            receive(serial_ ? frame_of(bytes) : bytes);
            if (serial_) receive(std::vector<std::uint8_t>{protocol::zvt::ack});
        }
    }
    /// The link goes for good: whatever ran has to end now.
    void finish() {
        call([&] { machine_->link_closed(drivers::errc::link_lost, now_); });
        if (running_) fail("a command has not ended although the link is gone");
    }

    [[nodiscard]] const std::string& broken() const noexcept { return broken_; }

private:
    template <class Call>
    void call(Call what) {
        const bool waited = waiting_;
        what();
        drain();
        if (waited && waiting_ && frames_in_call_ > 0) {
            fail("something was said while a result was being written down");
        }
        frames_in_call_ = 0;
    }

    static std::vector<std::uint8_t> frame_of(const std::vector<std::uint8_t>& apdu) {
        std::vector<std::uint8_t> out(protocol::zvt::max_serial_frame_size(apdu.size()));
        out.resize(protocol::zvt::write_serial_frame(apdu, out).value().size());
        return out;
    }

    void drain() {
        while (const auto out = machine_->next_output()) {
            if (const auto* bytes = std::get_if<drivers::write_bytes>(&*out)) {
                sent(bytes->bytes);
            } else {
                open_ = false;
            }
        }
        while (const auto event = machine_->next_event()) on(*event);
        while (machine_->next_trace()) {
        }
        if (open_) return;
        machine_->link_closed(drivers::errc::link_lost, now_);
        while (const auto event = machine_->next_event()) on(*event);
        waiting_ = false;
        open_ = true;
        machine_->link_opened(now_);
        drain();
    }

    void sent(std::span<const std::uint8_t> bytes) {
        if (serial_ && bytes.size() == 1) return;  // ACK, NAK
        ++frames_in_call_;
        const auto apdu = serial_ ? bytes.subspan(2) : bytes;
        if (apdu[0] != 0x06) return;
        for (const auto instruction : {0x01, 0x22, 0x24, 0x25, 0x30, 0x31}) {
            if (apdu[1] != instruction) continue;
            ++money_sent_;
            if (!running_) fail("a money frame left although no command runs");
            const int allowed = serial_ ? 1 + std::min(naks_, 2) : 1;
            if (money_sent_ > allowed) fail("a money frame left more often than a NAK asked for");
        }
    }

    void on(const drivers::event& event) {
        using how = enum drivers::command_ended::how;
        if (std::holds_alternative<drivers::result_received>(event)) waiting_ = true;
        const auto* end = std::get_if<drivers::command_ended>(&event);
        if (end == nullptr) return;
        if (!running_) fail("a command ended that does not run");
        running_ = false;
        switch (end->outcome) {
            case how::completed:
            case how::aborted:
            case how::refused:
                if (!received_something_) fail("a final end out of silence");
                break;
            case how::never_sent:
                if (money_sent_ > 0) fail("a payment that left was called never sent");
                break;
            case how::lost: break;
        }
    }

    void fail(std::string what) {
        if (broken_.empty()) broken_ = std::move(what);
    }

    bool serial_;
    std::unique_ptr<drivers::terminal> machine_;
    drivers::time_point now_{std::chrono::hours{1}};
    bool open_{true};
    bool running_{};
    bool waiting_{};  // a result was given out and not acknowledged on this link
    int money_sent_{};
    int naks_{};
    int frames_in_call_{};
    bool received_something_{};
    std::string broken_;
};

}  // namespace support
