// Drives one station from real links and a real clock. Everything runs on one io_context in one
// thread; nothing here decides anything.
//
//     shell front{context, station};
//     front.attach(std::make_unique<tcp_port>(…));
//     front.poke();            // after anything that happened to the station from outside
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "sim/station.hpp"

namespace sim {

/// A real way in: what the shell needs of it.
class port {
public:
    virtual ~port() = default;
    virtual void perform(line_action) = 0;
    /// The terminal lost or regained power: links die, links come back.
    virtual void power(bool on) = 0;
    /// "tcp:127.0.0.1:20007": what to tell the user, with the port that was really taken.
    [[nodiscard]] virtual std::string name() const = 0;
};

class shell {
public:
    shell(boost::asio::io_context&, station&);

    void attach(std::unique_ptr<port>, station::lane);
    void poke();

    [[nodiscard]] station& place() noexcept { return station_; }
    [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }
    [[nodiscard]] static time_point now() { return std::chrono::steady_clock::now(); }

    /// Runs `act` on the station with the time, then pokes. How ports report what came.
    template <class Act>
    void happen(Act&& act) {
        act(station_, now());
        poke();
    }

private:
    struct attached {
        station::lane lane;
        std::unique_ptr<port> way;
    };

    void arm();

    boost::asio::io_context& context_;
    station& station_;
    boost::asio::steady_timer timer_;
    std::vector<attached> ports_;
    bool powered_{true};
    unsigned power_losses_{};
    bool poking_{};
};

/// How coroutines of the fronts end: an exception is a defect and ends the process.
void rethrow(std::exception_ptr);

}  // namespace sim
