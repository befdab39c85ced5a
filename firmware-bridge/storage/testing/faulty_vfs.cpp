#include "firmware-bridge/storage/testing/faulty_vfs.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <new>
#include <utility>

namespace bridge::storage::testing {
namespace {

/// What SQLite holds; the real file lies behind it in the same allocation.
struct faulty_file {
    sqlite3_file base;
    faulty_vfs* disk;
    std::string* name;
    sqlite3_file* real;
};

faulty_file& faulty(sqlite3_file* file) { return *reinterpret_cast<faulty_file*>(file); }
sqlite3_file* real(sqlite3_file* file) { return faulty(file).real; }

int close_file(sqlite3_file* file) {
    delete faulty(file).name;
    return real(file)->pMethods == nullptr ? SQLITE_OK : real(file)->pMethods->xClose(real(file));
}
int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
    return faulty(file).disk->on_read(real(file), out, size, offset);
}
int write_file(sqlite3_file* file, const void* in, int size, sqlite3_int64 offset) {
    return faulty(file).disk->on_write(*faulty(file).name, real(file), in, size, offset);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    return faulty(file).disk->on_truncate(*faulty(file).name, real(file), size);
}
int sync_file(sqlite3_file* file, int) { return faulty(file).disk->on_sync(*faulty(file).name); }
int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}
int lock_file(sqlite3_file* file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
}
int unlock_file(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}
int check_lock(sqlite3_file* file, int* held) {
    return real(file)->pMethods->xCheckReservedLock(real(file), held);
}
int control(sqlite3_file* file, int what, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), what, argument);
}
int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int characteristics(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int map_index(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, memory);
}
int lock_index(sqlite3_file* file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void index_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int unmap_index(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

/// Version 2: no memory map, so every read comes by on_read().
constexpr sqlite3_io_methods methods{
    2,          close_file,    read_file,   write_file, truncate_file, sync_file,       file_size,
    lock_file,  unlock_file,   check_lock,  control,    sector_size,   characteristics, map_index,
    lock_index, index_barrier, unmap_index, nullptr,    nullptr};

faulty_vfs& disk_of(sqlite3_vfs* vfs) { return *static_cast<faulty_vfs*>(vfs->pAppData); }

sqlite3_vfs* real_vfs = nullptr;  // pNext belongs to SQLite's list

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    auto* made = new (file) faulty_file{};
    made->disk = &disk_of(vfs);
    made->name = new std::string{name == nullptr ? "" : name};
    made->real = reinterpret_cast<sqlite3_file*>(made + 1);
    made->base.pMethods = &methods;
    const int code = real_vfs->xOpen(real_vfs, name, made->real, flags, out);
    if (code != SQLITE_OK) {
        delete made->name;
        made->base.pMethods = nullptr;  // SQLite calls no xClose then
    }
    return code;
}
int delete_file(sqlite3_vfs* vfs, const char* name, int sync_directory) {
    return disk_of(vfs).on_delete(name, sync_directory);
}

std::string slice(const std::string& name, std::int64_t begin, std::int64_t size) {
    std::string bytes(static_cast<std::size_t>(size), '\0');
    std::ifstream in{name, std::ios::binary};
    in.seekg(begin);
    in.read(bytes.data(), size);
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    return bytes;
}

constexpr std::int64_t sector_bytes = 512;

void overwrite(std::string& image, std::int64_t begin, const std::string& bytes) {
    const auto end = static_cast<std::size_t>(begin) + bytes.size();
    if (image.size() < end) image.resize(end);
    image.replace(static_cast<std::size_t>(begin), bytes.size(), bytes);
}

}  // namespace

faulty_vfs::faulty_vfs() : real_{sqlite3_vfs_find(nullptr)} {
    real_vfs = real_;
    vfs_ = *real_;
    vfs_.zName = "faulty";
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(faulty_file)) + real_->szOsFile;
    vfs_.xOpen = open_file;
    vfs_.xDelete = delete_file;
    sqlite3_vfs_register(&vfs_, 1);
}

faulty_vfs::~faulty_vfs() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real_, 1);
}

void faulty_vfs::fail(operation what, unsigned skip, int code, unsigned times) {
    const std::lock_guard held{mutex_};
    orders_.push_back({what, skip, code, times});
}

void faulty_vfs::limit_space(std::optional<std::int64_t> bytes) {
    const std::lock_guard held{mutex_};
    space_ = bytes;
}

void faulty_vfs::cut_power() {
    const std::lock_guard held{mutex_};
    dead_ = true;
}

void faulty_vfs::cut_power_after(unsigned operations) {
    const std::lock_guard held{mutex_};
    operations_left_ = operations;
}

bool faulty_vfs::has_power() const {
    const std::lock_guard held{mutex_};
    return !dead_;
}

bool faulty_vfs::powered_for_one_more() {
    if (operations_left_ && (*operations_left_)-- == 0) {
        dead_ = true;
        operations_left_.reset();
    }
    return !dead_;
}

void faulty_vfs::restore_power(const std::function<bool()>& unsynced_sector_is_there) {
    const std::lock_guard held{mutex_};
    dead_ = false;
    operations_left_.reset();
    orders_.clear();
    for (auto& [name, file] : files_) {
        for (const auto& [begin, size] : std::exchange(file.dirty, {})) {
            if (!file.durable) break;  // its name is not on the disk
            for (auto at = begin; at < begin + size; at += sector_bytes) {
                if (!unsynced_sector_is_there()) continue;
                const auto piece = std::min<std::int64_t>(sector_bytes, begin + size - at);
                overwrite(*file.durable, at, slice(name, at, piece));
            }
        }
        if (file.durable) {
            std::ofstream{name, std::ios::binary | std::ios::trunc} << *file.durable;
        } else {
            std::filesystem::remove(name);
        }
        std::filesystem::remove(name + "-shm");
    }
}

unsigned faulty_vfs::syncs() const {
    const std::lock_guard held{mutex_};
    return syncs_;
}

bool faulty_vfs::failure_pending() const {
    const std::lock_guard held{mutex_};
    return !orders_.empty();
}

faulty_vfs::image& faulty_vfs::image_of(const std::string& name) {
    const auto [file, is_new] = files_.try_emplace(name);
    std::error_code absent;
    const auto size = std::filesystem::file_size(name, absent);
    // What was there before we came counts as durable.
    if (is_new && !absent && size > 0) {
        file->second.durable = slice(name, 0, static_cast<std::int64_t>(size));
    }
    return file->second;
}

int faulty_vfs::ordered(operation what) {
    for (auto one = orders_.begin(); one != orders_.end(); ++one) {
        if (one->what != what) continue;
        if (one->skip > 0) {
            --one->skip;
            continue;
        }
        const int code = one->code;
        if (--one->times == 0) orders_.erase(one);
        return code;
    }
    return SQLITE_OK;
}

int faulty_vfs::on_read(sqlite3_file* file, void* out, int size, std::int64_t offset) {
    const std::lock_guard held{mutex_};
    if (dead_) return SQLITE_IOERR_READ;
    if (const int code = ordered(operation::read); code != SQLITE_OK) return code;
    return file->pMethods->xRead(file, out, size, offset);
}

int faulty_vfs::on_write(const std::string& name, sqlite3_file* file, const void* in, int size,
                         std::int64_t offset) {
    const std::lock_guard held{mutex_};
    if (!powered_for_one_more()) return SQLITE_IOERR_WRITE;
    if (const int code = ordered(operation::write); code != SQLITE_OK) return code;
    if (space_) {
        sqlite3_int64 present = 0;
        file->pMethods->xFileSize(file, &present);
        const auto growth = std::max<std::int64_t>(0, offset + size - present);
        if (growth > *space_) return SQLITE_FULL;
        *space_ -= growth;
    }
    image_of(name).dirty.push_back({offset, size});
    return file->pMethods->xWrite(file, in, size, offset);
}

int faulty_vfs::on_truncate(const std::string& name, sqlite3_file* file, std::int64_t size) {
    const std::lock_guard held{mutex_};
    if (!powered_for_one_more()) return SQLITE_IOERR_TRUNCATE;
    if (const int code = ordered(operation::truncate); code != SQLITE_OK) return code;
    if (space_) {
        sqlite3_int64 present = 0;
        file->pMethods->xFileSize(file, &present);
        *space_ += std::max<std::int64_t>(0, present - size);
    }
    auto& durable = image_of(name).durable;
    if (durable) durable->resize(std::min(durable->size(), static_cast<std::size_t>(size)));
    return file->pMethods->xTruncate(file, size);
}

int faulty_vfs::on_sync(const std::string& name) {
    const std::lock_guard held{mutex_};
    if (!powered_for_one_more()) return SQLITE_IOERR_FSYNC;
    auto& file_image = image_of(name);
    const auto dirty = std::exchange(file_image.dirty, {});
    if (const int code = ordered(operation::sync); code != SQLITE_OK) return code;
    ++syncs_;
    if (!file_image.durable) file_image.durable.emplace();
    for (const auto& [begin, size] : dirty) {
        overwrite(*file_image.durable, begin, slice(name, begin, size));
    }
    return SQLITE_OK;  // the image is the disk: the real one need not wait
}

int faulty_vfs::on_delete(const std::string& name, int sync_directory) {
    const std::lock_guard held{mutex_};
    if (dead_) return SQLITE_IOERR_DELETE;
    files_.erase(name);
    return real_->xDelete(real_, name.c_str(), sync_directory);
}

}  // namespace bridge::storage::testing
