// Reads every byte between a register and a terminal, and counts the commands that move money: a
// checker that takes nobody's word (M1, M2, M9).
//
//     money_watch watch{link_nature::serial};
//     way.watch([&](side from, bytes_view piece) { watch.see(from, piece, now); });
//     watch.frames();                       // in order; repeats that were asked for by NAK left
//     out
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/zvt/serial_receiver.hpp"
#include "protocol/zvt/tcp_receiver.hpp"
#include "sim/world/wire.hpp"

namespace tests::simulation {

struct money_frame {
    protocol::zvt::command code{};
    std::optional<std::int64_t> amount;
    std::optional<std::uint16_t> receipt;
    sim::world::time_point at{};
};

class money_watch {
public:
    explicit money_watch(sim::link_nature nature) : nature_{nature} {}

    void see(sim::world::side from, sim::bytes_view, sim::world::time_point now);
    /// The register begins anew: what it said before cannot be repeated.
    void new_connection();

    [[nodiscard]] const std::vector<money_frame>& frames() const noexcept { return frames_; }
    /// Repeats that a NAK asked for.
    [[nodiscard]] unsigned repeats() const noexcept { return repeats_; }

private:
    void register_said(const protocol::zvt::received_apdu&, sim::world::time_point);

    sim::link_nature nature_;
    protocol::zvt::tcp_receiver stream_{protocol::zvt::receiver_side::from_ecr};
    protocol::zvt::serial_receiver serial_, heard_;
    std::vector<std::uint8_t> last_;  // the latest money frame, whole
    bool nak_heard_{};                // since then
    std::vector<money_frame> frames_;
    unsigned repeats_{};
};

}  // namespace tests::simulation
