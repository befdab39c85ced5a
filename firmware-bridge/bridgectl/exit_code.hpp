// What bridgectl says by its exit code, so that a script can tell "the card was not charged" from
// "nobody knows": the two must never be handled alike (M4).
#pragma once

namespace bridge::bridgectl {

enum class exit_code : int {
    ok = 0,           // done: captured, authorised, refunded, shown
    error = 1,        // wrong usage, a file that cannot be read, an error inside the daemon
    declined = 2,     // declined, cancelled, failed: final, no money moved
    unknown = 3,      // nobody can tell yet whether the card was charged: look, do not repeat
    unreachable = 4,  // the daemon could not be reached; nothing was sent to it
    refused = 5,      // the daemon did not take the request (busy, blocked, not allowed, not found)
};

}  // namespace bridge::bridgectl
