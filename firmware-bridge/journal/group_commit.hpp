// What becomes of a group of batches, and of the file, whatever the disk does. No threads here:
// sqlite_journal calls it from its own.
//
// A sync or a write that fails leaves two questions: is the group in the file, and can the
// connection still be believed? The kernel reports a failed sync once and then takes the pages for
// written, so trying the same sync again would prove nothing. The connection is therefore closed
// without another write, the file is opened anew, and everything that can be seen in the log is
// copied into the file and synced: these are new writes, so their sync proves something. Then the
// file's position tells whether the group is part of it. If that fails too, the group counts as
// failed, and the next group begins with the same attempt. When the file can be opened again, its
// position tells what became of the group: batches that are part of it after all are remembered by
// their numbers, and answered, not appended, when they come again.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>

#include "firmware-bridge/journal/journal_file.hpp"

namespace bridge::journal {

class group_commit {
public:
    using outcome = protocol::result<std::uint64_t>;
    using reporter = std::function<void(const std::string&)>;

    /// The directory must outlive it. `report` gets a sentence for each failure of the disk.
    group_commit(const storage::state_directory&, journal_file, reporter report);

    /// Makes the batches durable together; one outcome each. After io_error the group is not known
    /// to be durable, after every other error it is not in the file.
    [[nodiscard]] std::vector<outcome> commit(std::span<const batch* const>);

    /// Reads. Errors: those of journal.hpp.
    template <class T>
    [[nodiscard]] protocol::result<T> read(
        const std::function<protocol::result<T>(journal_file&)>& work) {
        if (auto ready = be_open(); !ready) return ready.error();
        auto found = work(*file_);
        if (!found) return failed_read(found.error());
        return found;
    }

    /// Moves the log into the file if it has so many pages. While the disk has less than
    /// `short_of_room` left, a few pages are enough: a log that took the last room of the disk
    /// could never be moved, since the file must grow for it.
    void checkpoint(int log_pages, std::uintmax_t room_left = plenty);

    static constexpr std::uintmax_t plenty = std::numeric_limits<std::uintmax_t>::max();
    static constexpr std::uintmax_t short_of_room = std::uintmax_t{32} << 20;
    static constexpr int log_pages_when_short = 64;

private:
    /// A group of which nobody knows whether it is in the file.
    struct doubt {
        file_position expected;                                        // if it is
        std::vector<std::pair<std::uint64_t, std::uint64_t>> batches;  // number, last sequence
    };

    [[nodiscard]] protocol::result<void> be_open();
    [[nodiscard]] protocol::result<std::vector<outcome>> append(std::span<const batch* const>);
    [[nodiscard]] protocol::error_code failed_read(const protocol::error_code&);
    /// Ends a group that failed before its commit, or at it. No error: it is durable after all.
    [[nodiscard]] protocol::result<void> abandon(const protocol::error_code&);
    [[nodiscard]] protocol::result<void> settle(const protocol::error_code&, doubt);
    [[nodiscard]] bool reopen();
    void close_distrusted();
    void damaged();
    void report(const std::string& what, const std::string& why);

    void learn_fate();

    const storage::state_directory& state_;
    std::optional<doubt> doubt_;
    std::map<std::uint64_t, std::uint64_t> durable_after_all_;  // number to last sequence
    std::optional<journal_file> file_;  // empty: the connection failed and is to be opened again
    reporter report_;
    bool corrupt_{};
};

}  // namespace bridge::journal
