// Schema migrations: an ordered list of SQL scripts. PRAGMA user_version counts those that were
// applied. A list only grows; a script that was released never changes.
#pragma once

#include <span>

#include "firmware-bridge/storage/sqlite.hpp"

namespace bridge::storage {

using migrations = std::span<const char* const>;

/// Number of migrations that the file has seen.
[[nodiscard]] result<std::int64_t> schema_version(database&);

/// Applies what is missing, each script in a transaction of its own that also counts it: a crash
/// leaves the file between two scripts, never inside one. The file must not be newer than the list.
result<void> migrate(database&, migrations);

}  // namespace bridge::storage
