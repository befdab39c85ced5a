// The tables of the journal's file, journal.db.
#pragma once

#include "firmware-bridge/storage/database_file.hpp"

namespace bridge::journal {

/// "fbjo" in the file's header.
inline constexpr std::int32_t application_id = 0x6662'6a6f;

extern const storage::database_file file_description;

}  // namespace bridge::journal
