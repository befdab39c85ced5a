#include "tests/simulation/books_check.hpp"

#include <fmt/format.h>

#include "firmware-bridge/ledger/posting.hpp"
#include "firmware-bridge/sales/json.hpp"
#include "firmware-bridge/storage/ledger_store.hpp"
#include "tests/simulation/world.hpp"

namespace tests::simulation {

namespace sales = bridge::sales;
namespace storage = bridge::storage;
namespace ledger = bridge::ledger;
using protocol::zvt::command;

namespace {

template <class T>
std::vector<T> read_all(storage::database& opened, const char* sql,
                        protocol::result<T> (*read)(std::string_view)) {
    std::vector<T> all;
    auto compiled = opened.prepare(sql).value();
    auto found = compiled.query();
    while (found.next()) all.push_back(read(found.text(0)).value());
    return all;
}

command code_of(drivers::money_kind kind) {
    switch (kind) {
        case drivers::money_kind::payment: return command::authorization;
        case drivers::money_kind::reservation: return command::reservation;
        case drivers::money_kind::book_total: return command::book_total;
        case drivers::money_kind::release: return command::reservation_reversal;
        case drivers::money_kind::reversal: return command::reversal;
        case drivers::money_kind::refund: return command::refund;
    }
    return {};
}

/// M1, M2: the money commands on the wire, in order, are those of the intents, each at most once.
void check_frames(world& around, const std::vector<sales::intent>& intents) {
    for (const auto& till : around.tills()) {
        auto next = intents.begin();
        for (const auto& frame : till.watch->frames()) {
            const auto matches = [&](const sales::intent& one) {
                return one.terminal == till.id && code_of(one.kind) == frame.code &&
                       (!frame.amount || *frame.amount == 0 || *frame.amount == one.amount.minor);
            };
            next = std::find_if(next, intents.end(), matches);
            if (next == intents.end()) {
                around.violated(fmt::format(
                    "M1/M2: on {} the command {:04X} over {} left a second time, or without an "
                    "intent",
                    till.id, static_cast<unsigned>(frame.code), frame.amount.value_or(0)));
                return;
            }
            ++next;
        }
    }
}

}  // namespace

charge_at_acquirer::charge_at_acquirer(const sim::acquirer& host) {
    const auto all = host.bookings();
    for (const auto& one : all) {
        if (one.reversed) continue;
        switch (one.kind) {
            case sim::booking_kind::payment:
                charged_[one.amount] += one.amount;
                ++times_[one.amount];
                break;
            case sim::booking_kind::capture: {
                const auto reserved = all[one.original.value() - 1].amount;
                charged_[reserved] += one.amount;
                ++times_[reserved];
                break;
            }
            case sim::booking_kind::refund: refunded_[one.amount] += one.amount; break;
            case sim::booking_kind::reservation: held_[one.amount] += host.held(one); break;
            case sim::booking_kind::release:
            case sim::booking_kind::reversal: break;
        }
    }
}

void check_books(world& around) {
    storage::state_directory state{"/state", around.disk()};
    auto opened = storage::database::open(state / "journal.db");
    if (!opened) return around.violated("the journal does not open: " + opened.error().message());
    const auto payments =
        read_all(*opened, "SELECT body FROM payments ORDER BY id", sales::payment_from_stored);
    const auto refunds =
        read_all(*opened, "SELECT body FROM refunds ORDER BY id", sales::refund_from_stored);
    const auto intents =
        read_all(*opened, "SELECT body FROM intents ORDER BY rowid", sales::intent_from_stored);

    const charge_at_acquirer truth{around.host()};
    std::map<std::string, std::int64_t> expected;  // per payment, as the ledger must have it
    std::map<std::int64_t, bool> known;
    for (const auto& p : payments) {
        const auto amount = p.requested.minor;
        known[amount] = true;
        const auto charged = truth.charged(amount);
        if (charged != p.captured)
            around.violated(
                fmt::format("{} over {} is {} with {} captured, the acquirer charged {}", p.id,
                            amount, to_string(p.status), p.captured, charged));
        if (p.running() || p.status == sales::payment_status::unknown)
            around.violated(fmt::format("{} is still {}", p.id, to_string(p.status)));
        if (p.refunds_pending != 0) around.violated(p.id + " has refunds pending");
        if (p.status == sales::payment_status::authorized && !truth.holds(amount))
            around.violated(p.id + " is authorized, and the acquirer holds nothing");
        if (p.status == sales::payment_status::cancelled && truth.holds(amount))
            around.violated(p.id + " is cancelled, and the acquirer holds its amount");
        expected[p.id] += p.captured;
        const auto told = around.told_captured.find(p.id);
        if (told == around.told_captured.end()) continue;
        const bool voided =
            p.status == sales::payment_status::voided && around.void_asked.contains(p.id);
        if (!voided && (p.status != sales::payment_status::captured || p.captured != told->second))
            around.violated(fmt::format("{} was answered as captured with {}, and is {} with {}",
                                        p.id, told->second, to_string(p.status), p.captured));
    }
    for (const auto& [id, amount] : around.told_captured)
        if (!expected.contains(id))
            around.violated(id + " was answered, and is not in the journal");
    for (const auto& [amount, charged] : truth.all()) {
        if (amount < others_from && charged != 0 && !known.contains(amount))
            around.violated(fmt::format("the acquirer charged {}, which no payment asked", amount));
    }
    for (const auto& [amount, times] : truth.times())
        if (times > 1) around.violated(fmt::format("{} was charged {} times", amount, times));
    for (const auto& r : refunds) {
        const bool succeeded = r.status == sales::refund_status::succeeded;
        if (r.route == sales::refund_route::terminal &&
            truth.refunded(r.amount.minor) != (succeeded ? r.amount.minor : 0))
            around.violated(fmt::format("{} over {} is {}, the acquirer gave back {}", r.id,
                                        r.amount.minor, to_string(r.status),
                                        truth.refunded(r.amount.minor)));
        if (succeeded) expected[r.payment] -= r.amount.minor;
    }
    check_frames(around, intents);

    storage::ledger_store books{state};
    const auto entries = books.entries_after(0, 1'000'000);
    if (!entries) return around.violated("the ledger cannot be read: " + books.message());
    std::map<std::string, std::int64_t> posted;
    std::int64_t pending = 0;
    ledger::trial_balance trial;
    for (const auto& entry : *entries) {
        for (const auto& line : entry.lines()) {
            if (!trial.add(line)) around.violated("the ledger overflows");
            const auto amount =
                line.way == ledger::side::debit ? line.amount.minor : -line.amount.minor;
            if (line.where == ledger::account::processor || line.where == ledger::account::cash)
                posted[entry.header().payment] += amount;
            if (line.where == ledger::account::pending) pending += amount;
        }
    }
    if (!trial.balanced()) around.violated("the ledger is not balanced");
    if (pending != 0) around.violated(fmt::format("{} are pending in the ledger", pending));
    for (const auto& [id, amount] : expected)
        if (posted[id] != amount)
            around.violated(
                fmt::format("{}: {} in the payments, {} in the ledger", id, amount, posted[id]));
}

}  // namespace tests::simulation
