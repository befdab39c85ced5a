// News of durable events, for those who wait: a request with ?wait=, an event stream.
//
//     feed::subscription changes{service.changes(), payment_id};  // from here on nothing is missed
//     auto payment = co_await find_payment(payment_id);  // so a change meanwhile is seen, too
//     while (payment.running()) {
//         const bool changed = co_await changes.next(deadline);
//         if (!changed) break;
//         payment = co_await find_payment(payment_id);
//     }
//
// The feed carries no events, only the fact that there are new ones: whoever wakes reads the
// journal. So a slow reader costs the memory of one subscription and nothing more. All of it runs
// on one thread, that of the executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <list>
#include <span>
#include <string>

#include "drivers/time_source.hpp"
#include "firmware-bridge/journal/record.hpp"

namespace bridge::api {

namespace asio = boost::asio;

class feed {
public:
    class subscription;

    explicit feed(asio::any_io_executor);
    feed(const feed&) = delete;
    feed& operator=(const feed&) = delete;

    /// `events` are durable now; the last of them has the sequence `last_sequence`. To be called in
    /// the order of the journal, once a batch; at start with the journal's last sequence and no
    /// events. A call without events wakes nobody.
    void notify(std::uint64_t last_sequence, std::span<const journal::event> events);

    /// Sequence of the newest durable event; 0 when there is none.
    [[nodiscard]] std::uint64_t last_sequence() const noexcept { return last_sequence_; }

    /// Ends every wait, now and later: the daemon stops.
    void close();
    [[nodiscard]] bool closed() const noexcept { return closed_; }

private:
    asio::any_io_executor executor_;
    std::list<subscription*> subscriptions_;
    std::uint64_t last_sequence_{};
    bool closed_{};
};

/// Remembers that something happened to one object, or to any. The feed must outlive it.
class feed::subscription {
public:
    /// `object_id`: pay_…, ref_…, op_…, a terminal's id; empty for every event.
    subscription(feed&, std::string object_id);
    ~subscription();
    subscription(const subscription&) = delete;
    subscription& operator=(const subscription&) = delete;

    /// True: there was a change since the subscription began or since next() returned the last
    /// time. False: there was none until `deadline`, or the feed is closed. One call at a time;
    /// cancellation unwinds as operation_aborted and loses no change.
    [[nodiscard]] asio::awaitable<bool> next(drivers::time_point deadline);

    [[nodiscard]] bool source_closed() const noexcept { return feed_.closed(); }

private:
    friend class feed;
    [[nodiscard]] bool concerned_by(std::span<const journal::event>) const;
    void wake();

    feed& feed_;
    std::string object_id_;
    asio::steady_timer timer_;
    std::list<subscription*>::iterator position_;
    bool changed_{};
};

}  // namespace bridge::api
