#include <algorithm>

#include "firmware-bridge/journal/booking_json.hpp"
#include "firmware-bridge/journal/journal_file.hpp"
#include "firmware-bridge/sales/json.hpp"

namespace bridge::journal {
namespace {

using protocol::result;
using storage::rows;

template <class T>
using reader = result<T> (*)(std::string_view);

/// A body that does not read is damage, whatever is wrong with it.
template <class T>
result<T> read_body(std::string_view body, reader<T> read) {
    auto made = read(body);
    if (!made) return errc::corrupt;
    return made;
}

template <class T>
result<T> one(rows found, reader<T> read) {
    if (found.next()) return read_body(found.text(0), read);
    if (found.error()) return found.error();
    return errc::not_found;
}

template <class T>
result<std::vector<T>> all(rows found, reader<T> read) {
    std::vector<T> objects;
    while (found.next()) {
        auto made = read_body(found.text(0), read);
        if (!made) return made.error();
        objects.push_back(*std::move(made));
    }
    if (found.error()) return found.error();
    return objects;
}

template <class T>
result<void> append_all(std::vector<T>& to, storage::database& opened, const char* sql,
                        reader<T> read) {
    auto compiled = opened.prepare(sql);
    if (!compiled) return compiled.error();
    auto objects = all(compiled->query(), read);
    if (!objects) return objects.error();
    to = *std::move(objects);
    return {};
}

result<void> append_of_day(std::vector<sales::intent>& to, storage::database& opened,
                           const sales::terminal_memory& where) {
    auto compiled = opened.prepare(
        "SELECT body FROM intents WHERE terminal = ? AND day = ? AND day IS NOT NULL ORDER BY id");
    if (!compiled) return compiled.error();
    auto settled = all(compiled->query(where.terminal, static_cast<std::int64_t>(where.day_number)),
                       sales::intent_from_stored);
    if (!settled) return settled.error();
    std::ranges::move(*settled, std::back_inserter(to));
    return {};
}

/// Where a page begins: the list is sorted by (created, id).
struct cursor {
    std::optional<std::int64_t> created;
    std::string id;
};

result<cursor> find_cursor(storage::database& opened, const char* sql, const std::string& id) {
    if (id.empty()) return cursor{};
    auto compiled = opened.prepare(sql);
    if (!compiled) return compiled.error();
    auto found = compiled->query(id);
    if (found.next()) return cursor{found.integer(0), id};
    if (found.error()) return found.error();
    return errc::not_found;
}

/// Both ends of a page, and the SQL that goes with them. Parameters 1 to 4 are theirs.
struct page_query {
    cursor older_than, newer_than;
    bool towards_newer{};

    static result<page_query> of(storage::database& opened, const char* sql, const page& wanted) {
        auto older = find_cursor(opened, sql, wanted.starting_after);
        if (!older) return older.error();
        auto newer = find_cursor(opened, sql, wanted.ending_before);
        if (!newer) return newer.error();
        return page_query{*std::move(older), *std::move(newer), !wanted.ending_before.empty()};
    }

    [[nodiscard]] std::string sql(std::string select) const {
        if (older_than.created) select += " AND (created, id) < (?1, ?2)";
        if (newer_than.created) select += " AND (created, id) > (?3, ?4)";
        select += towards_newer ? " ORDER BY created, id" : " ORDER BY created DESC, id DESC";
        return select + " LIMIT ?5";
    }
};

/// What was read was one more than the limit, to know whether there is more.
template <class T>
listing<T> cut(std::vector<T> read, const page& wanted, bool towards_newer) {
    listing<T> made;
    made.has_more = read.size() > wanted.limit;
    if (made.has_more) read.pop_back();
    if (towards_newer) std::ranges::reverse(read);
    made.items = std::move(read);
    return made;
}

std::optional<std::int64_t> ms(const std::optional<drivers::wall_time>& at) {
    if (!at) return std::nullopt;
    return at->time_since_epoch().count();
}

}  // namespace

result<open_state> journal_file::load_open() {
    open_state found;
    // UNION takes each once, and lets each half use its own partial index.
    auto done = append_all(found.intents, opened_,
                           "SELECT body FROM intents WHERE outcome = 'open' OR outcome = 'unknown'"
                           " ORDER BY id",
                           sales::intent_from_stored);
    if (done) {
        done = append_all(
            found.payments, opened_,
            "SELECT body FROM payments WHERE id IN ("
            " SELECT id FROM payments WHERE status = 'created'"
            " UNION SELECT id FROM payments WHERE status = 'in_progress'"
            " UNION SELECT payment FROM intents WHERE outcome = 'open' OR outcome = 'unknown')"
            " ORDER BY id",
            sales::payment_from_stored);
    }
    if (done) {
        done = append_all(
            found.refunds, opened_,
            "SELECT body FROM refunds WHERE id IN ("
            " SELECT id FROM refunds WHERE status = 'pending'"
            " UNION SELECT refund FROM intents WHERE outcome = 'open' OR outcome = 'unknown')"
            " ORDER BY id",
            sales::refund_from_stored);
    }
    if (done) {
        done = append_all(found.operations, opened_,
                          "SELECT body FROM operations WHERE status = 'running' ORDER BY id",
                          sales::operation_from_stored);
    }
    if (done) {
        done = append_all(found.terminals, opened_, "SELECT body FROM terminals ORDER BY terminal",
                          sales::memory_from_stored);
    }
    for (const auto& memory : found.terminals) {
        if (!done) break;
        done = append_of_day(found.of_day, opened_, memory);
    }
    if (!done) return done.error();
    return found;
}

result<sales::payment> journal_file::find_payment(const std::string& id) {
    return one(compiled(get_payment).query(id), sales::payment_from_stored);
}

result<sales::refund> journal_file::find_refund(const std::string& id) {
    return one(compiled(get_refund).query(id), sales::refund_from_stored);
}

result<sales::operation> journal_file::find_operation(const std::string& id) {
    return one(compiled(get_operation).query(id), sales::operation_from_stored);
}

result<std::optional<key_claim>> journal_file::find_key(const std::string& key) {
    auto found = compiled(get_key).query(key);
    if (found.next()) {
        return std::optional{
            key_claim{key, std::string{found.text(0)}, std::string{found.text(1)}}};
    }
    if (found.error()) return found.error();
    return std::optional<key_claim>{};
}

result<listing<sales::payment>> journal_file::list_payments(const payment_filter& filter,
                                                            const page& wanted) {
    const auto ends = page_query::of(opened_, "SELECT created FROM payments WHERE id = ?", wanted);
    if (!ends) return ends.error();
    std::string select = "SELECT body FROM payments WHERE true";
    if (filter.status) {
        // In the text, not as a parameter: only so can SQLite see that a partial index fits.
        select += " AND status = '" + std::string{to_string(*filter.status)} + "'";
    }
    if (!filter.terminal.empty()) select += " AND terminal = ?6";
    if (!filter.reference.empty()) select += " AND reference = ?7 AND reference <> ''";
    if (filter.created_after) select += " AND created > ?8";
    if (filter.created_before) select += " AND created < ?9";
    // Mentioned always, so that the parameters are the same whatever is asked for.
    select += " AND ?9 IS ?9";

    auto compiled = opened_.prepare(ends->sql(std::move(select)));
    if (!compiled) return compiled.error();
    auto read =
        all(compiled->query(ends->older_than.created, ends->older_than.id, ends->newer_than.created,
                            ends->newer_than.id, wanted.limit + 1, filter.terminal,
                            filter.reference, ms(filter.created_after), ms(filter.created_before)),
            sales::payment_from_stored);
    if (!read) return read.error();
    return cut(*std::move(read), wanted, ends->towards_newer);
}

result<listing<sales::refund>> journal_file::list_refunds(const std::string& payment,
                                                          const page& wanted) {
    const auto ends = page_query::of(opened_, "SELECT created FROM refunds WHERE id = ?", wanted);
    if (!ends) return ends.error();
    auto compiled = opened_.prepare(ends->sql("SELECT body FROM refunds WHERE payment = ?6"));
    if (!compiled) return compiled.error();
    auto read =
        all(compiled->query(ends->older_than.created, ends->older_than.id, ends->newer_than.created,
                            ends->newer_than.id, wanted.limit + 1, payment),
            sales::refund_from_stored);
    if (!read) return read.error();
    return cut(*std::move(read), wanted, ends->towards_newer);
}

result<std::vector<stored_event>> journal_file::events_after(std::uint64_t after,
                                                             std::size_t limit) {
    std::vector<stored_event> events;
    auto found = compiled(get_events).query(after, limit);
    while (found.next()) {
        stored_event made;
        made.sequence = static_cast<std::uint64_t>(found.integer(0));
        made.content.at = drivers::wall_time{std::chrono::milliseconds{found.integer(1)}};
        made.content.type = found.text(2);
        made.content.object_id = found.text(3);
        made.content.data = found.text(4);
        if (!found.is_null(5)) {
            auto booked = booking_from_stored(found.text(5));
            if (!booked) return booked.error();
            made.content.booking = *std::move(booked);
        }
        events.push_back(std::move(made));
    }
    if (found.error()) return found.error();
    return events;
}

result<std::uint64_t> journal_file::find_bookmark(const std::string& follower) {
    auto found = compiled(get_bookmark).query(follower);
    if (found.next()) return static_cast<std::uint64_t>(found.integer(0));
    if (found.error()) return found.error();
    return std::uint64_t{0};
}

}  // namespace bridge::journal
