// The terminal behind a pseudo terminal: a serial line without a cable. PATH becomes a symbolic
// link to the side that a register opens, as it would /dev/ttyACM0.
//
// The register may close and open it as often as it likes; the terminal notices that as a real one
// does, by missing answers. What is sent while nobody has it open is lost, as on a cable. A cut
// link takes the device away (what a pulled USB plug does) and brings a new one under the same
// PATH.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <filesystem>
#include <memory>

#include "sim/front/shell.hpp"

namespace sim {

class pty_port : public port {
public:
    /// Throws std::system_error when no pty can be had or PATH exists and is no symbolic link.
    pty_port(shell&, station::lane, std::filesystem::path);
    ~pty_port() override;

    void perform(line_action) override;
    /// RS232: the cable stays where it is when the terminal has no power.
    void power(bool) override {}
    [[nodiscard]] std::string name() const override { return "pty:" + path_.string(); }

private:
    struct device;

    void create();
    void destroy() noexcept;
    boost::asio::awaitable<void> serve(std::shared_ptr<device>);
    void write_next(const std::shared_ptr<device>&);
    void cut(milliseconds down);

    shell& front_;
    station::lane lane_;
    std::filesystem::path path_;
    std::filesystem::path slave_;
    boost::asio::steady_timer down_;
    std::shared_ptr<device> current_;
};

}  // namespace sim
