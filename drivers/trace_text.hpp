// What crossed a link, as text: one record a line, for people, for `bridgectl zvt decode` and for
// tests that replay it into a terminal machine (drivers/replay.hpp).
//
//     # any comment
//     2026-01-31T12:00:00.123Z > 06010704000000001999
//     2026-01-31T12:00:00.127Z < ACK
//     2026-01-31T12:00:03.002Z < 040F022700 ; note about it
//     2026-01-31T12:00:03.500Z < dropped noise, 3 bytes
//     2026-01-31T12:00:04.000Z > note link opened
//
// drivers/README.md describes the format in full. Messages are masked before they become records
// (M9), and bytes that were dropped are only counted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "drivers/terminal.hpp"
#include "drivers/time_source.hpp"

namespace drivers {

struct traced {
    wall_time at;
    trace_record record;
};

/// Appends one line, with its line feed, to `to`. Control characters of a note become blanks.
void write_traced(std::string& to, const trace_record& record, wall_time at);

enum class trace_errc {
    bad_time = 1,
    bad_direction,
    bad_content,
    bad_hex,
};
[[nodiscard]] error_code make_error_code(trace_errc) noexcept;

struct trace_text_error {
    std::size_t line{};  // the first is 1
    trace_errc reason{};
};

/// "line 7: the time is not written as 2026-01-31T12:00:00.123Z"
[[nodiscard]] std::string to_string(const trace_text_error&);

/// Reads a whole trace. Empty lines and lines that start with '#' are skipped; the first line that
/// cannot be read ends it with an error.
[[nodiscard]] boost::system::result<std::vector<traced>, trace_text_error> read_trace(
    std::string_view text);

}  // namespace drivers

template <>
struct boost::system::is_error_code_enum<drivers::trace_errc> : std::true_type {};
