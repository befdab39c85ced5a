#include "sim/front/shell.hpp"

namespace sim {

shell::shell(boost::asio::io_context& context, station& place)
    : context_{context}, station_{place}, timer_{context} {}

void shell::attach(std::unique_ptr<port> way, station::lane lane) {
    ports_.push_back({lane, std::move(way)});
}

void shell::poke() {
    if (poking_) return;  // a port that closed its link while we asked it to
    poking_ = true;
    for (auto& [lane, way] : ports_) {
        while (auto action = station_.next_action(lane, now())) way->perform(std::move(*action));
    }
    if (station_.power_losses() != power_losses_) {
        power_losses_ = station_.power_losses();
        powered_ = false;
        for (auto& [lane, way] : ports_) way->power(false);
    }
    if (station_.powered() != powered_) {
        powered_ = true;
        for (auto& [lane, way] : ports_) way->power(true);
    }
    poking_ = false;
    arm();
}

void shell::arm() {
    const auto due = station_.deadline();
    if (!due) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(*due);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;  // a new deadline took its place
        happen([](station& place, time_point at) { place.elapse(at); });
    });
}

void rethrow(std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
}

}  // namespace sim
