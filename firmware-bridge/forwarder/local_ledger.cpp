#include "firmware-bridge/forwarder/local_ledger.hpp"

#include <boost/asio/post.hpp>

#include "firmware-bridge/ledger/json.hpp"

namespace bridge::forwarder {
namespace {

using boost::json::object;
using journal::listing;
using protocol::result;

/// What readers of the API know.
journal::errc in_their_terms(const protocol::error_code& error) {
    return error == storage::errc::corrupt ? journal::errc::corrupt : journal::errc::io_error;
}

/// The sequence of an entry that exists; nothing for no id.
result<std::optional<std::uint64_t>> cursor_of(storage::ledger_store& store,
                                               const std::string& id) {
    if (id.empty()) return std::optional<std::uint64_t>{};
    const auto sequence = ledger::sequence_of_entry(id);
    if (!sequence) return journal::errc::not_found;
    const auto found = store.find(*sequence);
    if (!found) return in_their_terms(found.error());
    if (!*found) return journal::errc::not_found;
    return sequence;
}

result<listing<object>> list(storage::ledger_store& store, const api::ledger_reader::filter& asked,
                             const journal::page& page) {
    storage::entry_filter filter{.payment = asked.payment};
    if (!asked.account.empty()) {
        const auto known = ledger::account_from_code(asked.account);
        if (!known) return listing<object>{};  // no entry has a line on what is no account
        filter.account = *known;
    }
    const auto older = cursor_of(store, page.starting_after);
    if (!older) return older.error();
    const auto newer = cursor_of(store, page.ending_before);
    if (!newer) return newer.error();
    const auto found =
        store.list(filter, {.limit = page.limit, .older_than = *older, .newer_than = *newer});
    if (!found) return in_their_terms(found.error());
    listing<object> shown;
    shown.has_more = found->has_more;
    for (const auto& entry : found->entries) shown.items.push_back(ledger::to_json(entry));
    return shown;
}

/// Waiting may help.
bool may_pass(storage::errc why) {
    return why == storage::errc::busy || why == storage::errc::disk_full ||
           why == storage::errc::io_error;
}

}  // namespace

local_ledger::local_ledger(boost::asio::any_io_executor executor,
                           const storage::state_directory& state, storage::check_limits limits,
                           boost::asio::any_io_executor blocking)
    : executor_{std::move(executor)},
      blocking_{std::move(blocking)},
      state_{state},
      limits_{limits},
      here_{std::make_shared<local_ledger*>(this)} {
    if (!blocking_) blocking_ = own_thread_.emplace(1).get_executor();
    try {
        store_.emplace(state_, limits_);
    } catch (const storage::open_error& failed) {
        if (!may_pass(failed.code())) throw;
    }
}

local_ledger::~local_ledger() {
    if (own_thread_) own_thread_->join();
    *here_ = nullptr;
}

result<void> local_ledger::be_open() {
    if (store_) return {};
    try {
        store_.emplace(state_, limits_);
    } catch (const storage::open_error& failed) {
        return make_error_code(failed.code());
    }
    return {};
}

template <class T, class Work>
void local_ledger::run(Work work, std::function<void(result<T>)> then) {
    boost::asio::post(blocking_, [here = here_, work = std::move(work), then = std::move(then)] {
        auto* books = *here;
        if (books == nullptr) return;
        auto ready = books->be_open();
        auto made = ready ? work(*books->store_) : result<T>{ready.error()};
        boost::asio::post(books->executor_, [made = std::move(made), then] { then(made); });
    });
}

void local_ledger::cursor(ledger_port::handler<std::uint64_t> then) {
    run<std::uint64_t>([](auto& store) { return store.cursor(); }, std::move(then));
}

void local_ledger::post(std::vector<ledger::journal_entry> entries, std::uint64_t seen,
                        ledger_port::handler<void> then) {
    run<void>(
        [entries = std::move(entries), seen](auto& store) { return store.post(entries, seen); },
        std::move(then));
}

void local_ledger::entries_after(std::uint64_t after, std::size_t limit,
                                 ledger_port::handler<std::vector<ledger::journal_entry>> then) {
    run<std::vector<ledger::journal_entry>>(
        [=](auto& store) { return store.entries_after(after, limit); }, std::move(then));
}

void local_ledger::list_entries(filter asked, journal::page page,
                                journal::journal::handler<listing<object>> then) {
    run<listing<object>>([asked = std::move(asked),
                          page = std::move(page)](auto& store) { return list(store, asked, page); },
                         std::move(then));
}

void local_ledger::balances(journal::journal::handler<std::vector<object>> then) {
    run<std::vector<object>>(
        [](auto& store) -> result<std::vector<object>> {
            const auto sums = store.balances();
            if (!sums) return in_their_terms(sums.error());
            std::vector<object> shown;
            for (const auto& [where, sum] : *sums) shown.push_back(ledger::to_json(where, sum));
            return shown;
        },
        std::move(then));
}

}  // namespace bridge::forwarder
