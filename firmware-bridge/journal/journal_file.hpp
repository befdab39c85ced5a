// The journal's file: what each call of journal.hpp does to it, one after the other, in the calling
// thread. sqlite_journal adds the thread, the queue and what to do when the disk fails.
//
//     auto file = journal_file::open(state);       // at start; throws storage::open_error
//     file.begin();                                // a group of batches, one transaction
//     file.append(first); file.append(second);     // each whole or not at all
//     file.commit();                               // durable; one sync
#pragma once

#include <array>

#include "firmware-bridge/journal/journal.hpp"
#include "firmware-bridge/storage/database_file.hpp"

namespace bridge::journal {

/// Tells one durable state of the file from every other: a group that is committed raises it.
struct file_position {
    std::uint64_t last_sequence{};
    std::uint64_t quiet_groups{};
    friend bool operator==(const file_position&, const file_position&) = default;
};

class journal_file {
public:
    /// At start, with all suspicion. Throws storage::open_error.
    [[nodiscard]] static journal_file open(const storage::state_directory&,
                                           storage::check_limits = {});
    /// Again, after the disk failed and the connection was abandoned: all that is seen is durable.
    [[nodiscard]] static protocol::result<journal_file> reopen(const storage::state_directory&);

    // Writing. Errors are SQLite's, save key_conflict.
    protocol::result<void> begin();
    /// After an error the group goes on without the batch if in_group(), else nothing of it is
    /// left.
    protocol::result<std::uint64_t> append(const batch&);
    protocol::result<void> commit();
    void rollback();
    [[nodiscard]] bool in_group() const noexcept { return !opened_.autocommit(); }

    /// Where the file is, or will be when the present group is committed.
    [[nodiscard]] file_position position() const noexcept { return position_; }

    /// Moves the log into the file when it has grown to `log_pages` pages.
    protocol::result<void> checkpoint(int log_pages);
    /// On a full disk, outside of a group.
    void give_room_back() { storage::give_room_back(opened_); }
    /// Closes the file without another write. Nothing but destruction may follow.
    void abandon();

    // Reading. Errors are SQLite's, not_found, and corrupt for a body that cannot be read.
    protocol::result<open_state> load_open();
    protocol::result<sales::payment> find_payment(const std::string& id);
    protocol::result<sales::refund> find_refund(const std::string& id);
    protocol::result<sales::operation> find_operation(const std::string& id);
    protocol::result<std::optional<key_claim>> find_key(const std::string& key);
    protocol::result<listing<sales::payment>> list_payments(const payment_filter&, const page&);
    protocol::result<listing<sales::refund>> list_refunds(const std::string& payment, const page&);
    protocol::result<std::vector<stored_event>> events_after(std::uint64_t after,
                                                             std::size_t limit);
    protocol::result<std::uint64_t> find_bookmark(const std::string& follower);

    /// What SQLite says of the last error.
    [[nodiscard]] std::string message() const { return opened_.message(); }
    [[nodiscard]] storage::database& opened() noexcept { return opened_; }

private:
    /// The statements of writing and of looking up, compiled once: a fixed number.
    enum sql : std::size_t {
        add_event,
        put_payment,
        put_refund,
        put_operation,
        put_intent,
        put_terminal,
        add_key,
        put_bookmark,
        count_quiet_group,
        get_payment,
        get_refund,
        get_operation,
        get_key,
        get_bookmark,
        get_events,
        sql_count,
    };
    static const std::array<const char*, sql_count> texts;

    explicit journal_file(storage::database opened) : opened_{std::move(opened)} {}
    protocol::result<void> prepare();
    protocol::result<void> read_position();
    protocol::result<void> write(const batch&);
    protocol::result<void> claim(const key_claim&);
    storage::statement& compiled(sql which) { return statements_[which]; }

    storage::database opened_;
    std::vector<storage::statement> statements_;
    file_position position_, at_begin_;
    std::unique_ptr<int> log_pages_ = std::make_unique<int>(0);  // SQLite keeps its address
};

}  // namespace bridge::journal
