#include "firmware-bridge/journal/memory_journal.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace bridge::journal {
namespace {

using protocol::result;

template <class T>
result<T> find(const std::map<std::string, T>& objects, const std::string& id) {
    const auto found = objects.find(id);
    if (found == objects.end()) return errc::not_found;
    return found->second;
}

template <class T>
auto position(const T& object) {
    return std::tie(object.created, object.id);
}

/// `chosen` are those of `all` that the filter lets through.
template <class T>
result<listing<T>> cut_page(const std::map<std::string, T>& all, std::vector<const T*> chosen,
                            const page& wanted) {
    const bool towards_newer = !wanted.ending_before.empty();
    for (const auto* cursor : {&wanted.starting_after, &wanted.ending_before}) {
        if (cursor->empty()) continue;
        const auto found = all.find(*cursor);
        if (found == all.end()) return errc::not_found;
        std::erase_if(chosen, [&](const T* one) {
            return cursor == &wanted.starting_after ? position(*one) >= position(found->second)
                                                    : position(*one) <= position(found->second);
        });
    }
    std::ranges::sort(chosen, [=](const T* left, const T* right) {
        return towards_newer ? position(*left) < position(*right)
                             : position(*right) < position(*left);
    });
    listing<T> cut;
    cut.has_more = chosen.size() > wanted.limit;
    chosen.resize(std::min(chosen.size(), wanted.limit));
    if (towards_newer) std::ranges::reverse(chosen);
    for (const T* one : chosen) cut.items.push_back(*one);
    return cut;
}

bool passes(const sales::payment& one, const payment_filter& filter) {
    return (!filter.status || one.status == *filter.status) &&
           (filter.terminal.empty() || one.terminal == filter.terminal) &&
           (filter.reference.empty() || one.reference == filter.reference) &&
           (!filter.created_after || one.created > *filter.created_after) &&
           (!filter.created_before || one.created < *filter.created_before);
}

template <class T>
void replace(std::map<std::string, T>& objects, const std::vector<T>& newer) {
    for (const auto& one : newer) {
        if constexpr (requires { one.id; }) {
            objects.insert_or_assign(one.id, one);
        } else {
            objects.insert_or_assign(one.terminal, one);
        }
    }
}

}  // namespace

// ---------------------------------------------------------------------------- the disk

result<std::uint64_t> memory_disk::apply(const batch& step) {
    std::map<std::string, key_claim> claimed;
    for (const auto& claim : step.keys) {
        const auto taken = keys.find(claim.key);
        const auto& first =
            taken != keys.end() ? taken->second : claimed.emplace(claim.key, claim).first->second;
        if (first.fingerprint != claim.fingerprint || first.object_id != claim.object_id) {
            return errc::key_conflict;
        }
    }
    keys.merge(claimed);
    events.insert(events.end(), step.events.begin(), step.events.end());
    replace(payments, step.payments);
    replace(refunds, step.refunds);
    replace(operations, step.operations);
    replace(intents, step.intents);
    replace(terminals, step.terminals);
    for (const auto& mark : step.bookmarks) bookmarks[mark.follower] = mark.sequence;
    return events.size();
}

open_state memory_disk::open() const {
    open_state unfinished;
    std::set<std::string> of_intents;
    for (const auto& [id, one] : intents) {
        if (one.outcome != sales::intent_outcome::open &&
            one.outcome != sales::intent_outcome::unknown) {
            continue;
        }
        unfinished.intents.push_back(one);
        of_intents.insert(one.payment);
        of_intents.insert(one.refund);
    }
    for (const auto& [id, one] : payments) {
        if (one.running() || of_intents.contains(id)) unfinished.payments.push_back(one);
    }
    for (const auto& [id, one] : refunds) {
        if (one.status == sales::refund_status::pending || of_intents.contains(id)) {
            unfinished.refunds.push_back(one);
        }
    }
    for (const auto& [id, one] : operations) {
        if (one.status == sales::operation::state::running) unfinished.operations.push_back(one);
    }
    for (const auto& [id, one] : terminals) unfinished.terminals.push_back(one);
    for (const auto& [id, one] : intents) {
        const auto where = terminals.find(one.terminal);
        if (one.in_day && where != terminals.end() && one.in_day->day == where->second.day_number)
            unfinished.of_day.push_back(one);
    }
    return unfinished;
}

result<listing<sales::payment>> memory_disk::list(const payment_filter& filter,
                                                  const page& wanted) const {
    std::vector<const sales::payment*> chosen;
    for (const auto& [id, one] : payments) {
        if (passes(one, filter)) chosen.push_back(&one);
    }
    return cut_page(payments, std::move(chosen), wanted);
}

result<listing<sales::refund>> memory_disk::list(const std::string& payment,
                                                 const page& wanted) const {
    std::vector<const sales::refund*> chosen;
    for (const auto& [id, one] : refunds) {
        if (one.payment == payment) chosen.push_back(&one);
    }
    return cut_page(refunds, std::move(chosen), wanted);
}

// ------------------------------------------------------------------------- the journal

memory_journal::memory_journal(memory_disk& disk, post_function post)
    : disk_{disk}, post_{std::move(post)}, self_{std::make_shared<memory_journal*>(this)} {}

memory_journal::~memory_journal() { *self_ = nullptr; }

bool memory_journal::step() {
    if (tasks_.empty()) return false;
    const auto next = std::move(tasks_.front());
    tasks_.pop_front();
    next();
    return true;
}

std::size_t memory_journal::pending() const noexcept { return tasks_.size(); }

void memory_journal::fail_next(errc why) { failures_.push_back(why); }

void memory_journal::schedule() {
    if (!post_) return;
    post_([self = self_] {
        if (*self != nullptr) (*self)->step();
    });
}

template <class T, class Work>
void memory_journal::queue(Work work, handler<T> answer) {
    tasks_.push_back([this, work = std::move(work), answer = std::move(answer)] {
        // Answered before the next call's work: handlers run in the order of the calls.
        tasks_.push_front([made = work(), answer] { answer(made); });
        schedule();
    });
    schedule();
}

void memory_journal::commit(batch step, handler<std::uint64_t> answer) {
    queue(
        [this, step = std::move(step)]() -> result<std::uint64_t> {
            if (failures_.empty()) return disk_.apply(step);
            const auto why = failures_.front();
            failures_.pop_front();
            return why;
        },
        std::move(answer));
}

void memory_journal::load_open(handler<open_state> answer) {
    queue([this]() -> result<open_state> { return disk_.open(); }, std::move(answer));
}

void memory_journal::find_payment(std::string id, handler<sales::payment> answer) {
    queue([this, id = std::move(id)] { return find(disk_.payments, id); }, std::move(answer));
}

void memory_journal::find_refund(std::string id, handler<sales::refund> answer) {
    queue([this, id = std::move(id)] { return find(disk_.refunds, id); }, std::move(answer));
}

void memory_journal::find_operation(std::string id, handler<sales::operation> answer) {
    queue([this, id = std::move(id)] { return find(disk_.operations, id); }, std::move(answer));
}

void memory_journal::find_key(std::string key, handler<std::optional<key_claim>> answer) {
    queue(
        [this, key = std::move(key)]() -> result<std::optional<key_claim>> {
            const auto found = disk_.keys.find(key);
            if (found == disk_.keys.end()) return std::optional<key_claim>{};
            return std::optional{found->second};
        },
        std::move(answer));
}

void memory_journal::list_payments(payment_filter filter, page wanted,
                                   handler<listing<sales::payment>> answer) {
    queue([this, filter = std::move(filter),
           wanted = std::move(wanted)] { return disk_.list(filter, wanted); },
          std::move(answer));
}

void memory_journal::list_refunds(std::string payment, page wanted,
                                  handler<listing<sales::refund>> answer) {
    queue([this, payment = std::move(payment),
           wanted = std::move(wanted)] { return disk_.list(payment, wanted); },
          std::move(answer));
}

void memory_journal::events_after(std::uint64_t after, std::size_t limit,
                                  handler<std::vector<stored_event>> answer) {
    queue(
        [this, after, limit]() -> result<std::vector<stored_event>> {
            std::vector<stored_event> found;
            for (auto at = after; at < disk_.events.size() && found.size() < limit; ++at) {
                found.push_back({at + 1, disk_.events[at]});
            }
            return found;
        },
        std::move(answer));
}

void memory_journal::last_sequence(handler<std::uint64_t> answer) {
    queue([this]() -> result<std::uint64_t> { return disk_.events.size(); }, std::move(answer));
}

void memory_journal::find_bookmark(std::string follower, handler<std::uint64_t> answer) {
    queue(
        [this, follower = std::move(follower)]() -> result<std::uint64_t> {
            const auto found = disk_.bookmarks.find(follower);
            return found == disk_.bookmarks.end() ? 0 : found->second;
        },
        std::move(answer));
}

}  // namespace bridge::journal
