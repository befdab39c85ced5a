#include "drivers/serial_link.hpp"

#include <doctest/doctest.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

#include <array>
#include <cerrno>
#include <numeric>
#include <vector>

#include "drivers/link_error.hpp"
#include "tests/support/pseudo_terminal.hpp"
#include "tests/support/run_io.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace drivers;
using support::complete;
using support::device_handle;
using support::pseudo_terminal;
using support::run_until;

namespace {

using bytes = std::vector<std::uint8_t>;

bytes every_byte() {
    bytes all(256);
    std::iota(all.begin(), all.end(), std::uint8_t{0});
    return all;
}

/// Reads until `size` bytes have come.
bytes read_bytes(asio::io_context& io, drivers::link& from, std::size_t size) {
    bytes all;
    std::array<std::uint8_t, 64> buffer{};
    while (all.size() < size) {
        const auto got = complete(io, from.read(buffer));
        REQUIRE(got.has_value());
        all.insert(all.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*got));
    }
    return all;
}

/// Starts a read and keeps its outcome.
struct pending_read {
    std::array<std::uint8_t, 16> buffer{};
    std::optional<protocol::result<std::size_t>> outcome;

    pending_read(asio::io_context& io, drivers::link& from) {
        asio::co_spawn(
            io, from.read(buffer),
            [this](std::exception_ptr, protocol::result<std::size_t> result) { outcome = result; });
        io.restart();
        io.poll();
    }
};

}  // namespace

TEST_SUITE_BEGIN("drivers/serial_link");

TEST_CASE("serial_link: all 256 bytes pass unchanged both ways") {
    asio::io_context io;
    pseudo_terminal far;
    serial_link near{io.get_executor(), {far.path()}};
    REQUIRE(!complete(io, near.open()));
    CHECK(near.needs() == framing::serial);
    CHECK(near.name() == "serial:" + far.path());

    far.send(every_byte());
    CHECK(read_bytes(io, near, 256) == every_byte());

    const auto all = every_byte();
    const auto outcome = complete(io, near.write(all));
    CHECK(!outcome.error);
    CHECK(outcome.written == 256);
    bytes received;
    REQUIRE(run_until(io, [&] { return far.receive_into(received), received.size() >= 256; }));
    CHECK(received == every_byte());
}

TEST_CASE("serial_link: speed and stop bits are set, and nothing interprets the bytes") {
    struct row {
        std::uint32_t baud;
        speed_t speed;
        stop_bits stop;
    };
    for (const auto& row :
         {row{9600, B9600, stop_bits::two}, row{9600, B9600, stop_bits::one},
          row{19200, B19200, stop_bits::two}, row{38400, B38400, stop_bits::two},
          row{57600, B57600, stop_bits::one}, row{115200, B115200, stop_bits::two}}) {
        CAPTURE(row.baud);
        asio::io_context io;
        pseudo_terminal far;
        serial_link near{io.get_executor(), {far.path(), row.baud, row.stop}};
        REQUIRE(!complete(io, near.open()));
        termios line{};
        const device_handle device{far.path()};
        REQUIRE(::tcgetattr(device.get(), &line) == 0);
        CHECK(::cfgetospeed(&line) == row.speed);
        CHECK(::cfgetispeed(&line) == row.speed);
        CHECK(((line.c_cflag & CSTOPB) != 0) == (row.stop == stop_bits::two));
        CHECK((line.c_cflag & CSIZE) == CS8);
        CHECK((line.c_cflag & (PARENB | CRTSCTS)) == 0);
        CHECK((line.c_cflag & CLOCAL) != 0);
        CHECK((line.c_iflag & (IXON | IXOFF | ICRNL | INLCR | ISTRIP)) == 0);
        CHECK((line.c_lflag & (ICANON | ECHO | ISIG | IEXTEN)) == 0);
        CHECK((line.c_oflag & OPOST) == 0);
    }
}

TEST_CASE("serial_link: input that waited from before the opening is thrown away") {
    asio::io_context io;
    pseudo_terminal far;
    const device_handle watch{far.path()};
    termios raw{};
    REQUIRE(::tcgetattr(watch.get(), &raw) == 0);
    ::cfmakeraw(&raw);
    REQUIRE(::tcsetattr(watch.get(), TCSANOW, &raw) == 0);
    far.send(bytes{0x06, 0x0F, 0x00});
    REQUIRE(watch.has_input());

    serial_link near{io.get_executor(), {far.path()}};
    REQUIRE(!complete(io, near.open()));
    far.send(bytes{0x80, 0x00, 0x00});
    CHECK(read_bytes(io, near, 3) == bytes{0x80, 0x00, 0x00});
}

TEST_CASE("serial_link: a device without DTR and RTS is used all the same") {
    asio::io_context io;
    pseudo_terminal far;
    {
        const device_handle device{far.path()};
        int signals = TIOCM_DTR | TIOCM_RTS;
        REQUIRE(::ioctl(device.get(), TIOCMBIS, &signals) == -1);
        const bool no_such_lines = errno == ENOTTY || errno == EINVAL;
        REQUIRE(no_such_lines);
    }
    serial_link near{io.get_executor(), {far.path()}};
    CHECK(!complete(io, near.open()));
}

TEST_CASE("serial_link: a device that is in use is refused until it is free, and not disturbed") {
    asio::io_context io;
    pseudo_terminal far;
    serial_link first{io.get_executor(), {far.path(), 115200}};
    serial_link second{io.get_executor(), {far.path(), 9600}};
    REQUIRE(!complete(io, first.open()));

    CHECK(complete(io, second.open()) == link_errc::device_in_use);
    const device_handle device{far.path()};
    termios line{};
    REQUIRE(::tcgetattr(device.get(), &line) == 0);
    CHECK(::cfgetospeed(&line) == B115200);

    first.close();
    CHECK(!complete(io, second.open()));
}

TEST_CASE("serial_link: a holder that was killed does not lock its successor out") {
    // TIOCEXCL would stay on a pseudo terminal as long as the emulator holds the other side.
    asio::io_context io;
    pseudo_terminal far;
    serial_link near{io.get_executor(), {far.path()}};
    REQUIRE(!complete(io, near.open()));
    const device_handle device{far.path()};
    int exclusive = -1;
    REQUIRE(::ioctl(device.get(), TIOCGEXCL, &exclusive) == 0);
    CHECK(exclusive == 0);
}

TEST_CASE("serial_link: what cannot be opened says why") {
    const support::scratch_directory files;
    const auto dangling = files.path() / "dangling";
    std::filesystem::create_symlink(files.path() / "gone", dangling);
    const auto fifo = files.path() / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    std::string gone;
    {
        const pseudo_terminal pulled;
        gone = pulled.path();
    }
    struct row {
        std::string device;
        link_errc reason;
    };
    for (const auto& row :
         {row{"/dev/no-such-device", link_errc::device_absent},
          row{"/dev/null/ttyS0", link_errc::device_absent},
          row{dangling.string(), link_errc::device_absent}, row{gone, link_errc::device_absent},
          row{"/dev/null", link_errc::not_a_serial_device},
          row{"/etc/passwd", link_errc::not_a_serial_device},
          row{files.path().string(), link_errc::not_a_serial_device},
          row{fifo.string(), link_errc::not_a_serial_device}}) {
        CAPTURE(row.device);
        asio::io_context io;
        serial_link near{io.get_executor(), {row.device}};
        CHECK(complete(io, near.open()) == row.reason);
    }
}

TEST_CASE("serial_link: a device that this user may not open is told apart from an absent one") {
    asio::io_context io;
    pseudo_terminal far;
    REQUIRE(::chmod(far.path().c_str(), 0) == 0);
    const auto user = ::geteuid();
    constexpr uid_t nobody = 65534;
    if (user == 0) REQUIRE(::seteuid(nobody) == 0);  // root may open everything
    serial_link near{io.get_executor(), {far.path()}};
    const auto failed = complete(io, near.open());
    if (user == 0) REQUIRE(::seteuid(user) == 0);
    CHECK(failed == link_errc::permission_denied);
}

TEST_CASE(
    "serial_link: a device that is pulled ends the read, refuses writes, and is absent then") {
    asio::io_context io;
    auto far = std::make_unique<pseudo_terminal>();
    serial_link near{io.get_executor(), {far->path()}};
    REQUIRE(!complete(io, near.open()));
    const pending_read read{io, near};
    CHECK(!read.outcome.has_value());

    far->pull();
    REQUIRE(run_until(io, [&] { return read.outcome.has_value(); }));
    CHECK(read.outcome->error() == link_errc::hung_up);
    const bytes frame{0x06, 0x00};
    const auto outcome = complete(io, near.write(frame));
    CHECK(outcome.error == link_errc::hung_up);
    CHECK(outcome.written == 0);
    CHECK(complete(io, near.open()) == link_errc::device_absent);
}

TEST_CASE("serial_link: close() ends a pending read") {
    asio::io_context io;
    pseudo_terminal far;
    serial_link near{io.get_executor(), {far.path()}};
    REQUIRE(!complete(io, near.open()));
    const pending_read read{io, near};
    near.close();
    REQUIRE(run_until(io, [&] { return read.outcome.has_value(); }));
    CHECK(read.outcome->error() == asio::error::operation_aborted);
}

TEST_CASE("serial_link: a write larger than the line's buffer arrives whole, in pieces") {
    asio::io_context io;
    pseudo_terminal far;
    serial_link near{io.get_executor(), {far.path()}};
    REQUIRE(!complete(io, near.open()));
    bytes large(20'000);
    for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<std::uint8_t>(i * 7);
    std::optional<drivers::link::write_outcome> outcome;
    asio::co_spawn(
        io, near.write(large),
        [&](std::exception_ptr, drivers::link::write_outcome result) { outcome = result; });
    bytes received;
    REQUIRE(run_until(io, [&] {
        far.receive_into(received, 997);
        return received.size() >= large.size() && outcome.has_value();
    }));
    CHECK(!outcome->error);
    CHECK(outcome->written == large.size());
    CHECK(received == large);
}

TEST_CASE("serial_link: a write that is given up tells that bytes may have left") {
    asio::io_context io;
    pseudo_terminal far;
    serial_link near{io.get_executor(), {far.path()}};
    REQUIRE(!complete(io, near.open()));
    const bytes large(1'000'000, 0x55);  // nobody reads
    std::optional<drivers::link::write_outcome> outcome;
    asio::co_spawn(
        io, near.write(large),
        [&](std::exception_ptr, drivers::link::write_outcome result) { outcome = result; });
    io.restart();
    io.poll();
    CHECK(!outcome.has_value());
    near.close();
    REQUIRE(run_until(io, [&] { return outcome.has_value(); }));
    CHECK(outcome->error == asio::error::operation_aborted);
    CHECK(outcome->written > 0);
    CHECK(outcome->written < large.size());
}

TEST_SUITE_END();
