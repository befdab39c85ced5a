// Turns a TCP byte stream, cut anywhere, into APDUs by their length field. ZVT reference 1.2.
//
// TCP has no frame marks, so bytes that are no APDU (a banner, two stray bytes, another protocol)
// are recognised by their control field: a class/instruction that ZVT cannot send to this side.
// The receiver then drops bytes until a control field of the specification comes and says so. A
// message that stands incomplete longer than T3 is dropped with inter_byte_timeout; the session
// closes the socket then (1.2, T3 case b).
#pragma once

#include <optional>
#include <vector>

#include "protocol/zvt/received.hpp"

namespace protocol::zvt {

/// Which side's messages a receiver expects: `from_terminal` in a register, `from_ecr` in a
/// terminal.
enum class receiver_side : std::uint8_t { from_terminal, from_ecr };

class tcp_receiver {
public:
    explicit tcp_receiver(receiver_side side,
                          std::chrono::milliseconds t3 = std::chrono::milliseconds{5000});

    void receive(bytes_view bytes, time_point now);
    void elapse(time_point now);
    [[nodiscard]] std::optional<time_point> deadline() const noexcept;
    [[nodiscard]] std::optional<received> next();
    void reset() noexcept;

private:
    receiver_side side_;
    std::chrono::milliseconds t3_;
    std::vector<std::uint8_t> buffer_;
    std::size_t start_{};
    std::size_t noise_{};
    bool timed_out_{};
    std::optional<time_point> last_byte_;
};

}  // namespace protocol::zvt
