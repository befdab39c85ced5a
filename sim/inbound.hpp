// What comes from the register, before the terminal sees it: the place of faults that strike in
// that direction. Without such a fault every byte passes at once.
//
//     for (auto& step : in.push(bytes)) {
//         wire.receive(step.content, now);
//         if (step.then) …                    // the link goes, or the power
//     }
#pragma once

#include <optional>
#include <vector>

#include "sim/conversation.hpp"
#include "sim/outbound.hpp"

namespace sim {

class inbound {
public:
    struct passed {
        bytes content;
        std::optional<line_action> then;
    };

    inbound(link_nature, fault_plan&);
    [[nodiscard]] std::vector<passed> push(bytes_view);
    void reset() noexcept;

private:
    /// Where the bytes of one message stand. Noise before a serial frame passes by itself.
    enum class place : std::uint8_t { between, opening, inside, after_dle, checksum };

    void take(std::uint8_t, std::vector<passed>&);
    void take_between(std::uint8_t, std::vector<passed>&);
    void take_in_frame(std::uint8_t);
    void take_in_stream(std::uint8_t);
    void judge();
    void settle(std::vector<passed>&);

    link_nature nature_;
    fault_plan& faults_;

    // The message that is coming in.
    place at_{};
    bytes raw_;    // as it came, held back until its control field is known
    bytes plain_;  // its first bytes without doubling
    unsigned checksum_left_{};
    std::size_t taken_{};  // bytes of it, with those that passed already
    bool ended_{};
    bool judged_{};

    // The verdict on it.
    std::optional<line_action> cut_;
    std::optional<std::size_t> cut_at_;
    unsigned copies_{1};
};

}  // namespace sim
