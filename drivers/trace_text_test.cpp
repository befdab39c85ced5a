#include "drivers/trace_text.hpp"

#include <doctest/doctest.h>

#include <set>

#include "tests/support/hex_bytes.hpp"

using namespace drivers;
using namespace std::chrono_literals;
using support::hex;
using direction = trace_record::direction;
using kind = trace_record::kind;

namespace {

constexpr wall_time noon = std::chrono::sys_days{std::chrono::January / 31 / 2026} + 12h + 123ms;

}  // namespace

TEST_SUITE_BEGIN("drivers/trace_text");

TEST_CASE("trace_text: every kind of record is one line, and reads back equal") {
    struct row {
        trace_record record;
        const char* line;
    };
    const row rows[] = {
        {{direction::sent, kind::message, hex("06 01 07 04 000000001999"), ""},
         "2026-01-31T12:00:00.123Z > 06010704000000001999\n"},
        {{direction::received, kind::message, hex("04 0F 02 27 00"), ""},
         "2026-01-31T12:00:00.123Z < 040F022700\n"},
        {{direction::received, kind::message, hex("06 0F 00"), "stale"},
         "2026-01-31T12:00:00.123Z < 060F00 ; stale\n"},
        {{direction::received, kind::message, {}, ""}, "2026-01-31T12:00:00.123Z < -\n"},
        {{direction::received, kind::ack, {}, ""}, "2026-01-31T12:00:00.123Z < ACK\n"},
        {{direction::sent, kind::nak, {}, "bad CRC"}, "2026-01-31T12:00:00.123Z > NAK ; bad CRC\n"},
        {{direction::received, kind::dropped, {}, "3 bytes: noise"},
         "2026-01-31T12:00:00.123Z < dropped 3 bytes: noise\n"},
        {{direction::sent, kind::note, {}, "link opened"},
         "2026-01-31T12:00:00.123Z > note link opened\n"},
        {{direction::sent, kind::note, {}, ""}, "2026-01-31T12:00:00.123Z > note\n"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.line);
        std::string text;
        write_traced(text, row.record, noon);
        CHECK(text == row.line);
        const auto read = read_trace(text);
        REQUIRE(read.has_value());
        REQUIRE(read->size() == 1);
        CHECK(read->front().at == noon);
        CHECK(read->front().record.way == row.record.way);
        CHECK(read->front().record.what == row.record.what);
        CHECK(read->front().record.bytes == row.record.bytes);
        CHECK(read->front().record.note == row.record.note);
    }
}

TEST_CASE("trace_text: a note cannot break the line it stands on") {
    std::string text;
    write_traced(text, {direction::sent, kind::note, {}, "one\ntwo\r\x1b[31m"}, noon);
    CHECK(text == "2026-01-31T12:00:00.123Z > note one two  [31m\n");
}

TEST_CASE("trace_text: comments, empty lines, CR LF and a last line without its end are read") {
    const auto read = read_trace(
        "# firmware-bridge link trace\r\n"
        "\r\n"
        "2026-01-31T12:00:00.123Z < 060f00\r\n"
        "\n"
        "# between\n"
        "2024-02-29T23:59:59.999Z > ACK");
    REQUIRE(read.has_value());
    REQUIRE(read->size() == 2);
    CHECK(read->front().record.bytes == hex("06 0F 00"));
    CHECK(read->back().at == std::chrono::sys_days{std::chrono::March / 1 / 2024} - 1ms);
    CHECK(read_trace("")->empty());
}

TEST_CASE("trace_text: what is no record is refused with its line and reason") {
    struct row {
        const char* line;
        trace_errc reason;
    };
    const row rows[] = {
        {"060F00", trace_errc::bad_time},
        {" 2026-01-31T12:00:00.123Z < 060F00", trace_errc::bad_time},
        {"2026-01-31 12:00:00.123Z < 060F00", trace_errc::bad_time},
        {"2026-01-31T12:00:00Z < 060F00", trace_errc::bad_time},
        {"2026-01-31T12:00:00.123 < 060F00", trace_errc::bad_time},
        {"2026-01-31T12:00:00.123+01:00 < 060F00", trace_errc::bad_time},
        {"2026-02-29T12:00:00.123Z < 060F00", trace_errc::bad_time},
        {"2026-13-01T12:00:00.123Z < 060F00", trace_errc::bad_time},
        {"2026-01-31T24:00:00.123Z < 060F00", trace_errc::bad_time},
        {"2026-01-31T12:60:00.123Z < 060F00", trace_errc::bad_time},
        {"2026-01-31T12:00:60.123Z < 060F00", trace_errc::bad_time},
        {"-026-01-31T12:00:00.123Z < 060F00", trace_errc::bad_time},
        {"2026-01-31T12:00:00.123Z", trace_errc::bad_direction},
        {"2026-01-31T12:00:00.123Z <060F00", trace_errc::bad_direction},
        {"2026-01-31T12:00:00.123Z = 060F00", trace_errc::bad_direction},
        {"2026-01-31T12:00:00.123Z  < 060F00", trace_errc::bad_direction},
        {"2026-01-31T12:00:00.123Z < ", trace_errc::bad_content},
        {"2026-01-31T12:00:00.123Z < ack", trace_errc::bad_hex},
        {"2026-01-31T12:00:00.123Z < ACKNOWLEDGED", trace_errc::bad_hex},
        {"2026-01-31T12:00:00.123Z < ENQ", trace_errc::bad_hex},
        {"2026-01-31T12:00:00.123Z < SYN", trace_errc::bad_content},
        {"2026-01-31T12:00:00.123Z < noted", trace_errc::bad_content},
        {"2026-01-31T12:00:00.123Z < 06 0F 00", trace_errc::bad_content},
        {"2026-01-31T12:00:00.123Z < 060F00 ;stale", trace_errc::bad_content},
        {"2026-01-31T12:00:00.123Z < 060F0", trace_errc::bad_hex},
        {"2026-01-31T12:00:00.123Z < 060G00", trace_errc::bad_hex},
        {"2026-01-31T12:00:00.123Z < 0x060F", trace_errc::bad_hex},
        {"2026-01-31T12:00:00.123Z < --", trace_errc::bad_content},
    };
    for (const auto& row : rows) {
        CAPTURE(row.line);
        const auto text =
            "# heading\n2026-01-31T12:00:00.000Z > ACK\n" + std::string{row.line} + "\n";
        const auto read = read_trace(text);
        REQUIRE(read.has_error());
        CHECK(read.error().line == 3);
        CHECK(make_error_code(read.error().reason).message() ==
              make_error_code(row.reason).message());
    }
    CHECK(to_string(trace_text_error{7, trace_errc::bad_hex}) ==
          "line 7: a message is pairs of hexadecimal digits");
}

TEST_CASE("trace_text: every error has a message of its own") {
    std::set<std::string> messages;
    constexpr int last = static_cast<int>(trace_errc::bad_hex);
    for (int value = 1; value <= last; ++value) {
        CAPTURE(value);
        const auto message = make_error_code(static_cast<trace_errc>(value)).message();
        CHECK(message != "unknown trace error");
        CHECK(messages.insert(message).second);
    }
}

TEST_SUITE_END();
