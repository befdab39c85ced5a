#include "sim/inbound.hpp"

#include <utility>

#include "protocol/zvt/serial_frame.hpp"

namespace sim {
namespace {

namespace zvt = protocol::zvt;
constexpr auto to_terminal = direction::to_terminal;

constexpr std::size_t control_field_size = 2;

}  // namespace

inbound::inbound(link_nature nature, fault_plan& faults) : nature_{nature}, faults_{faults} {}

void inbound::reset() noexcept {
    at_ = place::between;
    raw_.clear();
    plain_.clear();
    taken_ = 0;
    ended_ = false;
    judged_ = false;
    cut_.reset();
    cut_at_.reset();
    copies_ = 1;
}

std::vector<inbound::passed> inbound::push(bytes_view incoming) {
    std::vector<passed> out;
    const bool in_message = at_ != place::between;
    if (!in_message && !faults_.watches(to_terminal)) {
        out.push_back({bytes(incoming.begin(), incoming.end()), std::nullopt});
        return out;
    }
    for (const auto byte : incoming) take(byte, out);
    return out;
}

void inbound::take(std::uint8_t byte, std::vector<passed>& out) {
    if (at_ == place::between && nature_ == link_nature::serial) {
        take_between(byte, out);
        return;
    }
    raw_.push_back(byte);
    ++taken_;
    if (nature_ == link_nature::serial) {
        take_in_frame(byte);
    } else {
        take_in_stream(byte);
    }
    if (!judged_ && plain_.size() >= control_field_size) judge();
    settle(out);
}

void inbound::take_between(std::uint8_t byte, std::vector<passed>& out) {
    if (byte == zvt::dle) {
        raw_.push_back(byte);
        ++taken_;
        at_ = place::opening;
        return;
    }
    passed alone{{byte}, std::nullopt};
    if (byte == zvt::ack) {
        if (faults_.strike(fault_kind::ack_lost, {}, to_terminal)) return;
        if (faults_.strike(fault_kind::ack_garbled, {}, to_terminal)) alone.content = {0x46};
        if (faults_.strike(fault_kind::ack_duplicated, {}, to_terminal)) out.push_back(alone);
    }
    out.push_back(std::move(alone));
}

void inbound::take_in_frame(std::uint8_t byte) {
    switch (at_) {
        case place::between:
        case place::opening:
            at_ = place::inside;  // a DLE without STX is the receiver's to judge
            ended_ = byte != zvt::stx;
            break;
        case place::inside:
            if (byte == zvt::dle) {
                at_ = place::after_dle;
            } else {
                plain_.push_back(byte);
            }
            break;
        case place::after_dle:
            if (byte == zvt::etx) {
                at_ = place::checksum;
                checksum_left_ = 2;
            } else {
                at_ = place::inside;
                plain_.push_back(byte);
            }
            break;
        case place::checksum: ended_ = --checksum_left_ == 0; break;
    }
}

void inbound::take_in_stream(std::uint8_t byte) {
    at_ = place::inside;
    if (plain_.size() < 5) plain_.push_back(byte);
    const bool extended = plain_.size() >= 3 && plain_[2] == 0xFF;
    const std::size_t header = extended ? 5 : 3;
    if (plain_.size() < header) return;
    const std::size_t length = extended ? plain_[3] + 256U * plain_[4] : plain_[2];
    ended_ = taken_ >= header + length;
}

void inbound::judge() {
    judged_ = true;
    const auto code = zvt::make_command(plain_[0], plain_[1]);
    if (const auto struck = faults_.strike(fault_kind::link_cut, code, to_terminal)) {
        cut_ = cut_link{struck->lasts};
        cut_at_ = struck->byte;
    } else if (const auto power = faults_.strike(fault_kind::power_loss, code, to_terminal)) {
        cut_ = cut_power{power->lasts};
        cut_at_ = power->byte;
    } else if (faults_.strike(fault_kind::message_lost, code, to_terminal)) {
        copies_ = 0;
    } else if (faults_.strike(fault_kind::message_repeated, code, to_terminal)) {
        copies_ = 2;
    }
}

void inbound::settle(std::vector<passed>& out) {
    if (cut_ && cut_at_ && taken_ >= *cut_at_) {
        out.push_back({{}, cut_});
        reset();
        return;
    }
    const bool spared = judged_ && !cut_ && copies_ == 1;
    if (!ended_) {
        // Nothing to do to this message: let it pass as it comes, for the sake of T1 and T3.
        if (spared && !raw_.empty()) {
            out.push_back({std::exchange(raw_, {}), std::nullopt});
        }
        return;
    }
    for (unsigned copy = 0; copy < copies_; ++copy) out.push_back({raw_, std::nullopt});
    if (cut_) {
        if (out.empty()) out.push_back({});
        out.back().then = cut_;
    }
    reset();
}

}  // namespace sim
