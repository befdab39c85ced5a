#include "protocol/zvt/serial_receiver.hpp"

#include <algorithm>
#include <utility>

#include "protocol/zvt/card_data.hpp"
#include "protocol/zvt/crc16.hpp"
#include "protocol/zvt/serial_frame.hpp"

namespace protocol::zvt {
namespace {

// Garbage full of DLE STX would otherwise be read once for each of them.
constexpr int max_rereads = 16;
constexpr std::size_t usual_frame_size = 1024;

}  // namespace

serial_receiver::serial_receiver(std::chrono::milliseconds t1) : t1_{t1} {
    line_.reserve(usual_frame_size);
    frame_.reserve(usual_frame_size);
}

void serial_receiver::receive(bytes_view bytes, time_point now) {
    if (bytes.empty()) return;
    elapse(now);
    forget_looked_at();
    line_.insert(line_.end(), bytes.begin(), bytes.end());
    last_byte_ = now;
}

void serial_receiver::elapse(time_point now) {
    const auto due = deadline();
    if (due && now >= *due) silence_at_ = line_.size();
}

std::optional<time_point> serial_receiver::deadline() const noexcept {
    const bool open = state_ != state::idle || run_.bytes != 0 || looked_at_ != line_.size();
    if (!open || !last_byte_ || silence_at_ != nowhere) return std::nullopt;
    return *last_byte_ + t1_;
}

std::optional<received> serial_receiver::next() {
    if (std::exchange(frame_ready_, false)) return deliver();
    while (true) {
        const bool broken_is_over = run_.bytes != 0 && run_.reason != drop_reason::noise &&
                                    state_ == state::idle && looked_at_ >= broken_until_;
        if (broken_is_over) return take_run();
        if (looked_at_ == silence_at_) {
            if (auto found = silence_passed()) return found;
            continue;
        }
        if (looked_at_ == line_.size()) return std::nullopt;
        if (auto found = look_at(line_[looked_at_++])) return found;
    }
}

void serial_receiver::reset() noexcept {
    line_.clear();
    looked_at_ = frame_start_ = 0;
    silence_at_ = nowhere;
    state_ = state::idle;
    frame_ready_ = false;
    run_ = {};
    broken_until_ = 0;
    rereads_ = 0;
    last_byte_.reset();
}

std::optional<received> serial_receiver::look_at(std::uint8_t byte) {
    switch (state_) {
        case state::idle: return look_at_idle(byte);
        case state::after_dle:
            if (byte == stx) return open_frame();
            ++run_.bytes;  // the DLE
            state_ = state::idle;
            --looked_at_;
            return std::nullopt;
        case state::in_frame:
            if (byte == dle) {
                state_ = state::in_frame_after_dle;
            } else {
                append(byte);
            }
            return std::nullopt;
        case state::in_frame_after_dle: return look_at_frame_dle(byte);
        case state::crc_low:
            received_crc_ = byte;
            state_ = state::crc_high;
            return std::nullopt;
        case state::crc_high:
            received_crc_ = static_cast<std::uint16_t>(received_crc_ | byte << 8U);
            return close_frame();
    }
    return std::nullopt;
}

std::optional<received> serial_receiver::look_at_idle(std::uint8_t byte) {
    if (byte == dle) {
        state_ = state::after_dle;
        return std::nullopt;
    }
    if (run_.bytes == 0 && byte == ack) return received_ack{};
    if (run_.bytes == 0 && byte == nak) return received_nak{};
    ++run_.bytes;
    return std::nullopt;
}

std::optional<received> serial_receiver::look_at_frame_dle(std::uint8_t byte) {
    state_ = state::in_frame;
    if (byte == dle) {
        append(dle);
    } else if (byte == etx) {
        state_ = state::crc_low;
    } else if (byte == stx) {
        if (run_.bytes == 0) begin_broken_run(drop_reason::bad_structure);
        const auto start = looked_at_ - 2;
        run_.bytes += start - frame_start_;
        broken_until_ = std::max(broken_until_, start);
        return open_frame();
    } else {
        lone_dle_ = true;
    }
    return std::nullopt;
}

// Noise is told now, so that it is told in order; a broken run may go on inside what has just been
// opened, unless it has grown beyond any frame.
std::optional<received> serial_receiver::open_frame() {
    state_ = state::in_frame;
    frame_start_ = looked_at_ - 2;
    frame_.clear();
    crc_ = 0;
    lone_dle_ = false;
    const bool endless = run_.bytes > max_serial_frame_size(max_apdu_size);
    if (run_.bytes != 0 && (run_.reason == drop_reason::noise || endless)) return take_run();
    return std::nullopt;
}

void serial_receiver::append(std::uint8_t byte) {
    if (frame_.size() == max_apdu_size) return fail_frame(drop_reason::too_long);
    frame_.push_back(byte);
    crc_ = crc16(crc_, byte);
}

std::optional<received> serial_receiver::close_frame() {
    if (const auto fault = fault_of_frame()) {
        fail_frame(*fault);
        return std::nullopt;
    }
    state_ = state::idle;
    if (run_.bytes == 0) return deliver();
    frame_ready_ = true;
    return take_run();
}

std::optional<drop_reason> serial_receiver::fault_of_frame() const noexcept {
    if (lone_dle_) return drop_reason::bad_structure;
    if (crc16(crc_, etx) != received_crc_) return drop_reason::bad_crc;
    const auto split = split_apdu(frame_);
    if (!split || split->used != frame_.size()) return drop_reason::bad_structure;
    return std::nullopt;
}

void serial_receiver::fail_frame(drop_reason reason) noexcept {
    if (run_.bytes == 0) begin_broken_run(reason);
    state_ = state::idle;
    // Of a frame without an end nobody knows what else belongs to it: all up to the next good one
    // or a silence.
    broken_until_ = reason == drop_reason::too_long ? nowhere : std::max(broken_until_, looked_at_);
    if (rereads_++ < max_rereads) looked_at_ = frame_start_ + 2;
    run_.bytes += looked_at_ - frame_start_;
}

void serial_receiver::begin_broken_run(drop_reason reason) noexcept {
    run_.reason = reason;
    broken_until_ = 0;
    rereads_ = 0;
}

std::optional<received> serial_receiver::silence_passed() {
    if (in_frame()) {
        fail_frame(drop_reason::inter_byte_timeout);
        return std::nullopt;
    }
    silence_at_ = nowhere;
    if (std::exchange(state_, state::idle) == state::after_dle) ++run_.bytes;
    if (run_.bytes == 0) return std::nullopt;
    return take_run();
}

received serial_receiver::take_run() noexcept { return std::exchange(run_, dropped{}); }

received serial_receiver::deliver() {
    mask_card_data(frame_);
    return received_apdu{split_apdu(frame_)->apdu, frame_};
}

void serial_receiver::forget_looked_at() {
    const std::size_t keep_from = in_frame()                   ? frame_start_
                                  : state_ == state::after_dle ? looked_at_ - 1
                                                               : looked_at_;
    line_.erase(line_.begin(), line_.begin() + static_cast<std::ptrdiff_t>(keep_from));
    looked_at_ -= keep_from;
    frame_start_ -= std::min(frame_start_, keep_from);
    if (silence_at_ != nowhere) silence_at_ -= std::min(silence_at_, keep_from);
    if (broken_until_ != nowhere) broken_until_ -= std::min(broken_until_, keep_from);
}

}  // namespace protocol::zvt
