// One table of tests for every journal: what holds in memory must hold on disk.
#include "firmware-bridge/journal/journal.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "firmware-bridge/journal/testing/memory_fixture.hpp"
#include "firmware-bridge/journal/testing/records.hpp"
#include "firmware-bridge/journal/testing/sqlite_fixture.hpp"

using namespace bridge::journal;
using namespace bridge::journal::testing;
namespace sales = bridge::sales;

#define JOURNALS memory_fixture, sqlite_fixture

TEST_SUITE_BEGIN("journal");

TEST_CASE_TEMPLATE("journal: events are numbered from 1 without gaps, across batches and restarts",
                   Fixture, JOURNALS) {
    Fixture journal;
    CHECK(journal.last_sequence().value() == 0);
    CHECK(journal.commit({.events = {event_of("a"), event_of("b")}}).value() == 2);
    CHECK(journal.commit({}).value() == 2);
    CHECK(journal.commit({.events = {event_of("c")}}).value() == 3);
    journal.restart();
    CHECK(journal.last_sequence().value() == 3);
    CHECK(journal.commit({.events = {event_of("d")}}).value() == 4);

    const auto events = journal.events_after(0, 100).value();
    REQUIRE(events.size() == 4);
    for (std::size_t at = 0; at < events.size(); ++at) CHECK(events[at].sequence == at + 1);
    CHECK(events[3].content.object_id == "d");
    CHECK(events[3].id() == "evt_0000000000000004");
}

TEST_CASE_TEMPLATE("journal: events are read on from a sequence, oldest first, at most so many",
                   Fixture, JOURNALS) {
    Fixture journal;
    for (const char* name : {"a", "b", "c", "d"}) {
        REQUIRE(journal.commit({.events = {event_of(name)}}).has_value());
    }
    const auto events = journal.events_after(1, 2).value();
    REQUIRE(events.size() == 2);
    CHECK(events[0].content.object_id == "b");
    CHECK(events[1].content.object_id == "c");
    CHECK(journal.events_after(4, 10).value().empty());
    CHECK(journal.events_after(1000, 10).value().empty());
    CHECK(journal.events_after(0, 0).value().empty());
}

TEST_CASE_TEMPLATE("journal: an event reads back as it was, booking included", Fixture, JOURNALS) {
    Fixture journal;
    event before = event_of("pay_1");
    before.type = "payment.updated";
    before.data = R"({"id":"pay_1","text":"Grün \" \\ \u0000"})";
    before.at = at_ms(1'700'000'000'123);
    before.booking = booking{.kind = booking_kind::refund,
                             .amount = {1234, protocol::euro()},
                             .payment = "pay_1",
                             .refund = "ref_1",
                             .terminal = "lane-1",
                             .account = "client 7",
                             .invoice = "2026-1",
                             .brand = "Visa",
                             .offline = true};
    REQUIRE(journal.commit({.events = {before, event_of("x")}}).has_value());
    journal.restart();
    const auto events = journal.events_after(0, 10).value();
    REQUIRE(events.size() == 2);
    const auto& after = events[0].content;
    CHECK(after.type == before.type);
    CHECK(after.object_id == "pay_1");
    CHECK(after.data == before.data);
    CHECK(after.at == before.at);
    REQUIRE(after.booking.has_value());
    CHECK(after.booking->kind == booking_kind::refund);
    CHECK(after.booking->amount == before.booking->amount);
    CHECK(after.booking->payment == "pay_1");
    CHECK(after.booking->refund == "ref_1");
    CHECK(after.booking->terminal == "lane-1");
    CHECK(after.booking->account == "client 7");
    CHECK(after.booking->invoice == "2026-1");
    CHECK(after.booking->brand == "Visa");
    CHECK(after.booking->offline);
    CHECK_FALSE(events[1].content.booking.has_value());
}

TEST_CASE_TEMPLATE("journal: the newer state of an object replaces the older one", Fixture,
                   JOURNALS) {
    Fixture journal;
    auto paid = payment_of("pay_1", 1, sales::payment_status::created);
    REQUIRE(journal.commit({.payments = {paid}}).has_value());
    paid.status = sales::payment_status::captured;
    paid.captured = 500;
    paid.metadata["table"] = "4";
    REQUIRE(journal.commit({.payments = {paid}}).has_value());
    journal.restart();
    const auto found = journal.find_payment("pay_1").value();
    CHECK(found.status == sales::payment_status::captured);
    CHECK(found.captured == 500);
    CHECK(found.metadata == paid.metadata);
}

TEST_CASE_TEMPLATE("journal: what does not exist is not found", Fixture, JOURNALS) {
    Fixture journal;
    CHECK(journal.find_payment("pay_1").error() == errc::not_found);
    CHECK(journal.find_refund("ref_1").error() == errc::not_found);
    CHECK(journal.find_operation("op_1").error() == errc::not_found);
    CHECK_FALSE(journal.find_key("k").value().has_value());
    CHECK(journal.find_bookmark("ledger").value() == 0);
}

TEST_CASE_TEMPLATE("journal: refunds and operations are found by id", Fixture, JOURNALS) {
    Fixture journal;
    sales::operation closing;
    closing.id = "op_1";
    closing.kind = "end-of-day";
    closing.printed = {"TAGESABSCHLUSS"};
    REQUIRE(journal.commit({.refunds = {refund_of("ref_1", "pay_1", 1)}, .operations = {closing}})
                .has_value());
    CHECK(journal.find_refund("ref_1").value().payment == "pay_1");
    CHECK(journal.find_operation("op_1").value().printed == closing.printed);
}

TEST_CASE_TEMPLATE("[M6] an idempotency key is taken once, and remembered with its fingerprint",
                   Fixture, JOURNALS) {
    Fixture journal;
    const key_claim claim{"k1", "POST /v1/payments 1234", "pay_1"};
    REQUIRE(journal.commit({.keys = {claim}}).has_value());
    journal.restart();
    const auto found = journal.find_key("k1").value();
    REQUIRE(found.has_value());
    CHECK(found->key == "k1");
    CHECK(found->fingerprint == claim.fingerprint);
    CHECK(found->object_id == "pay_1");
    CHECK(journal.commit({.keys = {claim}}).has_value());
}

TEST_CASE_TEMPLATE("[M6] a batch that takes a taken key leaves nothing behind", Fixture, JOURNALS) {
    const key_claim first{"k1", "one", "pay_1"};
    for (const auto& second : {key_claim{"k1", "one", "pay_2"}, key_claim{"k1", "two", "pay_1"}}) {
        CAPTURE(second.fingerprint);
        Fixture journal;
        REQUIRE(journal.commit({.events = {event_of("a")}, .keys = {first}}).has_value());
        const auto refused = journal.commit({.events = {event_of("b")},
                                             .payments = {payment_of("pay_2", 2)},
                                             .keys = {{"k0", "", "pay_2"}, second}});
        CHECK(refused.error() == errc::key_conflict);
        CHECK(journal.last_sequence().value() == 1);
        CHECK(journal.find_payment("pay_2").error() == errc::not_found);
        CHECK_FALSE(journal.find_key("k0").value().has_value());
        CHECK(journal.find_key("k1").value()->object_id == "pay_1");
        CHECK(journal.commit({.events = {event_of("c")}}).value() == 2);
    }
}

TEST_CASE_TEMPLATE("journal: a key taken twice in one batch is a conflict too", Fixture, JOURNALS) {
    Fixture journal;
    CHECK(journal.commit({.keys = {{"k1", "", "pay_1"}, {"k1", "", "pay_2"}}}).error() ==
          errc::key_conflict);
    CHECK_FALSE(journal.find_key("k1").value().has_value());
}

TEST_CASE_TEMPLATE("journal: of batches asked for together, one that conflicts harms no other",
                   Fixture, JOURNALS) {
    Fixture journal;
    std::vector<protocol::result<std::uint64_t>> answers;
    const auto answer = [&](protocol::result<std::uint64_t> one) { answers.push_back(one); };
    auto& open = journal.opened();
    open.commit({.events = {event_of("a")}, .keys = {{"k1", "", "pay_1"}}}, answer);
    open.commit({.events = {event_of("b")}, .keys = {{"k1", "", "pay_2"}}}, answer);
    open.commit({.events = {event_of("c")}}, answer);
    journal.wait([&] { return answers.size() == 3; });
    CHECK(answers[0].value() == 1);
    CHECK(answers[1].error() == errc::key_conflict);
    CHECK(answers[2].value() == 2);
    journal.restart();
    const auto events = journal.events_after(0, 10).value();
    REQUIRE(events.size() == 2);
    CHECK(events[1].content.object_id == "c");
}

TEST_CASE_TEMPLATE("journal: a read sees the commits that were asked for before it", Fixture,
                   JOURNALS) {
    Fixture journal;
    std::vector<std::string> order;
    auto& open = journal.opened();
    open.commit({.payments = {payment_of("pay_1", 1)}}, [&](auto) { order.push_back("commit 1"); });
    open.find_payment("pay_1", [&](auto found) { order.push_back(found ? "found" : "not found"); });
    open.commit({.payments = {payment_of("pay_2", 2)}}, [&](auto) { order.push_back("commit 2"); });
    open.find_payment("pay_2", [&](auto found) { order.push_back(found ? "found" : "not found"); });
    journal.wait([&] { return order.size() == 4; });
    CHECK(order == std::vector<std::string>{"commit 1", "found", "commit 2", "found"});
}

TEST_CASE_TEMPLATE("journal: a follower's bookmark moves with its batch", Fixture, JOURNALS) {
    Fixture journal;
    REQUIRE(journal.commit({.events = {event_of("a")}, .bookmarks = {{"ledger", 7}}}).has_value());
    REQUIRE(journal.commit({.keys = {{"k", "", "a"}}}).has_value());
    CHECK(journal.commit({.keys = {{"k", "", "b"}}, .bookmarks = {{"ledger", 9}}}).has_error());
    journal.restart();
    CHECK(journal.find_bookmark("ledger").value() == 7);
    CHECK(journal.find_bookmark("other").value() == 0);
}

TEST_CASE_TEMPLATE("journal: a start gets everything unfinished and nothing else", Fixture,
                   JOURNALS) {
    Fixture journal;
    batch all;
    const auto intent = [&](const char* id, const char* payment, const char* refund,
                            sales::intent_outcome outcome) {
        sales::intent one;
        one.id = id;
        one.payment = payment;
        one.refund = refund;
        one.outcome = outcome;
        all.intents.push_back(one);
    };
    intent("int_1", "pay_open", "", sales::intent_outcome::open);
    intent("int_2", "pay_unknown", "", sales::intent_outcome::unknown);
    intent("int_3", "pay_done", "", sales::intent_outcome::done);
    intent("int_4", "pay_not", "", sales::intent_outcome::not_done);
    intent("int_5", "pay_refunded", "ref_open", sales::intent_outcome::open);
    all.payments = {payment_of("pay_created", 1, sales::payment_status::created),
                    payment_of("pay_open", 2, sales::payment_status::in_progress),
                    payment_of("pay_unknown", 3, sales::payment_status::unknown),
                    payment_of("pay_done", 4, sales::payment_status::captured),
                    payment_of("pay_not", 5, sales::payment_status::declined),
                    payment_of("pay_refunded", 6, sales::payment_status::captured)};
    all.refunds = {refund_of("ref_open", "pay_refunded", 1, sales::refund_status::unknown),
                   refund_of("ref_pending", "pay_done", 2, sales::refund_status::pending),
                   refund_of("ref_done", "pay_done", 3, sales::refund_status::succeeded)};
    for (const auto state : {sales::operation::state::running, sales::operation::state::failed}) {
        sales::operation one;
        one.id = "op_" + std::string{to_string(state)};
        one.status = state;
        all.operations.push_back(one);
    }
    all.terminals.resize(2);
    all.terminals[0].terminal = "lane-1";
    all.terminals[1].terminal = "lane-2";
    all.terminals[1].day["Visa"] = {2, 700};
    REQUIRE(journal.commit(all).has_value());
    journal.restart();

    const auto open = journal.load_open().value();
    CHECK(ids(open.intents) == "int_1 int_2 int_5");
    CHECK(ids(open.payments) == "pay_created pay_open pay_refunded pay_unknown");
    CHECK(ids(open.refunds) == "ref_open ref_pending");
    CHECK(ids(open.operations) == "op_running");
    REQUIRE(open.terminals.size() == 2);
    CHECK(open.terminals[1].day.at("Visa").amount == 700);
}

TEST_CASE_TEMPLATE("journal: finished work is no longer in what a start gets", Fixture, JOURNALS) {
    Fixture journal;
    sales::intent sent;
    sent.id = "int_1";
    sent.payment = "pay_1";
    auto paid = payment_of("pay_1", 1, sales::payment_status::in_progress);
    REQUIRE(journal.commit({.payments = {paid}, .intents = {sent}}).has_value());
    CHECK(journal.load_open().value().intents.size() == 1);
    sent.outcome = sales::intent_outcome::done;
    paid.status = sales::payment_status::captured;
    REQUIRE(journal.commit({.payments = {paid}, .intents = {sent}}).has_value());
    const auto open = journal.load_open().value();
    CHECK(open.intents.empty());
    CHECK(open.payments.empty());
}

TEST_CASE_TEMPLATE("journal: lists run from the newest, and pages join without gap or overlap",
                   Fixture, JOURNALS) {
    Fixture journal;
    batch all;
    for (int at = 1; at <= 7; ++at) {
        all.payments.push_back(payment_of("pay_" + std::to_string(at), at));
    }
    REQUIRE(journal.commit(all).has_value());
    struct row {
        page wanted;
        const char* ids;
        bool more;
    };
    for (const auto& row :
         {row{{3, "", ""}, "pay_7 pay_6 pay_5", true},
          row{{3, "pay_5", ""}, "pay_4 pay_3 pay_2", true}, row{{3, "pay_2", ""}, "pay_1", false},
          row{{3, "pay_1", ""}, "", false},
          row{{7, "", ""}, "pay_7 pay_6 pay_5 pay_4 pay_3 pay_2 pay_1", false},
          row{{3, "", "pay_2"}, "pay_5 pay_4 pay_3", true},
          row{{3, "", "pay_5"}, "pay_7 pay_6", false}, row{{2, "", "pay_5"}, "pay_7 pay_6", false},
          row{{1, "", "pay_5"}, "pay_6", true}, row{{3, "", "pay_7"}, "", false},
          row{{9, "pay_6", "pay_3"}, "pay_5 pay_4", false}, row{{0, "", ""}, "", true}}) {
        CAPTURE(row.wanted.limit);
        CAPTURE(row.wanted.starting_after);
        CAPTURE(row.wanted.ending_before);
        const auto listed = journal.list_payments({}, row.wanted).value();
        CHECK(ids(listed.items) == row.ids);
        CHECK(listed.has_more == row.more);
    }
    CHECK(journal.list_payments({}, {3, "pay_9", ""}).error() == errc::not_found);
    CHECK(journal.list_payments({}, {3, "", "nonsense"}).error() == errc::not_found);
}

TEST_CASE_TEMPLATE("journal: payments are listed by status, terminal, reference and time", Fixture,
                   JOURNALS) {
    Fixture journal;
    batch all;
    for (int at = 1; at <= 8; ++at) {
        auto one = payment_of(
            "pay_" + std::to_string(at), at,
            at % 2 == 0 ? sales::payment_status::captured : sales::payment_status::unknown);
        one.terminal = at <= 4 ? "lane-1" : "lane-2";
        one.reference = at % 4 == 0 ? "order 4" : "";
        all.payments.push_back(one);
    }
    REQUIRE(journal.commit(all).has_value());
    journal.restart();
    struct row {
        payment_filter filter;
        const char* ids;
    };
    using sales::payment_status;
    for (const auto& row :
         {row{{.status = payment_status::unknown}, "pay_7 pay_5 pay_3 pay_1"},
          row{{.status = payment_status::captured}, "pay_8 pay_6 pay_4 pay_2"},
          row{{.status = payment_status::voided}, ""},
          row{{.terminal = "lane-1"}, "pay_4 pay_3 pay_2 pay_1"}, row{{.terminal = "lane-3"}, ""},
          row{{.reference = "order 4"}, "pay_8 pay_4"},
          row{{.created_after = at_ms(6)}, "pay_8 pay_7"},
          row{{.created_before = at_ms(3)}, "pay_2 pay_1"},
          row{{.created_after = at_ms(2), .created_before = at_ms(5)}, "pay_4 pay_3"},
          row{{.created_after = at_ms(5), .created_before = at_ms(2)}, ""},
          row{{.status = payment_status::captured,
          .terminal = "lane-2",
          .reference = "order 4",
          .created_after = at_ms(1),
          .created_before = at_ms(9)},
              "pay_8"}}) {
        CAPTURE(row.ids);
        const auto listed = journal.list_payments(row.filter, {}).value();
        CHECK(ids(listed.items) == row.ids);
        CHECK_FALSE(listed.has_more);
    }
    const auto paged =
        journal.list_payments({.status = payment_status::unknown}, {2, "pay_5", ""}).value();
    CHECK(ids(paged.items) == "pay_3 pay_1");
    // The cursor need not pass the filter itself.
    const auto between =
        journal.list_payments({.status = payment_status::unknown}, {1, "pay_6", ""}).value();
    CHECK(ids(between.items) == "pay_5");
    CHECK(between.has_more);
}

TEST_CASE_TEMPLATE("journal: a status that changed is listed under the new one only", Fixture,
                   JOURNALS) {
    Fixture journal;
    auto paid = payment_of("pay_1", 1, sales::payment_status::unknown);
    REQUIRE(journal.commit({.payments = {paid}}).has_value());
    paid.status = sales::payment_status::captured;
    REQUIRE(journal.commit({.payments = {paid}}).has_value());
    CHECK(journal.list_payments({.status = sales::payment_status::unknown}, {})
              .value()
              .items.empty());
    CHECK(journal.list_payments({.status = sales::payment_status::captured}, {})
              .value()
              .items.size() == 1);
}

TEST_CASE_TEMPLATE("journal: refunds are listed by their payment, newest first", Fixture,
                   JOURNALS) {
    Fixture journal;
    REQUIRE(journal
                .commit({.refunds = {refund_of("ref_1", "pay_1", 1), refund_of("ref_2", "pay_2", 2),
                                     refund_of("ref_3", "pay_1", 3)}})
                .has_value());
    const auto listed = journal.list_refunds("pay_1", {}).value();
    CHECK(ids(listed.items) == "ref_3 ref_1");
    CHECK_FALSE(listed.has_more);
    const auto older = journal.list_refunds("pay_1", {1, "ref_3", ""}).value();
    CHECK(ids(older.items) == "ref_1");
    CHECK(journal.list_refunds("pay_9", {}).value().items.empty());
}

TEST_SUITE_END();
