// Brings every booking of the journal into the books, in order and once (M7), and tells in the
// journal that it did ("ledger.posted").
//
//     ledger_sink sink{journal, books, settings};
//     sink.start();
//     sink.news();                                  // whenever events became durable
//
// Two files, so no transaction spans both; each step is durable in one of them and can be repeated:
//
//   1. The books' cursor says which events they have seen. It moves in the transaction that posts.
//      Events behind it are read from the journal, and their entries posted with the new cursor.
//   2. What is posted is announced: the events "ledger.posted" and the journal's bookmark "ledger",
//      which names the last entry announced, are one batch of the journal.
//
// A crash between 1 and 2 leaves entries behind the bookmark: the next start announces them first.
// A crash within either leaves nothing of it. So nothing is posted or announced twice, whatever
// stops where; there is no state but those two numbers.
//
// Failures (the books are away, the disk is full, an event cannot be booked) are reported and tried
// again from the beginning, after 0.1 s and then up to 30 s; nothing is skipped. One is not helped
// by trying: books that have seen more than the journal holds. Somebody has lost or replaced the
// journal, and posting its new events under old numbers would lose them.
//
// Runs on one thread, that of its journal's and books' handlers.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "firmware-bridge/forwarder/ledger_port.hpp"
#include "firmware-bridge/journal/journal.hpp"

namespace bridge::forwarder {

struct sink_settings {
    /// Calls the task after that time, once, on the sink's thread. The sink may be gone by then.
    std::function<void(std::chrono::milliseconds, std::function<void()>)> after;
    std::function<drivers::wall_time()> clock;
    /// A sentence for the log.
    std::function<void(const std::string&)> report{};
    /// Events of the sink became durable; the last has this sequence.
    std::function<void(std::uint64_t last_sequence, std::span<const journal::event>)> announced{};
    std::size_t events_at_once{200};
};

struct sink_state {
    std::uint64_t cursor{};     // last event that the books have seen, and durably so
    std::uint64_t announced{};  // last entry that the journal tells of
    bool idle{};                // all that was there is posted and announced
    std::string problem;        // "": none
};

class ledger_sink {
public:
    /// Journal and books must outlive the sink.
    ledger_sink(journal::journal&, ledger_port&, sink_settings);
    ~ledger_sink();
    ledger_sink(const ledger_sink&) = delete;
    ledger_sink& operator=(const ledger_sink&) = delete;

    void start();
    /// There are new events in the journal, or may be.
    void news();

    [[nodiscard]] const sink_state& state() const noexcept { return state_; }

private:
    using entries = std::vector<ledger::journal_entry>;

    // Each of these asks for one thing; its answer leads to the next.
    void read_end();
    void read_bookmark();
    void read_cursor();
    void announce_what_is_left();
    void follow();
    void book(const std::vector<journal::stored_event>&);
    void post(entries, std::uint64_t seen);
    void announce(const entries&, void (ledger_sink::*next)());
    void rest();

    void fail(const std::string& doing, const protocol::error_code&);
    void recovered();
    void report(const std::string&) const;

    /// A handler that does nothing once the sink is gone, and fail()s on an error.
    template <class T, class Next>
    std::function<void(protocol::result<T>)> then(std::string doing, Next);

    journal::journal& journal_;
    ledger_port& books_;
    sink_settings settings_;
    sink_state state_;
    std::uint64_t journal_end_{};
    std::uint64_t read_{};  // last event looked at; may be ahead of the durable cursor
    bool news_{};
    unsigned failures_{};  // in a row
    std::shared_ptr<ledger_sink*> self_;
};

}  // namespace bridge::forwarder
