// What can go wrong with a database file.
//
// Calls return SQLite's own extended result code in its own category, so nothing is lost; code that
// decides compares with the few conditions below:
//
//     if (done.error() == storage::errc::disk_full) …
//
// Opening, which only happens at start, throws open_error: its text is for the operator.
#pragma once

#include <stdexcept>
#include <string>

#include "protocol/result.hpp"

namespace bridge::storage {

enum class errc {
    disk_full = 1,   // no space, or no quota; the next attempt may succeed
    io_error,        // the device or the file system failed
    corrupt,         // the bytes are not what we wrote
    busy,            // another process holds the database
    constraint,      // the statement breaks a rule of the schema
    newer_schema,    // written by a newer version of this program
    foreign_file,    // a database, but not one of ours
    in_use,          // another process has the state directory
    needs_operator,  // a damaged file was set aside earlier: see its open_error
    other,           // a mistake in a statement, out of memory
};
[[nodiscard]] boost::system::error_condition make_error_condition(errc) noexcept;
[[nodiscard]] protocol::error_code make_error_code(errc) noexcept;

/// `extended` is what sqlite3_extended_errcode() said; `system` the errno beside it, or 0.
[[nodiscard]] protocol::error_code sqlite_error(int extended, int system = 0) noexcept;

/// Why a file or a directory cannot be opened, as sentences for the operator.
class open_error : public std::runtime_error {
public:
    open_error(errc why, const std::string& sentence) : std::runtime_error{sentence}, why_{why} {}
    [[nodiscard]] errc code() const noexcept { return why_; }

private:
    errc why_;
};

}  // namespace bridge::storage

template <>
struct boost::system::is_error_condition_enum<bridge::storage::errc> : std::true_type {};
