// The daemon's log: one line an occurrence, to journald with its own fields or to the console as
// key=value. The payment and the terminal that a line concerns are fields, never woven into the
// text, so that `journalctl PAYMENT_ID=pay_…` tells one payment's whole story.
//
//     log.info("captured 12.34 EUR", {.terminal = "lane-1", .payment = "pay_…"});
//
// M9: whatever is written passes a last filter that masks card numbers. Nothing should reach it
// with one; the filter is for the day something does.
//
// Not synchronised: used from the daemon's one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "firmware-bridge/daemon/config.hpp"

namespace bridge::daemon {

struct concerning {
    std::string_view terminal{};
    std::string_view payment{};
};

class log {
public:
    /// Where finished lines go: `line` for a console, the parts for journald.
    struct entry {
        log_level level{};
        std::string_view terminal, payment, text;
    };
    using writer = std::function<void(const entry&)>;

    explicit log(const log_config&);
    /// For tests: lines go to `writer`.
    log(log_level, writer);
    ~log();
    log(const log&) = delete;
    log& operator=(const log&) = delete;

    void set_level(log_level level) noexcept { level_ = level; }
    [[nodiscard]] log_level level() const noexcept { return level_; }

    void debug(std::string_view text, concerning about = {});
    void info(std::string_view text, concerning about = {});
    void warning(std::string_view text, concerning about = {});
    void error(std::string_view text, concerning about = {});
    void write(log_level, std::string_view text, concerning about = {});

private:
    log_level level_;
    writer write_;
};

/// "level=info terminal=lane-1 payment=pay_… msg=\"captured 12.34 EUR\"": values in quotes when
/// they hold blanks, quotes or control characters, which are escaped. One line whatever is in it.
[[nodiscard]] std::string console_line(const log::entry&);

/// True when stderr is the stream that systemd connected to the journal ($JOURNAL_STREAM).
[[nodiscard]] bool started_by_journald();

}  // namespace bridge::daemon
