// Keeps what crossed one link in a file of bounded size, for the day when somebody asks what the
// terminal really said.
//
//     link_trace trace{{.file = state / "trace/lane-1.trace"}, link->name(), report};
//     options.trace = [&](const trace_record& r) { trace.write(r, wall_clock()); };
//
// The newest records are in FILE, older ones in FILE.1, FILE.2 …; none of them exceeds max_bytes,
// save by a record that is longer by itself. Each record is one write(2): what was written before a
// crash of this process is there. It is not synchronised to the disk: the journal is what proves,
// the trace only explains.
//
// A trace is never a reason not to take a payment. When the file cannot be written (disk full,
// directory gone) records are counted instead of kept, `report` is called once, and every further
// record tries again; the first one that succeeds is preceded by a note of how many are missing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "drivers/trace_text.hpp"

namespace drivers {

struct link_trace_options {
    std::filesystem::path file;  // its directory must exist
    std::uint64_t max_bytes{std::uint64_t{4} << 20};
    unsigned files{4};  // at least 1
};

class link_trace {
public:
    /// Called with the reason when records begin to be lost.
    using reporter = std::function<void(error_code)>;

    /// `title` (the link's name) heads each file. Opens nothing yet.
    link_trace(link_trace_options options, std::string title, reporter report);
    ~link_trace();
    link_trace(const link_trace&) = delete;
    link_trace& operator=(const link_trace&) = delete;

    void write(const trace_record& record, wall_time at);
    /// Records that were not kept since the trace failed last; 0: all is well.
    [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

private:
    [[nodiscard]] error_code append(std::string_view text);
    [[nodiscard]] error_code open();
    [[nodiscard]] error_code rotate();
    void close() noexcept;
    [[nodiscard]] std::filesystem::path name_of(unsigned age) const;

    link_trace_options options_;
    std::string title_;
    reporter report_;
    std::string line_;  // kept for its memory
    int fd_{-1};
    std::uint64_t size_{};
    std::uint64_t lost_{};
};

}  // namespace drivers
