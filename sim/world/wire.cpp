#include "sim/world/wire.hpp"

#include <algorithm>

namespace sim::world {
namespace {

bool chance_of(random_source& chance, std::uint32_t ppm) {
    return chance.between(0, 999'999) < ppm;
}

}  // namespace

wire::wire(timeline& time, wire_settings settings, std::uint64_t seed, std::uint64_t number,
           trace& seen)
    : time_{time}, settings_{settings}, chance_{seed}, number_{number}, seen_{seen} {}

void wire::attach(side who, listener ears) {
    listeners_[static_cast<std::size_t>(who)] = std::move(ears);
}

microseconds wire::latency() {
    return microseconds{chance_.between(static_cast<std::uint64_t>(settings_.least.count()),
                                        static_cast<std::uint64_t>(settings_.most.count()))};
}

bool wire::open() {
    if (open_ || time_.now() < usable_from_) return false;
    const bool stream = settings_.nature == link_nature::stream;
    if (stream && (!listening_ || believes_[1])) return false;
    open_ = true;
    believes_ = {true, stream};
    silent_ = false;
    forget_what_is_under_way();
    seen_.add("open", number_, std::string_view{});
    if (!stream) return true;
    const auto at = std::max(time_.now() + latency(), towards(side::terminal).last);
    towards(side::terminal).last = at;
    time_.at(at, [this, connection = connection_] {
        auto& ears = listeners_[static_cast<std::size_t>(side::terminal)];
        if (connection == connection_ && believes_[1] && ears.opened) ears.opened();
    });
    return true;
}

void wire::close(side who) {
    auto& believes = believes_[static_cast<std::size_t>(who)];
    if (!std::exchange(believes, false)) return;
    seen_.add("close", number_, who == side::terminal ? "terminal" : "register");
    if (settings_.nature == link_nature::serial) {
        open_ = false;
        forget_what_is_under_way();
        return;
    }
    open_ = false;
    if (silent_) return;  // the other end learns when the silence ends
    auto& way = towards(other(who));
    way.last = std::max(time_.now() + latency(), way.last);
    tell_closed(other(who), connection_, way.last);
}

void wire::forget_what_is_under_way() {
    for (auto& way : ways_) way.under_way.clear();
    ++connection_;
}

void wire::abandon(side who, milliseconds until_noticed) {
    if (settings_.nature == link_nature::serial) return close(who);
    if (!std::exchange(believes_[static_cast<std::size_t>(who)], false)) return;
    open_ = false;
    silent_ = true;
    time_.after(until_noticed, [this, connection = connection_] {
        if (silent_ && connection == connection_) this->cut(milliseconds{0});
    });
}

void wire::tell_closed(side who, std::uint64_t connection, time_point when) {
    time_.at(when, [this, who, connection] {
        const auto index = static_cast<std::size_t>(who);
        if (connection != connection_ || !std::exchange(believes_[index], false)) return;
        if (listeners_[index].closed) listeners_[index].closed();
    });
}

void wire::cut(milliseconds lasts) {
    seen_.add("cut", number_, std::string_view{});
    ++cuts_;
    open_ = false;
    silent_ = false;
    usable_from_ = std::max(usable_from_, time_.now() + lasts);
    forget_what_is_under_way();  // it is over for both
    for (const auto who : {side::cash_register, side::terminal}) {
        if (believes_[static_cast<std::size_t>(who)])
            tell_closed(who, connection_, time_.now() + latency());
    }
}

void wire::send(side from, bytes_view content) {
    if (content.empty()) return;
    if (watcher_ && from == side::cash_register) watcher_(from, content);
    seen_.add(from == side::terminal ? "<" : ">", number_, content);
    const bool stream = settings_.nature == link_nature::stream;
    if (stream && !believes_[static_cast<std::size_t>(from)]) return;
    if (silent_) return;
    bytes piece{content.begin(), content.end()};
    if (piece.size() > 1 && chance_of(chance_, settings_.split_ppm)) {
        const auto first = chance_.between(1, piece.size() - 1);
        const auto middle = piece.begin() + static_cast<std::ptrdiff_t>(first);
        depart(other(from), bytes{piece.begin(), middle}, connection_);
        piece.erase(piece.begin(), middle);
    }
    depart(other(from), std::move(piece), connection_);
}

void wire::depart(side where, bytes piece, std::uint64_t connection) {
    auto& way = towards(where);
    if (!way.under_way.empty() && chance_of(chance_, settings_.glue_ppm)) {
        way.under_way.back().insert(way.under_way.back().end(), piece.begin(), piece.end());
        return;
    }
    way.under_way.push_back(std::move(piece));
    way.last = std::max(time_.now() + latency(), way.last);
    time_.at(way.last, [this, where, connection] { arrive(where, connection); });
}

void wire::arrive(side where, std::uint64_t connection) {
    auto& way = towards(where);
    if (connection != connection_ || way.under_way.empty()) return;
    auto piece = std::move(way.under_way.front());
    way.under_way.pop_front();
    if (silent_) return;
    if (strike(where, piece)) return;
    hand_over(where, piece);
}

void wire::hand_over(side where, bytes_view piece) {
    const auto index = static_cast<std::size_t>(where);
    const bool there = settings_.nature == link_nature::serial && where == side::terminal
                           ? listening_
                           : believes_[index];
    if (!there || piece.empty() || !listeners_[index].came) return;
    if (watcher_ && where == side::cash_register) watcher_(side::terminal, piece);
    listeners_[index].came(piece);
}

bool wire::strike(side where, bytes& piece) {
    using enum wire_fault::what;
    auto& faults = towards(where).faults;
    for (std::size_t i = 0; i < faults.size();) {
        auto& fault = faults[i];
        if (fault.after_bytes > piece.size() ||
            (fault.after_bytes == piece.size() && fault.kind != cut)) {
            fault.after_bytes -= static_cast<std::uint32_t>(piece.size());
            ++i;
            continue;
        }
        const auto struck = fault;
        faults.erase(faults.begin() + static_cast<std::ptrdiff_t>(i));
        seen_.add("fault", number_, "of the wire");
        const auto begin = piece.begin() + struck.after_bytes;
        const auto end = begin + std::min<std::ptrdiff_t>(struck.count, piece.end() - begin);
        switch (struck.kind) {
            case cut: {
                const bytes arrived{piece.begin(), begin};
                hand_over(where, arrived);
                this->cut(struck.lasts);
                return true;
            }
            case garble:
                for (auto at = begin; at != end; ++at)
                    *at = static_cast<std::uint8_t>(*at ^ chance_.between(1, 255));
                break;
            case lose: piece.erase(begin, end); break;
            case noise: {
                bytes extra(struck.count);
                for (auto& byte : extra) byte = static_cast<std::uint8_t>(chance_.next());
                piece.insert(begin, extra.begin(), extra.end());
                break;
            }
            case stall: {
                auto& way = towards(where);
                // What is under way already arrives first; what follows waits.
                way.last = std::max(way.last, time_.now() + struck.lasts);
                break;
            }
            case half_open: {
                silent_ = true;
                time_.after(struck.lasts, [this, connection = connection_] {
                    if (silent_ && connection == connection_) this->cut(milliseconds{0});
                });
                return true;
            }
        }
    }
    return false;
}

void wire::arm(wire_fault fault) {
    using enum wire_fault::what;
    const bool serial_only = fault.kind == garble || fault.kind == lose || fault.kind == noise;
    // TCP has checksums of its own, and a serial line no connection that could be half open.
    if (serial_only && settings_.nature == link_nature::stream) return;
    if (fault.kind == half_open && settings_.nature == link_nature::serial) return;
    towards(fault.towards).faults.push_back(fault);
}

void wire::heal() {
    for (auto& way : ways_) way.faults.clear();
    usable_from_ = std::min(usable_from_, time_.now());
    if (silent_) cut(milliseconds{0});
}

}  // namespace sim::world
