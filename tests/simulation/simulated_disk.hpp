// A disk in memory that knows written from synced, under SQLite (as its default VFS while it lives)
// and under storage::file_system.
//
//     simulated_disk disk{time, seed};
//     storage::state_directory state{"/state", disk};       // and sqlite as ever
//     disk.fail({.what = disk_operation::sync, .skip = 3, .code = SQLITE_IOERR_FSYNC});
//     disk.die_in_write(7);         // the 7th write from now is torn, and nothing after it is done
//     disk.die();                   // or now
//     … destroy whatever has files open …
//     disk.restart();               // what a power loss leaves: see below
//
// What a crash leaves of a file: what was synced, and any subset of what was written since, each
// write whole or torn at 512 bytes. Of names (made, renamed, removed): what the directory's last
// sync made durable, and the first so many changes since, as a file system with an ordered log of
// its own keeps them. Locks end with their holder; a second holder is refused.
//
// A failed sync loses what it should have written: the kernel has marked those pages clean, and a
// later sync does not write them again. A lying disk says that it has synced and has not.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware-bridge/storage/file_system.hpp"
#include "sim/random.hpp"
#include "sim/world/trace.hpp"

namespace tests::simulation {

enum class disk_operation : std::uint8_t { read, write, truncate, sync };

struct disk_fault {
    disk_operation what{};
    std::uint32_t skip{};
    std::uint32_t times{1};
    int code{};           // SQLite's
    bool half_written{};  // write: a part of it is on the disk
};

class simulated_disk final : public bridge::storage::file_system {
public:
    simulated_disk(const sim::world::timeline&, sim::world::trace&, std::uint64_t seed);
    ~simulated_disk() override;
    simulated_disk(const simulated_disk&) = delete;
    simulated_disk& operator=(const simulated_disk&) = delete;

    void fail(const disk_fault&);
    /// Files may grow by so many bytes in all; nullopt: freely.
    void limit_space(std::optional<std::int64_t> bytes) noexcept { space_ = bytes; }
    void lie_about_sync(bool on) noexcept { lies_ = on; }
    void heal();

    /// Nothing reaches the disk any more, every operation fails.
    void die() noexcept { dead_ = true; }
    void die_in_write(std::uint32_t writes) noexcept { dies_in_ = writes; }
    [[nodiscard]] bool dead() const noexcept { return dead_; }
    void restart();
    /// As restart(), but nothing was lost: the process died, not the machine.
    void restart_with_all_written();

    /// Every byte of every file, for those who search it.
    [[nodiscard]] std::vector<std::pair<std::string, std::string_view>> contents() const;
    [[nodiscard]] std::uint64_t syncs() const noexcept { return syncs_; }
    [[nodiscard]] std::uint64_t writes() const noexcept { return writes_; }

    // bridge::storage::file_system
    std::unique_ptr<bridge::storage::held_directory> hold(const std::filesystem::path&) override;
    bool exists(const std::filesystem::path&) override;
    std::uintmax_t size(const std::filesystem::path&) override;
    std::vector<std::string> names_in(const std::filesystem::path&) override;
    void sync_file(const std::filesystem::path&) override;
    void write_again(const std::filesystem::path&) override;
    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override;
    void remove(const std::filesystem::path&) override;

    // What SQLite's file methods call (simulated_vfs.cpp).
    struct file {
        std::string content;  // as programs see it
        std::string durable;
        struct change {
            std::int64_t offset{};
            std::string bytes;
            std::optional<std::int64_t> truncated_to{};
        };
        std::vector<change> unsynced;
        std::map<int, std::vector<std::byte>> index;  // shared memory of a write-ahead log
        bool name_unsynced{};                         // SQLite syncs the directory with it
    };
    using file_ptr = std::shared_ptr<file>;

    [[nodiscard]] file_ptr open(const std::string& name, int flags);
    int read(const file&, void* out, int size, std::int64_t offset);
    int write(file&, const void* in, int size, std::int64_t offset);
    int truncate(file&, std::int64_t size);
    int sync(file&);
    int remove_file(const std::string& name, bool sync_directory);
    [[nodiscard]] bool is_there(const std::string& name) const { return names_.contains(name); }
    void fill_random(unsigned char* into, int size);
    [[nodiscard]] std::int64_t milliseconds_since_1970() const;

    void sync_names();
    void give_back(const std::string& directory);

private:
    struct order {
        disk_fault what;
        std::uint32_t seen{};
        std::uint32_t struck{};
    };
    struct name_change {
        std::string name;
        file_ptr now;              // nullptr: removed
        std::string moved_from{};  // renamed: both names change or none does
    };

    [[nodiscard]] const disk_fault* ordered(disk_operation);
    void name(const std::string&, file_ptr);
    void put(file&, const void* in, std::size_t size, std::int64_t offset);
    static void apply(std::string& content, const file::change&);
    void survive(file&);

    const sim::world::timeline& time_;
    sim::world::trace& seen_;
    sim::random_source chance_;
    std::map<std::string, file_ptr> names_, durable_names_;
    std::vector<name_change> name_changes_;
    std::map<std::string, bool> held_;
    std::vector<order> orders_;
    std::optional<std::int64_t> space_;
    std::uint32_t dies_in_{};
    std::uint64_t syncs_{}, writes_{};
    bool lies_{};
    bool dead_{};
};

}  // namespace tests::simulation
