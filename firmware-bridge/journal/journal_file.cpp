#include "firmware-bridge/journal/journal_file.hpp"

#include "firmware-bridge/journal/booking_json.hpp"
#include "firmware-bridge/journal/schema.hpp"
#include "firmware-bridge/sales/json.hpp"
#include "protocol/invariant.hpp"

namespace bridge::journal {

using protocol::result;

// What a payment was created with never changes (its terminal, its reference, its time), so an
// update touches the index of its status and no other.
const std::array<const char*, journal_file::sql_count> journal_file::texts{
    "INSERT INTO events (seq, at, type, object_id, data, booking) VALUES (?, ?, ?, ?, ?, ?)",
    "INSERT INTO payments (id, created, updated, status, terminal, reference, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
    " SET updated = excluded.updated, status = excluded.status, body = excluded.body",
    "INSERT INTO refunds (id, payment, created, updated, status, body)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
    " SET updated = excluded.updated, status = excluded.status, body = excluded.body",
    "INSERT INTO operations (id, status, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE"
    " SET status = excluded.status, body = excluded.body",
    "INSERT INTO intents (id, payment, refund, outcome, terminal, day, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
    " SET outcome = excluded.outcome, day = excluded.day, body = excluded.body",
    "INSERT INTO terminals (terminal, body) VALUES (?, ?) ON CONFLICT (terminal) DO UPDATE"
    " SET body = excluded.body",
    "INSERT INTO keys (key, fingerprint, object_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    "INSERT INTO bookmarks (follower, sequence) VALUES (?, ?) ON CONFLICT (follower) DO UPDATE"
    " SET sequence = excluded.sequence",
    "UPDATE head SET quiet_groups = quiet_groups + 1",
    "SELECT body FROM payments WHERE id = ?",
    "SELECT body FROM refunds WHERE id = ?",
    "SELECT body FROM operations WHERE id = ?",
    "SELECT fingerprint, object_id FROM keys WHERE key = ?",
    "SELECT sequence FROM bookmarks WHERE follower = ?",
    "SELECT seq, at, type, object_id, data, booking FROM events WHERE seq > ?"
    " ORDER BY seq LIMIT ?",
};

namespace {

std::int64_t ms(drivers::wall_time at) { return at.time_since_epoch().count(); }

int note_log_pages(void* pages, sqlite3*, const char*, int in_log) {
    *static_cast<int*>(pages) = in_log;
    return SQLITE_OK;
}

}  // namespace

// ---------------------------------------------------------------------------- opening

journal_file journal_file::open(const storage::state_directory& state,
                                storage::check_limits limits) {
    journal_file file{storage::open(state, file_description, limits)};
    if (auto ready = file.prepare(); !ready) {
        if (ready.error() == storage::errc::corrupt) {
            storage::mark_suspect(state, file_description);
        }
        throw storage::open_error{storage::errc::foreign_file,
                                  (state / file_description.name).string() + ": " + file.message()};
    }
    return file;
}

result<journal_file> journal_file::reopen(const storage::state_directory& state) {
    auto opened = storage::reopen(state, file_description);
    if (!opened) return opened.error();
    journal_file file{*std::move(opened)};
    if (auto ready = file.prepare(); !ready) return ready.error();
    return file;
}

result<void> journal_file::prepare() {
    for (const char* text : texts) {
        auto made = opened_.prepare(text);
        if (!made) return made.error();
        statements_.push_back(*std::move(made));
    }
    // Checkpoints are made by checkpoint(), when nobody waits for a commit.
    sqlite3_wal_hook(opened_.handle(), note_log_pages, log_pages_.get());
    return read_position();
}

result<void> journal_file::read_position() {
    const auto last = opened_.integer("SELECT coalesce(max(seq), 0) FROM events");
    if (!last) return last.error();
    const auto quiet = opened_.integer("SELECT quiet_groups FROM head");
    if (!quiet) return quiet.error();
    position_ = {static_cast<std::uint64_t>(*last), static_cast<std::uint64_t>(*quiet)};
    return {};
}

// ---------------------------------------------------------------------------- writing

result<void> journal_file::begin() {
    at_begin_ = position_;
    return opened_.execute("BEGIN IMMEDIATE");
}

result<std::uint64_t> journal_file::append(const batch& step) {
    const auto before = position_;
    if (auto marked = opened_.execute("SAVEPOINT step"); !marked) return marked.error();
    if (auto written = write(step); !written) {
        position_ = before;
        // Where SQLite has rolled back everything, there is no savepoint any more.
        if (in_group()) {
            auto undone = opened_.execute("ROLLBACK TO step; RELEASE step");
            if (!undone) rollback();
        }
        return written.error();
    }
    if (auto released = opened_.execute("RELEASE step"); !released) return released.error();
    return position_.last_sequence;
}

result<void> journal_file::write(const batch& step) {
    // First of all what may refuse the batch.
    for (const auto& one : step.keys) {
        if (auto done = claim(one); !done) return done;
    }
    for (const auto& one : step.events) {
        std::optional<std::string> booked;
        if (one.booking) booked = to_stored(*one.booking);
        auto done = compiled(add_event).execute(position_.last_sequence + 1, ms(one.at), one.type,
                                                one.object_id, one.data, booked);
        if (!done) return done;
        ++position_.last_sequence;
    }
    for (const auto& one : step.payments) {
        const auto body = sales::to_stored(one);
        auto done = compiled(put_payment)
                        .execute(one.id, ms(one.created), ms(one.updated), to_string(one.status),
                                 one.terminal, one.reference, body);
        if (!done) return done;
    }
    for (const auto& one : step.refunds) {
        const auto body = sales::to_stored(one);
        auto done = compiled(put_refund)
                        .execute(one.id, one.payment, ms(one.created), ms(one.updated),
                                 to_string(one.status), body);
        if (!done) return done;
    }
    for (const auto& one : step.operations) {
        const auto body = sales::to_stored(one);
        auto done = compiled(put_operation).execute(one.id, to_string(one.status), body);
        if (!done) return done;
    }
    for (const auto& one : step.intents) {
        const auto body = sales::to_stored(one);
        std::optional<std::int64_t> day;
        if (one.in_day) day = static_cast<std::int64_t>(one.in_day->day);
        auto done = compiled(put_intent)
                        .execute(one.id, one.payment, one.refund, to_string(one.outcome),
                                 one.terminal, day, body);
        if (!done) return done;
    }
    for (const auto& one : step.terminals) {
        auto done = compiled(put_terminal).execute(one.terminal, sales::to_stored(one));
        if (!done) return done;
    }
    for (const auto& one : step.bookmarks) {
        auto done = compiled(put_bookmark).execute(one.follower, one.sequence);
        if (!done) return done;
    }
    return {};
}

result<void> journal_file::claim(const key_claim& wanted) {
    auto added = compiled(add_key).execute(wanted.key, wanted.fingerprint, wanted.object_id);
    if (!added) return added;
    const auto taken = find_key(wanted.key);
    if (!taken) return taken.error();
    BRIDGE_INVARIANT(taken->has_value());
    if ((*taken)->fingerprint != wanted.fingerprint || (*taken)->object_id != wanted.object_id) {
        return errc::key_conflict;
    }
    return {};
}

result<void> journal_file::commit() {
    if (position_.last_sequence == at_begin_.last_sequence) {
        if (auto counted = compiled(count_quiet_group).execute(); !counted) return counted;
        ++position_.quiet_groups;
    }
    return opened_.execute("COMMIT");
}

void journal_file::rollback() {
    // A failure here leaves a transaction open, and the next begin() says so.
    if (in_group()) (void)opened_.execute("ROLLBACK");
    position_ = at_begin_;
}

result<void> journal_file::checkpoint(int log_pages) {
    if (*log_pages_ < log_pages) return {};
    *log_pages_ = 0;  // a reader may keep it from succeeding whole: asked again after more commits
    return opened_.execute("PRAGMA wal_checkpoint(PASSIVE)");
}

void journal_file::abandon() {
    statements_.clear();
    storage::abandon(std::move(opened_));
}

}  // namespace bridge::journal
