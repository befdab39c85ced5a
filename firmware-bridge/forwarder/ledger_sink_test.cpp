#include "firmware-bridge/forwarder/ledger_sink.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <map>

#include "firmware-bridge/journal/memory_journal.hpp"
#include "firmware-bridge/ledger/balance.hpp"

using namespace bridge::forwarder;
using bridge::journal::booking;
using bridge::journal::booking_kind;
using bridge::journal::memory_disk;
using bridge::journal::memory_journal;
using bridge::ledger::journal_entry;
using protocol::result;
namespace journal = bridge::journal;
namespace ledger = bridge::ledger;

TEST_SUITE_BEGIN("forwarder/ledger_sink");

namespace {

using task = std::function<void()>;

/// The books' disk: what survives a crash.
struct memory_books {
    std::map<std::uint64_t, journal_entry> entries;
    std::uint64_t cursor{};
    unsigned posts{};
};

/// The books in memory: like the journal there, each call's work and answer are tasks of their own.
class memory_ledger final : public ledger_port {
public:
    memory_ledger(memory_books& books, std::deque<task>& tasks) : books_{books}, tasks_{tasks} {}
    ~memory_ledger() override { *alive_ = false; }

    void cursor(handler<std::uint64_t> then) override {
        ask<std::uint64_t>([this] { return books_.cursor; }, std::move(then));
    }
    void post(std::vector<journal_entry> entries, std::uint64_t seen, handler<void> then) override {
        ask<void>(
            [this, entries, seen]() -> result<void> {
                if (failing > 0) {
                    --failing;
                    return ledger::errc::overflow;
                }
                for (const auto& one : entries) {
                    // The sink itself must not post twice either, except after a crash.
                    books_.entries.emplace(one.header().sequence, one);
                    ++books_.posts;
                }
                books_.cursor = std::max(books_.cursor, seen);
                return {};
            },
            std::move(then));
    }
    void entries_after(std::uint64_t after, std::size_t limit,
                       handler<std::vector<journal_entry>> then) override {
        ask<std::vector<journal_entry>>(
            [this, after, limit] {
                std::vector<journal_entry> found;
                for (auto at = books_.entries.upper_bound(after);
                     at != books_.entries.end() && found.size() < limit; ++at) {
                    found.push_back(at->second);
                }
                return found;
            },
            std::move(then));
    }

    unsigned failing{};  // so many posts

private:
    template <class T, class Work>
    void ask(Work work, handler<T> then) {
        tasks_.push_back([this, alive = alive_, work, then] {
            if (!*alive) return;
            tasks_.push_back([alive, made = result<T>{work()}, then] {
                if (*alive) then(made);
            });
        });
    }

    memory_books& books_;
    std::deque<task>& tasks_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// Two disks that survive, and a process on them that can be killed between any two tasks.
class world {
public:
    world() { boot(); }

    void boot() {
        journal_.emplace(disk, [this](task one) { tasks_.push_back(std::move(one)); });
        books_.emplace(books, tasks_);
        sink_settings settings;
        settings.after = [this](auto delay, task one) {
            waits.push_back(delay);
            later_.push_back(std::move(one));
        };
        settings.clock = [] { return drivers::wall_time{}; };
        settings.report = [this](const std::string& text) { reports.push_back(text); };
        settings.announced = [this](auto last, auto events) {
            REQUIRE(last <= disk.events.size());
            CHECK(disk.events[last - 1].type == "ledger.posted");
            heard += events.size();
        };
        settings.events_at_once = 3;
        sink_.emplace(*journal_, *books_, std::move(settings));
        sink_->start();
    }
    void crash() {
        sink_.reset();
        books_.reset();
        journal_.reset();
        tasks_.clear();
        later_.clear();
    }
    bool step() {
        if (tasks_.empty()) return false;
        const auto next = std::move(tasks_.front());
        tasks_.pop_front();
        next();
        return true;
    }
    void run() {
        while (step()) {
        }
    }
    /// Lets the time of the oldest wait pass.
    void pass_time() {
        REQUIRE_FALSE(later_.empty());
        const auto next = std::move(later_.front());
        later_.pop_front();
        next();
        run();
    }

    /// The engine makes an event durable and tells the sink.
    void happen(std::optional<std::int64_t> sale) {
        journal::event one;
        one.type = "payment.updated";
        if (sale) {
            one.booking.emplace();
            one.booking->kind = booking_kind::sale;
            one.booking->amount = {*sale, protocol::euro()};
            one.booking->payment = "pay_1";
            sold += *sale;
            ++sales;
        }
        disk.events.push_back(one);
        if (sink_) sink_->news();
    }

    /// Everything is posted once, announced once, and in order.
    void check_books() {
        CHECK(sink_->state().idle);
        CHECK(sink_->state().problem == "");
        std::vector<std::string> expected, announced;
        for (std::size_t at = 0; at < disk.events.size(); ++at) {
            if (disk.events[at].booking) {
                REQUIRE(books.entries.contains(at + 1));
                expected.push_back(books.entries.at(at + 1).id());
            }
            if (disk.events[at].type == "ledger.posted") {
                announced.push_back(disk.events[at].object_id);
            }
        }
        CHECK(announced == expected);
        CHECK(books.entries.size() == sales);
        ledger::balances sums;
        for (const auto& [sequence, entry] : books.entries) REQUIRE(sums.add(entry));
        CHECK(sums.of(ledger::account::processor, protocol::euro()).balance() == sold);
    }

    [[nodiscard]] memory_journal& records() { return *journal_; }
    [[nodiscard]] memory_ledger& ledger() { return *books_; }
    [[nodiscard]] ledger_sink& sink() { return *sink_; }

    memory_disk disk;
    memory_books books;
    std::vector<std::string> reports;
    std::vector<std::chrono::milliseconds> waits;
    std::size_t heard{};
    std::int64_t sold{};
    std::size_t sales{};

private:
    std::deque<task> tasks_, later_;
    std::optional<memory_journal> journal_;
    std::optional<memory_ledger> books_;
    std::optional<ledger_sink> sink_;
};

/// A morning's events: ten sales among events that move nothing.
void morning(world& w) {
    for (int i = 1; i <= 10; ++i) {
        w.happen(std::nullopt);
        w.happen(i * 100);
        if (i % 3 == 0) w.happen(i * 7);
    }
}

}  // namespace

TEST_CASE("[M7] ledger sink: every booking is posted once and announced once, in order") {
    world w;
    morning(w);
    w.run();
    w.check_books();
    CHECK(w.heard == w.sales);
    CHECK(w.books.posts == w.sales);
    CHECK(w.reports.empty());
}

TEST_CASE("[M7] ledger sink: events that come one by one are posted as they come") {
    world w;
    w.run();
    for (int i = 1; i <= 5; ++i) {
        w.happen(i);
        w.run();
        w.check_books();
        CHECK(w.sink().state().announced == w.sink().state().cursor);
    }
}

TEST_CASE("[M7] ledger sink: news while it works is not lost") {
    world w;
    w.happen(100);
    for (int i = 0; w.step(); ++i) {
        if (i < 40) w.happen(i + 1);
    }
    w.check_books();
}

TEST_CASE("[M7] ledger sink: killed after any step, it goes on as if nothing had been") {
    for (unsigned first = 0;; ++first) {
        CAPTURE(first);
        world w;
        morning(w);
        unsigned steps = 0;
        while (steps < first && w.step()) ++steps;
        const bool was_over = steps < first;
        w.crash();
        w.happen(5000);
        w.boot();
        w.run();
        w.check_books();
        if (was_over) {
            CHECK(first > 30);
            break;
        }
    }
}

TEST_CASE("[M7] ledger sink: killed twice, at any two steps") {
    for (unsigned first = 0; first < 120; first += 5) {
        for (unsigned second = 0; second < 60; second += 2) {
            CAPTURE(first);
            CAPTURE(second);
            world w;
            morning(w);
            for (unsigned i = 0; i < first && w.step(); ++i) {
            }
            w.crash();
            w.boot();
            for (unsigned i = 0; i < second && w.step(); ++i) {
            }
            w.crash();
            w.happen(5000);
            w.boot();
            w.run();
            w.check_books();
        }
    }
}

TEST_CASE(
    "[M7] ledger sink: books that are away are tried again, longer and longer, and not passed "
    "over") {
    world w;
    w.ledger().failing = 12;
    morning(w);
    w.run();
    for (unsigned i = 0; i < 12; ++i) {
        CHECK_FALSE(w.sink().state().idle);
        CHECK(w.sink().state().problem.find("posting") != std::string::npos);
        CHECK(w.books.entries.empty());
        w.pass_time();
    }
    w.check_books();
    CHECK(w.waits.front() == std::chrono::milliseconds{100});
    CHECK(w.waits.back() == std::chrono::milliseconds{30'000});
    CHECK(std::is_sorted(w.waits.begin(), w.waits.end()));
    // Told at first, again while it lasts, and when it is over.
    CHECK(w.reports.size() == 3);
}

TEST_CASE("[M7] ledger sink: a journal that cannot take the announcement gets it later, once") {
    world w;
    w.records().fail_next(journal::errc::disk_full);
    w.records().fail_next(journal::errc::io_error);
    morning(w);
    w.run();
    CHECK(w.sink().state().problem.find("telling") != std::string::npos);
    w.pass_time();
    w.pass_time();
    w.check_books();
}

TEST_CASE("[M7] ledger sink: an event that cannot be booked holds all that follow, and is named") {
    world w;
    w.happen(100);
    w.happen(100);
    w.disk.events[1].booking->amount.minor = 0;
    w.happen(100);
    w.run();
    CHECK(w.books.entries.empty());
    REQUIRE(w.reports.size() == 1);
    CHECK(w.reports[0].find("evt_0000000000000002") != std::string::npos);
    w.disk.events[1].booking->amount.minor = 100;
    w.pass_time();
    w.check_books();
}

TEST_CASE("[M7] ledger sink: books that have seen more than the journal holds are not touched") {
    world w;
    morning(w);
    w.run();
    w.crash();
    const auto before = w.books;
    w.disk = {};  // somebody put an empty journal in its place
    w.happen(777);
    w.boot();
    w.run();
    CHECK(w.sink().state().problem.find("more events than the journal") != std::string::npos);
    CHECK(w.books.entries == before.entries);
    CHECK(w.books.cursor == before.cursor);
    REQUIRE_FALSE(w.reports.empty());
}

TEST_CASE("[M7] ledger sink: books that were lost are written again, and nothing is told twice") {
    world w;
    morning(w);
    w.run();
    w.crash();
    w.books = {};
    w.boot();
    w.run();
    w.check_books();
}

TEST_CASE("ledger sink: a quiet journal costs the books nothing, a long one little") {
    world w;
    w.happen(100);
    w.run();
    const auto cursor = w.books.cursor;
    for (int i = 0; i < 900; ++i) w.happen(std::nullopt);
    w.run();
    CHECK(w.books.cursor == cursor);
    for (int i = 0; i < 300; ++i) w.happen(std::nullopt);
    w.run();
    CHECK(w.books.cursor >= cursor + 1000);
    CHECK(w.books.posts == 1);
}

TEST_SUITE_END();
