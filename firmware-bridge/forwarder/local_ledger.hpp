// The books in ledger.db, on a thread of their own or an executor given for blocking work: no sale
// waits for them.
//
//     local_ledger books{io.get_executor(), state};         // throws storage::open_error
//     ledger_sink sink{journal, books, …};                  // writes
//     shell_settings.ledger = &books;                       // the API reads
//
// Books that are away for a while (the disk is full, another process holds the file) keep nobody
// from taking payments, not at the start either: each call tries to open them again and answers why
// it could not. Books that a person must look at (damaged, of a newer version) are told at once.
//
// Handlers run on the executor. The destructor finishes what was asked of its own thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>

#include "firmware-bridge/api/ledger_reader.hpp"
#include "firmware-bridge/forwarder/ledger_port.hpp"
#include "firmware-bridge/storage/ledger_store.hpp"

namespace bridge::forwarder {

class local_ledger final : public ledger_port, public api::ledger_reader {
public:
    /// Opens or makes the file, now or later. The directory must outlive it. `blocking`: where the
    /// file is worked on, one task at a time; empty: a thread of its own. Given, it must run on the
    /// thread that calls.
    local_ledger(boost::asio::any_io_executor, const storage::state_directory&,
                 storage::check_limits = {}, boost::asio::any_io_executor blocking = {});
    ~local_ledger() override;

    // ledger_port
    void cursor(ledger_port::handler<std::uint64_t>) override;
    void post(std::vector<ledger::journal_entry>, std::uint64_t seen,
              ledger_port::handler<void>) override;
    void entries_after(std::uint64_t after, std::size_t limit,
                       ledger_port::handler<std::vector<ledger::journal_entry>>) override;

    // api::ledger_reader. Errors are the journal's: not_found for a cursor that is no entry,
    // corrupt, io_error.
    void list_entries(filter, journal::page,
                      journal::journal::handler<journal::listing<boost::json::object>>) override;
    void balances(journal::journal::handler<std::vector<boost::json::object>>);

private:
    template <class T, class Work>
    void run(Work, std::function<void(protocol::result<T>)>);
    protocol::result<void> be_open();

    boost::asio::any_io_executor executor_;
    boost::asio::any_io_executor blocking_;
    const storage::state_directory& state_;
    storage::check_limits limits_;
    std::optional<storage::ledger_store> store_;  // empty: not opened yet
    std::shared_ptr<local_ledger*> here_;  // tasks of an injected executor may outlive the books
    std::optional<boost::asio::thread_pool> own_thread_;
};

}  // namespace bridge::forwarder
