#include "firmware-bridge/journal/group_commit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "firmware-bridge/journal/schema.hpp"

namespace bridge::journal {
namespace {

using protocol::error_code;
using protocol::result;

bool belongs_to_journal(const error_code& error) {
    return &error.category() == &make_error_code(errc::not_found).category();
}

/// SQLite's error in the journal's terms.
errc in_our_terms(const error_code& error) {
    if (error == storage::errc::disk_full) return errc::disk_full;
    if (error == storage::errc::corrupt) return errc::corrupt;
    return errc::io_error;
}

/// The batch is at fault, not the file: the rest of the group may go on.
bool concerns_the_batch_only(const error_code& error) {
    return error == errc::key_conflict || error == storage::errc::constraint ||
           error == storage::errc::other;
}

}  // namespace

group_commit::group_commit(const storage::state_directory& state, journal_file file,
                           reporter report)
    : state_{state}, file_{std::move(file)}, report_{std::move(report)} {}

std::vector<group_commit::outcome> group_commit::commit(std::span<const batch* const> group) {
    const auto all_failed = [&](const error_code& why) {
        return std::vector<outcome>(group.size(), outcome{why});
    };
    if (auto ready = be_open(); !ready) return all_failed(ready.error());
    if (auto begun = file_->begin(); !begun) {
        return all_failed(abandon(begun.error()).error());
    }
    auto outcomes = append(group);
    if (!outcomes) return all_failed(outcomes.error());
    if (auto done = file_->commit(); !done) {
        doubt in_doubt{file_->position(), {}};
        for (std::size_t i = 0; i < group.size(); ++i) {
            if (group[i]->number != 0 && (*outcomes)[i])
                in_doubt.batches.emplace_back(group[i]->number, *(*outcomes)[i]);
        }
        if (auto settled = settle(done.error(), std::move(in_doubt)); !settled)
            return all_failed(settled.error());
    }
    for (const auto* one : group) durable_after_all_.erase(one->number);
    return *std::move(outcomes);
}

result<std::vector<group_commit::outcome>> group_commit::append(
    std::span<const batch* const> group) {
    std::vector<outcome> outcomes;
    for (const auto* one : group) {
        if (const auto known = durable_after_all_.find(one->number);
            known != durable_after_all_.end()) {
            outcomes.emplace_back(known->second);
            continue;
        }
        auto appended = file_->append(*one);
        if (!appended) {
            const auto why = appended.error();
            if (!file_->in_group() || !concerns_the_batch_only(why)) return abandon(why).error();
            if (why != errc::key_conflict) report("a batch was refused", file_->message());
            appended = why == errc::key_conflict ? errc::key_conflict : errc::io_error;
        }
        outcomes.push_back(appended);
    }
    return outcomes;
}

result<void> group_commit::abandon(const error_code& why) {
    report("a commit failed", file_->message());
    if (why == storage::errc::corrupt) {
        damaged();
    } else if (why == storage::errc::io_error) {
        close_distrusted();
    } else {
        file_->rollback();
        if (why == storage::errc::disk_full) file_->give_room_back();
    }
    return in_our_terms(why);
}

result<void> group_commit::settle(const error_code& why, doubt in_doubt) {
    if (why != storage::errc::io_error) return abandon(why);
    report("a commit failed", file_->message());
    const auto expected = in_doubt.expected;
    doubt_ = std::move(in_doubt);
    if (!reopen()) return errc::io_error;
    if (file_->position() != expected) return errc::io_error;
    report_("journal: the commit was repeated on a new connection and is durable");
    return {};
}

result<void> group_commit::be_open() {
    if (corrupt_) return errc::corrupt;
    if (!file_ && !reopen()) return errc::io_error;
    return {};
}

bool group_commit::reopen() {
    close_distrusted();
    auto opened = journal_file::reopen(state_);
    if (!opened) {
        report("opening again failed", opened.error().message());
        return false;
    }
    file_.emplace(*std::move(opened));
    learn_fate();
    return true;
}

void group_commit::learn_fate() {
    if (!doubt_) return;
    if (file_->position() == doubt_->expected)
        durable_after_all_.insert(doubt_->batches.begin(), doubt_->batches.end());
    doubt_.reset();
}

void group_commit::close_distrusted() {
    if (file_) file_->abandon();
    file_.reset();
}

void group_commit::checkpoint(int log_pages, std::uintmax_t room_left) {
    if (!file_) return;
    const bool is_short = room_left < short_of_room;
    const auto done =
        file_->checkpoint(is_short ? std::min(log_pages, log_pages_when_short) : log_pages);
    if (done) return;
    report("moving the log into the file failed", file_->message());
    if (done.error() == storage::errc::corrupt) damaged();
    if (done.error() == storage::errc::io_error) (void)reopen();  // else: at the next call
}

error_code group_commit::failed_read(const error_code& why) {
    if (why == errc::not_found) return why;
    if (belongs_to_journal(why)) {
        report("a record cannot be read", why.message());
        return why;
    }
    report("a read failed", file_->message());
    // Commits go on as long as they meet no damage themselves: one bad old page must not stop the
    // till. The next start checks the whole file.
    if (why == storage::errc::corrupt) storage::mark_suspect(state_, file_description);
    return in_our_terms(why);
}

void group_commit::damaged() {
    storage::mark_suspect(state_, file_description);
    corrupt_ = true;
    close_distrusted();
}

void group_commit::report(const std::string& what, const std::string& why) {
    report_(fmt::format("journal: {}: {}", what, why));
}

}  // namespace bridge::journal
