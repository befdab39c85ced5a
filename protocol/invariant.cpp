#include "protocol/invariant.hpp"

#include <cstdio>
#include <cstdlib>

namespace protocol {

void invariant_broken(const char* condition, const char* file, int line) noexcept {
    std::fprintf(stderr, "%s:%d: invariant broken: %s\n", file, line, condition);
    std::abort();
}

}  // namespace protocol
