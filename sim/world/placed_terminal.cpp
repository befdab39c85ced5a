#include "sim/world/placed_terminal.hpp"

namespace sim::world {

placed_terminal::placed_terminal(timeline& time, terminal_config config, line_timers timers,
                                 acquirer& host, std::uint64_t number, trace& seen)
    : time_{time}, seen_{seen}, number_{number}, terminal_id_{config.terminal_id} {
    place_ = std::make_unique<station>(std::move(config), timers, remembers_, host,
                                       std::chrono::floor<std::chrono::seconds>(time.wall()),
                                       time.now());
}

wire& placed_terminal::add_wire(wire_settings settings, std::uint64_t seed) {
    const auto lane = place_->add_line(settings.nature, time_.now());
    wires_.push_back(std::make_unique<wire>(time_, settings, seed, number_ * 10 + lane, seen_));
    wires_.back()->attach(
        side::terminal,
        {.opened = [this, lane] { act([&](auto& place, auto now) { place.opened(lane, now); }); },
         .came =
             [this, lane](bytes_view content) {
                 act([&](auto& place, auto now) { place.receive(lane, content, now); });
             },
         .closed = [this, lane] { act([&](auto& place, auto now) { place.closed(lane, now); }); }});
    pump();
    return *wires_.back();
}

void placed_terminal::pump() {
    if (pumping_) return;
    pumping_ = true;
    for (station::lane lane = 0; lane < wires_.size(); ++lane) {
        while (auto action = place_->next_action(lane, time_.now())) perform(lane, *action);
    }
    if (place_->power_losses() != power_losses_) {
        power_losses_ = place_->power_losses();
        powered_ = false;
        seen_.add("power", number_, "lost");
        for (auto& way : wires_) {
            way->listen(false);
            if (way->nature() == link_nature::stream) way->cut(milliseconds{0});
        }
    }
    if (place_->powered() != powered_) {
        powered_ = true;
        seen_.add("power", number_, "returns");
        for (auto& way : wires_) way->listen(true);
    }
    pumping_ = false;

    const auto due = place_->deadline();
    if (due && alarm_.number != 0 && alarm_.at == *due) return;
    time_.cancel(alarm_);
    if (!due) return;
    alarm_ = time_.at(*due, [this] {
        alarm_ = {};
        act([](auto& place, auto now) { place.elapse(now); });
    });
}

void placed_terminal::perform(station::lane lane, const line_action& action) {
    auto& way = *wires_[lane];
    if (const auto* content = std::get_if<write_bytes>(&action)) {
        way.send(side::terminal, content->content);
    } else if (const auto* gone = std::get_if<cut_link>(&action)) {
        way.cut(gone->down);
    }
}

}  // namespace sim::world
