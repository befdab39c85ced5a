// TCP wires of our own between the daemon and its terminals, one a lane, that can be spoilt.
//
//     wires between{4, "127.0.0.1"};
//     between.lead_to(0, emulator_port);        // where new connections of that lane go
//     connect the daemon to between.port(0);
//     between.set(0, wires::mood::trickling);   // byte by byte
//     between.cut(0);                           // both ends see a reset
//     between.after_bytes(900, [&] { bridge.signal(SIGKILL); });
//
// after_bytes makes a moment of the conversation out of a number: what happens does not depend on
// how fast the machine is. The call comes on the wires' thread, before that byte is passed on.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace tests {

class wires {
public:
    enum class mood : std::uint8_t {
        clear,
        held,       // bytes are taken and kept until it is clear again
        trickling,  // one byte at a time, with a pause after each
    };

    /// Both ends are at `host`.
    wires(int lanes, const std::string& host);
    ~wires();
    wires(const wires&) = delete;
    wires& operator=(const wires&) = delete;

    [[nodiscard]] int port(int lane) const;
    /// 0: nobody is there; connections are closed at once.
    void lead_to(int lane, int port);
    void set(int lane, mood);
    void cut(int lane);

    /// One at a time: a new call replaces one that has not come yet.
    void after_bytes(std::uint64_t, std::function<void()>);
    /// True when it was still waiting; after this call it does not come any more.
    bool forget_strike();
    /// Bytes passed on so far, all lanes and both ways.
    [[nodiscard]] std::uint64_t passed() const noexcept { return passed_; }

private:
    struct wire;
    struct connection;
    template <class Work>
    void on_thread(Work) const;
    /// How many of `wanted` bytes may pass before the strike; strikes when there are none.
    std::size_t pass(std::size_t wanted);

    mutable boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::vector<std::unique_ptr<wire>> lanes_;
    std::atomic<std::uint64_t> passed_{};
    std::uint64_t strike_at_{};
    std::function<void()> strike_;
    std::thread thread_;
};

}  // namespace tests
