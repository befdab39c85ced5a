#include "protocol/zvt/serial_frame.hpp"

#include "protocol/zvt/crc16.hpp"

namespace protocol::zvt {
namespace {

/// Appends bytes; remembers that they did not fit.
class frame_out {
public:
    explicit frame_out(std::span<std::uint8_t> out) noexcept : out_{out} {}

    void put(std::uint8_t byte) noexcept {
        if (used_ < out_.size()) out_[used_] = byte;
        ++used_;
    }
    void put_doubled(std::uint8_t byte) noexcept {
        put(byte);
        if (byte == dle) put(byte);
    }
    [[nodiscard]] result<bytes_view> finish() const noexcept {
        if (used_ > out_.size()) return make_error_code(errc::buffer_full);
        return bytes_view{out_.first(used_)};
    }

private:
    std::span<std::uint8_t> out_;
    std::size_t used_{};
};

}  // namespace

result<bytes_view> write_serial_frame(bytes_view apdu, std::span<std::uint8_t> out) noexcept {
    frame_out frame{out};
    frame.put(dle);
    frame.put(stx);
    for (const auto byte : apdu) frame.put_doubled(byte);
    frame.put(dle);
    frame.put(etx);
    const auto crc = crc16(crc16(apdu), etx);
    frame.put(static_cast<std::uint8_t>(crc));
    frame.put(static_cast<std::uint8_t>(crc >> 8U));
    return frame.finish();
}

}  // namespace protocol::zvt
