#include "firmware-bridge/storage/schema.hpp"

namespace bridge::storage {

result<std::int64_t> schema_version(database& opened) {
    return opened.integer("PRAGMA user_version");
}

result<void> migrate(database& opened, migrations scripts) {
    const auto seen = schema_version(opened);
    if (!seen) return seen.error();
    for (auto next = static_cast<std::size_t>(*seen); next < scripts.size(); ++next) {
        auto step = transaction::begin(opened);
        if (!step) return step.error();
        if (auto done = opened.execute(scripts[next]); !done) return done;
        const auto count = "PRAGMA user_version=" + std::to_string(next + 1);
        if (auto done = opened.execute(count.c_str()); !done) return done;
        if (auto done = step->commit(); !done) return done;
    }
    return {};
}

}  // namespace bridge::storage
