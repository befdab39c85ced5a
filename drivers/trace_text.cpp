#include "drivers/trace_text.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

namespace drivers {
namespace {

using namespace std::chrono;
using direction = trace_record::direction;
using kind = trace_record::kind;

class trace_category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "trace"; }
    std::string message(int value) const override {
        switch (static_cast<trace_errc>(value)) {
            case trace_errc::bad_time: return "the time is not written as 2026-01-31T12:00:00.123Z";
            case trace_errc::bad_direction:
                return "after the time stands < (received) or > (sent), between blanks";
            case trace_errc::bad_content:
                return "a record is a message in hexadecimal, ACK, NAK, dropped or note";
            case trace_errc::bad_hex: return "a message is pairs of hexadecimal digits";
        }
        return "unknown trace error";
    }
};

constexpr trace_category category;

// ---------------------------------------------------------------- writing

void put_number(std::string& to, unsigned value, int digits) {
    for (unsigned place = digits == 4 ? 1000 : digits == 3 ? 100 : 10; place > 0; place /= 10) {
        to += static_cast<char>('0' + value / place % 10);
    }
}

void put_time(std::string& to, wall_time at) {
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss time{at - day};
    put_number(to, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    to += '-';
    put_number(to, static_cast<unsigned>(date.month()), 2);
    to += '-';
    put_number(to, static_cast<unsigned>(date.day()), 2);
    to += 'T';
    put_number(to, static_cast<unsigned>(time.hours().count()), 2);
    to += ':';
    put_number(to, static_cast<unsigned>(time.minutes().count()), 2);
    to += ':';
    put_number(to, static_cast<unsigned>(time.seconds().count()), 2);
    to += '.';
    put_number(to, static_cast<unsigned>(time.subseconds().count()), 3);
    to += 'Z';
}

void put_hex(std::string& to, const std::vector<std::uint8_t>& bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    if (bytes.empty()) to += '-';
    for (const auto byte : bytes) {
        to += digits[byte >> 4];
        to += digits[byte & 0xF];
    }
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

void put_note(std::string& to, std::string_view before, std::string_view note) {
    if (note.empty()) return;
    to += before;
    std::ranges::transform(note, std::back_inserter(to),
                           [](char c) { return is_control(c) ? ' ' : c; });
}

// ---------------------------------------------------------------- reading

std::optional<unsigned> take_number(std::string_view& text, std::size_t digits, char after) {
    if (text.size() <= digits || text[digits] != after) return std::nullopt;
    unsigned value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + digits, value);
    if (failed != std::errc{} || end != text.data() + digits) return std::nullopt;
    text.remove_prefix(digits + 1);
    return value;
}

std::optional<wall_time> take_time(std::string_view& text) {
    const auto y = take_number(text, 4, '-');
    const auto m = y ? take_number(text, 2, '-') : std::nullopt;
    const auto d = m ? take_number(text, 2, 'T') : std::nullopt;
    const auto hour = d ? take_number(text, 2, ':') : std::nullopt;
    const auto minute = hour ? take_number(text, 2, ':') : std::nullopt;
    const auto second = minute ? take_number(text, 2, '.') : std::nullopt;
    const auto millisecond = second ? take_number(text, 3, 'Z') : std::nullopt;
    if (!millisecond || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    const year_month_day date{year{static_cast<int>(*y)}, month{*m}, day{*d}};
    if (!date.ok()) return std::nullopt;
    return sys_days{date} + hours{*hour} + minutes{*minute} + seconds{*second} +
           milliseconds{*millisecond};
}

std::optional<direction> take_direction(std::string_view& text) {
    const auto way = text.substr(0, 3);
    if (way != " < " && way != " > ") return std::nullopt;
    text.remove_prefix(3);
    return way == " < " ? direction::received : direction::sent;
}

std::optional<std::uint8_t> nibble(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    return std::nullopt;
}

std::optional<std::vector<std::uint8_t>> parse_hex(std::string_view text) {
    if (text == "-") return std::vector<std::uint8_t>{};
    if (text.empty() || text.size() % 2 != 0) return std::nullopt;
    std::vector<std::uint8_t> bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t at = 0; at < text.size(); at += 2) {
        const auto high = nibble(text[at]);
        const auto low = nibble(text[at + 1]);
        if (!high || !low) return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>(*high << 4 | *low));
    }
    return bytes;
}

bool looks_like_hex(std::string_view word) {
    return word == "-" || (!word.empty() && nibble(word.front()).has_value());
}

/// What stands behind the direction. "dropped" starts with a hexadecimal digit too: words first.
trace_errc parse_content(std::string_view text, trace_record& record) {
    const auto word = text.substr(0, text.find(' '));
    const auto rest = text.substr(word.size());
    if (word == "dropped" || word == "note") {
        record.what = word == "note" ? kind::note : kind::dropped;
        record.note = rest.substr(rest.empty() ? 0 : 1);
        return {};
    }
    if (!rest.empty() && !rest.starts_with(" ; ")) return trace_errc::bad_content;
    record.note = rest.substr(rest.empty() ? 0 : 3);
    if (word == "ACK" || word == "NAK") {
        record.what = word == "ACK" ? kind::ack : kind::nak;
        return {};
    }
    if (!looks_like_hex(word)) return trace_errc::bad_content;
    auto bytes = parse_hex(word);
    if (!bytes) return trace_errc::bad_hex;
    record.what = kind::message;
    record.bytes = std::move(*bytes);
    return {};
}

boost::system::result<traced, trace_errc> parse_line(std::string_view line) {
    traced found;
    const auto at = take_time(line);
    if (!at) return trace_errc::bad_time;
    found.at = *at;
    const auto way = take_direction(line);
    if (!way) return trace_errc::bad_direction;
    found.record.way = *way;
    if (const auto wrong = parse_content(line, found.record); wrong != trace_errc{}) return wrong;
    return found;
}

}  // namespace

error_code make_error_code(trace_errc e) noexcept { return {static_cast<int>(e), category}; }

std::string to_string(const trace_text_error& error) {
    return "line " + std::to_string(error.line) + ": " + make_error_code(error.reason).message();
}

void write_traced(std::string& to, const trace_record& record, wall_time at) {
    put_time(to, at);
    to += record.way == direction::received ? " < " : " > ";
    switch (record.what) {
        case kind::message:
            put_hex(to, record.bytes);
            put_note(to, " ; ", record.note);
            break;
        case kind::ack:
            to += "ACK";
            put_note(to, " ; ", record.note);
            break;
        case kind::nak:
            to += "NAK";
            put_note(to, " ; ", record.note);
            break;
        case kind::dropped:
            to += "dropped";
            put_note(to, " ", record.note);
            break;
        case kind::note:
            to += "note";
            put_note(to, " ", record.note);
            break;
    }
    to += '\n';
}

boost::system::result<std::vector<traced>, trace_text_error> read_trace(std::string_view text) {
    std::vector<traced> records;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty() || line.starts_with('#')) continue;
        auto record = parse_line(line);
        if (record.has_error()) return trace_text_error{number, record.error()};
        records.push_back(std::move(*record));
    }
    return records;
}

}  // namespace drivers
