// A disk that fails on order, between SQLite and the real one. While it lives it is SQLite's
// default VFS, so what is tested runs unchanged.
//
//     faulty_vfs disk;
//     disk.fail(faulty_vfs::operation::sync, 0, SQLITE_IOERR_FSYNC);   // the next sync fails
//     disk.limit_space(1'000'000);                                     // then: SQLITE_FULL
//     disk.cut_power();            // nothing reaches the disk any more; close everything, then
//     disk.restore_power();        // the files are what was synced, and only that
//     disk.cut_power_after(17);    // of the writes, truncations and syncs to come
//     disk.restore_power(coin);    // also those sectors of unsynced writes for which coin() is
//     true
//
// A failed sync loses what it should have written, for good: the kernel has marked those pages
// clean, and a later sync does not write them again. Names are durable with their file's first
// sync.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace bridge::storage::testing {

class faulty_vfs {
public:
    enum class operation : std::uint8_t { read, write, truncate, sync };

    faulty_vfs();
    ~faulty_vfs();
    faulty_vfs(const faulty_vfs&) = delete;
    faulty_vfs& operator=(const faulty_vfs&) = delete;

    /// Of the coming operations of this kind the one after `skip` others fails, `times` in a row.
    void fail(operation, unsigned skip, int code, unsigned times = 1);
    /// Files may grow by so many bytes in all; nullopt: freely.
    void limit_space(std::optional<std::int64_t> bytes);
    void cut_power();
    void cut_power_after(unsigned operations);
    [[nodiscard]] bool has_power() const;
    void restore_power(const std::function<bool()>& unsynced_sector_is_there = [] {
        return false;
    });

    /// Since the beginning.
    [[nodiscard]] unsigned syncs() const;
    /// The order is still waiting for its operation.
    [[nodiscard]] bool failure_pending() const;

    // What the file methods call; `real` is the file below.
    int on_read(sqlite3_file* real, void* out, int size, std::int64_t offset);
    int on_write(const std::string& name, sqlite3_file* real, const void* in, int size,
                 std::int64_t offset);
    int on_truncate(const std::string& name, sqlite3_file* real, std::int64_t size);
    int on_sync(const std::string& name);
    int on_delete(const std::string& name, int sync_directory);

private:
    struct order {
        operation what{};
        unsigned skip{};
        int code{};
        unsigned times{};
    };
    struct range {
        std::int64_t begin{}, size{};
    };
    /// One file: the bytes that a power cut leaves, and what was written since.
    struct image {
        std::optional<std::string> durable;
        std::vector<range> dirty;
    };

    [[nodiscard]] image& image_of(const std::string& name);
    [[nodiscard]] int ordered(operation);
    /// Counts an operation towards cut_power_after; false when there is no power.
    [[nodiscard]] bool powered_for_one_more();

    mutable std::mutex mutex_;
    sqlite3_vfs vfs_{};
    sqlite3_vfs* real_;
    std::vector<order> orders_;
    std::map<std::string, image> files_;
    std::optional<std::int64_t> space_;
    unsigned syncs_{};
    std::optional<unsigned> operations_left_;
    bool dead_{};
};

}  // namespace bridge::storage::testing
