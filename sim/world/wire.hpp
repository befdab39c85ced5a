// A wire between a cash register and a terminal, in memory, with everything that befalls wires.
//
//     wire line{time, {.nature = link_nature::stream}, seed, seen};
//     line.attach(side::terminal, {.opened = …, .came = …, .closed = …});
//     line.attach(side::cash_register, …);
//     if (line.open()) …                         // what a register does; false: nobody answers
//     line.send(side::cash_register, bytes);     // arrives later, perhaps in pieces, perhaps glued
//     line.arm({.kind = wire_fault::cut, .towards = side::terminal, .after_bytes = 5});
//
// A stream (TCP) is opened and closed, and both ends hear of it; bytes of an earlier connection
// never arrive in a later one. A serial line has no connection: the register opens its device, the
// terminal hears nothing of that. Everything arrives through the timeline, never within a call.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <vector>

#include "sim/conversation.hpp"
#include "sim/random.hpp"
#include "sim/world/trace.hpp"

namespace sim::world {

enum class side : std::uint8_t { cash_register, terminal };
[[nodiscard]] constexpr side other(side one) noexcept {
    return one == side::terminal ? side::cash_register : side::terminal;
}

struct wire_settings {
    link_nature nature{link_nature::stream};
    microseconds least{200}, most{5000};  // how long a piece is under way
    std::uint32_t split_ppm{20'000};      // a piece is cut in two
    std::uint32_t glue_ppm{20'000};       // a piece waits for the next one
};

/// Strikes when `after_bytes` more bytes have arrived at `towards`.
struct wire_fault {
    enum class what : std::uint8_t {
        cut,        // the link goes, both ends hear of it; it stays away for `lasts`
        garble,     // serial: `count` bytes arrive as others
        lose,       // serial: `count` bytes do not arrive
        noise,      // serial: `count` bytes come from nowhere
        stall,      // nothing arrives on this way for `lasts`
        half_open,  // stream: nothing arrives any more either way and nobody is told, for `lasts`
    };
    what kind{};
    side towards{};
    std::uint32_t after_bytes{};
    std::uint32_t count{1};
    milliseconds lasts{};
};

class wire {
public:
    struct listener {
        std::function<void()> opened;  // terminal's side of a stream only
        std::function<void(bytes_view)> came;
        std::function<void()> closed;
    };

    wire(timeline&, wire_settings, std::uint64_t seed, std::uint64_t number, trace&);
    wire(const wire&) = delete;
    wire& operator=(const wire&) = delete;

    /// An empty listener: nobody is there any more (a crash); what comes is lost.
    void attach(side, listener);

    /// The register opens its side. False: no cable, nobody listens, or another has the connection.
    [[nodiscard]] bool open();
    /// The one side ends it; the other hears of that behind the bytes that were sent.
    void close(side);
    /// The one side is gone and told nobody; the other hears of it after `until_noticed` at the
    /// latest (keep-alive).
    void abandon(side, milliseconds until_noticed);
    void send(side from, bytes_view);

    void arm(wire_fault);
    /// No more faults, and those that last end now.
    void heal();
    /// Both ends lose it now; nothing can be opened for `lasts`.
    void cut(milliseconds lasts);
    /// The terminal listens or is dead.
    void listen(bool on) noexcept { listening_ = on; }

    /// Sees what the register says, when it does, and what the register hears, when it does.
    void watch(std::function<void(side from, bytes_view)> watcher) {
        watcher_ = std::move(watcher);
    }

    [[nodiscard]] link_nature nature() const noexcept { return settings_.nature; }
    [[nodiscard]] bool is_open() const noexcept { return open_; }
    [[nodiscard]] unsigned cuts() const noexcept { return cuts_; }

private:
    struct direction {
        time_point last{};  // when the latest piece arrives: none overtakes another
        std::deque<bytes> under_way;
        std::vector<wire_fault> faults;
    };

    void forget_what_is_under_way();
    void depart(side towards, bytes, std::uint64_t connection);
    void arrive(side towards, std::uint64_t connection);
    void hand_over(side towards, bytes_view);
    /// True: the connection is gone, the rest is lost.
    [[nodiscard]] bool strike(side towards, bytes& piece);
    void tell_closed(side, std::uint64_t connection, time_point);
    [[nodiscard]] direction& towards(side one) noexcept {
        return ways_[static_cast<std::size_t>(one)];
    }
    [[nodiscard]] microseconds latency();

    timeline& time_;
    wire_settings settings_;
    random_source chance_;
    std::uint64_t number_;
    trace& seen_;
    std::array<listener, 2> listeners_;
    std::array<direction, 2> ways_;
    std::function<void(side, bytes_view)> watcher_;
    std::uint64_t connection_{};      // counts them; pieces of an earlier one are lost
    std::array<bool, 2> believes_{};  // which side thinks that there is a connection
    bool open_{};
    bool listening_{true};
    bool silent_{};  // half open
    time_point usable_from_{};
    unsigned cuts_{};
};

}  // namespace sim::world
