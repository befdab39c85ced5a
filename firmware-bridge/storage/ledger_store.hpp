// The books on disk: ledger.db, a file of its own (WAL, synchronous=FULL).
//
//     ledger_store books{state};                        // throws open_error
//     books.post(entries, sequence);                    // entries, balances and cursor: one sync
//
// The cursor is the sequence of the last event of the journal that the books have seen. It moves in
// the transaction that posts, so a crash never leaves one without the other, and an entry is known
// by its event: posting it a second time does nothing (M7). Entries cannot be changed or deleted,
// the file itself refuses (I-02).
//
// One thread at a time. Blocks on the disk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware-bridge/ledger/balance.hpp"
#include "firmware-bridge/storage/database_file.hpp"

namespace bridge::storage {

struct entry_filter {
    std::string payment{};                     // "": of all payments
    std::optional<ledger::account> account{};  // that have a line on it
};

/// Entries between two others, newest first (see journal::page).
struct entry_range {
    std::size_t limit{25};
    std::optional<std::uint64_t> older_than{};
    std::optional<std::uint64_t> newer_than{};
};

struct entry_page {
    std::vector<ledger::journal_entry> entries;
    bool has_more{};  // in the direction of the range: newer with newer_than alone, else older
};

class ledger_store {
public:
    /// Opens or makes the file. Throws open_error. The directory must outlive the store.
    explicit ledger_store(const state_directory&, check_limits = {});

    // Errors are SQLite's, and corrupt for a record that cannot be read. After an error of the disk
    // the next call opens the file anew; all calls may be repeated.

    [[nodiscard]] result<std::uint64_t> cursor();

    /// Posts what is not posted yet, and moves the cursor to `seen` if that is further. Errors
    /// also: ledger::errc::conflicting_entry and overflow. After an error nothing is changed, or
    /// (io_error) not known to be.
    result<void> post(const std::vector<ledger::journal_entry>&, std::uint64_t seen);

    /// With a sequence above `after`, oldest first, at most `limit`.
    [[nodiscard]] result<std::vector<ledger::journal_entry>> entries_after(std::uint64_t after,
                                                                           std::size_t limit);
    /// Newest first.
    [[nodiscard]] result<entry_page> list(const entry_filter&, const entry_range&);
    [[nodiscard]] result<std::optional<ledger::journal_entry>> find(std::uint64_t sequence);
    [[nodiscard]] result<ledger::balances::sums> balances();

    /// What SQLite says of the last error.
    [[nodiscard]] std::string message() const;

private:
    /// Runs `work(database)` on an open file; keeps the message and closes the file when the disk
    /// failed.
    template <class Work>
    auto with_file(Work work) -> decltype(work(std::declval<database&>()));

    const state_directory& state_;
    std::optional<database> opened_;  // empty: the connection failed
    std::string message_;
};

}  // namespace bridge::storage
