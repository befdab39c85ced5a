// A database file of the state directory, opened with suspicion.
//
//     const database_file journal_file{"journal.db", "journal", 0x..., scripts};
//     auto opened = open(state, journal_file);          // throws open_error
//
// A file comes into being under another name and is renamed when it is whole and durable, so a file
// of that name is never half made, and an empty one is damage, not a beginning.
//
// A damaged file is renamed to NAME.corrupt-<UTC time> with its -wal and -shm, and the open_error
// says so. From then on nothing opens: neither the kept file nor, silently, an empty one. A person
// decides: puts a repaired file or a backup at NAME, or moves the kept file out of the directory to
// begin anew. How is in README.md.
#pragma once

#include "firmware-bridge/storage/schema.hpp"
#include "firmware-bridge/storage/state_directory.hpp"

namespace bridge::storage {

struct database_file {
    const char* name;             // "journal.db"
    const char* what;             // for people: "journal"
    std::int32_t application_id;  // in the file's header: whose file it is
    migrations scripts;
};

/// How much of a file is checked at opening. SQLite cannot stop a check half way, so its size
/// bounds its time (about 2 s a GiB from memory). A larger file is checked page by page as it is
/// used, as any file is; after a crash more time is worth spending.
struct check_limits {
    std::uintmax_t after_clean_stop_bytes{std::uintmax_t{32} << 20};
    std::uintmax_t after_crash_bytes{std::uintmax_t{1} << 30};
};

/// Throws open_error: corrupt, needs_operator, newer_schema, foreign_file, io_error, disk_full.
[[nodiscard]] database open(const state_directory&, const database_file&, check_limits = {});

/// Closes a connection to which the disk has failed, without letting it write any more: closing
/// would move the log into the file.
void abandon(database&&);

/// Opens the file again after that, and moves all that its log shows into the file, synced: what
/// can be seen through the new connection is durable. (After a failed sync the kernel takes the
/// pages for written, so only writing them again proves anything.)
[[nodiscard]] result<database> reopen(const state_directory&, const database_file&);

/// The disk is full: moves the log into the file and gives the log's room back, if the file has
/// room enough for that. What is in the log stays there otherwise.
void give_room_back(database&) noexcept;

/// SQLite met damage while the file was in use: the next opening checks the whole file, whatever
/// its size.
void mark_suspect(const state_directory&, const database_file&) noexcept;

}  // namespace bridge::storage
