#include "firmware-bridge/daemon/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/stat.h>
#include <sys/syslog.h>
#include <unistd.h>
// The macros that add file and line would name this file in every entry.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include <array>
#include <cstdlib>

#include "protocol/zvt/card_data.hpp"

namespace bridge::daemon {

namespace {

std::string_view name_of(log_level level) {
    switch (level) {
        case log_level::debug: return "debug";
        case log_level::info: return "info";
        case log_level::warning: return "warning";
        case log_level::error: return "error";
    }
    return "error";
}

spdlog::level::level_enum to_spdlog(log_level level) {
    switch (level) {
        case log_level::debug: return spdlog::level::debug;
        case log_level::info: return spdlog::level::info;
        case log_level::warning: return spdlog::level::warn;
        case log_level::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

int to_syslog(log_level level) {
    switch (level) {
        case log_level::debug: return LOG_DEBUG;
        case log_level::info: return LOG_INFO;
        case log_level::warning: return LOG_WARNING;
        case log_level::error: return LOG_ERR;
    }
    return LOG_ERR;
}

void append_value(std::string& line, std::string_view value) {
    const auto plain = [](char c) {
        return c > ' ' && c != '"' && c != '=' && c != '\\' && c != 127;
    };
    bool quote = value.empty();
    for (const char c : value) quote = quote || !plain(c);
    if (!quote) {
        line += value;
        return;
    }
    line += '"';
    for (const char c : value) {
        constexpr auto hex = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            line += '\\';
            line += c;
        } else if (c == '\n') {
            line += "\\n";
        } else if (byte < ' ' || byte == 127) {
            line += "\\x";
            line += hex[byte >> 4];
            line += hex[byte & 15];
        } else {
            line += c;
        }
    }
    line += '"';
}

log::writer to_console() {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
    auto logger = std::make_shared<spdlog::logger>("firmware-bridge", std::move(sink));
    logger->set_level(spdlog::level::trace);
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %v", spdlog::pattern_time_type::utc);
    logger->flush_on(spdlog::level::trace);
    return [logger](const log::entry& entry) {
        logger->log(to_spdlog(entry.level), spdlog::string_view_t{console_line(entry)});
    };
}

void to_journald(const log::entry& entry) {
    std::array<std::string, 4> fields{"MESSAGE=" + std::string{entry.text},
                                      "PRIORITY=" + std::to_string(to_syslog(entry.level))};
    std::size_t used = 2;
    if (!entry.terminal.empty()) fields[used++] = "TERMINAL=" + std::string{entry.terminal};
    if (!entry.payment.empty()) fields[used++] = "PAYMENT_ID=" + std::string{entry.payment};
    std::array<iovec, 4> parts{};
    for (std::size_t i = 0; i < used; ++i) parts[i] = {fields[i].data(), fields[i].size()};
    sd_journal_sendv(parts.data(), static_cast<int>(used));
}

log::writer writer_for(log_target target) {
    switch (target) {
        case log_target::automatic:
            return started_by_journald() ? log::writer{to_journald} : to_console();
        case log_target::journald: return to_journald;
        case log_target::console: return to_console();
    }
    return to_console();
}

}  // namespace

log::log(const log_config& wanted) : level_{wanted.level}, write_{writer_for(wanted.target)} {}
log::log(log_level level, writer write) : level_{level}, write_{std::move(write)} {}
log::~log() = default;

void log::debug(std::string_view text, concerning about) { write(log_level::debug, text, about); }
void log::info(std::string_view text, concerning about) { write(log_level::info, text, about); }
void log::warning(std::string_view text, concerning about) {
    write(log_level::warning, text, about);
}
void log::error(std::string_view text, concerning about) { write(log_level::error, text, about); }

void log::write(log_level level, std::string_view text, concerning about) {
    if (level < level_) return;
    std::string masked{text};
    protocol::zvt::mask_card_numbers(masked);
    write_({level, about.terminal, about.payment, masked});
}

std::string console_line(const log::entry& entry) {
    std::string line = "level=" + std::string{name_of(entry.level)};
    const auto field = [&](std::string_view key, std::string_view value) {
        line += ' ';
        line += key;
        line += '=';
        append_value(line, value);
    };
    if (!entry.terminal.empty()) field("terminal", entry.terminal);
    if (!entry.payment.empty()) field("payment", entry.payment);
    field("msg", entry.text);
    return line;
}

bool started_by_journald() {
    // "DEVICE:INODE" of the stream; a shell started inside the service may have redirected stderr.
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat standard_error {};
    if (stream == nullptr || ::fstat(STDERR_FILENO, &standard_error) != 0) return false;
    return stream ==
           std::to_string(standard_error.st_dev) + ':' + std::to_string(standard_error.st_ino);
}

}  // namespace bridge::daemon
