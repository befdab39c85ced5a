#include "firmware-bridge/daemon/engine_shell.hpp"

#include <doctest/doctest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "firmware-bridge/journal/memory_journal.hpp"

using namespace bridge;
using namespace bridge::daemon;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("firmware-bridge/daemon/engine_shell");

namespace {

/// A terminal that notes what it is told, and the order in which the disk and it hear of things.
struct fake_terminal final : terminal_port {
    protocol::result<void> start(const drivers::command& what) override {
        if (refuse_with) return *refuse_with;
        if (std::holds_alternative<drivers::money_command>(what)) told.push_back("money");
        if (std::holds_alternative<drivers::repeat_receipt>(what)) told.push_back("repeat");
        if (disk != nullptr && told.back() == "money")
            CHECK_MESSAGE(!disk->intents.empty(), "[M1] the intent is durable first");
        return protocol::result<void>{};
    }
    void acknowledge() override {
        told.push_back("acknowledge");
        if (disk != nullptr)
            CHECK_MESSAGE(disk->intents.begin()->second.result.has_value(),
                          "[M3] the result is durable first");
    }
    void abort() override { told.push_back("abort"); }

    std::vector<std::string> told;
    std::optional<protocol::error_code> refuse_with;
    journal::memory_disk* disk{};
};

drivers::command_ended completed() {
    drivers::command_ended ended;
    ended.outcome = drivers::command_ended::how::completed;
    return ended;
}

struct world {
    asio::io_context io{1};
    journal::memory_disk disk;
    journal::memory_journal records{disk, [this](auto task) { asio::post(io, std::move(task)); }};
    std::vector<std::string> lines;
    bridge::daemon::log logs{log_level::info,
                             [this](const auto& entry) { lines.push_back(console_line(entry)); }};
    fake_terminal terminal;
    std::int64_t last_id{};
    std::chrono::milliseconds ahead{};  // of the engine's clock: a test need not wait
    std::vector<std::uint64_t> committed;
    engine_shell shell{
        io.get_executor(), records, logs,
        shell_settings{{{"lane-1", protocol::euro(), false}},
                       [this](std::string_view prefix, drivers::wall_time) {
                           return std::string{prefix} + std::to_string(++last_id);
                       },
                       [this] {
                           return sales::instant{
                               std::chrono::steady_clock::now() + ahead,
                               drivers::wall_time{std::chrono::milliseconds{1'000'000}}};
                       }}};

    world() {
        terminal.disk = &disk;
        shell.attach("lane-1", terminal);
        shell.on_committed([this](std::uint64_t sequence) { committed.push_back(sequence); });
        shell.restore({}, 0);
    }

    void settle() {
        io.restart();
        io.poll();
    }

    void event(drivers::event what) {
        shell.terminal_event("lane-1", std::move(what));
        settle();
    }

    /// A terminal that is ready and has no earlier sale.
    void connect() {
        event(drivers::registered{});
        event(drivers::link_state{drivers::link_state::kind::ready, {}, {}});
        event(completed());  // asked for its last transaction,
        event(completed());  // and, at the first contact, for its totals
        terminal.told.clear();
    }

    /// The reply goes to `into` when it comes.
    void ask(sales::request wanted, std::optional<sales::reply>& into) {
        asio::co_spawn(
            io,
            [](engine_shell& on, sales::request what,
               std::optional<sales::reply>& to) -> asio::awaitable<void> {
                to = co_await on.submit(std::move(what));
            }(shell, std::move(wanted), into),
            [](const std::exception_ptr& failed) {
                if (failed) std::rethrow_exception(failed);
            });
        settle();
    }
};

sales::request sale(std::string key) {
    sales::create_payment what;
    what.terminal = "lane-1";
    what.amount = {1234, protocol::euro()};
    sales::request wanted;
    wanted.what = std::move(what);
    wanted.idempotency = sales::idempotency{std::move(key), "f"};
    return wanted;
}

drivers::result_received approved() {
    drivers::transaction_result result;
    result.result_code = std::uint8_t{0};
    result.amount = 1234;
    result.receipt = protocol::receipt_number{7};
    return {result};
}

}  // namespace

TEST_CASE("engine_shell: [M1] [M3] a sale goes to disk, terminal, disk, terminal, in this order") {
    world w;
    w.connect();
    std::optional<sales::reply> reply;
    w.ask(sale("k"), reply);
    REQUIRE(reply);
    CHECK(w.terminal.told == std::vector<std::string>{"money"});

    w.event(approved());
    CHECK(w.terminal.told == std::vector<std::string>{"money", "acknowledge"});
    w.event(drivers::acknowledgement_seen{});
    w.event(completed());
    const auto& payment = std::get<sales::payment>(reply->outcome);
    CHECK(w.disk.payments.at(payment.id).status == sales::payment_status::captured);
    CHECK(w.shell.changes().last_sequence() == w.disk.events.size());
    REQUIRE_FALSE(w.committed.empty());
    CHECK(w.committed.back() == w.disk.events.size());
}

TEST_CASE("engine_shell: a terminal that refuses to start is told to the engine at once") {
    world w;
    w.connect();
    w.terminal.refuse_with = drivers::make_error_code(drivers::errc::not_connected);
    std::optional<sales::reply> reply;
    w.ask(sale("k"), reply);
    REQUIRE(reply);
    w.settle();
    const auto& payment = std::get<sales::payment>(reply->outcome);
    CHECK(w.disk.payments.at(payment.id).status == sales::payment_status::cancelled);
    CHECK(w.terminal.told.empty());
}

TEST_CASE("engine_shell: a caller that goes away takes nothing with it") {
    world w;
    w.connect();
    asio::cancellation_signal gone;
    bool aborted = false;
    asio::co_spawn(
        w.io,
        [](engine_shell& on) -> asio::awaitable<void> {
            auto wanted = sale("k");
            co_await on.submit(std::move(wanted));
        }(w.shell),
        asio::bind_cancellation_slot(
            gone.slot(), [&](const std::exception_ptr& failed) { aborted = failed != nullptr; }));
    w.io.poll_one();  // submitted, not durable yet
    gone.emit(asio::cancellation_type::terminal);
    w.settle();
    CHECK(aborted);
    CHECK(w.terminal.told == std::vector<std::string>{"money"});
    CHECK(w.disk.payments.size() == 1);
}

TEST_CASE("engine_shell: a disk that fails refuses the sale, and health says so until it works") {
    world w;
    w.connect();
    w.records.fail_next(journal::errc::disk_full);  // what waited to be written lazily
    w.records.fail_next(journal::errc::disk_full);  // the sale
    std::optional<sales::reply> reply;
    w.ask(sale("k"), reply);
    REQUIRE(reply);
    const auto* refused = std::get_if<sales::refusal>(&reply->outcome);
    REQUIRE(refused != nullptr);
    CHECK(refused->code == sales::refusal_code::journal_unavailable);
    CHECK(w.terminal.told.empty());
    CHECK_FALSE(w.shell.health().journal_ok);
    CHECK_FALSE(w.shell.health().journal_error.empty());

    w.ahead = 1min;
    w.shell.elapse();
    w.settle();
    CHECK(w.shell.health().journal_ok);
    std::optional<sales::reply> again;
    w.ask(sale("k2"), again);
    REQUIRE(again);
    CHECK(std::holds_alternative<sales::payment>(again->outcome));
}

TEST_CASE("engine_shell: after stop_accepting requests are refused and the running one may end") {
    world w;
    w.connect();
    std::optional<sales::reply> first;
    w.ask(sale("k"), first);
    w.shell.stop_accepting();
    CHECK(w.shell.health().shutting_down);
    CHECK(w.shell.unfinished().size() == 1);
    bool drained = false;
    asio::co_spawn(
        w.io,
        [](engine_shell& on, bool& done) -> asio::awaitable<void> {
            done = co_await on.drained(std::chrono::steady_clock::now() + 1h);
        }(w.shell, drained),
        [](const std::exception_ptr&) {});

    std::optional<sales::reply> second;
    w.ask(sale("k2"), second);
    REQUIRE(second);
    const auto* refused = std::get_if<sales::refusal>(&second->outcome);
    REQUIRE(refused != nullptr);
    CHECK(refused->code == sales::refusal_code::shutting_down);
    CHECK_FALSE(drained);

    w.event(approved());
    w.event(drivers::acknowledgement_seen{});
    w.event(completed());
    CHECK(drained);
    CHECK(w.shell.unfinished().empty());
}

TEST_CASE("engine_shell: waiting for the end gives up at its deadline") {
    world w;
    w.connect();
    std::optional<sales::reply> first;
    w.ask(sale("k"), first);
    w.shell.stop_accepting();
    std::optional<bool> drained;
    asio::co_spawn(
        w.io,
        [](engine_shell& on, std::optional<bool>& done) -> asio::awaitable<void> {
            done = co_await on.drained(std::chrono::steady_clock::now());
        }(w.shell, drained),
        [](const std::exception_ptr&) {});
    w.settle();
    CHECK(drained == false);
}
