// A journal in memory, for tests and the simulation. It keeps the promises of journal.hpp, and
// nothing happens in it by itself:
//
//     memory_disk disk;                      // what survives a crash; a copy is a snapshot
//     memory_journal journal{disk};
//     journal.commit(batch, handler);        // only queued
//     journal.step();                        // the batch is on the disk, nobody knows yet
//     journal.step();                        // handler(sequence)
//     while (journal.step());                // everything else that is queued
//
// A crash is to drop the journal between two steps and to open another one on the same disk. With
// a `post` function (`[ex](auto task) { asio::post(ex, std::move(task)); }`) the steps run by
// themselves, each as one task.
#pragma once

#include <deque>
#include <map>
#include <memory>

#include "firmware-bridge/journal/journal.hpp"

namespace bridge::journal {

/// What the journal holds durably. Reads answer as journal.hpp says.
class memory_disk {
public:
    /// Applies the batch whole or returns why not.
    [[nodiscard]] protocol::result<std::uint64_t> apply(const batch&);

    [[nodiscard]] open_state open() const;
    [[nodiscard]] protocol::result<listing<sales::payment>> list(const payment_filter&,
                                                                 const page&) const;
    [[nodiscard]] protocol::result<listing<sales::refund>> list(const std::string& payment,
                                                                const page&) const;

    // For assertions of tests.
    std::vector<event> events;  // sequence = index + 1
    std::map<std::string, sales::payment> payments;
    std::map<std::string, sales::refund> refunds;
    std::map<std::string, sales::operation> operations;
    std::map<std::string, sales::intent> intents;
    std::map<std::string, sales::terminal_memory> terminals;
    std::map<std::string, key_claim> keys;
    std::map<std::string, std::uint64_t> bookmarks;
};

class memory_journal final : public journal {
public:
    using task = std::function<void()>;
    using post_function = std::function<void(task)>;

    /// The disk must outlive the journal.
    explicit memory_journal(memory_disk&, post_function post = {});
    ~memory_journal() override;

    /// Does the next half of the oldest call: first its work, then its handler. False: nothing to
    /// do.
    bool step();
    /// Halves that are left.
    [[nodiscard]] std::size_t pending() const noexcept;

    /// The next commit that is not failing already fails with this, and leaves nothing on the disk.
    void fail_next(errc);

    void commit(batch, handler<std::uint64_t>) override;
    void load_open(handler<open_state>) override;
    void find_payment(std::string id, handler<sales::payment>) override;
    void find_refund(std::string id, handler<sales::refund>) override;
    void find_operation(std::string id, handler<sales::operation>) override;
    void find_key(std::string key, handler<std::optional<key_claim>>) override;
    void list_payments(payment_filter, page, handler<listing<sales::payment>>) override;
    void list_refunds(std::string payment, page, handler<listing<sales::refund>>) override;
    void events_after(std::uint64_t after, std::size_t limit,
                      handler<std::vector<stored_event>>) override;
    void last_sequence(handler<std::uint64_t>) override;
    void find_bookmark(std::string follower, handler<std::uint64_t>) override;

private:
    template <class T, class Work>
    void queue(Work, handler<T>);
    void schedule();

    memory_disk& disk_;
    post_function post_;
    std::deque<task> tasks_;
    std::deque<errc> failures_;
    std::shared_ptr<memory_journal*> self_;  // emptied when the journal goes: posted steps end
};

}  // namespace bridge::journal
