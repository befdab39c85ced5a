// The journal on a real disk. One thread owns the file, its own unless another executor is given
// for blocking work; calls queue up and are answered in their order on the executor.
//
//     storage::state_directory state{directory};                 // the lock
//     sqlite_journal journal{io.get_executor(), state, {.report = log_line}};
//     journal.commit(batch, handler);
//
// One round of the thread takes everything that is queued. The commits in it become one transaction
// with one sync (group commit), then the reads run: they see every commit asked for before them.
// A batch that is refused for its own sake (key_conflict) is undone alone. When the disk is full
// the whole group fails, nothing of it is in the file, and the next group is tried as if nothing
// had been. When the disk fails in another way (a sync, a write), the connection is not trusted any
// more; README.md says how the fate of the group is settled then.
//
// The destructor finishes what is queued on a thread of its own; the handlers then run as far as
// the executor does.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "firmware-bridge/journal/journal.hpp"
#include "firmware-bridge/storage/database_file.hpp"

namespace bridge::journal {

struct sqlite_journal_options {
    /// Gets a sentence when the disk or the file fails; on the executor.
    std::function<void(const std::string&)> report{};
    storage::check_limits check{};
    /// The log is moved into the file when it has so many pages of 4 KiB and nobody waits.
    int checkpoint_pages{1000};
    /// Where the file is worked on, one task at a time; empty: a thread of its own. Given, it must
    /// run on the thread that calls.
    boost::asio::any_io_executor blocking{};
};

class sqlite_journal final : public journal {
public:
    /// Opens or makes `journal.db`. Throws storage::open_error. The directory must outlive it.
    sqlite_journal(boost::asio::any_io_executor, const storage::state_directory&,
                   sqlite_journal_options = {});
    ~sqlite_journal() override;

    void commit(batch, handler<std::uint64_t>) override;
    void load_open(handler<open_state>) override;
    void find_payment(std::string id, handler<sales::payment>) override;
    void find_refund(std::string id, handler<sales::refund>) override;
    void find_operation(std::string id, handler<sales::operation>) override;
    void find_key(std::string key, handler<std::optional<key_claim>>) override;
    void list_payments(payment_filter, page, handler<listing<sales::payment>>) override;
    void list_refunds(std::string payment, page, handler<listing<sales::refund>>) override;
    void events_after(std::uint64_t after, std::size_t limit,
                      handler<std::vector<stored_event>>) override;
    void last_sequence(handler<std::uint64_t>) override;
    void find_bookmark(std::string follower, handler<std::uint64_t>) override;

private:
    class worker;
    std::unique_ptr<worker> worker_;
};

}  // namespace bridge::journal
