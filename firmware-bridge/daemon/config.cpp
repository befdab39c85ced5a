#include "firmware-bridge/daemon/config.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include "drivers/link_address.hpp"
#include "firmware-bridge/daemon/config_section.hpp"

namespace bridge::daemon {

namespace {

const std::initializer_list<std::pair<std::string_view, log_level>> level_names{
    {"debug", log_level::debug},
    {"info", log_level::info},
    {"warning", log_level::warning},
    {"error", log_level::error}};

void read_api(const toml::table& table, api_config& into, error_sink& sink) {
    section keys{table, "api", sink};
    keys.checked("socket", [&](const std::string& given) -> std::optional<std::string> {
        if (auto mistake = wrong_socket(given)) return mistake;
        into.socket = given == "none" ? std::nullopt : std::optional<std::filesystem::path>{given};
        return std::nullopt;
    });
    keys.checked("listen", [&](const std::string& given) -> std::optional<std::string> {
        auto parsed = parse_listen(given);
        if (!parsed.error.empty()) return std::move(parsed.error);
        into.listen = std::move(parsed.address);
        return std::nullopt;
    });
    keys.whole_number("max_connections", into.max_connections, 1, 4096);
    keys.tables("token", [&](const toml::table& one, const std::string& path) {
        section token{one, path, sink};
        token_config read;
        token.choice<api::role>("role", read.grants,
                                {{"administrator", api::role::administrator},
                                 {"cashier", api::role::cashier},
                                 {"viewer", api::role::viewer}});
        token.path("file", read.file);
        token.finish();
        for (const auto* needed : {"role", "file"})
            if (!token.has(needed)) token.wrong(needed, "is missing");
        into.tokens.push_back(std::move(read));
    });
    keys.finish();
}

void read_log(const toml::table& table, log_config& into, error_sink& sink) {
    section keys{table, "log", sink};
    keys.choice<log_level>("level", into.level, level_names);
    keys.choice<log_target>("target", into.target,
                            {{"auto", log_target::automatic},
                             {"journald", log_target::journald},
                             {"console", log_target::console}});
    keys.finish();
}

void read_trace(const toml::table& table, trace_config& into, error_sink& sink) {
    section keys{table, "trace", sink};
    keys.flag("enabled", into.enabled);
    keys.path("directory", into.directory);
    std::uint64_t kilobytes = into.file_bytes / 1024;
    keys.whole_number("size_kib", kilobytes, 16, 1U << 20U);
    into.file_bytes = kilobytes * 1024;
    keys.whole_number("files", into.files, 1, 100);
    keys.finish();
}

std::optional<std::string> set_password(const std::string& given, protocol::zvt::password& into) {
    std::uint32_t digits{};
    const auto* const end = given.data() + given.size();
    const auto [stop, failed] = std::from_chars(given.data(), end, digits);
    if (given.size() != 6 || stop != end || failed != std::errc{})
        return "must be six digits in quotes, such as \"000000\"";
    into = protocol::zvt::password{digits};
    return std::nullopt;
}

void read_timers(const toml::table& table, const std::string& path,
                 drivers::zvt::session_timers& into, error_sink& sink) {
    section keys{table, path, sink};
    keys.milliseconds("t1", into.t1, 50, 10'000);
    keys.milliseconds("t2", into.t2, 500, 60'000);
    keys.milliseconds("t3", into.t3, 500, 60'000);
    keys.milliseconds("t4", into.t4, 10'000, 3'600'000);
    keys.milliseconds("t4_end_of_day", into.t4_end_of_day, 10'000, 3'600'000);
    keys.milliseconds("after_decline", into.after_decline, 1'000, 600'000);
    keys.milliseconds("after_abort", into.after_abort, 500, 600'000);
    keys.milliseconds("busy_retry", into.busy_retry, 100, 60'000);
    keys.milliseconds("registration_retry", into.registration_retry, 100, 600'000);
    keys.milliseconds("registration_retry_longest", into.registration_retry_longest, 100,
                      3'600'000);
    keys.finish();
}

void read_session(section& keys, const std::string& path, drivers::zvt::session_options& into,
                  error_sink& sink) {
    using drivers::zvt::receipt_printing;
    using protocol::zvt::charset;
    keys.checked("currency", [&](const std::string& given) -> std::optional<std::string> {
        const auto known = protocol::currency::from_code(given);
        if (!known) return "\"" + given + "\" is not an ISO 4217 currency, such as \"EUR\"";
        into.currency = *known;
        return std::nullopt;
    });
    keys.checked("password",
                 [&](const std::string& given) { return set_password(given, into.password); });
    keys.choice<receipt_printing>("printing", into.printing,
                                  {{"ecr_lines", receipt_printing::ecr_lines},
                                   {"compose", receipt_printing::compose},
                                   {"terminal", receipt_printing::terminal}});
    keys.whole_number("printer_width", into.printer_width, 20, 80);
    keys.whole_number("payment_type", into.payment_type, 0, 255);
    keys.choice<std::optional<charset>>("charset", into.charset,
                                        {{"auto", std::nullopt},
                                         {"zvt_7bit", charset::zvt_7bit},
                                         {"iso_8859_1", charset::iso_8859_1},
                                         {"utf_8", charset::utf_8},
                                         {"cp437", charset::cp437}});
    keys.flag("synchronise", into.synchronise);
    keys.flag("lock_terminal", into.lock_terminal);
    keys.seconds("poll_seconds", into.poll_interval, 0, 3600);
    if (const auto* timers = keys.table("timers_ms"))
        read_timers(*timers, path + ".timers_ms", into.timers, sink);
}

terminal_config read_terminal(const toml::table& table, const std::string& path, error_sink& sink) {
    section keys{table, path, sink};
    terminal_config into;
    keys.checked("id", [&](const std::string& given) {
        into.id = given;
        return wrong_terminal_id(given);
    });
    std::string protocol;
    keys.choice<std::string>("protocol", protocol, {{"zvt", "zvt"}});
    keys.checked("link", [&](const std::string& given) {
        into.link = given;
        return wrong_link(given);
    });
    read_session(keys, path, into.zvt, sink);
    keys.finish();
    for (const auto* needed : {"id", "protocol", "link"})
        if (!keys.has(needed)) keys.wrong(needed, "is missing");
    return into;
}

void read_terminals(section& top, std::vector<terminal_config>& into, error_sink& sink) {
    top.tables("terminal", [&](const toml::table& table, const std::string& path) {
        auto read = read_terminal(table, path, sink);
        section named{table, path, sink};
        for (const auto& other : into) {
            if (!read.id.empty() && other.id == read.id)
                named.wrong("id", *table.get("id"),
                            "\"" + read.id + "\" is already the id of another terminal");
            if (!read.link.empty() && other.link == read.link)
                named.wrong("link", *table.get("link"),
                            "is already the link of terminal \"" + other.id +
                                "\"; one link carries one terminal");
        }
        into.push_back(std::move(read));
    });
}

void read_top(const toml::table& table, config& into, error_sink& sink) {
    section top{table, "", sink};
    top.path("state", into.state);
    top.seconds("shutdown_seconds", into.shutdown, 1, 600);
    if (const auto* api = top.table("api")) read_api(*api, into.api, sink);
    if (const auto* log = top.table("log")) read_log(*log, into.log, sink);
    if (const auto* trace = top.table("trace")) read_trace(*trace, into.trace, sink);
    if (const auto* ledger = top.table("ledger")) {
        section keys{*ledger, "ledger", sink};
        keys.flag("enabled", into.ledger);
        keys.finish();
    }
    read_terminals(top, into.terminals, sink);
    top.finish();
}

}  // namespace

std::string to_string(const config_error& error) {
    std::string line = error.file + ':';
    if (error.line != 0) line += std::to_string(error.line) + ':';
    line += ' ';
    if (!error.key.empty()) line += error.key + ": ";
    return line + error.message;
}

config_read read_config(std::string_view text, std::string_view file_name) {
    config_read read;
    read.values.api.socket = default_socket();
    error_sink sink{std::string{file_name}, read.errors};
    try {
        read_top(toml::parse(text), read.values, sink);
    } catch (const toml::parse_error& error) {
        sink.add(error.source().begin.line, "",
                 "is not valid TOML: " + std::string{error.description()});
    }
    std::stable_sort(read.errors.begin(), read.errors.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
    return read;
}

config_read read_config_file(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    std::error_code reason{errno, std::generic_category()};
    if (in) {
        // istream::read turns what a file buffer throws (a directory, a broken disk) into badbit.
        std::string text;
        std::array<char, 4096> part{};
        while (in.read(part.data(), part.size()) || in.gcount() > 0)
            text.append(part.data(), static_cast<std::size_t>(in.gcount()));
        if (!in.bad()) return read_config(text, file.string());
        reason = std::make_error_code(std::errc::io_error);
    }
    config_read read;
    read.errors.push_back({file.string(), 0, "", "cannot be read: " + reason.message()});
    return read;
}

std::optional<std::string> wrong_terminal_id(std::string_view id) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    };
    // It becomes part of URLs and of file names.
    if (!id.empty() && id.size() <= 64 && id.front() != '.' && id.front() != '-' &&
        std::all_of(id.begin(), id.end(), allowed))
        return std::nullopt;
    return "\"" + std::string{id} +
           "\" must be 1 to 64 of a-z 0-9 - _ . and begin with a letter, a digit or _, such as "
           "\"lane-1\"";
}

std::optional<std::string> wrong_link(std::string_view link) {
    const auto parsed = drivers::parse_link_address(link);
    if (!parsed) return "\"" + std::string{link} + "\": " + parsed.error().message();
    if (std::holds_alternative<drivers::usb_address>(*parsed))
        return "usb: links are not in this version; a terminal that shows up as /dev/ttyACM0 works "
               "as serial:/dev/ttyACM0";
    return std::nullopt;
}

std::optional<std::string> wrong_socket(std::string_view path) {
    if (path == "none") return std::nullopt;
    // A Unix socket's address holds 107 characters; the kernel would refuse a longer one.
    if (path.empty() || path.front() != '/' || path.size() > 107 || path.find('\0') != path.npos)
        return "must be an absolute path of at most 107 characters, or \"none\"";
    return std::nullopt;
}

std::optional<log_level> parse_log_level(std::string_view name) noexcept {
    for (const auto& [known, level] : level_names)
        if (known == name) return level;
    return std::nullopt;
}

parsed_listen parse_listen(std::string_view text) {
    if (text == "none") return {};
    const auto colon = text.rfind(':');
    std::uint16_t port{};
    const auto digits = colon == text.npos ? std::string_view{} : text.substr(colon + 1);
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (digits.empty() || failed != std::errc{} || end != digits.data() + digits.size())
        return {{}, "must be HOST:PORT, such as \"127.0.0.1:7707\", or \"none\""};

    auto host = std::string{text.substr(0, colon)};
    if (host == "localhost") host = "127.0.0.1";
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    boost::system::error_code bad;
    const auto address = boost::asio::ip::make_address(host, bad);
    if (bad) return {{}, "\"" + host + "\" is not an address, such as 127.0.0.1 or [::1]"};
    if (!address.is_loopback())
        return {{},
                "\"" + host +
                    "\" is not a loopback address; the API has no TLS in this version, so it "
                    "listens on 127.0.0.1 or [::1] only (put a TLS proxy in front for others)"};
    return {listen_address{std::move(host), port}, ""};
}

std::filesystem::path default_state() {
    // Several directories may stand in it, separated by colons; ours is the first.
    const char* given = std::getenv("STATE_DIRECTORY");
    if (given == nullptr || *given == '\0') return "/var/lib/firmware-bridge";
    const std::string_view all{given};
    return std::string{all.substr(0, all.find(':'))};
}

std::filesystem::path default_socket() {
    const char* given = std::getenv("RUNTIME_DIRECTORY");
    if (given == nullptr || *given == '\0') return "/run/firmware-bridge/api.sock";
    const std::string_view all{given};
    return std::filesystem::path{all.substr(0, all.find(':'))} / "api.sock";
}

}  // namespace bridge::daemon
