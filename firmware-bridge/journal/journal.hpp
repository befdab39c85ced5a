// The journal: SQLite (WAL, synchronous=FULL) on its own thread, with group commit.
//
// commit() queues a batch; the journal's thread takes all that queued up meanwhile into one
// transaction, so one fsync serves every terminal. Reads queue behind the commits that were asked
// before them: what was committed before a read was asked is in its answer. Handlers run on the
// executor that was given at opening, in the order of the calls.
//
// The abstract class is what engine shell, API and ledger sink use; sqlite_journal implements it on
// a real disk, tests and the simulation bring their own.
#pragma once

#include <functional>

#include "firmware-bridge/journal/record.hpp"
#include "protocol/result.hpp"

namespace bridge::journal {

enum class errc {
    newer_schema = 1,  // written by a newer version of this program
    corrupt,           // the file failed its integrity check; it was kept aside under another name
    in_use,            // another process has the state directory
    disk_full,
    io_error,  // the system's reason is in the log and in the message
    not_found,
    key_conflict,  // the idempotency key is taken by another object
};
[[nodiscard]] protocol::error_code make_error_code(errc) noexcept;

/// A part of a list. Lists run from the newest to the oldest, by creation time and then by id; as
/// ids begin with their creation time, that is the order of ids.
struct page {
    std::size_t limit{25};
    std::string starting_after{};  // id: the page begins with what is next older
    std::string ending_before{};   // id: the page ends with what is next newer
};

/// What is empty does not restrict. Times are exclusive.
struct payment_filter {
    std::optional<sales::payment_status> status{};
    std::string terminal{}, reference{};
    std::optional<drivers::wall_time> created_after{}, created_before{};
};

/// `has_more`: there is more in the direction of the page, older or (with ending_before) newer.
template <class T>
struct listing {
    std::vector<T> items;
    bool has_more{};
};

class journal {
public:
    template <class T>
    using handler = std::function<void(protocol::result<T>)>;

    virtual ~journal() = default;

    /// Makes the batch durable, whole or not at all. The value is the sequence of its last event
    /// (or of the journal's last one). Errors: key_conflict, when a key is taken with another
    /// fingerprint or for another object (claiming it again alike is fine); disk_full; io_error,
    /// after which nobody knows whether the batch is durable. After the last two the same batch may
    /// be committed again, under its number.
    virtual void commit(batch, handler<std::uint64_t>) = 0;

    virtual void load_open(handler<open_state>) = 0;
    /// not_found when there is none.
    virtual void find_payment(std::string id, handler<sales::payment>) = 0;
    virtual void find_refund(std::string id, handler<sales::refund>) = 0;
    virtual void find_operation(std::string id, handler<sales::operation>) = 0;
    virtual void find_key(std::string key, handler<std::optional<key_claim>>) = 0;
    /// not_found when a cursor of the page names no payment.
    virtual void list_payments(payment_filter, page, handler<listing<sales::payment>>) = 0;
    virtual void list_refunds(std::string payment, page, handler<listing<sales::refund>>) = 0;
    /// Events with sequence > after, oldest first, at most `limit`.
    virtual void events_after(std::uint64_t after, std::size_t limit,
                              handler<std::vector<stored_event>>) = 0;
    /// Sequence of the newest durable event; 0 when there is none.
    virtual void last_sequence(handler<std::uint64_t>) = 0;
    /// 0 when that follower never left one.
    virtual void find_bookmark(std::string follower, handler<std::uint64_t>) = 0;
};

}  // namespace bridge::journal

template <>
struct boost::system::is_error_code_enum<bridge::journal::errc> : std::true_type {};
