// The quickest possible ZVT terminal on TCP, so that what a sale costs is what the bridge adds: it
// answers each command at once, on a thread of its own, and notes when a payment's first byte came
// and its last one left.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace bench {

class scripted_terminal {
public:
    using clock = std::chrono::steady_clock;

    scripted_terminal();
    ~scripted_terminal();
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    /// When the last payment command arrived, and when its completion was handed to the socket.
    [[nodiscard]] clock::time_point command_came() const;
    [[nodiscard]] clock::time_point completion_left() const;

private:
    void serve();
    bool talk(int socket);
    bool read_apdu(int socket, std::vector<std::uint8_t>& apdu);
    bool say(int socket, const std::vector<std::uint8_t>& apdu);
    bool pay(int socket, const std::vector<std::uint8_t>& command);

    int listener_{-1};
    std::uint16_t port_{};
    std::atomic<int> connection_{-1};
    std::atomic<bool> stop_{false};
    std::uint32_t receipt_{0};
    mutable std::mutex lock_;
    clock::time_point came_, left_;
    std::thread thread_;
};

}  // namespace bench
