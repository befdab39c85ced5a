#include "tests/simulation/simulated_disk.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include "firmware-bridge/storage/error.hpp"

namespace tests::simulation {
namespace {

namespace fs = std::filesystem;
namespace storage = bridge::storage;

constexpr std::size_t sector = 512;

class held final : public storage::held_directory {
public:
    held(simulated_disk& disk, std::string path) : disk_{disk}, path_{std::move(path)} {}
    ~held() override { disk_.give_back(path_); }
    void sync() override {
        if (disk_.dead())
            throw storage::open_error{storage::errc::io_error, path_ + ": the disk is dead"};
        disk_.sync_names();
    }

private:
    simulated_disk& disk_;
    std::string path_;
};

[[noreturn]] void refuse(const fs::path& path, std::errc why) {
    throw fs::filesystem_error{"simulated disk", path, std::make_error_code(why)};
}

}  // namespace

// ------------------------------------------------------------------------------- faults

void simulated_disk::fail(const disk_fault& what) { orders_.push_back({what}); }

void simulated_disk::heal() {
    orders_.clear();
    space_.reset();
    dies_in_ = 0;
}

const disk_fault* simulated_disk::ordered(disk_operation what) {
    for (auto& one : orders_) {
        if (one.what.what != what || one.struck == one.what.times) continue;
        if (one.seen++ < one.what.skip) continue;
        ++one.struck;
        seen_.add("disk fault", static_cast<std::uint64_t>(what), std::string_view{});
        return &one.what;
    }
    return nullptr;
}

// ----------------------------------------------------------------------------- contents

void simulated_disk::apply(std::string& content, const file::change& done) {
    if (done.truncated_to) {
        content.resize(static_cast<std::size_t>(*done.truncated_to));
        return;
    }
    const auto begin = static_cast<std::size_t>(done.offset);
    if (content.size() < begin + done.bytes.size()) content.resize(begin + done.bytes.size());
    std::memcpy(content.data() + begin, done.bytes.data(), done.bytes.size());
}

void simulated_disk::put(file& where, const void* in, std::size_t size, std::int64_t offset) {
    where.unsynced.push_back({offset, std::string{static_cast<const char*>(in), size}});
    apply(where.content, where.unsynced.back());
}

int simulated_disk::read(const file& from, void* out, int size, std::int64_t offset) {
    if (dead_) return SQLITE_IOERR_READ;
    if (const auto* fault = ordered(disk_operation::read)) return fault->code;
    const auto wanted = static_cast<std::size_t>(size);
    const auto begin = std::min(from.content.size(), static_cast<std::size_t>(offset));
    const auto there = std::min(wanted, from.content.size() - begin);
    std::memcpy(out, from.content.data() + begin, there);
    if (there == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(out) + there, 0, wanted - there);
    return SQLITE_IOERR_SHORT_READ;
}

int simulated_disk::write(file& where, const void* in, int size, std::int64_t offset) {
    if (dead_) return SQLITE_IOERR_WRITE;
    ++writes_;
    const auto wanted = static_cast<std::size_t>(size);
    if (dies_in_ != 0 && --dies_in_ == 0) {
        put(where, in, chance_.between(0, wanted), offset);
        dead_ = true;
        return SQLITE_IOERR_WRITE;
    }
    if (const auto* fault = ordered(disk_operation::write)) {
        if (fault->half_written) put(where, in, chance_.between(0, wanted), offset);
        return fault->code;
    }
    if (space_) {
        const auto end = offset + size;
        const auto growth = end - static_cast<std::int64_t>(where.content.size());
        if (growth > *space_) {
            put(where, in, std::min(wanted, static_cast<std::size_t>(*space_)), offset);
            *space_ = 0;
            return SQLITE_FULL;
        }
        *space_ -= std::max<std::int64_t>(growth, 0);
    }
    put(where, in, wanted, offset);
    return SQLITE_OK;
}

int simulated_disk::truncate(file& where, std::int64_t size) {
    if (dead_) return SQLITE_IOERR_TRUNCATE;
    if (const auto* fault = ordered(disk_operation::truncate)) return fault->code;
    where.unsynced.push_back({0, {}, size});
    apply(where.content, where.unsynced.back());
    return SQLITE_OK;
}

int simulated_disk::sync(file& what) {
    if (dead_) return SQLITE_IOERR_FSYNC;
    ++syncs_;
    if (const auto* fault = ordered(disk_operation::sync)) {
        // Some of it may have reached the disk before it failed; the rest never will.
        for (const auto& one : what.unsynced)
            if (chance_.between(0, 1) == 0) apply(what.durable, one);
        what.unsynced.clear();
        return fault->code;
    }
    if (lies_) return SQLITE_OK;
    for (const auto& one : what.unsynced) apply(what.durable, one);
    what.unsynced.clear();
    if (std::exchange(what.name_unsynced, false)) sync_names();
    return SQLITE_OK;
}

// -------------------------------------------------------------------------------- names

void simulated_disk::name(const std::string& path, file_ptr now) {
    name_changes_.push_back({path, now, {}});
    if (now) {
        names_[path] = std::move(now);
    } else {
        names_.erase(path);
    }
}

void simulated_disk::sync_names() {
    if (lies_) return;
    durable_names_ = names_;
    name_changes_.clear();
}

simulated_disk::file_ptr simulated_disk::open(const std::string& path, int flags) {
    if (dead_) return nullptr;
    if (const auto found = names_.find(path); found != names_.end()) return found->second;
    if ((flags & SQLITE_OPEN_CREATE) == 0) return nullptr;
    auto made = std::make_shared<file>();
    // As SQLite's own file layer: it syncs the directory with the first sync of a journal.
    made->name_unsynced = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    name(path, made);
    return made;
}

int simulated_disk::remove_file(const std::string& path, bool sync_directory) {
    if (dead_) return SQLITE_IOERR_DELETE;
    if (!names_.contains(path)) return SQLITE_IOERR_DELETE_NOENT;
    name(path, nullptr);
    if (sync_directory) sync_names();
    return SQLITE_OK;
}

std::unique_ptr<storage::held_directory> simulated_disk::hold(const fs::path& path) {
    if (dead_) throw storage::open_error{storage::errc::io_error, "the disk is dead"};
    auto& taken = held_[path.string()];
    if (taken)
        throw storage::open_error{storage::errc::in_use,
                                  path.string() + ": another process uses this state directory"};
    taken = true;
    return std::make_unique<held>(*this, path.string());
}

void simulated_disk::give_back(const std::string& directory) { held_[directory] = false; }

bool simulated_disk::exists(const fs::path& path) { return names_.contains(path.string()); }

std::uintmax_t simulated_disk::size(const fs::path& path) {
    const auto found = names_.find(path.string());
    if (found == names_.end()) refuse(path, std::errc::no_such_file_or_directory);
    return found->second->content.size();
}

std::vector<std::string> simulated_disk::names_in(const fs::path& directory) {
    std::vector<std::string> found;
    for (const auto& [path, content] : names_) {
        const fs::path whole{path};
        if (whole.parent_path() == directory) found.push_back(whole.filename().string());
    }
    return found;
}

void simulated_disk::sync_file(const fs::path& path) {
    const auto opened = open(path.string(), SQLITE_OPEN_CREATE);
    const int code = opened ? sync(*opened) : SQLITE_IOERR;
    if (code != SQLITE_OK)
        throw storage::open_error{
            code == SQLITE_FULL ? storage::errc::disk_full : storage::errc::io_error,
            path.string() + ": cannot be synced"};
}

void simulated_disk::write_again(const fs::path& path) {
    const auto found = names_.find(path.string());
    if (found == names_.end()) return;
    auto& there = *found->second;
    const auto bytes = there.content;
    int code = SQLITE_OK;
    for (std::size_t at = 0; at < bytes.size() && code == SQLITE_OK; at += 65'536) {
        const auto size = std::min<std::size_t>(65'536, bytes.size() - at);
        code =
            write(there, bytes.data() + at, static_cast<int>(size), static_cast<std::int64_t>(at));
    }
    if (code == SQLITE_OK) code = sync(there);
    if (code != SQLITE_OK)
        throw storage::open_error{
            code == SQLITE_FULL ? storage::errc::disk_full : storage::errc::io_error,
            path.string() + ": cannot be written again"};
}

void simulated_disk::rename(const fs::path& from, const fs::path& to) {
    if (dead_) refuse(from, std::errc::io_error);
    const auto found = names_.find(from.string());
    if (found == names_.end()) refuse(from, std::errc::no_such_file_or_directory);
    name_changes_.push_back({to.string(), found->second, from.string()});
    names_[to.string()] = found->second;
    names_.erase(from.string());
}

void simulated_disk::remove(const fs::path& path) {
    if (dead_) refuse(path, std::errc::io_error);
    if (names_.contains(path.string())) name(path.string(), nullptr);
}

// -------------------------------------------------------------------------------- crash

void simulated_disk::survive(file& what) {
    for (const auto& one : what.unsynced) {
        const auto fate = chance_.between(0, 3);
        if (fate == 0) continue;
        if (fate != 1 || one.truncated_to) {
            apply(what.durable, one);
            continue;
        }
        // Torn: each sector is there or is not.
        for (std::size_t begin = 0; begin < one.bytes.size();) {
            const auto at = static_cast<std::size_t>(one.offset) + begin;
            const auto size = std::min(sector - at % sector, one.bytes.size() - begin);
            if (chance_.between(0, 1) == 0)
                apply(what.durable, {static_cast<std::int64_t>(at), one.bytes.substr(begin, size)});
            begin += size;
        }
    }
}

void simulated_disk::restart() {
    const auto kept = chance_.between(0, name_changes_.size());
    for (std::size_t i = 0; i < kept; ++i) {
        const auto& one = name_changes_[i];
        if (one.now) {
            durable_names_[one.name] = one.now;
            if (!one.moved_from.empty()) durable_names_.erase(one.moved_from);
        } else {
            durable_names_.erase(one.name);
        }
    }
    names_.clear();
    std::map<const file*, file_ptr> survivors;
    for (const auto& [path, old] : durable_names_) {
        auto& fresh = survivors[old.get()];
        if (!fresh) {
            survive(*old);
            fresh = std::make_shared<file>();
            fresh->durable = fresh->content = old->durable;
        }
        names_[path] = fresh;
    }
    durable_names_ = names_;
    name_changes_.clear();
    held_.clear();
    orders_.clear();
    dies_in_ = 0;
    dead_ = false;
}

void simulated_disk::restart_with_all_written() {
    // The kernel still has everything. What dying objects have open is not what comes now.
    std::map<const file*, file_ptr> copies;
    const auto copy_of = [&](const file_ptr& old) {
        auto& fresh = copies[old.get()];
        if (!fresh) {
            fresh = std::make_shared<file>(*old);
            fresh->index.clear();
        }
        return fresh;
    };
    for (auto& [path, one] : names_) one = copy_of(one);
    for (auto& [path, one] : durable_names_) one = copy_of(one);
    for (auto& one : name_changes_)
        if (one.now) one.now = copy_of(one.now);
    held_.clear();
    dies_in_ = 0;
    dead_ = false;
}

std::vector<std::pair<std::string, std::string_view>> simulated_disk::contents() const {
    std::vector<std::pair<std::string, std::string_view>> all;
    for (const auto& [path, one] : names_) all.emplace_back(path, one->content);
    return all;
}

void simulated_disk::fill_random(unsigned char* into, int size) {
    for (int i = 0; i < size; ++i) into[i] = static_cast<unsigned char>(chance_.next() >> 24U);
}

std::int64_t simulated_disk::milliseconds_since_1970() const {
    return time_.wall().time_since_epoch().count();
}

}  // namespace tests::simulation
