#include "firmware-bridge/storage/ledger_store.hpp"

#include <algorithm>

namespace bridge::storage {
namespace {

using ledger::journal_entry;

// An entry is the rows of `entries` and `lines` with its sequence; `balances` are their sums, kept
// so that nobody has to add up millions of lines. The triggers hold I-02 against everyone who has
// the file in his hands, us included.
constexpr const char* first = R"(
CREATE TABLE entries (
    sequence    INTEGER PRIMARY KEY,
    posted      INTEGER NOT NULL,
    description TEXT NOT NULL,
    payment     TEXT NOT NULL,
    refund      TEXT NOT NULL
) STRICT;
CREATE INDEX entries_by_payment ON entries (payment, sequence);

CREATE TABLE lines (
    entry    INTEGER NOT NULL REFERENCES entries (sequence),
    position INTEGER NOT NULL,
    account  TEXT NOT NULL,
    client   TEXT NOT NULL,
    side     TEXT NOT NULL CHECK (side IN ('debit', 'credit')),
    amount   INTEGER NOT NULL CHECK (amount > 0),
    currency INTEGER NOT NULL,
    PRIMARY KEY (entry, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX lines_by_account ON lines (account, entry);

CREATE TABLE balances (
    account  TEXT NOT NULL,
    client   TEXT NOT NULL,
    currency INTEGER NOT NULL,
    debits   INTEGER NOT NULL,
    credits  INTEGER NOT NULL,
    PRIMARY KEY (account, client, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursor (sequence INTEGER NOT NULL) STRICT;
INSERT INTO cursor VALUES (0);

CREATE TRIGGER entries_stay BEFORE UPDATE ON entries BEGIN
    SELECT raise(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entries_remain BEFORE DELETE ON entries BEGIN
    SELECT raise(ABORT, 'an entry is never deleted'); END;
CREATE TRIGGER lines_stay BEFORE UPDATE ON lines BEGIN
    SELECT raise(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER lines_remain BEFORE DELETE ON lines BEGIN
    SELECT raise(ABORT, 'an entry is never deleted'); END;
)";

constexpr const char* scripts[] = {first};

/// "fble" in the file's header.
constexpr database_file description{"ledger.db", "ledger", 0x6662'6c65, scripts};

std::string_view name(ledger::side way) { return way == ledger::side::debit ? "debit" : "credit"; }

std::string_view code(ledger::account where) { return ledger::info(where).code; }

// ---------------------------------------------------------------------------- reading

result<ledger::line> read_line(const rows& found) {
    const auto where = ledger::account_from_code(found.text(0));
    const auto unit = protocol::currency::from_number(static_cast<std::uint16_t>(found.integer(4)));
    if (!where || !unit) return make_error_code(errc::corrupt);
    return ledger::line{*where,
                        found.text(2) == "debit" ? ledger::side::debit : ledger::side::credit,
                        {found.integer(3), *unit},
                        std::string{found.text(1)}};
}

constexpr const char* select_lines =
    "SELECT account, client, side, amount, currency FROM lines WHERE entry = ? ORDER BY position";
constexpr const char* select_entries =
    "SELECT sequence, posted, description, payment, refund FROM entries";

result<journal_entry> read_entry(const rows& head, statement& lines_of) {
    ledger::entry_header header{
        .sequence = static_cast<std::uint64_t>(head.integer(0)),
        .posted = drivers::wall_time{std::chrono::milliseconds{head.integer(1)}},
        .description = std::string{head.text(2)},
        .payment = std::string{head.text(3)},
        .refund = std::string{head.text(4)}};
    std::vector<ledger::line> lines;
    auto found = lines_of.query(header.sequence);
    while (found.next()) {
        auto one = read_line(found);
        if (!one) return one.error();
        lines.push_back(*std::move(one));
    }
    if (found.error()) return found.error();
    auto made = journal_entry::make(std::move(header), std::move(lines));
    if (!made) return make_error_code(errc::corrupt);
    return made;
}

result<std::vector<journal_entry>> read_entries(database& opened, rows heads) {
    auto lines_of = opened.prepare(select_lines);
    if (!lines_of) return lines_of.error();
    std::vector<journal_entry> entries;
    while (heads.next()) {
        auto one = read_entry(heads, *lines_of);
        if (!one) return one.error();
        entries.push_back(*std::move(one));
    }
    if (heads.error()) return heads.error();
    return entries;
}

// ---------------------------------------------------------------------------- posting

/// The statements of one posting.
class poster {
public:
    static result<poster> prepare(database& opened) {
        poster made{opened};
        for (const char* sql :
             {"INSERT INTO entries (sequence, posted, description, payment, refund)"
              " VALUES (?, ?, ?, ?, ?)",
              "INSERT INTO lines (entry, position, account, client, side, amount, currency)"
              " VALUES (?, ?, ?, ?, ?, ?, ?)",
              "SELECT debits, credits FROM balances"
              " WHERE account = ? AND client = ? AND currency = ?",
              "INSERT INTO balances (account, client, currency, debits, credits)"
              " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
              " SET debits = excluded.debits, credits = excluded.credits",
              "SELECT sequence, posted, description, payment, refund FROM entries"
              " WHERE sequence = ?"}) {
            auto one = opened.prepare(sql);
            if (!one) return one.error();
            made.statements_.push_back(*std::move(one));
        }
        return made;
    }

    result<void> post(const journal_entry& entry) {
        auto there = read_entries(*opened_, statements_[4].query(entry.header().sequence));
        if (!there) return there.error();
        // M7: the second time is nothing. But it must be the same, in all that counts.
        if (there->empty()) return add(entry);
        if (!alike(there->front(), entry)) return ledger::errc::conflicting_entry;
        return {};
    }

private:
    explicit poster(database& opened) : opened_{&opened} {}

    static bool alike(const journal_entry& left, const journal_entry& right) {
        return left.lines() == right.lines() && left.header().payment == right.header().payment &&
               left.header().refund == right.header().refund;
    }

    result<void> add(const journal_entry& entry) {
        const auto& head = entry.header();
        auto added = statements_[0].execute(head.sequence, head.posted.time_since_epoch().count(),
                                            head.description, head.payment, head.refund);
        for (std::size_t at = 0; added && at < entry.lines().size(); ++at) {
            added = add_line(head.sequence, at, entry.lines()[at]);
        }
        return added;
    }

    result<void> add_line(std::uint64_t sequence, std::size_t position, const ledger::line& one) {
        const auto unit = one.amount.unit.number();
        auto added = statements_[1].execute(sequence, position, code(one.where), one.client,
                                            name(one.way), one.amount.minor, unit);
        if (!added) return added;
        ledger::turnover sum;
        auto known = statements_[2].query(code(one.where), one.client, unit);
        if (known.next()) sum = {known.integer(0), known.integer(1)};
        if (known.error()) return known.error();
        if (auto fits = ledger::add(sum, one.way, one.amount.minor); !fits) return fits;
        return statements_[3].execute(code(one.where), one.client, unit, sum.debits, sum.credits);
    }

    database* opened_;
    std::vector<statement> statements_;
};

result<void> post_all(database& opened, const std::vector<journal_entry>& entries,
                      std::uint64_t seen) {
    auto step = transaction::begin(opened);
    if (!step) return step.error();
    auto compiled = poster::prepare(opened);
    if (!compiled) return compiled.error();
    for (const auto& entry : entries) {
        if (auto posted = compiled->post(entry); !posted) return posted;
    }
    auto moved = opened.prepare("UPDATE cursor SET sequence = max(sequence, ?)");
    if (!moved) return moved.error();
    if (auto done = moved->execute(seen); !done) return done;
    return step->commit();
}

// ---------------------------------------------------------------------------- listing

/// Parameters: 1 limit, 2 payment, 3 account, 4 older than, 5 newer than.
std::string list_sql(const entry_filter& filter, const entry_range& range, bool oldest_first) {
    const auto between = [&](const char* column) {
        std::string sql;
        if (range.older_than) sql += std::string{" AND "} + column + " < ?4";
        if (range.newer_than) sql += std::string{" AND "} + column + " > ?5";
        return sql;
    };
    const std::string order = oldest_first ? " ASC" : " DESC";
    std::string sql = select_entries;
    if (filter.account && filter.payment.empty()) {
        // From the index of that account: it may be a rare one among millions of entries.
        sql += " WHERE sequence IN (SELECT DISTINCT entry FROM lines WHERE account = ?3" +
               between("entry") + " ORDER BY entry" + order + " LIMIT ?1)";
    } else {
        sql += " WHERE true" + between("sequence");
        if (!filter.payment.empty()) sql += " AND payment = ?2";
        if (filter.account) {
            sql += " AND EXISTS (SELECT 1 FROM lines WHERE entry = sequence AND account = ?3)";
        }
    }
    // Every parameter is mentioned, so that their number is the same whatever is asked for.
    return sql + " AND ?5 IS ?5 ORDER BY sequence" + order + " LIMIT ?1";
}

result<entry_page> read_page(database& opened, const entry_filter& filter,
                             const entry_range& range) {
    const bool oldest_first = range.newer_than && !range.older_than;
    auto compiled = opened.prepare(list_sql(filter, range, oldest_first));
    if (!compiled) return compiled.error();
    std::optional<std::string_view> account;
    if (filter.account) account = code(*filter.account);
    auto entries = read_entries(opened, compiled->query(range.limit + 1, filter.payment, account,
                                                        range.older_than, range.newer_than));
    if (!entries) return entries.error();
    entry_page page;
    page.has_more = entries->size() > range.limit;
    if (page.has_more) entries->pop_back();
    if (oldest_first) std::ranges::reverse(*entries);
    page.entries = *std::move(entries);
    return page;
}

result<ledger::balances::sums> read_balances(database& opened) {
    auto compiled =
        opened.prepare("SELECT account, client, currency, debits, credits FROM balances");
    if (!compiled) return compiled.error();
    ledger::balances::sums sums;
    auto found = compiled->query();
    while (found.next()) {
        const auto where = ledger::account_from_code(found.text(0));
        const auto unit =
            protocol::currency::from_number(static_cast<std::uint16_t>(found.integer(2)));
        if (!where || !unit) return make_error_code(errc::corrupt);
        sums[{*where, std::string{found.text(1)}, *unit}] = {found.integer(3), found.integer(4)};
    }
    if (found.error()) return found.error();
    return sums;
}

}  // namespace

// ------------------------------------------------------------------------------ the store

ledger_store::ledger_store(const state_directory& state, check_limits limits)
    : state_{state}, opened_{open(state, description, limits)} {}

template <class Work>
auto ledger_store::with_file(Work work) -> decltype(work(std::declval<database&>())) {
    if (!opened_) {
        auto again = storage::reopen(state_, description);
        if (!again) {
            message_ = again.error().message();
            return again.error();
        }
        opened_.emplace(*std::move(again));
    }
    auto done = work(*opened_);
    if (!done) {
        const bool of_sqlite =
            done.error() != make_error_code(errc::corrupt) &&
            &done.error().category() != &ledger::make_error_code(ledger::errc::overflow).category();
        message_ = of_sqlite ? opened_->message() : done.error().message();
        if (done.error() == errc::corrupt) mark_suspect(state_, description);
        if (done.error() == errc::disk_full) give_room_back(*opened_);
        if (done.error() == errc::io_error) {
            abandon(*std::move(opened_));
            opened_.reset();
        }
    }
    return done;
}

result<std::uint64_t> ledger_store::cursor() {
    return with_file([](database& opened) -> result<std::uint64_t> {
        auto found = opened.integer("SELECT sequence FROM cursor");
        if (!found) return found.error();
        return static_cast<std::uint64_t>(*found);
    });
}

result<void> ledger_store::post(const std::vector<journal_entry>& entries, std::uint64_t seen) {
    return with_file([&](database& opened) { return post_all(opened, entries, seen); });
}

result<std::vector<journal_entry>> ledger_store::entries_after(std::uint64_t after,
                                                               std::size_t limit) {
    return with_file([=](database& opened) -> result<std::vector<journal_entry>> {
        auto compiled = opened.prepare(std::string{select_entries} +
                                       " WHERE sequence > ? ORDER BY sequence LIMIT ?");
        if (!compiled) return compiled.error();
        return read_entries(opened, compiled->query(after, limit));
    });
}

result<entry_page> ledger_store::list(const entry_filter& filter, const entry_range& range) {
    return with_file([&](database& opened) { return read_page(opened, filter, range); });
}

result<std::optional<journal_entry>> ledger_store::find(std::uint64_t sequence) {
    return with_file([=](database& opened) -> result<std::optional<journal_entry>> {
        auto compiled = opened.prepare(std::string{select_entries} + " WHERE sequence = ?");
        if (!compiled) return compiled.error();
        auto found = read_entries(opened, compiled->query(sequence));
        if (!found) return found.error();
        if (found->empty()) return std::optional<journal_entry>{};
        return std::optional{std::move(found->front())};
    });
}

result<ledger::balances::sums> ledger_store::balances() {
    return with_file([](database& opened) { return read_balances(opened); });
}

std::string ledger_store::message() const { return message_; }

}  // namespace bridge::storage
