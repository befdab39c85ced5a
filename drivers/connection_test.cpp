#include "drivers/connection.hpp"

#include <doctest/doctest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "drivers/link_error.hpp"
#include "drivers/make_link.hpp"
#include "tests/support/pseudo_terminal.hpp"
#include "tests/support/run_io.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace drivers;
using namespace std::chrono_literals;
using support::run_until;

namespace {

using bytes = std::vector<std::uint8_t>;
constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

/// A wire whose far end is the test.
class scripted_link final : public drivers::link {
public:
    explicit scripted_link(asio::io_context& io) : arrived_{io} {
        arrived_.expires_at(asio::steady_timer::time_point::max());
    }

    std::deque<error_code> next_opens;  // empty: succeeds
    bool opening_hangs{};
    std::deque<protocol::result<bytes>> incoming;
    std::vector<bytes> written;
    std::deque<error_code> next_writes;  // empty: succeeds
    bool writing_hangs{};
    int opened{};
    bool is_open{};

    void arrive(protocol::result<bytes> what) {
        incoming.push_back(std::move(what));
        arrived_.cancel();
    }

    asio::awaitable<error_code> open() override {
        if (opening_hangs) co_return co_await hang();
        ++opened;
        if (!next_opens.empty()) {
            const auto failed = next_opens.front();
            next_opens.pop_front();
            if (failed) co_return failed;
        }
        is_open = true;
        co_return error_code{};
    }
    asio::awaitable<protocol::result<std::size_t>> read(std::span<std::uint8_t> into) override {
        if (incoming.empty()) {
            const auto failed = co_await hang();
            if (incoming.empty() || !is_open) co_return failed;
        }
        const auto next = incoming.front();
        incoming.pop_front();
        if (next.has_error()) co_return next.error();
        REQUIRE(next->size() <= into.size());
        std::ranges::copy(*next, into.begin());
        co_return next->size();
    }
    asio::awaitable<write_outcome> write(std::span<const std::uint8_t> what) override {
        REQUIRE(is_open);
        if (writing_hangs) co_return write_outcome{co_await hang(), 0};
        if (!next_writes.empty()) {
            const auto failed = next_writes.front();
            next_writes.pop_front();
            if (failed) co_return write_outcome{failed, 0};
        }
        written.emplace_back(what.begin(), what.end());
        co_return write_outcome{{}, what.size()};
    }
    void close() noexcept override {
        is_open = false;
        arrived_.cancel();
    }
    framing needs() const noexcept override { return framing::stream; }
    std::string name() const override { return "scripted"; }

private:
    asio::awaitable<error_code> hang() {
        const auto [failed] = co_await arrived_.async_wait(as_values);
        co_return failed;
    }
    asio::steady_timer arrived_;
};

/// A machine that keeps what it is told and says what the test puts into it.
class scripted_terminal final : public terminal {
public:
    std::vector<std::string> told;
    bytes received;
    std::deque<output> outputs;
    std::deque<event> events;
    std::deque<trace_record> traces;
    std::optional<time_point> due;
    std::vector<time_point> elapsed;
    bool ready{};
    std::function<void(const command&)> on_start = [](const command&) {};

    void link_opened(time_point) override { told.emplace_back("opened"); }
    void link_closed(error_code why, time_point) override {
        told.push_back("closed: " + why.message());
    }
    void receive(std::span<const std::uint8_t> what, time_point) override {
        received.insert(received.end(), what.begin(), what.end());
    }
    void elapse(time_point now) override {
        elapsed.push_back(now);
        due.reset();
    }
    std::optional<time_point> deadline() const override { return due; }
    std::optional<output> next_output() override { return take(outputs); }
    std::optional<trace_record> next_trace() override { return take(traces); }
    result<void> start(const command& what, time_point) override {
        if (!ready) return make_error_code(errc::not_connected);
        told.emplace_back(std::holds_alternative<log_off>(what) ? "log off" : "start");
        ready = false;
        on_start(what);
        return {};
    }
    void acknowledge(time_point) override {
        told.emplace_back("acknowledge");
        outputs.push_back(write_bytes{{0x80, 0x00, 0x00}});
    }
    void abort(time_point) override {
        told.emplace_back("abort");
        outputs.push_back(write_bytes{{0x06, 0xB0, 0x00}});
    }
    std::optional<event> next_event() override { return take(events); }
    bool idle() const override { return ready; }

private:
    template <class Value>
    static std::optional<Value> take(std::deque<Value>& from) {
        if (from.empty()) return std::nullopt;
        auto first = std::move(from.front());
        from.pop_front();
        return first;
    }
};

connection_options quick() {
    connection_options options;
    options.first_retry = 2ms;
    options.longest_retry = 20ms;
    options.random = [] { return 0U; };
    return options;
}

/// A connection between a scripted wire and a scripted machine, run by the test.
struct lane {
    asio::io_context io;
    scripted_link* wire;
    scripted_terminal* machine;
    std::vector<event> events;
    std::function<void(const event&)> on_event = [](const event&) {};
    asio::cancellation_signal cancel;
    bool running{};
    std::exception_ptr thrown;
    std::unique_ptr<connection> under_test;

    explicit lane(connection_options options = quick()) {
        auto made_wire = std::make_unique<scripted_link>(io);
        auto made_machine = std::make_unique<scripted_terminal>();
        wire = made_wire.get();
        machine = made_machine.get();
        under_test = std::make_unique<connection>(
            io.get_executor(), std::move(made_wire), std::move(made_machine),
            [this](event what, time_point) {
                events.push_back(what);
                on_event(what);
            },
            std::move(options));
    }
    ~lane() {
        if (running) {
            machine->ready = false;
            under_test->stop();
            CHECK(run_until(io, [this] { return !running; }));
        }
    }
    void run() {
        running = true;
        asio::co_spawn(io, under_test->run(),
                       asio::bind_cancellation_slot(cancel.slot(), [this](std::exception_ptr e) {
                           thrown = e;
                           running = false;
                       }));
    }
    void run_until_open() {
        run();
        REQUIRE(run_until(io, [this] { return wire->is_open; }));
        settle();
    }
    /// Everything that is due now is done.
    void settle() {
        io.restart();
        while (io.poll() > 0) {
        }
    }
    [[nodiscard]] std::vector<std::string> link_reports() const {
        std::vector<std::string> texts;
        for (const auto& each : events) {
            if (const auto* state = std::get_if<link_state>(&each)) {
                texts.push_back(state->state == link_state::kind::connecting
                                    ? "connecting"
                                    : "down: " + state->detail);
            }
        }
        return texts;
    }
};

using strings = std::vector<std::string>;

}  // namespace

TEST_SUITE_BEGIN("drivers/connection");

TEST_CASE("connection: bytes, traces and events pass between wire, machine and owner") {
    std::vector<trace_record> traced;
    auto options = quick();
    options.trace = [&](const trace_record& record) { traced.push_back(record); };
    lane lane{options};
    lane.run_until_open();
    CHECK(lane.machine->told == strings{"opened"});

    lane.machine->outputs = {write_bytes{{1}}, write_bytes{{2, 3}}};
    lane.machine->traces.push_back({{}, trace_record::kind::note, {}, "hello"});
    lane.machine->events.push_back(acknowledgement_seen{});
    lane.wire->arrive(bytes{0x06, 0x0F, 0x00});
    REQUIRE(run_until(lane.io, [&] { return lane.wire->written.size() == 2; }));
    CHECK(lane.machine->received == bytes{0x06, 0x0F, 0x00});
    CHECK(lane.wire->written == std::vector<bytes>{{1}, {2, 3}});
    REQUIRE(traced.size() == 1);
    CHECK(traced.front().note == "hello");
    REQUIRE(lane.events.size() == 2);
    CHECK(std::get<link_state>(lane.events[0]).state == link_state::kind::connecting);
    CHECK(std::holds_alternative<acknowledgement_seen>(lane.events[1]));
}

TEST_CASE("connection: the owner's calls reach the machine and their bytes leave at once") {
    lane lane;
    lane.run_until_open();
    lane.machine->ready = true;
    CHECK(lane.under_test->idle());
    CHECK(lane.under_test->start(diagnosis{}).has_value());
    CHECK(!lane.under_test->idle());
    CHECK(lane.under_test->start(diagnosis{}).error() == errc::not_connected);
    lane.under_test->acknowledge();
    lane.under_test->abort();
    lane.settle();
    CHECK(lane.machine->told == strings{"opened", "start", "acknowledge", "abort"});
    CHECK(lane.wire->written == std::vector<bytes>{{0x80, 0x00, 0x00}, {0x06, 0xB0, 0x00}});
}

TEST_CASE("connection: an event handler may acknowledge, and that leaves in the same turn") {
    lane lane;
    lane.on_event = [&](const event& what) {
        if (std::holds_alternative<result_received>(what)) lane.under_test->acknowledge();
    };
    lane.run_until_open();
    lane.machine->events.push_back(result_received{});
    lane.wire->arrive(bytes{0x04});
    lane.settle();
    CHECK(lane.wire->written == std::vector<bytes>{{0x80, 0x00, 0x00}});
}

TEST_CASE("connection: start() returns before an event of it is delivered") {
    lane lane;
    lane.run_until_open();
    lane.machine->ready = true;
    lane.machine->on_start = [&](const command&) {
        lane.machine->events.push_back(command_ended{});
    };
    const auto before = lane.events.size();
    REQUIRE(lane.under_test->start(diagnosis{}).has_value());
    CHECK(lane.events.size() == before);
    lane.settle();
    CHECK(lane.events.size() == before + 1);
}

TEST_CASE("[M2] connection: a frame that the machine still holds when a write fails never leaves") {
    lane lane;
    lane.run_until_open();
    const bytes acknowledgement{0x80, 0x00, 0x00};
    const bytes money_frame{0x06, 0x01};
    lane.wire->next_writes = {link_errc::hung_up};
    lane.machine->outputs = {write_bytes{acknowledgement}, write_bytes{money_frame}};
    lane.wire->arrive(bytes{0x00});
    REQUIRE(run_until(lane.io, [&] { return lane.wire->opened == 2 && lane.wire->is_open; }));
    lane.settle();
    CHECK(lane.wire->written.empty());
    CHECK(lane.machine->outputs.empty());
    CHECK(lane.machine->told ==
          strings{"opened", "closed: " + make_error_code(link_errc::hung_up).message(), "opened"});
}

TEST_CASE(
    "[M2] connection: an output is taken from the machine only when the one before has left") {
    lane lane;
    lane.run_until_open();
    lane.wire->writing_hangs = true;
    lane.machine->outputs = {write_bytes{{1}}, write_bytes{{2}}};
    lane.wire->arrive(bytes{0x00});
    lane.settle();
    CHECK(lane.machine->outputs.size() == 1);
}

TEST_CASE("connection: a wire that takes no bytes is given up and opened again") {
    auto options = quick();
    options.write_within = 20ms;
    lane lane{options};
    lane.run_until_open();
    lane.wire->writing_hangs = true;
    lane.machine->outputs = {write_bytes{{1}}};
    lane.wire->arrive(bytes{0x00});
    REQUIRE(run_until(lane.io, [&] { return lane.wire->opened == 2; }));
    CHECK(lane.machine->told[1] ==
          "closed: " + make_error_code(link_errc::write_timeout).message());
}

TEST_CASE("connection: the machine's wish to close is granted with its reason") {
    lane lane;
    lane.run_until_open();
    lane.machine->outputs = {write_bytes{{1}}, close_link{errc::timeout}, write_bytes{{2}}};
    lane.wire->arrive(bytes{0x00});
    REQUIRE(run_until(lane.io, [&] { return lane.wire->opened == 2; }));
    lane.settle();
    CHECK(lane.wire->written == std::vector<bytes>{{1}});
    CHECK(lane.machine->told ==
          strings{"opened", "closed: " + make_error_code(errc::timeout).message(), "opened"});
}

TEST_CASE("connection: a link that breaks is opened again, and the machine hears why it broke") {
    lane lane;
    lane.run_until_open();
    lane.wire->arrive(error_code{link_errc::hung_up});
    REQUIRE(run_until(lane.io, [&] { return lane.wire->opened == 2; }));
    lane.settle();
    CHECK(lane.machine->told ==
          strings{"opened", "closed: " + make_error_code(link_errc::hung_up).message(), "opened"});
    CHECK(lane.link_reports() == strings{"connecting", "connecting"});
}

TEST_CASE("connection: the pauses between attempts double, and a registration sets them back") {
    auto options = quick();
    options.longest_retry = 8ms;
    lane lane{options};
    const error_code refused = asio::error::connection_refused;
    const error_code absent = link_errc::device_absent;
    // Each attempt fails for another reason than the one before, so that each is told.
    lane.wire->next_opens = {refused, absent, refused, absent, {}, refused};
    lane.run();
    REQUIRE(run_until(lane.io, [&] { return lane.wire->opened == 5; }));
    lane.settle();
    lane.machine->events.push_back(registered{});
    lane.wire->arrive(error_code{link_errc::hung_up});
    // The queue of a broken link is read before its error: two arrivals.
    REQUIRE(run_until(lane.io, [&] { return lane.wire->opened >= 6; }));
    lane.settle();
    const auto down = [](const error_code& why, const char* pause) {
        return "down: scripted: " + why.message() + "; next attempt in " + pause + " ms";
    };
    auto reports = lane.link_reports();
    REQUIRE(reports.size() >= 7);
    reports.resize(7);
    CHECK(reports == strings{"connecting", down(refused, "1"), down(absent, "2"),
                             down(refused, "4"), down(absent, "4"), "connecting",
                             down(refused, "2")});
}

TEST_CASE("connection: an outage is told once for each reason, not once for each attempt") {
    lane lane;
    for (int i = 0; i < 5; ++i) lane.wire->next_opens.emplace_back(link_errc::device_absent);
    lane.wire->next_opens.emplace_back(link_errc::device_in_use);
    lane.run_until_open();
    CHECK(lane.wire->opened == 7);
    const auto reports = lane.link_reports();
    REQUIRE(reports.size() == 3);
    CHECK(reports[0] == "connecting");
    CHECK(reports[1].find(make_error_code(link_errc::device_absent).message()) !=
          std::string::npos);
    CHECK(reports[2].find(make_error_code(link_errc::device_in_use).message()) !=
          std::string::npos);
}

TEST_CASE("connection: the machine is woken at its deadline, not before, also without a link") {
    for (const bool with_link : {true, false}) {
        CAPTURE(with_link);
        lane lane;
        lane.wire->opening_hangs = !with_link;
        lane.run();
        lane.settle();
        const auto due = std::chrono::steady_clock::now() + 30ms;
        lane.machine->due = due;
        lane.under_test->abort();  // any call makes it look
        REQUIRE(run_until(lane.io, [&] { return !lane.machine->elapsed.empty(); }));
        CHECK(lane.machine->elapsed.front() >= due);
    }
}

TEST_CASE("connection: a deadline that moves nearer is kept") {
    lane lane;
    lane.machine->due = std::chrono::steady_clock::now() + 1h;
    lane.run_until_open();
    const auto due = std::chrono::steady_clock::now() + 10ms;
    lane.machine->due = due;
    lane.wire->arrive(bytes{0x00});
    REQUIRE(run_until(lane.io, [&] { return !lane.machine->elapsed.empty(); }));
    CHECK(lane.machine->elapsed.front() >= due);
}

TEST_CASE("connection: the machine is told the time of the injected clock") {
    auto options = quick();
    auto clock = time_point{100s};
    options.clock = [&clock] { return clock; };
    lane lane{options};
    lane.run_until_open();
    lane.machine->due = clock + 5ms;
    lane.under_test->abort();
    clock += 10ms;
    REQUIRE(run_until(lane.io, [&] { return !lane.machine->elapsed.empty(); }));
    CHECK(lane.machine->elapsed.front() == clock);
}

TEST_CASE("connection: an idle link wakes nobody") {
    lane lane;
    lane.run_until_open();
    lane.io.restart();
    CHECK(lane.io.run_one_for(100ms) == 0);
}

TEST_CASE("connection: stop() logs an idle terminal off and then closes") {
    lane lane;
    lane.run_until_open();
    lane.machine->ready = true;
    lane.machine->on_start = [&](const command&) {
        lane.machine->outputs.push_back(write_bytes{{0x06, 0x02, 0x00}});
    };
    lane.under_test->stop();
    lane.under_test->stop();
    CHECK(!lane.under_test->idle());
    lane.settle();
    CHECK(lane.running);
    CHECK(lane.wire->written == std::vector<bytes>{{0x06, 0x02, 0x00}});
    lane.machine->events.push_back(command_ended{});
    lane.wire->arrive(bytes{0x80, 0x00, 0x00});
    REQUIRE(run_until(lane.io, [&] { return !lane.running; }));
    CHECK(!lane.wire->is_open);
    CHECK(lane.machine->told ==
          strings{"opened", "log off",
                  "closed: " + make_error_code(link_errc::closed_here).message()});
    CHECK(lane.events.size() == 1);  // "connecting": the end of the log-off is not the owner's
}

TEST_CASE("connection: a terminal that does not answer the log-off is left behind in time") {
    auto options = quick();
    options.log_off_within = 30ms;
    lane lane{options};
    lane.run_until_open();
    lane.machine->ready = true;
    lane.under_test->stop();
    REQUIRE(run_until(
        lane.io, [&] { return !lane.running; }, 5s));
    CHECK(lane.machine->told.size() == 3);
}

TEST_CASE("connection: stop() closes at once while a command runs") {
    lane lane;
    lane.run_until_open();
    lane.under_test->stop();
    REQUIRE(run_until(lane.io, [&] { return !lane.running; }));
    CHECK(lane.machine->told ==
          strings{"opened", "closed: " + make_error_code(link_errc::closed_here).message()});
    CHECK(lane.under_test->start(diagnosis{}).error() == errc::not_connected);
}

TEST_CASE("connection: stop() ends an opening, a pause, and a run that has not begun") {
    SUBCASE("opening") {
        lane lane;
        lane.wire->opening_hangs = true;
        lane.run();
        lane.settle();
        lane.under_test->stop();
        REQUIRE(run_until(
            lane.io, [&] { return !lane.running; }, 5s));
        CHECK(lane.machine->told.empty());
    }
    SUBCASE("pause") {
        auto options = quick();
        options.first_retry = options.longest_retry = 1h;
        lane lane{options};
        lane.wire->next_opens = {link_errc::device_absent};
        lane.run();
        lane.settle();
        lane.under_test->stop();
        REQUIRE(run_until(
            lane.io, [&] { return !lane.running; }, 5s));
        CHECK(lane.wire->opened == 1);
    }
    SUBCASE("before run()") {
        lane lane;
        lane.under_test->stop();
        lane.run();
        REQUIRE(run_until(
            lane.io, [&] { return !lane.running; }, 5s));
        CHECK(lane.wire->opened == 0);
    }
}

TEST_CASE("connection: an event handler may stop it") {
    for (const bool while_opening_fails : {true, false}) {
        CAPTURE(while_opening_fails);
        lane lane;
        if (while_opening_fails) lane.wire->next_opens = {link_errc::device_absent};
        lane.on_event = [&](const event& what) {
            const auto* state = std::get_if<link_state>(&what);
            if (state == nullptr || state->state == link_state::kind::down) lane.under_test->stop();
        };
        lane.machine->events.push_back(acknowledgement_seen{});
        if (while_opening_fails) lane.machine->events.clear();
        lane.run();
        REQUIRE(run_until(
            lane.io, [&] { return !lane.running; }, 5s));
        CHECK(!lane.wire->is_open);
    }
}

TEST_CASE("connection: cancellation at any moment closes the link and tells the machine") {
    SUBCASE("open") {
        lane lane;
        lane.run_until_open();
        lane.cancel.emit(asio::cancellation_type::terminal);
        REQUIRE(run_until(
            lane.io, [&] { return !lane.running; }, 5s));
        CHECK(!lane.wire->is_open);
        CHECK(lane.machine->told ==
              strings{"opened", "closed: " + make_error_code(link_errc::closed_here).message()});
    }
    SUBCASE("opening") {
        lane lane;
        lane.wire->opening_hangs = true;
        lane.run();
        lane.settle();
        lane.cancel.emit(asio::cancellation_type::terminal);
        REQUIRE(run_until(
            lane.io, [&] { return !lane.running; }, 5s));
    }
    SUBCASE("writing") {
        lane lane;
        lane.run_until_open();
        lane.wire->writing_hangs = true;
        lane.under_test->abort();
        lane.settle();
        lane.cancel.emit(asio::cancellation_type::terminal);
        REQUIRE(run_until(
            lane.io, [&] { return !lane.running; }, 5s));
        CHECK(lane.machine->told.back() ==
              "closed: " + make_error_code(link_errc::closed_here).message());
    }
    SUBCASE("pause") {
        auto options = quick();
        options.first_retry = options.longest_retry = 1h;
        lane lane{options};
        lane.wire->next_opens = {link_errc::device_absent};
        lane.run();
        lane.settle();
        lane.cancel.emit(asio::cancellation_type::terminal);
        REQUIRE(run_until(
            lane.io, [&] { return !lane.running; }, 5s));
    }
}

TEST_CASE("connection: what an event handler throws comes out of run()") {
    lane lane;
    lane.run_until_open();
    lane.on_event = [](const event&) { throw std::runtime_error{"broken"}; };
    lane.machine->events.push_back(acknowledgement_seen{});
    lane.wire->arrive(bytes{0x00});
    REQUIRE(run_until(
        lane.io, [&] { return !lane.running; }, 5s));
    REQUIRE(lane.thrown != nullptr);
    CHECK_THROWS_WITH_AS(std::rethrow_exception(lane.thrown), "broken", std::runtime_error);
}

namespace {

/// A scripted machine on a real wire.
struct real_lane {
    asio::io_context io;
    scripted_terminal* machine;
    std::vector<event> events;
    bool running{};
    std::unique_ptr<connection> under_test;

    explicit real_lane(const std::string& address) {
        auto made = std::make_unique<scripted_terminal>();
        machine = made.get();
        auto wire = make_link(*parse_link_address(address), io.get_executor());
        REQUIRE(wire.has_value());
        under_test = std::make_unique<connection>(
            io.get_executor(), std::move(*wire), std::move(made),
            [this](event what, time_point) { events.push_back(std::move(what)); }, quick());
        running = true;
        asio::co_spawn(io, under_test->run(), [this](std::exception_ptr) { running = false; });
    }
    ~real_lane() {
        under_test->stop();
        CHECK(run_until(io, [this] { return !running; }));
    }
    [[nodiscard]] bool heard(const bytes& what) {
        return run_until(io, [&] { return machine->received == what; });
    }
    [[nodiscard]] bool told(std::size_t times) {
        return run_until(io, [&] { return machine->told.size() >= times; });
    }
};

}  // namespace

TEST_CASE("connection: a serial device that is pulled and plugged in again carries bytes again") {
    const support::scratch_directory files;
    const auto device = files.path() / "ttyACM0";
    auto far = std::make_unique<support::pseudo_terminal>();
    std::filesystem::create_symlink(far->path(), device);
    real_lane lane{"serial:" + device.string()};
    REQUIRE(lane.told(1));
    far->send(bytes{1, 2});
    REQUIRE(lane.heard({1, 2}));

    std::filesystem::remove(device);
    far.reset();
    REQUIRE(run_until(lane.io, [&] {
        const auto* state = std::get_if<link_state>(&lane.events.back());
        return state != nullptr && state->reason == link_errc::device_absent;
    }));
    CHECK(lane.machine->told.back() == "closed: " + make_error_code(link_errc::hung_up).message());

    far = std::make_unique<support::pseudo_terminal>();
    std::filesystem::create_symlink(far->path(), device);
    REQUIRE(lane.told(3));
    CHECK(lane.machine->told.back() == "opened");
    far->send(bytes{3});
    REQUIRE(lane.heard({1, 2, 3}));
    lane.under_test->acknowledge();
    bytes answer;
    REQUIRE(run_until(lane.io, [&] { return far->receive_into(answer), answer.size() >= 3; }));
    CHECK(answer == bytes{0x80, 0x00, 0x00});
}

TEST_CASE("connection: a terminal that closes its TCP connection is connected to again") {
    asio::io_context far;
    asio::ip::tcp::acceptor acceptor{far, {asio::ip::make_address("127.0.0.1"), 0}};
    real_lane lane{"tcp:127.0.0.1:" + std::to_string(acceptor.local_endpoint().port())};
    REQUIRE(lane.told(1));
    {
        auto peer = acceptor.accept();
        asio::write(peer, asio::buffer(bytes{1}));
        REQUIRE(lane.heard({1}));
    }
    REQUIRE(lane.told(3));
    CHECK(lane.machine->told ==
          strings{"opened", "closed: " + make_error_code(link_errc::hung_up).message(), "opened"});
    auto peer = acceptor.accept();
    asio::write(peer, asio::buffer(bytes{2}));
    CHECK(lane.heard({1, 2}));
}

TEST_CASE("make_link: serial and TCP are made, USB says that it is not there yet") {
    asio::io_context io;
    const auto made = [&](const char* address) {
        return make_link(*parse_link_address(address), io.get_executor());
    };
    CHECK((*made("serial:/dev/ttyS0"))->needs() == framing::serial);
    CHECK((*made("tcp:host:20007"))->needs() == framing::stream);
    CHECK(made("usb:079b:0028").error() == link_errc::usb_unavailable);
}

TEST_SUITE_END();
