// Assertions that stay on in release. A broken invariant means that memory no longer says what the
// journal says: the process stops at once, systemd starts it again, and recovery rebuilds the state
// from disk, which is the only copy that is trusted.
#pragma once

namespace protocol {

[[noreturn]] void invariant_broken(const char* condition, const char* file, int line) noexcept;

}  // namespace protocol

#define BRIDGE_INVARIANT(condition)                      \
    (static_cast<bool>(condition) ? static_cast<void>(0) \
                                  : ::protocol::invariant_broken(#condition, __FILE__, __LINE__))
