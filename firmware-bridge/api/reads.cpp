#include "firmware-bridge/api/reads.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <type_traits>
#include <utility>

namespace bridge::api {
namespace {

using sales::operation;
using sales::payment;
using sales::refund;

/// Calls `start` with a handler for one result<T> and suspends until that is called. The handlers
/// of the journal are std::functions, which copy; a coroutine's handler only moves.
template <class T, class Start>
auto ask(Start start) {
    return asio::async_initiate<decltype(asio::use_awaitable), void(result<T>)>(
        [](auto completion, Start begin) {
            auto shared = std::make_shared<decltype(completion)>(std::move(completion));
            begin([shared](result<T> value) { std::move (*shared)(std::move(value)); });
        },
        asio::use_awaitable, std::move(start));
}

using claimed = std::optional<journal::key_claim>;

struct both {
    std::optional<result<payment>> subject;
    std::optional<result<claimed>> claim;
    /// Reads that were not asked for count as answered.
    int missing{};
};

asio::awaitable<result<standing>> load_claimed(journal::journal& journal, standing found) {
    // What cannot be read stays empty: the engine judges the fingerprint first, and refuses then.
    const auto take = [&found](auto object) {
        if (object) found.made = std::move(*object);
    };
    const auto id = found.claim->object_id;
    if (id.starts_with("ref_")) {
        take(co_await find_refund(journal, id));
    } else if (id.starts_with("op_")) {
        take(co_await find_operation(journal, id));
    } else {
        take(co_await find_payment(journal, id));
    }
    co_return found;
}

}  // namespace

asio::awaitable<result<payment>> find_payment(journal::journal& journal, std::string id) {
    auto start = [&journal, id](auto handler) { journal.find_payment(id, std::move(handler)); };
    co_return co_await ask<payment>(std::move(start));
}

asio::awaitable<result<refund>> find_refund(journal::journal& journal, std::string id) {
    auto start = [&journal, id](auto handler) { journal.find_refund(id, std::move(handler)); };
    co_return co_await ask<refund>(std::move(start));
}

asio::awaitable<result<operation>> find_operation(journal::journal& journal, std::string id) {
    auto start = [&journal, id](auto handler) { journal.find_operation(id, std::move(handler)); };
    co_return co_await ask<operation>(std::move(start));
}

asio::awaitable<result<journal::listing<payment>>> list_payments(journal::journal& journal,
                                                                 journal::payment_filter filter,
                                                                 journal::page page) {
    auto start = [&journal, filter, page](auto handler) {
        journal.list_payments(filter, page, std::move(handler));
    };
    co_return co_await ask<journal::listing<payment>>(std::move(start));
}

asio::awaitable<result<journal::listing<refund>>> list_refunds(journal::journal& journal,
                                                               std::string of, journal::page page) {
    auto start = [&journal, of, page](auto handler) {
        journal.list_refunds(of, page, std::move(handler));
    };
    co_return co_await ask<journal::listing<refund>>(std::move(start));
}

asio::awaitable<result<std::vector<journal::stored_event>>> events_after(journal::journal& journal,
                                                                         std::uint64_t after,
                                                                         std::size_t limit) {
    auto start = [&journal, after, limit](auto handler) {
        journal.events_after(after, limit, std::move(handler));
    };
    co_return co_await ask<std::vector<journal::stored_event>>(std::move(start));
}

asio::awaitable<result<journal::listing<boost::json::object>>> list_entries(
    ledger_reader& ledger, ledger_reader::filter filter, journal::page page) {
    auto start = [&ledger, filter, page](auto handler) {
        ledger.list_entries(filter, page, std::move(handler));
    };
    co_return co_await ask<journal::listing<boost::json::object>>(std::move(start));
}

asio::awaitable<result<standing>> look_up(journal::journal& journal, std::string subject,
                                          std::optional<std::string> key) {
    if (subject.empty() && !key) co_return standing{};
    auto start = [&journal, subject, key](journal::journal::handler<both> done) {
        auto answers = std::make_shared<both>();
        answers->missing = (subject.empty() ? 0 : 1) + (key ? 1 : 0);
        auto one_more = [answers, done = std::move(done)] {
            if (--answers->missing == 0) done(std::move(*answers));
        };
        if (!subject.empty())
            journal.find_payment(subject, [answers, one_more](result<payment> found) {
                answers->subject = std::move(found);
                one_more();
            });
        if (key)
            journal.find_key(*key, [answers, one_more](result<claimed> found) {
                answers->claim = std::move(found);
                one_more();
            });
    };
    auto answered = co_await ask<both>(std::move(start));
    // A free key: from here to the engine nothing may suspend.
    standing found;
    if (answered->claim) {
        if (!*answered->claim) co_return answered->claim->error();
        found.claim = std::move(**answered->claim);
    }
    if (answered->subject) {
        if (!*answered->subject) co_return answered->subject->error();
        found.subject = std::move(**answered->subject);
    }
    if (found.claim) co_return co_await load_claimed(journal, std::move(found));
    co_return found;
}

}  // namespace bridge::api
