#include "firmware-bridge/storage/sqlite.hpp"

#include <cstring>

#include "protocol/invariant.hpp"

namespace bridge::storage {
namespace {

error_code last_error(sqlite3* handle) noexcept {
    return sqlite_error(sqlite3_extended_errcode(handle), sqlite3_system_errno(handle));
}

// A file that somebody else wrote must not run code of his choice (trusted_schema), and page
// contents are checked before they are believed (cell_size_check). A memory map is off: a read
// error behind one is a signal, not a value. The cache is small because the working set is. A log
// stays short: what it holds is on the disk twice.
constexpr const char* set_up =
    "PRAGMA trusted_schema=OFF;"
    "PRAGMA cell_size_check=ON;"
    "PRAGMA mmap_size=0;"
    "PRAGMA cache_size=-1024;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA wal_autocheckpoint=100;"
    "PRAGMA synchronous=FULL;";

constexpr int lock_wait_ms = 5000;

}  // namespace

// ------------------------------------------------------------------------------- rows

rows::rows(sqlite3_stmt* statement, error_code why_not_started) noexcept
    : statement_{statement}, error_{why_not_started} {}

rows::rows(rows&& other) noexcept
    : statement_{std::exchange(other.statement_, nullptr)}, error_{other.error_} {}

rows::~rows() {
    if (statement_ != nullptr) sqlite3_reset(statement_);
}

bool rows::next() noexcept {
    if (error_) return false;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) error_ = last_error(sqlite3_db_handle(statement_));
    return false;
}

std::int64_t rows::integer(int column) const noexcept {
    return sqlite3_column_int64(statement_, column);
}

std::string_view rows::text(int column) const noexcept {
    // The order matters: asking for the text may convert the value and so change its length.
    const auto* text = static_cast<const void*>(sqlite3_column_text(statement_, column));
    const auto length = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return text == nullptr ? std::string_view{}
                           : std::string_view{static_cast<const char*>(text), length};
}

bool rows::is_null(int column) const noexcept {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

// -------------------------------------------------------------------------- statement

void statement::expect_parameters(std::size_t given) const noexcept {
    BRIDGE_INVARIANT(static_cast<std::size_t>(sqlite3_bind_parameter_count(compiled_.get())) ==
                     given);
}

rows statement::started(int code) noexcept {
    return {compiled_.get(), code == SQLITE_OK ? error_code{} : sqlite_error(code)};
}

int statement::bind_integer(int at, std::int64_t value) noexcept {
    return sqlite3_bind_int64(compiled_.get(), at, value);
}

int statement::bind(int at, std::string_view text) noexcept {
    // A null pointer would bind NULL; no text is "". No destructor: the text outlives the rows.
    const char* bytes = text.data() == nullptr ? "" : text.data();
    return sqlite3_bind_text64(compiled_.get(), at, bytes, text.size(), nullptr, SQLITE_UTF8);
}

int statement::bind(int at, std::nullptr_t) noexcept {
    return sqlite3_bind_null(compiled_.get(), at);
}

// --------------------------------------------------------------------------- database

result<database> database::open(const std::filesystem::path& file, bool create) {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (create ? SQLITE_OPEN_CREATE : 0);
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
    database opened{handle};
    if (code != SQLITE_OK) {
        return handle == nullptr ? sqlite_error(code) : last_error(handle);
    }
    sqlite3_busy_timeout(handle, lock_wait_ms);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    if (auto done = opened.execute(set_up); !done) return done.error();
    return opened;
}

result<statement> database::prepare(std::string_view sql) {
    sqlite3_stmt* compiled = nullptr;
    const int code = sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &compiled, nullptr);
    if (code != SQLITE_OK) return last_error(handle());
    return statement{compiled};
}

result<void> database::execute(const char* sql) {
    if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
        return last_error(handle());
    }
    return {};
}

result<std::int64_t> database::integer(const char* sql) {
    auto compiled = prepare(sql);
    if (!compiled) return compiled.error();
    auto found = compiled->query();
    if (found.next()) return found.integer(0);
    return found.error() ? found.error() : make_error_code(errc::other);
}

bool database::autocommit() const noexcept { return sqlite3_get_autocommit(handle()) != 0; }

std::string database::message() const {
    std::string text = sqlite3_errmsg(handle());
    text += " (SQLite code " + std::to_string(sqlite3_extended_errcode(handle())) + ")";
    if (const int system = sqlite3_system_errno(handle()); system != 0) {
        text += std::string{": "} + std::strerror(system);
    }
    return text;
}

// ------------------------------------------------------------------------ transaction

result<transaction> transaction::begin(database& opened) {
    // IMMEDIATE takes the write lock now: a transaction never fails half way because of another.
    if (auto begun = opened.execute("BEGIN IMMEDIATE"); !begun) return begun.error();
    return transaction{opened};
}

transaction::~transaction() {
    // Nothing can be done about an error here, and nothing need be: what is not committed is not in
    // the file, and the next BEGIN tells if the connection is no good any more.
    if (database_ != nullptr && !database_->autocommit()) (void)database_->execute("ROLLBACK");
}

result<void> transaction::commit() {
    if (auto done = database_->execute("COMMIT"); !done) return done;
    database_ = nullptr;
    return {};
}

}  // namespace bridge::storage
