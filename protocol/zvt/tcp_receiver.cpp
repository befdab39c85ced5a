#include "protocol/zvt/tcp_receiver.hpp"

#include <algorithm>
#include <utility>

#include "protocol/zvt/card_data.hpp"

namespace protocol::zvt {
namespace {

constexpr std::size_t usual_buffer_size = 4096;

// STX, ETX, EOT, ENQ, ACK, DLE, NAK: what terminals of older protocols poll with.
bool is_polling_byte(std::uint8_t byte) noexcept {
    return (byte >= 0x02 && byte <= 0x06) || byte == 0x10 || byte == 0x15;
}

bool is_printable(std::uint8_t byte) noexcept {
    return (byte >= 0x20 && byte < 0x7F) || byte == '\r' || byte == '\n' || byte == '\t';
}

bool is_in_specification(command code, receiver_side side) noexcept {
    const auto* info = find_command(code);
    if (info == nullptr || info->direction == command_direction::both) return info != nullptr;
    return (info->direction == command_direction::pt_to_ecr) ==
           (side == receiver_side::from_terminal);
}

}  // namespace

tcp_receiver::tcp_receiver(receiver_side side, std::chrono::milliseconds t3)
    : side_{side}, t3_{t3} {
    buffer_.reserve(usual_buffer_size);
}

void tcp_receiver::receive(bytes_view bytes, time_point now) {
    if (bytes.empty()) return;
    elapse(now);
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(start_));
    if (silence_at_ != nowhere) silence_at_ -= start_;
    start_ = 0;
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    last_byte_ = now;
}

void tcp_receiver::elapse(time_point now) {
    const auto due = deadline();
    if (due && now >= *due) silence_at_ = buffer_.size();
}

std::optional<time_point> tcp_receiver::deadline() const noexcept {
    const bool open = start_ != buffer_.size() || run_ != 0;
    if (!open || !last_byte_ || silence_at_ != nowhere) return std::nullopt;
    return *last_byte_ + t3_;
}

std::optional<received> tcp_receiver::next() {
    while (true) {
        const auto rest = unread();
        const auto found = judge(rest);
        if (found == next_bytes::no_apdu) {
            drop_byte();
            continue;
        }
        if (!told_other_protocol_ && is_other_protocol()) {
            told_other_protocol_ = true;
            return take_run(drop_reason::other_protocol);
        }
        if (found == next_bytes::whole_apdu) {
            return run_ == 0 ? deliver() : take_run(drop_reason::noise);
        }
        if (silence_at_ == nowhere) return std::nullopt;
        if (auto dropped = silence_passed()) return dropped;
    }
}

void tcp_receiver::reset() noexcept {
    buffer_.clear();
    start_ = 0;
    silence_at_ = nowhere;
    run_ = 0;
    run_is_polling_ = true;
    told_other_protocol_ = false;
    in_sync_ = true;
    last_byte_.reset();
}

bytes_view tcp_receiver::unread() const noexcept {
    const auto end = std::min(silence_at_, buffer_.size());
    return bytes_view{buffer_}.subspan(start_, end - start_);
}

// In step with the other side, vendor commands and (in a terminal) commands that nobody knows are
// let through: they have to be answered (84 83). Among noise only the specification's control
// fields are believed.
bool tcp_receiver::can_start(bytes_view bytes, bool in_sync) const noexcept {
    const bool from_ecr = side_ == receiver_side::from_ecr;
    const auto first = bytes[0];
    const bool response = first == 0x80 || first == 0x84;
    const bool vendor = first == 0x0F;
    const bool command_class =
        first == 0x06 || (from_ecr ? first == 0x05 || first == 0x08 : first == 0x04);
    if (!response && !vendor && !command_class) return false;
    if (bytes.size() < 2) return true;

    const bool open_class = response || vendor || (from_ecr && first != 0x05);
    const bool negative_response = first == 0x84;
    return (in_sync && open_class) || negative_response ||
           is_in_specification(make_command(first, bytes[1]), side_);
}

tcp_receiver::next_bytes tcp_receiver::judge(bytes_view rest) const noexcept {
    if (rest.empty()) return next_bytes::start_of_apdu;
    if (!can_start(rest, in_sync_)) return next_bytes::no_apdu;
    return split_apdu(rest) ? next_bytes::whole_apdu : next_bytes::start_of_apdu;
}

// What is still unread has not become an APDU in time.
std::optional<received> tcp_receiver::silence_passed() {
    const auto rest = unread();
    const auto stray = stray_bytes(rest);
    const bool polling = std::all_of(
        rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(stray), is_polling_byte);
    if (stray == rest.size() && polling) {
        for (std::size_t count = 0; count < stray; ++count) drop_byte();
    }
    if (run_ != 0) {
        const bool other = run_is_polling_ && !told_other_protocol_ && unread().empty();
        return take_run(other ? drop_reason::other_protocol : drop_reason::noise);
    }
    if (stray != 0) {
        start_ += stray;
        in_sync_ = false;
        const bool back_in_step = stray != rest.size();
        return dropped{back_in_step ? drop_reason::noise : drop_reason::inter_byte_timeout, stray};
    }
    silence_at_ = nowhere;
    told_other_protocol_ = false;
    return std::nullopt;
}

// How many bytes of `rest` stand before APDUs of the specification that end with its last byte; all
// of them when there are none. From the end, so that each byte is looked at once.
std::size_t tcp_receiver::stray_bytes(bytes_view rest) const {
    std::vector<bool> ends_well(rest.size() + 1);
    ends_well[rest.size()] = true;
    auto first = rest.size();
    for (auto at = rest.size(); at-- > 1;) {
        const auto tail = rest.subspan(at);
        if (!can_start(tail, false)) continue;
        const auto split = split_apdu(tail);
        if (!split || !ends_well[at + split->used]) continue;
        ends_well[at] = true;
        first = at;
    }
    return first;
}

received tcp_receiver::deliver() {
    const auto used = split_apdu(unread())->used;
    const auto whole = std::span{buffer_}.subspan(start_, used);
    start_ += used;
    in_sync_ = true;
    told_other_protocol_ = false;
    mask_card_data(whole);
    return received_apdu{split_apdu(whole)->apdu, whole};
}

void tcp_receiver::drop_byte() noexcept {
    const auto byte = buffer_[start_++];
    if (run_ < run_begin_.size()) run_begin_[run_] = byte;
    run_is_polling_ = run_is_polling_ && is_polling_byte(byte);
    ++run_;
    in_sync_ = false;
}

bool tcp_receiver::is_other_protocol() const noexcept {
    if (run_ < run_begin_.size()) return false;
    const bool text = std::all_of(run_begin_.begin(), run_begin_.end(), is_printable);
    const bool tls_record = (run_begin_[0] == 0x15 || run_begin_[0] == 0x16) &&
                            run_begin_[1] == 0x03 && run_begin_[2] <= 0x04;
    return text || tls_record;
}

received tcp_receiver::take_run(drop_reason reason) noexcept {
    run_is_polling_ = true;
    return dropped{reason, std::exchange(run_, 0)};
}

}  // namespace protocol::zvt
