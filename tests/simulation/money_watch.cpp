#include "tests/simulation/money_watch.hpp"

#include <algorithm>

#include "protocol/zvt/messages/money_command.hpp"

namespace tests::simulation {

namespace zvt = protocol::zvt;

void money_watch::see(sim::world::side from, sim::bytes_view piece, sim::world::time_point now) {
    const bool serial = nature_ == sim::link_nature::serial;
    if (from == sim::world::side::terminal) {
        if (!serial) return;
        heard_.receive(piece, now);
        while (const auto found = heard_.next())
            if (std::holds_alternative<zvt::received_nak>(*found)) nak_heard_ = true;
        return;
    }
    const auto take = [&](auto& receiver) {
        receiver.receive(piece, now);
        while (const auto found = receiver.next())
            if (const auto* apdu = std::get_if<zvt::received_apdu>(&*found))
                register_said(*apdu, now);
    };
    if (serial) {
        take(serial_);
    } else {
        take(stream_);
    }
}

void money_watch::new_connection() {
    stream_.reset();
    serial_.reset();
    heard_.reset();
    last_.clear();
    nak_heard_ = false;
}

void money_watch::register_said(const zvt::received_apdu& said, sim::world::time_point now) {
    const auto code = said.apdu.code;
    const auto* known = zvt::find_command(code);
    if (known == nullptr || !known->moves_money) return;
    if (std::ranges::equal(said.whole, zvt::open_reservations_query)) return;
    if (std::ranges::equal(said.whole, last_) && std::exchange(nak_heard_, false)) {
        ++repeats_;
        return;
    }
    last_.assign(said.whole.begin(), said.whole.end());
    nak_heard_ = false;
    money_frame frame{code, std::nullopt, std::nullopt, now};
    if (zvt::money_command::is_one(code)) {
        if (const auto read = zvt::money_command::decode(said.apdu)) {
            frame.amount = read->amount;
            if (read->receipt) frame.receipt = read->receipt->value();
        }
    }
    frames_.push_back(frame);
}

}  // namespace tests::simulation
