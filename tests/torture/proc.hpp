// What a process holds, from /proc, and what lies in a directory.
//
//     const auto before = held_by(here.bridge().pid());
//     …
//     CHECK(held_by(here.bridge().pid()).descriptors <= before.descriptors);
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace torture {

struct holdings {
    int descriptors{};
    int threads{};
    std::int64_t anonymous_kib{};  // of the resident memory what no file backs
};

[[nodiscard]] holdings held_by(pid_t);

/// Bytes of all files below with this in their names.
[[nodiscard]] std::int64_t bytes_of(const std::string& directory, const std::string& part);

}  // namespace torture
