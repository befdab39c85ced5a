#include "firmware-bridge/storage/database_file.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

namespace bridge::storage {
namespace {

namespace fs = std::filesystem;

fs::path with(const fs::path& file, const char* ending) { return fs::path{file} += ending; }

errc condition(const error_code& error) {
    for (const auto one : {errc::disk_full, errc::io_error, errc::corrupt, errc::busy}) {
        if (error == one) return one;
    }
    return errc::other;
}

/// Turns the error of a step of opening into the exception, with what SQLite says of it.
[[noreturn]] void fail(const fs::path& file, const error_code& error, const std::string& detail) {
    throw open_error{condition(error), fmt::format("{}: {}", file.string(), detail)};
}

/// Damage, before it is known under which name the file is kept.
struct damage {
    std::string finding;
};

/// Value of a step on a file that others may have damaged.
template <class T>
T expect(result<T> step, const fs::path& file, const database& opened) {
    if (step) return *std::move(step);
    if (step.error() == errc::corrupt) throw damage{opened.message()};
    fail(file, step.error(), opened.message());
}
void expect(const result<void>& step, const fs::path& file, const database& opened) {
    if (step) return;
    if (step.error() == errc::corrupt) throw damage{opened.message()};
    fail(file, step.error(), opened.message());
}

// ------------------------------------------------------------------------- beginning

void create(const state_directory& state, const database_file& description) {
    const auto file = state / description.name;
    const auto unfinished = with(file, ".new");
    auto& files = state.files();
    for (const char* ending : {"", "-wal", "-shm"}) files.remove(with(unfinished, ending));
    files.sync_file(unfinished);  // makes it for the owner only; SQLite's further files follow it
    {
        auto opened = database::open(unfinished);
        if (!opened) fail(unfinished, opened.error(), opened.error().message());
        // Nothing of it counts before its rename, so it is synced once, at the end.
        const auto identity = fmt::format(
            "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY; PRAGMA application_id={}",
            description.application_id);
        auto done = opened->execute(identity.c_str());
        if (done) done = migrate(*opened, description.scripts);
        // From here on with a log; it must be in the file before the file leaves it behind. Closing
        // does that too, but does not say when it failed.
        if (done)
            done = opened->execute("PRAGMA journal_mode=WAL; PRAGMA wal_checkpoint(TRUNCATE)");
        if (!done) fail(unfinished, done.error(), opened->message());
    }
    files.sync_file(unfinished);
    files.rename(unfinished, file);
    state.sync();
}

// --------------------------------------------------------------------------- suspicion

void keep_log_on_close(database& opened, bool keep) {
    sqlite3_db_config(opened.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, nullptr);
}

/// A file that was set aside, or "". Its log or its index, when that is all that was left behind.
std::string kept_aside(const state_directory& state, const database_file& description) {
    const auto begin = fmt::format("{}.corrupt-", description.name);
    std::string kept;
    for (auto& name : state.files().names_in(state.path())) {
        if (!name.starts_with(begin)) continue;
        if (!name.ends_with("-wal") && !name.ends_with("-shm")) return std::move(name);
        kept = std::move(name);
    }
    return kept;
}

void refuse_silent_beginning(const state_directory& state, const database_file& description) {
    const auto file = state / description.name;
    if (const auto kept = kept_aside(state, description); !kept.empty()) {
        throw open_error{
            errc::needs_operator,
            fmt::format("{} is not there, but {} is: the {} was damaged and set aside. Put a "
                        "repaired file or a backup at {}, or, to begin with an empty {}, move {} "
                        "(with its -wal and -shm) out of this directory. See storage/README.md.",
                        file.string(), kept, description.what, file.string(), description.what,
                        kept)};
    }
    if (state.files().exists(with(file, "-wal"))) {
        throw open_error{
            errc::needs_operator,
            fmt::format("{} is not there, but its log {}-wal is: the {} was removed or lost. Put "
                        "it back, or move the log out of this directory to begin anew.",
                        file.string(), description.name, description.what)};
    }
}

/// Renames file, log and index; returns the file's new name.
std::string set_aside(const state_directory& state, const database_file& description) {
    const auto now =
        std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto stamped = fmt::format("{}.corrupt-{:%Y%m%dT%H%M%SZ}", description.name,
                                     fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
    auto name = stamped;
    for (int again = 2; state.files().exists(state / name); ++again) {
        name = fmt::format("{}.{}", stamped, again);
    }
    const auto file = state / description.name;
    // The file first: a crash in between must not leave it without its log, looking whole.
    for (const char* ending : {"", "-wal", "-shm"}) {
        if (state.files().exists(with(file, ending)))
            state.files().rename(with(file, ending), with(state / name, ending));
    }
    state.files().remove(with(file, ".suspect"));
    state.sync();
    return name;
}

/// The first finding of a check; "ok" when there is none.
std::string findings(database& opened, const char* check, const fs::path& file) {
    auto compiled = expect(opened.prepare(check), file, opened);
    auto run = compiled.query();
    if (run.next()) return std::string{run.text(0)};
    // A check that cannot even read its pages found what it was looking for.
    return run.error() ? opened.message() : "the check said nothing";
}

void check(database& opened, file_system& files, const fs::path& file, bool unclean,
           check_limits limits) {
    const bool suspect = files.exists(with(file, ".suspect"));
    const auto limit = unclean ? limits.after_crash_bytes : limits.after_clean_stop_bytes;
    if (!suspect && files.size(file) > limit) return;
    const auto found =
        findings(opened, suspect ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)", file);
    if (found != "ok") throw damage{found};
    if (suspect) files.remove(with(file, ".suspect"));
}

database open_existing(const state_directory& state, const database_file& description,
                       check_limits limits) {
    auto& files = state.files();
    const auto file = state / description.name;
    // SQLite takes what is shorter than its header for a new database.
    if (files.size(file) < 512) throw damage{"the file is cut short"};
    const auto log = with(file, "-wal");
    const bool unclean = files.exists(log) && files.size(log) > 0;

    // The process before may have ended by a sync that failed: its log is then seen, and not on the
    // disk. What is appended behind such a hole is lost with it at the next power loss.
    if (unclean) files.write_again(log);

    auto made = database::open(file);
    if (!made) {
        if (made.error() == errc::corrupt) throw damage{made.error().message()};
        fail(file, made.error(), made.error().message());
    }
    auto& opened = *made;
    // Until the file is known to be good, closing it must not move its log into it.
    keep_log_on_close(opened, true);

    const auto owner = expect(opened.integer("PRAGMA application_id"), file, opened);
    if (owner != description.application_id) {
        throw open_error{errc::foreign_file,
                         fmt::format("{}: is not a {} of firmware-bridge (application id {:#x})",
                                     file.string(), description.what, owner)};
    }
    const auto version = expect(schema_version(opened), file, opened);
    const auto known = static_cast<std::int64_t>(description.scripts.size());
    if (version > known) {
        throw open_error{
            errc::newer_schema,
            fmt::format("{}: was written by a newer version of firmware-bridge (schema {}, this "
                        "one knows up to {}). Install that version again, or restore a backup from "
                        "before the upgrade.",
                        file.string(), version, known)};
    }
    check(opened, files, file, unclean, limits);
    expect(migrate(opened, description.scripts), file, opened);
    keep_log_on_close(opened, false);
    return std::move(opened);
}

}  // namespace

database open(const state_directory& state, const database_file& description, check_limits limits) {
    const auto file = state / description.name;
    try {
        if (!state.files().exists(file)) {
            refuse_silent_beginning(state, description);
            create(state, description);
        }
        return open_existing(state, description, limits);
    } catch (const damage& found) {
        const auto kept = set_aside(state, description);
        throw open_error{
            errc::corrupt,
            fmt::format("{}: the {} is damaged ({}). It was kept as {} and nothing was put in its "
                        "place. Put a repaired file or a backup at {}, or, to begin with an empty "
                        "{}, move {} (with its -wal and -shm) out of this directory. See "
                        "storage/README.md.",
                        file.string(), description.what, found.finding, kept, file.string(),
                        description.what, kept)};
    } catch (const fs::filesystem_error& failed) {
        throw open_error{errc::io_error, failed.what()};
    }
}

void abandon(database&& distrusted) {
    auto closing = std::move(distrusted);
    keep_log_on_close(closing, true);
}

result<database> reopen(const state_directory& state, const database_file& description) {
    // First the log itself: while it moves into the file, a power loss may tear pages of the file,
    // and only a log that is really on the disk repairs them.
    try {
        state.files().write_again(with(state / description.name, "-wal"));
    } catch (const open_error& failed) {
        return make_error_code(failed.code());
    }
    auto opened = database::open(state / description.name);
    if (!opened) return opened;
    if (auto flushed = opened->execute("PRAGMA wal_checkpoint(TRUNCATE)"); !flushed) {
        abandon(*std::move(opened));
        return flushed.error();
    }
    return opened;
}

void give_room_back(database& opened) noexcept {
    // A failure leaves everything as it was, and the next write tells it again.
    (void)opened.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

void mark_suspect(const state_directory& state, const database_file& description) noexcept {
    try {
        state.files().sync_file(with(state / description.name, ".suspect"));
    } catch (const std::exception&) {
        // The damage is reported anyway; only its full check is missed.
    }
}

}  // namespace bridge::storage
