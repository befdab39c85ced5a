// The books as the sink reaches them: a file of this machine (local_ledger) or, later, a server.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "firmware-bridge/ledger/posting.hpp"

namespace bridge::forwarder {

/// Handlers run later, in the order of the calls, on the thread of the sink.
class ledger_port {
public:
    template <class T>
    using handler = std::function<void(protocol::result<T>)>;

    virtual ~ledger_port() = default;

    /// Sequence of the last event that the books have seen.
    virtual void cursor(handler<std::uint64_t>) = 0;
    /// Posts the entries and moves the cursor, as one step. What is posted already is not posted
    /// again, so a call whose answer was lost is simply repeated.
    virtual void post(std::vector<ledger::journal_entry>, std::uint64_t seen, handler<void>) = 0;
    /// Entries with a sequence above `after`, oldest first.
    virtual void entries_after(std::uint64_t after, std::size_t limit,
                               handler<std::vector<ledger::journal_entry>>) = 0;
};

}  // namespace bridge::forwarder
