// The register's end of a wire of the world, as drivers::connection knows a link.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include "drivers/link.hpp"
#include "sim/world/wire.hpp"

namespace tests::simulation {

class simulated_link final : public drivers::link {
public:
    /// The wire must outlive it.
    simulated_link(boost::asio::any_io_executor, sim::world::wire&, std::string name);
    ~simulated_link() override;

    [[nodiscard]] boost::asio::awaitable<protocol::error_code> open() override;
    [[nodiscard]] boost::asio::awaitable<protocol::result<std::size_t>> read(
        std::span<std::uint8_t> into) override;
    [[nodiscard]] boost::asio::awaitable<write_outcome> write(
        std::span<const std::uint8_t> bytes) override;
    void close() noexcept override;
    [[nodiscard]] drivers::framing needs() const noexcept override;
    [[nodiscard]] std::string name() const override { return name_; }

private:
    sim::world::wire& wire_;
    std::string name_;
    boost::asio::steady_timer arrived_;
    std::vector<std::uint8_t> incoming_;
    bool open_{};
};

}  // namespace tests::simulation
