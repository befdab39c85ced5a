#include <fmt/format.h>

#include "firmware-bridge/sales/json.hpp"

namespace bridge::sales {
namespace {

/// Reads a time piece by piece; after the first piece that is not as expected all others fail too.
class time_text {
public:
    explicit time_text(std::string_view text) : rest_{text} {}

    /// Exactly `digits` digits, at most `most`.
    unsigned number(std::size_t digits, unsigned least, unsigned most) {
        if (rest_.size() < digits) return fail();
        unsigned value = 0;
        for (const char c : rest_.substr(0, digits)) {
            if (c < '0' || c > '9') return fail();
            value = value * 10 + static_cast<unsigned>(c - '0');
        }
        rest_.remove_prefix(digits);
        return value < least || value > most ? fail() : value;
    }

    bool skip(char expected) {
        if (rest_.empty() || rest_.front() != expected) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void expect(char expected) {
        if (!skip(expected)) fail();
    }

    /// Digits of a fraction of a second, as milliseconds; those beyond are cut off.
    unsigned milliseconds() {
        const auto digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
        if (digits < 1 || digits > 9) return fail();
        unsigned value = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            value = value * 10 + (i < digits ? static_cast<unsigned>(rest_[i] - '0') : 0);
        }
        rest_.remove_prefix(digits);
        return value;
    }

    [[nodiscard]] bool good() const noexcept { return !failed_; }
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

private:
    unsigned fail() noexcept {
        failed_ = true;
        return 0;
    }

    std::string_view rest_;
    bool failed_{};
};

/// "Z", or "+hh:mm" / "-hh:mm" east or west of UTC.
std::chrono::minutes offset(time_text& text) {
    if (text.skip('Z')) return {};
    const bool west = text.skip('-');
    if (!west) text.expect('+');
    const auto hours = text.number(2, 0, 23);
    text.expect(':');
    const auto minutes = text.number(2, 0, 59);
    const std::chrono::minutes east{hours * 60 + minutes};
    return west ? -east : east;
}

}  // namespace

std::string to_rfc3339(wall_time at) {
    const auto midnight = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day day{midnight};
    const std::chrono::hh_mm_ss time{at - midnight};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count(),
                       time.subseconds().count());
}

protocol::result<wall_time> from_rfc3339(std::string_view in) {
    time_text text{in};
    const auto year = text.number(4, 0, 9999);
    text.expect('-');
    const auto month = text.number(2, 1, 12);
    text.expect('-');
    const auto day = text.number(2, 1, 31);
    text.expect('T');
    const std::chrono::hours hours{text.number(2, 0, 23)};
    text.expect(':');
    const std::chrono::minutes minutes{text.number(2, 0, 59)};
    text.expect(':');
    const std::chrono::seconds seconds{text.number(2, 0, 59)};
    const std::chrono::milliseconds fraction{text.skip('.') ? text.milliseconds() : 0};
    const auto east = offset(text);

    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)},
                                           std::chrono::month{month}, std::chrono::day{day}};
    if (!text.good() || !text.at_end() || !date.ok()) return json_errc::bad_time;
    return wall_time{std::chrono::sys_days{date} + hours + minutes + seconds + fraction - east};
}

}  // namespace bridge::sales
