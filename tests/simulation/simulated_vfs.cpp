// SQLite's side of the simulated disk: its VFS and file methods.

#include <cstring>
#include <new>

#include "protocol/invariant.hpp"
#include "tests/simulation/simulated_disk.hpp"

namespace tests::simulation {
namespace {

/// What SQLite holds for an open file.
struct open_file {
    sqlite3_file base;
    simulated_disk* disk;
    simulated_disk::file_ptr* content;
    bool delete_on_close;
};

open_file& opened(sqlite3_file* handle) { return *reinterpret_cast<open_file*>(handle); }
simulated_disk::file& content_of(sqlite3_file* handle) { return **opened(handle).content; }

int close_file(sqlite3_file* handle) {
    delete opened(handle).content;
    return SQLITE_OK;
}
int read_file(sqlite3_file* handle, void* out, int size, sqlite3_int64 offset) {
    return opened(handle).disk->read(content_of(handle), out, size, offset);
}
int write_file(sqlite3_file* handle, const void* in, int size, sqlite3_int64 offset) {
    return opened(handle).disk->write(content_of(handle), in, size, offset);
}
int truncate_file(sqlite3_file* handle, sqlite3_int64 size) {
    return opened(handle).disk->truncate(content_of(handle), size);
}
int sync_file(sqlite3_file* handle, int) { return opened(handle).disk->sync(content_of(handle)); }
int file_size(sqlite3_file* handle, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(content_of(handle).content.size());
    return SQLITE_OK;
}
// One process has the directory, and in it one connection a file.
int lock_file(sqlite3_file*, int) { return SQLITE_OK; }
int check_lock(sqlite3_file*, int* held) {
    *held = 0;
    return SQLITE_OK;
}
int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return 4096; }
/// As SQLite's own layer says of every disk: a write does not harm the bytes beside it.
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }
int map_index(sqlite3_file* handle, int region, int size, int extend, void volatile** memory) {
    auto& index = content_of(handle).index;
    const auto found = index.find(region);
    if (found == index.end() && extend == 0) {
        *memory = nullptr;
        return SQLITE_OK;
    }
    auto& bytes = index[region];
    if (bytes.empty()) bytes.resize(static_cast<std::size_t>(size));
    *memory = bytes.data();
    return SQLITE_OK;
}
int lock_index(sqlite3_file*, int, int, int) { return SQLITE_OK; }
void index_barrier(sqlite3_file*) {}
int unmap_index(sqlite3_file* handle, int) {
    content_of(handle).index.clear();
    return SQLITE_OK;
}

constexpr sqlite3_io_methods methods{
    2,          close_file,    read_file,   write_file, truncate_file, sync_file,       file_size,
    lock_file,  lock_file,     check_lock,  control,    sector_size,   characteristics, map_index,
    lock_index, index_barrier, unmap_index, nullptr,    nullptr};

simulated_disk& disk_of(sqlite3_vfs* vfs) { return *static_cast<simulated_disk*>(vfs->pAppData); }

int open_by_vfs(sqlite3_vfs* vfs, const char* name, sqlite3_file* handle, int flags, int* out) {
    auto* made = new (handle) open_file{};
    auto content =
        name == nullptr ? std::make_shared<simulated_disk::file>() : disk_of(vfs).open(name, flags);
    if (!content) return SQLITE_CANTOPEN;  // base.pMethods is null: SQLite calls no xClose
    made->disk = &disk_of(vfs);
    made->content = new simulated_disk::file_ptr{std::move(content)};
    made->base.pMethods = &methods;
    if (out != nullptr) *out = flags;
    return SQLITE_OK;
}
int remove_by_vfs(sqlite3_vfs* vfs, const char* name, int sync_directory) {
    return disk_of(vfs).remove_file(name, sync_directory != 0);
}
int is_there_by_vfs(sqlite3_vfs* vfs, const char* name, int, int* found) {
    *found = disk_of(vfs).is_there(name) ? 1 : 0;
    return SQLITE_OK;
}
int full_name(sqlite3_vfs*, const char* name, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
}
int randomness(sqlite3_vfs* vfs, int size, char* out) {
    disk_of(vfs).fill_random(reinterpret_cast<unsigned char*>(out), size);
    return size;
}
int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
int current_time(sqlite3_vfs* vfs, sqlite3_int64* out) {
    // Milliseconds since noon of November 24th, 4714 before our era.
    *out = 210'866'760'000'000 + disk_of(vfs).milliseconds_since_1970();
    return SQLITE_OK;
}
int last_error(sqlite3_vfs*, int, char*) { return 0; }

sqlite3_vfs simulated{};
sqlite3_vfs* real = nullptr;

}  // namespace

simulated_disk::simulated_disk(const sim::world::timeline& time, sim::world::trace& seen,
                               std::uint64_t seed)
    : time_{time}, seen_{seen}, chance_{seed} {
    BRIDGE_INVARIANT(simulated.pAppData == nullptr);  // one at a time
    real = sqlite3_vfs_find(nullptr);
    simulated.iVersion = 2;
    simulated.szOsFile = sizeof(open_file);
    simulated.mxPathname = 512;
    simulated.zName = "simulated";
    simulated.pAppData = this;
    simulated.xOpen = open_by_vfs;
    simulated.xDelete = remove_by_vfs;
    simulated.xAccess = is_there_by_vfs;
    simulated.xFullPathname = full_name;
    simulated.xRandomness = randomness;
    simulated.xSleep = sleep;
    simulated.xGetLastError = last_error;
    simulated.xCurrentTimeInt64 = current_time;
    sqlite3_vfs_register(&simulated, 1);
    // SQLite's own generator is seeded once a process, from the VFS: from this one, every time.
    sqlite3_randomness(0, nullptr);
}

simulated_disk::~simulated_disk() {
    sqlite3_vfs_unregister(&simulated);
    sqlite3_vfs_register(real, 1);
    simulated.pAppData = nullptr;
    sqlite3_randomness(0, nullptr);
}

}  // namespace tests::simulation
