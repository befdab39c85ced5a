#include "firmware-bridge/storage/error.hpp"

#include <sqlite3.h>

#include <cerrno>

namespace bridge::storage {
namespace {

/// The conditions themselves.
class condition_category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "storage"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::disk_full: return "the disk is full";
            case errc::io_error: return "the disk failed";
            case errc::corrupt: return "the database is damaged";
            case errc::busy: return "another process holds the database";
            case errc::constraint: return "a rule of the schema is broken";
            case errc::newer_schema: return "the database was written by a newer version";
            case errc::foreign_file: return "the database is not one of this program";
            case errc::in_use: return "another process uses the state directory";
            case errc::needs_operator: return "a damaged database waits for a decision";
            case errc::other: return "the database failed";
        }
        return "unknown storage error";
    }
};

constexpr condition_category conditions;

errc condition_of(int extended) noexcept {
    switch (extended & 0xff) {
        case SQLITE_FULL: return errc::disk_full;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return errc::corrupt;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL: return errc::busy;
        case SQLITE_CONSTRAINT: return errc::constraint;
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PERM: return errc::io_error;
        default: return errc::other;
    }
}

class sqlite_category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "sqlite"; }
    std::string message(int value) const override {
        return std::string{sqlite3_errstr(value)} + " (SQLite code " + std::to_string(value) + ")";
    }
    boost::system::error_condition default_error_condition(int value) const noexcept override {
        return make_error_condition(condition_of(value));
    }
};

constexpr sqlite_category sqlite;

}  // namespace

boost::system::error_condition make_error_condition(errc e) noexcept {
    return {static_cast<int>(e), conditions};
}

protocol::error_code make_error_code(errc e) noexcept { return {static_cast<int>(e), conditions}; }

protocol::error_code sqlite_error(int extended, int system) noexcept {
    // SQLite calls a full disk SQLITE_FULL only where a write meets it, and never a full quota.
    if ((extended & 0xff) == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT)) {
        extended = SQLITE_FULL;
    }
    return {extended, sqlite};
}

}  // namespace bridge::storage
