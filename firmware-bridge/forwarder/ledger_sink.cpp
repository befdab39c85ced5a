#include "firmware-bridge/forwarder/ledger_sink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "firmware-bridge/ledger/book.hpp"
#include "firmware-bridge/ledger/json.hpp"

namespace bridge::forwarder {
namespace {

using namespace std::chrono_literals;
using protocol::error_code;
using protocol::result;

constexpr const char* follower = "ledger";
constexpr const char* posted = "ledger.posted";

/// Most events move no money. The cursor is not made durable for each of them, but so often that a
/// start never reads more than this again.
constexpr std::uint64_t cursor_lag = 1000;
constexpr std::size_t announced_at_once = 100;
/// While a problem lasts, every so many attempts are told again: about five minutes.
constexpr unsigned told_again_after = 10;

std::chrono::milliseconds patience(unsigned failures) {
    return std::min<std::chrono::milliseconds>(100ms * (1 << std::min(failures - 1, 9u)), 30s);
}

}  // namespace

ledger_sink::ledger_sink(journal::journal& journal, ledger_port& books, sink_settings settings)
    : journal_{journal},
      books_{books},
      settings_{std::move(settings)},
      self_{std::make_shared<ledger_sink*>(this)} {}

ledger_sink::~ledger_sink() { *self_ = nullptr; }

template <class T, class Next>
std::function<void(result<T>)> ledger_sink::then(std::string doing, Next next) {
    return [self = self_, doing = std::move(doing), next = std::move(next)](result<T> answer) {
        auto* sink = *self;
        if (sink == nullptr) return;
        if (!answer) return sink->fail(doing, answer.error());
        if constexpr (std::is_void_v<T>) {
            next(*sink);
        } else {
            next(*sink, *std::move(answer));
        }
    };
}

// ------------------------------------------------------------------------------ finding out

void ledger_sink::start() { read_end(); }

void ledger_sink::news() {
    news_ = true;
    if (state_.idle) follow();
}

void ledger_sink::read_end() {
    state_.idle = false;
    journal_.last_sequence(
        then<std::uint64_t>("reading the journal", [](auto& sink, std::uint64_t last) {
            sink.journal_end_ = last;
            sink.read_bookmark();
        }));
}

void ledger_sink::read_bookmark() {
    journal_.find_bookmark(
        follower, then<std::uint64_t>("reading the journal", [](auto& sink, std::uint64_t last) {
            sink.state_.announced = last;
            sink.read_cursor();
        }));
}

void ledger_sink::read_cursor() {
    books_.cursor(then<std::uint64_t>("reading the books", [](auto& sink, std::uint64_t seen) {
        sink.state_.cursor = sink.read_ = seen;
        if (seen > sink.journal_end_) {
            return sink.fail(fmt::format("comparing the books (event {}) with the journal ({})",
                                         seen, sink.journal_end_),
                             ledger::errc::journal_behind);
        }
        sink.announce_what_is_left();
    }));
}

void ledger_sink::announce_what_is_left() {
    books_.entries_after(state_.announced, announced_at_once,
                         then<entries>("reading the books", [](auto& sink, const entries& left) {
                             if (left.empty()) return sink.follow();
                             sink.announce(left, &ledger_sink::announce_what_is_left);
                         }));
}

// -------------------------------------------------------------------------------- following

void ledger_sink::follow() {
    state_.idle = false;
    news_ = false;
    journal_.events_after(
        read_, settings_.events_at_once,
        then<std::vector<journal::stored_event>>(
            "reading the journal", [](auto& sink, const auto& events) { sink.book(events); }));
}

void ledger_sink::book(const std::vector<journal::stored_event>& events) {
    if (events.empty()) return rest();
    entries booked;
    for (const auto& event : events) {
        if (!event.content.booking) continue;
        auto entry = ledger::entry_for(event);
        if (!entry) return fail("booking " + event.id(), entry.error());
        booked.push_back(*std::move(entry));
    }
    const auto seen = events.back().sequence;
    if (booked.empty() && seen - state_.cursor < cursor_lag) {
        read_ = seen;
        return follow();
    }
    post(std::move(booked), seen);
}

void ledger_sink::post(entries booked, std::uint64_t seen) {
    books_.post(booked, seen, then<void>("posting", [booked, seen](auto& sink) {
                    sink.state_.cursor = sink.read_ = seen;
                    if (booked.empty()) return sink.follow();
                    sink.announce(booked, &ledger_sink::follow);
                }));
}

void ledger_sink::announce(const entries& made, void (ledger_sink::*next)()) {
    journal::batch news;
    for (const auto& entry : made) {
        // Books that were lost and are written again: the journal has told of these.
        if (entry.header().sequence <= state_.announced) continue;
        news.events.push_back({.type = posted,
                               .object_id = entry.id(),
                               .data = boost::json::serialize(ledger::to_json(entry)),
                               .booking = std::nullopt,
                               .at = settings_.clock()});
    }
    if (news.events.empty()) return (this->*next)();
    const auto last = made.back().header().sequence;
    news.bookmarks.push_back({follower, last});
    journal_.commit(news, then<std::uint64_t>("telling the journal",
                                              [news, last, next](auto& sink, std::uint64_t end) {
                                                  sink.state_.announced = last;
                                                  if (sink.settings_.announced) {
                                                      sink.settings_.announced(end, news.events);
                                                  }
                                                  (sink.*next)();
                                              }));
}

void ledger_sink::rest() {
    recovered();
    if (news_) return follow();
    state_.idle = true;
}

// ---------------------------------------------------------------------------------- failing

void ledger_sink::fail(const std::string& doing, const error_code& why) {
    ++failures_;
    auto problem = fmt::format("ledger: {}: {}", doing, why.message());
    if (problem != state_.problem || failures_ % told_again_after == 0) {
        report(
            fmt::format("{} (attempt {}; nothing is lost, it is tried again)", problem, failures_));
    }
    state_.problem = std::move(problem);
    settings_.after(patience(failures_), [self = self_] {
        if (*self != nullptr) (*self)->start();
    });
}

void ledger_sink::recovered() {
    if (failures_ > 0) report("ledger: works again, nothing was lost");
    failures_ = 0;
    state_.problem.clear();
}

void ledger_sink::report(const std::string& sentence) const {
    if (settings_.report) settings_.report(sentence);
}

}  // namespace bridge::forwarder
