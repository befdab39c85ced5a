#include "firmware-bridge/journal/schema.hpp"

namespace bridge::journal {
namespace {

// Objects are kept as JSON (body); what stands beside it is there to be searched. Times are
// milliseconds since 1970. Every list and every look-up has its index: the file is made for ten
// million events. Indexes on what is unfinished are partial, so that they stay as small as the
// day's open work, and their conditions are written with OR because SQLite recognises that form.
//
// `seq` numbers the events from 1 without gaps; nothing is ever deleted from that table.
// `head.quiet_groups` counts commits that brought no event: with the last seq it tells one state of
// the file from the next (see sqlite_journal.cpp).
constexpr const char* first = R"(
CREATE TABLE events (
    seq       INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    type      TEXT NOT NULL,
    object_id TEXT NOT NULL,
    data      TEXT NOT NULL,
    booking   TEXT
) STRICT;

CREATE TABLE payments (
    id        TEXT NOT NULL PRIMARY KEY,
    created   INTEGER NOT NULL,
    updated   INTEGER NOT NULL,
    status    TEXT NOT NULL,
    terminal  TEXT NOT NULL,
    reference TEXT NOT NULL,
    body      TEXT NOT NULL
) STRICT;
CREATE INDEX payments_newest ON payments (created, id);
CREATE INDEX payments_by_terminal ON payments (terminal, created, id);
CREATE INDEX payments_by_reference ON payments (reference, created, id) WHERE reference <> '';
CREATE INDEX payments_unfinished ON payments (status, created, id)
    WHERE status = 'created' OR status = 'in_progress' OR status = 'authorized'
       OR status = 'unknown';

CREATE TABLE refunds (
    id        TEXT NOT NULL PRIMARY KEY,
    payment   TEXT NOT NULL,
    created   INTEGER NOT NULL,
    updated   INTEGER NOT NULL,
    status    TEXT NOT NULL,
    body      TEXT NOT NULL
) STRICT;
CREATE INDEX refunds_by_payment ON refunds (payment, created, id);
CREATE INDEX refunds_pending ON refunds (id) WHERE status = 'pending';

CREATE TABLE operations (
    id        TEXT NOT NULL PRIMARY KEY,
    status    TEXT NOT NULL,
    body      TEXT NOT NULL
) STRICT;
CREATE INDEX operations_running ON operations (id) WHERE status = 'running';

CREATE TABLE intents (
    id        TEXT NOT NULL PRIMARY KEY,
    payment   TEXT NOT NULL,
    refund    TEXT NOT NULL,
    outcome   TEXT NOT NULL,
    terminal  TEXT NOT NULL,
    day       INTEGER,
    body      TEXT NOT NULL
) STRICT;
CREATE INDEX intents_by_day ON intents (terminal, day) WHERE day IS NOT NULL;
CREATE INDEX intents_unsettled ON intents (id) WHERE outcome = 'open' OR outcome = 'unknown';

CREATE TABLE terminals (
    terminal  TEXT NOT NULL PRIMARY KEY,
    body      TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE keys (
    key         TEXT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    object_id   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE bookmarks (
    follower  TEXT NOT NULL PRIMARY KEY,
    sequence  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE head (quiet_groups INTEGER NOT NULL) STRICT;
INSERT INTO head VALUES (0);
)";

constexpr const char* scripts[] = {first};

}  // namespace

constinit const storage::database_file file_description{"journal.db", "journal", application_id,
                                                        scripts};

}  // namespace bridge::journal
