// A serial line: RS232, or a USB device that shows itself as one (CDC-ACM). ZVT reference 1.1.
//
// Eight data bits, no parity, no flow control, every byte passed as it is. The device is taken for
// this process alone; what it had buffered before is thrown away, since it belongs to no dialogue
// of ours. A pseudo terminal works as well as a real line: signals that a device lacks are done
// without.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/serial_port.hpp>
#include <boost/asio/steady_timer.hpp>

#include "drivers/link.hpp"
#include "drivers/link_address.hpp"

namespace drivers {

class serial_link final : public link {
public:
    serial_link(asio::any_io_executor executor, serial_address address);
    ~serial_link() override;

    /// Errors: link_errc::device_absent (until it comes back), device_in_use, not_a_serial_device,
    /// permission_denied; those of open(2) and tcsetattr(3).
    [[nodiscard]] asio::awaitable<protocol::error_code> open() override;
    /// Errors: link_errc::hung_up when the device is gone; those of read(2).
    [[nodiscard]] asio::awaitable<protocol::result<std::size_t>> read(
        std::span<std::uint8_t> into) override;
    [[nodiscard]] asio::awaitable<write_outcome> write(
        std::span<const std::uint8_t> bytes) override;
    /// Bytes that the device has not taken are lost; none of those that write() reported as done.
    void close() noexcept override;
    [[nodiscard]] framing needs() const noexcept override { return framing::serial; }
    [[nodiscard]] std::string name() const override { return to_string(link_address{address_}); }

private:
    asio::awaitable<protocol::error_code> drained();

    serial_address address_;
    asio::serial_port port_;
    asio::steady_timer drain_timer_;
};

}  // namespace drivers
