#include "firmware-bridge/daemon/config.hpp"

#include <doctest/doctest.h>

#include "firmware-bridge/daemon/options.hpp"

using namespace bridge::daemon;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("firmware-bridge/daemon/config");

namespace {

std::string first_error(const config_read& read) {
    return read.errors.empty() ? "no error" : to_string(read.errors.front());
}

}  // namespace

TEST_CASE("config: an empty file is the defaults, without terminals") {
    const auto read = read_config("", "bridge.toml");
    REQUIRE_MESSAGE(read.errors.empty(), first_error(read));
    CHECK(read.values.terminals.empty());
    CHECK(read.values.api.listen == listen_address{"127.0.0.1", 7707});
    CHECK(read.values.api.socket == default_socket());
    CHECK(read.values.shutdown == 30s);
}

TEST_CASE("config: every key reaches its value") {
    const auto read = read_config(R"(
state = "/srv/bridge"
shutdown_seconds = 7
[api]
socket = "/run/x.sock"
listen = "[::1]:7708"
max_connections = 9
[[api.token]]
role = "viewer"
file = "/etc/bridge/viewer.token"
[log]
level = "warning"
target = "console"
[trace]
enabled = false
directory = "/var/log/traces"
size_kib = 64
files = 2
[ledger]
enabled = false
[[terminal]]
id = "lane-1"
protocol = "zvt"
link = "tcp:pos-1:20007"
currency = "CHF"
password = "001234"
printing = "compose"
printer_width = 24
payment_type = 0x50
charset = "iso_8859_1"
synchronise = true
lock_terminal = true
poll_seconds = 30
timers_ms = { t3 = 7000, after_abort = 9000 }
)",
                                  "bridge.toml");
    REQUIRE_MESSAGE(read.errors.empty(), first_error(read));
    const auto& c = read.values;
    CHECK(c.state == "/srv/bridge");
    CHECK(c.shutdown == 7s);
    CHECK(c.api.socket == "/run/x.sock");
    CHECK(c.api.listen == listen_address{"::1", 7708});
    CHECK(c.api.max_connections == 9);
    REQUIRE(c.api.tokens.size() == 1);
    CHECK(c.api.tokens[0] == token_config{bridge::api::role::viewer, "/etc/bridge/viewer.token"});
    CHECK(c.log == log_config{log_level::warning, log_target::console});
    CHECK(c.trace == trace_config{false, "/var/log/traces", 64 * 1024, 2});
    CHECK_FALSE(c.ledger);
    REQUIRE(c.terminals.size() == 1);
    const auto& t = c.terminals[0];
    CHECK(t.id == "lane-1");
    CHECK(t.link == "tcp:pos-1:20007");
    CHECK(t.zvt.currency.code() == "CHF");
    CHECK(t.zvt.password.value() == 1234);
    CHECK(t.zvt.printing == drivers::zvt::receipt_printing::compose);
    CHECK(t.zvt.printer_width == 24);
    CHECK(t.zvt.payment_type == 0x50);
    CHECK(t.zvt.charset == protocol::zvt::charset::iso_8859_1);
    CHECK(t.zvt.synchronise);
    CHECK(t.zvt.lock_terminal);
    CHECK(t.zvt.poll_interval == 30s);
    CHECK(t.zvt.timers.t3 == 7s);
    CHECK(t.zvt.timers.after_abort == 9s);
}

TEST_CASE("config: each mistake is named with its line, its key and what to write instead") {
    struct row {
        const char* name;
        const char* toml;
        const char* error;
    };
    for (const auto& row : {
             row{"not TOML", "state = \n", "f:1: is not valid TOML: "},
             row{"unknown key", "\nstatus = \"/x\"",
                 "f:2: status: is not a known key; did you mean \"state\"?"},
             row{"unknown key, nothing near", "colour_of_the_till = 1",
                 "f:1: colour_of_the_till: is not a known key; remove it"},
             row{"unknown key in a table", "[api]\nsoket = \"/x\"",
                 "f:2: api.soket: is not a known key; did you mean \"socket\"?"},
             row{"unknown table", "[apis]\n",
                 "f:1: apis: is not a known key; did you mean \"api\"?"},
             row{"wrong type", "state = 5",
                 "f:1: state: must be a text in quotes, not a whole number"},
             row{"empty path", "state = \"\"", "f:1: state: must name a file"},
             row{"number with a fraction", "shutdown_seconds = 1.5",
                 "f:1: shutdown_seconds: must be a whole number, not a number with a fraction"},
             row{"number too small", "shutdown_seconds = 0",
                 "f:1: shutdown_seconds: 0 is out of range; use 1 to 600"},
             row{"number too large", "[api]\nmax_connections = 9223372036854775807",
                 "f:2: api.max_connections: 9223372036854775807 is out of range; use 1 to 4096"},
             row{"number that no 64 bits hold", "shutdown_seconds = 99999999999999999999",
                 "f:1: is not valid TOML: "},
             row{"table as a value", "api = 1", "f:1: api: must be a table, not a whole number"},
             row{"socket too long",
                 "[api]\nsocket = "
                 "\"/"
                 "0123456789012345678901234567890123456789012345678901234567890123456789012345678"
                 "901234567890123456789012345678901234567890\"",
                 "f:2: api.socket: must be an absolute path of at most 107 characters"},
             row{"relative socket", "[api]\nsocket = \"x.sock\"",
                 "f:2: api.socket: must be an absolute path"},
             row{"listen without a port", "[api]\nlisten = \"127.0.0.1\"",
                 "f:2: api.listen: must be HOST:PORT"},
             row{"listen with a wrong port", "[api]\nlisten = \"127.0.0.1:77077\"",
                 "f:2: api.listen: must be HOST:PORT"},
             row{"listen to a name", "[api]\nlisten = \"pos:80\"",
                 "f:2: api.listen: \"pos\" is not an address"},
             row{"listen to the world", "[api]\nlisten = \"0.0.0.0:7707\"",
                 "f:2: api.listen: \"0.0.0.0\" is not a loopback address"},
             row{"role", "[[api.token]]\nrole = \"boss\"\nfile = \"/x\"",
                 "f:2: api.token[1].role: \"boss\" is not one of \"administrator\", \"cashier\", "
                 "\"viewer\""},
             row{"token without a file", "[[api.token]]\nrole = \"viewer\"",
                 "f:1: api.token[1].file: is missing"},
             row{"log level", "[log]\nlevel = \"loud\"",
                 "f:2: log.level: \"loud\" is not one of \"debug\""},
             row{"flag", "[trace]\nenabled = \"yes\"",
                 "f:2: trace.enabled: must be true or false, not a text in quotes"},
             row{"terminal as a table", "[terminal]\nid = \"a\"",
                 "f:1: terminal: is a list of tables; write [[terminal]]"},
             row{"terminal as a list of numbers", "terminal = [1]",
                 "f:1: terminal: is a list of tables; write [[terminal]]"},
             row{"terminal without a link", "[[terminal]]\nid = \"a\"\nprotocol = \"zvt\"",
                 "f:1: terminal[1].link: is missing"},
             row{"terminal id", "[[terminal]]\nprotocol = \"zvt\"\nlink=\"tcp:a:1\"\nid = \"../x\"",
                 "f:4: terminal[1].id: \"../x\" must be 1 to 64 of"},
             row{"protocol", "[[terminal]]\nid = \"a\"\nlink=\"tcp:a:1\"\nprotocol = \"opi\"",
                 "f:4: terminal[1].protocol: \"opi\" is not one of \"zvt\""},
             row{"link", "[[terminal]]\nid = \"a\"\nprotocol = \"zvt\"\nlink = \"serial:ttyACM0\"",
                 "f:4: terminal[1].link: \"serial:ttyACM0\": "},
             row{"usb", "[[terminal]]\nid = \"a\"\nprotocol = \"zvt\"\nlink = \"usb:079b:0028\"",
                 "f:4: terminal[1].link: usb: links are not in this version"},
             row{"currency",
                 "[[terminal]]\nid=\"a\"\nprotocol=\"zvt\"\nlink=\"tcp:a:1\"\n"
                 "currency = \"eur\"",
                 "f:5: terminal[1].currency: \"eur\" is not an ISO 4217 currency"},
             row{"password",
                 "[[terminal]]\nid=\"a\"\nprotocol=\"zvt\"\nlink=\"tcp:a:1\"\n"
                 "password = \"12345x\"",
                 "f:5: terminal[1].password: must be six digits"},
             row{"password as a number",
                 "[[terminal]]\nid=\"a\"\nprotocol=\"zvt\"\n"
                 "link=\"tcp:a:1\"\npassword = 123456",
                 "f:5: terminal[1].password: must be a text in quotes"},
             row{"payment type",
                 "[[terminal]]\nid=\"a\"\nprotocol=\"zvt\"\nlink=\"tcp:a:1\"\n"
                 "payment_type = 256",
                 "f:5: terminal[1].payment_type: 256 is out of range"},
             row{"timer",
                 "[[terminal]]\nid=\"a\"\nprotocol=\"zvt\"\nlink=\"tcp:a:1\"\n"
                 "timers_ms = { t3 = 1 }",
                 "f:5: terminal[1].timers_ms.t3: 1 is out of range"},
             row{"one id twice",
                 "[[terminal]]\nid=\"a\"\nprotocol=\"zvt\"\nlink=\"tcp:a:1\"\n"
                 "[[terminal]]\nid=\"a\"\nprotocol=\"zvt\"\nlink=\"tcp:a:2\"\n",
                 "f:6: terminal[2].id: \"a\" is already the id of another terminal"},
             row{"one link twice",
                 "[[terminal]]\nid=\"a\"\nprotocol=\"zvt\"\nlink=\"tcp:a:1\"\n"
                 "[[terminal]]\nid=\"b\"\nprotocol=\"zvt\"\nlink=\"tcp:a:1\"\n",
                 "f:8: terminal[2].link: is already the link of terminal \"a\""},
         }) {
        CAPTURE(row.name);
        const auto read = read_config(row.toml, "f");
        REQUIRE(read.errors.size() == 1);
        const auto told = to_string(read.errors[0]);
        CAPTURE(told);
        CHECK(told.starts_with(row.error));
    }
}

TEST_CASE("config: all mistakes of a file are told at once, in the order of its lines") {
    const auto read = read_config(
        "shutdown_seconds = 0\n[log]\nlevel = \"x\"\nfile = \"y\"\n[api]\nlisten = \"z\"\n", "f");
    REQUIRE(read.errors.size() == 4);
    CHECK(read.errors[0].line == 1);
    CHECK(read.errors[1].line == 3);
    CHECK(read.errors[2].line == 4);
    CHECK(read.errors[3].line == 6);
}

TEST_CASE("config: a file that cannot be read is named with the system's reason") {
    const auto read = read_config_file("/nonexistent/bridge.toml");
    REQUIRE(read.errors.size() == 1);
    CHECK(to_string(read.errors[0]) ==
          "/nonexistent/bridge.toml: cannot be read: No such file or directory");
    CHECK(first_error(read_config_file("/")).starts_with("/: cannot be read: "));
}

TEST_CASE("options: flags win over the file, and are checked like it") {
    options given;
    given.state = "/tmp/s";
    given.socket = "none";
    given.listen = "127.0.0.1:0";
    given.log_level = "debug";
    given.terminals = {"lane-1=tcp:127.0.0.1:20007", "lane-2=serial:/dev/ttyACM0?baud=115200"};
    const auto read = configuration(given);
    REQUIRE_MESSAGE(read.errors.empty(), first_error(read));
    CHECK(read.values.state == "/tmp/s");
    CHECK_FALSE(read.values.api.socket);
    CHECK(read.values.api.listen == listen_address{"127.0.0.1", 0});
    CHECK(read.values.log.level == log_level::debug);
    REQUIRE(read.values.terminals.size() == 2);
    CHECK(read.values.terminals[1].link == "serial:/dev/ttyACM0?baud=115200");
    CHECK(summary(read.values) ==
          "state in /tmp/s, no Unix socket and 127.0.0.1:0, terminals: lane-1 "
          "(tcp:127.0.0.1:20007, EUR) lane-2 (serial:/dev/ttyACM0?baud=115200, EUR)");
}

TEST_CASE("options: wrong flags are told like wrong keys") {
    struct row {
        const char* name;
        options given;
        const char* error;
    };
    for (const auto& row : {
             row{"listen", {.listen = "0.0.0.0:1"}, "command line: --listen: \"0.0.0.0\" is not"},
             row{"socket", {.socket = "x"}, "command line: --socket: must be an absolute path"},
             row{"level", {.log_level = "x"}, "command line: --log-level: \"x\" is not one of"},
             row{"no link", {.terminals = {"lane-1"}}, "command line: --terminal: must be ID=LINK"},
             row{"bad id", {.terminals = {"L=tcp:a:1"}}, "command line: --terminal: \"L\" must be"},
             row{"bad link", {.terminals = {"l=tcp:a"}}, "command line: --terminal: \"tcp:a\": "},
             row{"one twice",
                 {.terminals = {"l=tcp:a:1", "l=tcp:a:2"}},
                 "command line: --terminal: \"l=tcp:a:2\": terminal \"l\" has that id"},
         }) {
        CAPTURE(row.name);
        const auto read = configuration(row.given);
        REQUIRE(read.errors.size() == 1);
        const auto told = to_string(read.errors[0]);
        CAPTURE(told);
        CHECK(told.starts_with(row.error));
    }
}
