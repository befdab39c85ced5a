// Counts what operator new hands out in the whole program. Link count_allocations.cpp and ask
// before and after what must not allocate:
//
//     const auto before = support::allocations();
//     work();
//     CHECK(support::allocations() == before);
#pragma once

#include <cstddef>

namespace support {

[[nodiscard]] std::size_t allocations() noexcept;

}  // namespace support
