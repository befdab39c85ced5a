// Turns a TCP byte stream, cut anywhere, into APDUs by their length field. ZVT reference 1.2.
//
//     in.receive(bytes, now);
//     while (const auto found = in.next()) std::visit(…, *found);
//     if (in.deadline() && now >= *in.deadline()) in.elapse(now);   // T3; then next() again
//
// Drain next() after each receive() and each elapse().
//
// TCP has no frame marks, so bytes that are no APDU (a banner, two stray bytes, another protocol)
// are recognised by their control field: a class/instruction that ZVT cannot send to this side.
// The receiver then drops bytes until a control field of the specification comes and says so. A
// message that stands incomplete longer than T3 is dropped with inter_byte_timeout; the session
// closes the socket then (1.2, T3 case b). Unless what follows its first bytes are whole APDUs to
// the last byte: then those first bytes were noise, and only they are dropped.
//
// What is another protocol: four printable characters in a row or a TLS record, told at once; bytes
// of a polling protocol (ENQ, ACK, NAK, STX ..) with nothing but silence after them, told then.
#pragma once

#include <array>
#include <limits>
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
    /// Harmless when early. Late bytes after a silence call it themselves.
    void elapse(time_point now);
    /// When T3 ends for what stands open: half an APDU, or noise untold.
    [[nodiscard]] std::optional<time_point> deadline() const noexcept;
    [[nodiscard]] std::optional<received> next();
    void reset() noexcept;

private:
    static constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();
    enum class next_bytes : std::uint8_t { whole_apdu, start_of_apdu, no_apdu };

    [[nodiscard]] bytes_view unread() const noexcept;
    [[nodiscard]] bool can_start(bytes_view bytes, bool in_sync) const noexcept;
    [[nodiscard]] next_bytes judge(bytes_view rest) const noexcept;
    [[nodiscard]] std::optional<received> silence_passed();
    [[nodiscard]] std::size_t stray_bytes(bytes_view rest) const;
    [[nodiscard]] received deliver();
    void drop_byte() noexcept;
    [[nodiscard]] bool is_other_protocol() const noexcept;
    [[nodiscard]] received take_run(drop_reason reason) noexcept;

    receiver_side side_;
    std::chrono::milliseconds t3_;
    std::optional<time_point> last_byte_;

    std::vector<std::uint8_t> buffer_;
    std::size_t start_{};
    std::size_t silence_at_{nowhere};  // where in buffer_ T3 passed without a byte

    // The run of bytes that are no APDU: how many, how they began, and whether it was told already
    // that another protocol begins so.
    std::size_t run_{};
    std::array<std::uint8_t, 4> run_begin_{};
    bool run_is_polling_{true};
    bool told_other_protocol_{};
    bool in_sync_{true};
};

}  // namespace protocol::zvt
