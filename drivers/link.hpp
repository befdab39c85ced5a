// One wire to one terminal: serial line, TCP connection, later USB. Asio, coroutines.
//
// open() returns when the wire can carry bytes; read() returns what has come, at least one byte;
// both end with an error when the wire goes. After an error, close() and open() again. One
// operation of each kind at a time. Cancellation follows Asio: operation_aborted.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "drivers/framing.hpp"
#include "protocol/result.hpp"

namespace drivers {

namespace asio = boost::asio;

class link {
public:
    virtual ~link() = default;
    [[nodiscard]] virtual asio::awaitable<protocol::error_code> open() = 0;
    [[nodiscard]] virtual asio::awaitable<protocol::result<std::size_t>> read(
        std::span<std::uint8_t> into) = 0;
    /// Writes all of `bytes`. `written` of an error tells whether a byte may have left.
    struct write_outcome {
        protocol::error_code error;
        std::size_t written{};
    };
    [[nodiscard]] virtual asio::awaitable<write_outcome> write(
        std::span<const std::uint8_t> bytes) = 0;
    virtual void close() noexcept = 0;
    [[nodiscard]] virtual framing needs() const noexcept = 0;
    /// "serial:/dev/ttyACM0?baud=115200", as configured.
    [[nodiscard]] virtual std::string name() const = 0;
};

}  // namespace drivers
