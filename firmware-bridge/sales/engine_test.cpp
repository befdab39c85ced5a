#include "firmware-bridge/sales/engine.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "tests/support/sales_world.hpp"

using namespace bridge::sales;
using tests::sales_world;

namespace {

const refusal* refusal_of(const sales_world& world, std::uint64_t request) {
    static std::optional<reply> kept;
    kept = world.reply_to(request);
    return kept ? std::get_if<refusal>(&kept->outcome) : nullptr;
}

/// A connected terminal, whose last transaction is known.
void ready(sales_world& world) { world.settle(1); }

std::string paid(sales_world& world, std::int64_t minor) {
    const auto request = world.pay(minor, "paid");
    world.settle(1);
    return std::get<payment>(world.reply_to(request)->outcome).id;
}

/// A terminal that had a sale, went away, came back and was asked for its last transaction.
void ready_again(sales_world& world) {
    ready(world);
    world.pay(990, "past");
    world.settle(1);
    world.cut_link();
    world.connect();
    world.settle(1);
}

/// A story: brings the world to the point of interest, then `act` does what is to be broken at
/// every step.
struct story {
    const char* name;
    std::function<void(sales_world&)> prepare;
    std::function<void(sales_world&)> act;
};

const std::vector<story>& stories() {
    static const std::vector<story> all{
        {"payment", ready, [](auto& w) { w.pay(1234, "k"); }},
        {"declined payment", [](auto& w) { ready(w), w.habits.declines = true; },
         [](auto& w) { w.pay(1205, "k"); }},
        {"reservation", [](auto& w) { ready(w), w.capture_mode = capture_mode::manual; },
         [](auto& w) { w.pay(5000, "k"); }},
        {"capture", [](auto& w) { ready(w), w.capture_mode = capture_mode::manual, paid(w, 5000); },
         [](auto& w) { w.ask(capture_payment{4200}, w.only_payment(), "k"); }},
        {"release", [](auto& w) { ready(w), w.capture_mode = capture_mode::manual, paid(w, 5000); },
         [](auto& w) { w.ask(cancel_payment{}, w.only_payment(), "k"); }},
        {"void", [](auto& w) { ready(w), paid(w, 1234); },
         [](auto& w) { w.ask(cancel_payment{}, w.only_payment(), "k"); }},
        {"refund", [](auto& w) { ready(w), paid(w, 1234); },
         [](auto& w) {
             w.ask(create_refund{500, "damaged", "", "", refund_route::terminal}, w.only_payment(),
                   "k");
         }},
        // What came before has the amount of what follows: only its number tells them apart.
        {"payment after one of the same amount", [](auto& w) { ready_again(w), paid(w, 1234); },
         [](auto& w) { w.pay(1234, "k"); }},
        {"capture of the whole amount",
         [](auto& w) { ready_again(w), w.capture_mode = capture_mode::manual, paid(w, 5000); },
         [](auto& w) { w.ask(capture_payment{}, w.newest_payment(), "k"); }},
        {"void right after the sale", [](auto& w) { ready_again(w), paid(w, 1234); },
         [](auto& w) { w.ask(cancel_payment{}, w.newest_payment(), "k"); }},
    };
    return all;
}

/// Runs the story once for each step at which `fault` can happen, until a run has fewer steps.
void at_every_step(const story& told, bool numbered_reversals,
                   const std::function<void(sales_world&)>& fault,
                   const std::function<void(sales_world&)>& after) {
    for (int step = 0;; ++step) {
        CAPTURE(std::string{told.name});
        CAPTURE(step);
        sales_world world;
        world.habits.numbers_auto_reversals = numbered_reversals;
        told.prepare(world);
        told.act(world);
        int taken = 0;
        while (taken < step && world.step()) ++taken;
        const bool reached = taken == step;
        fault(world);
        after(world);
        world.check();
        if (!reached) {
            CHECK(step > 5);
            return;
        }
        REQUIRE(step < 200);
    }
}

}  // namespace

TEST_SUITE_BEGIN("sales/engine");

TEST_CASE("engine: a chip sale is captured, printed, booked and answered") {
    sales_world world;
    ready(world);
    const auto request = world.pay(1234, "key-1");
    world.settle(1);
    const auto answer = world.reply_to(request);
    REQUIRE(answer.has_value());
    const auto id = std::get<payment>(answer->outcome).id;
    CHECK(std::get<payment>(answer->outcome).status == payment_status::created);
    const auto& p = world.payment(id);
    CHECK(p.status == payment_status::captured);
    CHECK(p.captured == 1234);
    CHECK(p.refundable() == 1234);
    CHECK(p.card.masked_pan == "672812******3456");
    CHECK(p.at_terminal.receipt == protocol::receipt_number{1});
    CHECK(p.receipts.merchant.size() == 2);
    CHECK(world.charged_at_terminal() == 1234);
    world.check();
}

TEST_CASE("engine: declined, aborted and refused payments are not charged and say why") {
    sales_world world;
    ready(world);
    SUBCASE("declined") {
        world.habits.declines = true;
        const auto id = paid(world, 1205);
        CHECK(world.payment(id).status == payment_status::declined);
        CHECK(world.payment(id).failure->message == "declined by the issuer");
    }
    SUBCASE("declined, yet with a regular completion") {
        world.habits.declines = world.habits.completion_after_refusal = true;
        CHECK(world.payment(paid(world, 1205)).status == payment_status::declined);
    }
    SUBCASE("aborted on request") {
        world.pay(1234, "k");
        for (int i = 0; i < 6; ++i) world.step();
        world.ask(cancel_payment{}, world.only_payment(), "stop");
        world.settle(1);
        CHECK(world.payment(world.only_payment()).status == payment_status::cancelled);
        CHECK(world.payment(world.only_payment()).failure->code == "cancelled");
    }
    world.check();
}

TEST_CASE("[M1] no money frame leaves before its intent is on disk, at any crash") {
    // sales_world::start_money checks it at every frame; here every story runs through it.
    for (const auto& told : stories()) {
        sales_world world;
        told.prepare(world);
        told.act(world);
        world.settle();
        CHECK(world.frames().size() >= 1);
        world.check();
    }
}

TEST_CASE("[M2] a crash at every step: no command is sent again, and the books tie out") {
    for (const bool numbered : {false, true}) {
        for (const auto& told : stories()) {
            at_every_step(
                told, numbered, [](auto& w) { w.crash(); },
                [](auto& w) { w.restart(), w.settle(); });
        }
    }
}

TEST_CASE("[M2] a cut link at every step: no command is sent again, and the books tie out") {
    for (const bool numbered : {false, true}) {
        for (const auto& told : stories()) {
            at_every_step(
                told, numbered, [](auto& w) { w.cut_link(); },
                [](auto& w) { w.run(), w.connect(), w.settle(); });
        }
    }
}

TEST_CASE(
    "[M3] a result is acknowledged only when it is durable, also when the journal fails for a "
    "while") {
    for (const auto& told : stories()) {
        for (int step = 0; step < 12; ++step) {
            CAPTURE(std::string{told.name});
            CAPTURE(step);
            sales_world world;
            told.prepare(world);
            told.act(world);
            for (int i = 0; i < step; ++i) world.step();
            world.refuse_commits(3);
            world.settle();
            world.check();
        }
    }
}

TEST_CASE("engine: a request whose intent cannot be written is refused and leaves nothing behind") {
    sales_world world;
    ready(world);
    world.refuse_commits(1);
    const auto refused = world.pay(1234, "k");
    world.settle(1);
    REQUIRE(refusal_of(world, refused) != nullptr);
    CHECK(refusal_of(world, refused)->code == refusal_code::journal_unavailable);
    CHECK(world.frames().empty());
    SUBCASE("the same key may then be used") {
        world.pay(1234, "k");
        world.settle(1);
        CHECK(world.charged_at_terminal() == 1234);
        world.check();
    }
}

TEST_CASE("engine: the first sale after connecting is the baseline of the second") {
    sales_world world;
    ready(world);
    paid(world, 1234);  // the terminal has a last transaction
    world.crash();
    world.restart();  // which is asked for here
    world.settle(30);
    world.pay(1234, "second");
    world.settle(30);
    const auto charged = world.charged_at_terminal();
    REQUIRE(charged == 2468);
    // The same price once more, lost before the terminal stored it: the one before is not it.
    const auto frames = world.frames().size();
    world.pay(1234, "third");
    while (world.frames().size() == frames) REQUIRE(world.step());
    world.crash();
    world.restart();
    world.settle(60);
    CHECK(world.charged_at_terminal() == charged);
    world.check();
}

TEST_CASE("[M7] a commit whose fate is not known is neither lost nor done twice") {
    for (const bool durable : {false, true}) {
        for (int step = 0; step < 60; ++step) {
            CAPTURE(durable);
            CAPTURE(step);
            sales_world world;
            ready(world);
            world.pay(1234, "k");
            for (int i = 0; i < step; ++i) world.step();
            world.doubt_commits(2, durable);
            world.settle();
            world.check();
            CHECK(world.booked() == world.charged_at_terminal());
        }
    }
}

TEST_CASE("engine: a refused request whose intent is durable all the same is settled, not sent") {
    sales_world world;
    ready(world);
    world.doubt_commits(1, true);
    const auto refused = world.pay(1234, "k");
    world.settle(5);
    REQUIRE(refusal_of(world, refused) != nullptr);
    CHECK(refusal_of(world, refused)->code == refusal_code::journal_unavailable);
    CHECK(world.frames().empty());
    CHECK(world.payment(world.only_payment()).status == payment_status::cancelled);
    world.check();
}

TEST_CASE("engine: the same key is answered while its commit waits for the disk") {
    sales_world world;
    ready(world);
    world.doubt_commits(1, false);
    const auto first = world.pay(500, "again");
    while (!world.reply_to(first)) REQUIRE(world.step());
    const auto second = world.pay(500, "again");
    world.settle(5);
    REQUIRE(refusal_of(world, second) != nullptr);
    CHECK(refusal_of(world, second)->code == refusal_code::journal_unavailable);
    world.check();
}

TEST_CASE(
    "[M4] what no question can decide stays unknown, blocks the terminal, and a person settles "
    "it") {
    sales_world world;
    ready(world);
    world.habits.repeat_answers_nothing = true;
    world.habits.totals_unsupported = true;
    world.habits.completion_without_result = true;
    const auto id = paid(world, 1234);
    CHECK(world.payment(id).status == payment_status::unknown);
    CHECK_FALSE(world.payment(id).advice.empty());
    CHECK(world.events().back().booking.has_value());
    CHECK(world.terminals().front().blocked_by == id);

    const auto next = world.pay(500, "next");
    world.settle(1);
    REQUIRE(refusal_of(world, next) != nullptr);
    CHECK(refusal_of(world, next)->code == refusal_code::terminal_blocked);
    const auto day = world.ask(device_action{device_action::kind::end_of_day, "lane-1", {}}, "");
    world.settle(1);
    CHECK(refusal_of(world, day) != nullptr);

    SUBCASE("captured") {
        world.ask(
            resolve_payment{resolve_payment::verdict::captured, "on the acquirer's list", "owner"},
            id);
        world.settle(1);
        CHECK(world.payment(id).status == payment_status::captured);
        CHECK(world.booked() == 1234);
    }
    SUBCASE("not charged") {
        world.ask(
            resolve_payment{resolve_payment::verdict::not_charged, "not on the list", "owner"}, id);
        world.settle(1);
        CHECK(world.payment(id).status == payment_status::cancelled);
        CHECK(world.booked() == 0);
    }
    SUBCASE("captured, and the next one of the same amount is lost on its way") {
        world.ask(
            resolve_payment{resolve_payment::verdict::captured, "on the acquirer's list", "owner"},
            id);
        world.habits.completion_without_result = world.habits.repeat_answers_nothing = false;
        world.settle(1);
        world.pay(1234, "again");
        world.run(2);  // durable, not sent
        world.crash();
        world.restart();
        world.settle();
        CHECK(world.payment(world.newest_payment()).status == payment_status::cancelled);
        world.check();
    }
    SUBCASE("captured, the terminal still tells nothing, and the next one is lost on its way") {
        world.ask(
            resolve_payment{resolve_payment::verdict::captured, "on the acquirer's list", "owner"},
            id);
        world.settle(1);
        world.habits.completion_without_result = false;
        world.pay(1234, "again");
        world.run(2);  // durable, not sent
        world.crash();
        world.habits.repeat_answers_nothing = false;  // now it shows the one before
        world.restart();
        world.settle();
        CHECK(world.payment(world.newest_payment()).status != payment_status::captured);
        CHECK(world.charged_at_terminal() == 1234);
        return;
    }
    SUBCASE("by the terminal itself, when it can tell later") {
        world.habits.repeat_answers_nothing = false;
        world.cut_link();
        world.run();
        world.connect();
        world.settle(5);
        CHECK(world.payment(id).status == payment_status::captured);
        world.check();
    }
    world.habits = {};
    world.pay(700, "after");
    world.settle(1);
    CHECK(world.charged_at_terminal() >= 700);
}

TEST_CASE("[M4] an unknown outcome shows as unknown while the terminal stays away") {
    sales_world world;
    ready(world);
    world.pay(1234, "k");
    for (int i = 0; i < 5; ++i) world.step();
    world.cut_link();
    world.settle(60);
    const auto id = world.only_payment();
    CHECK(world.payment(id).status == payment_status::unknown);
    world.connect();
    world.settle(5);
    world.check();
}

TEST_CASE("[M5] an approval is not a payment until its end was seen or the terminal confirmed it") {
    sales_world world;
    ready(world);
    world.pay(1234, "k");
    world.run(3);  // the intent is durable
    const auto id = world.only_payment();
    bool approved_seen = false;
    while (world.step()) {
        const auto& p = world.payment(id);
        if (p.at_terminal.result_code == 0 && p.status == payment_status::in_progress)
            approved_seen = true;
        if (p.status == payment_status::captured) break;
    }
    CHECK(approved_seen);
    SUBCASE("an abort after the approval is asked for, not believed") {
        sales_world other;
        ready(other);
        other.habits.aborts_after_approval = true;
        const auto aborted = paid(other, 1234);
        CHECK(other.payment(aborted).status == payment_status::cancelled);
        other.check();
    }
}

TEST_CASE("engine: a bare completion is not a success: the terminal is asked") {
    sales_world world;
    ready(world);
    world.habits.completion_without_result = true;
    const auto id = paid(world, 1234);
    // It was charged; the repeat receipt says so.
    CHECK(world.payment(id).status == payment_status::captured);
    world.check();
}

TEST_CASE(
    "engine: a result without a result code is no approval and no refusal: the terminal is asked") {
    sales_world world;
    ready(world);
    world.habits.result_without_code = true;
    const auto id = paid(world, 1234);
    CHECK(world.payment(id).status == payment_status::captured);  // the repeat receipt has the code
    world.check();
}

TEST_CASE("engine: the repeated result of the payment before is not taken for this one's") {
    sales_world world;
    ready(world);
    paid(world, 700);
    world.habits.repeats_last_result = true;
    world.habits.declines = true;
    world.pay(1205, "k");
    world.settle(5);
    CHECK(world.charged_at_terminal() == 700);
    world.check();
}

TEST_CASE("engine: where the repeat receipt answers nothing, the totals decide") {
    sales_world world;
    ready(world);
    paid(world, 700);
    world.habits.repeat_answers_nothing = true;
    SUBCASE("charged") {
        world.habits.completion_without_result = true;
        world.pay(1234, "k");
        world.settle(5);
        CHECK(world.charged_at_terminal() == 1934);
    }
    SUBCASE("not charged") {
        world.pay(1234, "k");
        for (int i = 0; i < 5; ++i) world.step();
        world.cut_link();
        world.run();
        world.connect();
        world.settle(5);
        CHECK(world.charged_at_terminal() == 700);
    }
    world.check();
}

TEST_CASE(
    "[M6] one key, one payment: while it runs, after it, after a crash; another body is refused") {
    sales_world world;
    ready(world);
    const auto first = world.pay(1234, "k");
    const auto twin = world.pay(1234, "k");
    const auto other = world.pay(999, "k");
    world.settle(1);
    const auto id = std::get<payment>(world.reply_to(first)->outcome).id;
    CHECK(std::get<payment>(world.reply_to(twin)->outcome).id == id);
    CHECK(world.reply_to(twin)->replayed);
    CHECK(refusal_of(world, other)->code == refusal_code::idempotency_mismatch);

    world.crash();
    world.restart();
    world.settle(1);
    const auto later = world.pay(1234, "k");
    const auto mismatch = world.pay(1, "k");
    world.settle(1);
    CHECK(std::get<payment>(world.reply_to(later)->outcome).id == id);
    CHECK(std::get<payment>(world.reply_to(later)->outcome).status == payment_status::captured);
    CHECK(refusal_of(world, mismatch)->code == refusal_code::idempotency_mismatch);
    CHECK(world.charged_at_terminal() == 1234);
    world.check();
}

TEST_CASE(
    "engine: one money command at a time; requests that cannot be are refused with their reason") {
    sales_world world;
    ready(world);
    const auto first = world.pay(1234, "a");
    const auto second = world.pay(500, "b");
    world.settle(1);
    CHECK(refusal_of(world, second)->code == refusal_code::terminal_busy);
    const auto id = std::get<payment>(world.reply_to(first)->outcome).id;

    const auto code = [&](std::uint64_t request) {
        world.settle(1);
        const auto* no = refusal_of(world, request);
        REQUIRE(no != nullptr);
        CHECK_FALSE(no->message.empty());
        return no->code;
    };
    CHECK(code(world.pay(0, "c")) == refusal_code::amount_out_of_range);
    CHECK(code(world.pay(10'000'000'000, "d")) == refusal_code::amount_out_of_range);
    CHECK(code(world.ask(capture_payment{}, id, "e")) == refusal_code::payment_not_capturable);
    CHECK(code(world.ask(create_refund{1235, "", "", "", refund_route::terminal}, id, "f")) ==
          refusal_code::refund_exceeds_payment);
    CHECK(code(world.ask(create_refund{0, "", "", "", refund_route::offline}, id, "g")) ==
          refusal_code::amount_out_of_range);
    CHECK(code(world.ask(resolve_payment{}, id, "h")) == refusal_code::payment_not_unknown);
    create_payment wrong;
    wrong.terminal = "lane-9";
    wrong.amount = {100, protocol::euro()};
    CHECK(code(world.ask(wrong, "", "i")) == refusal_code::unknown_terminal);
    wrong.terminal = "lane-1";
    wrong.amount = {100, *protocol::currency::from_code("CHF")};
    CHECK(code(world.ask(wrong, "", "j")) == refusal_code::currency_not_accepted);
    world.cut_link();
    world.run();
    CHECK(code(world.pay(100, "l")) == refusal_code::terminal_offline);
}

TEST_CASE("[M4] engine: a first question that is cut off does not hide somebody else's payment") {
    for (int steps = 0; steps < 30; ++steps) {
        CAPTURE(steps);
        sales_world world;
        world.run(steps);  // among these: the first connection, with its two questions
        world.cut_link();
        world.pay_at_terminal(990);
        world.run();
        world.connect();
        world.settle(10);
        CHECK(world.terminals().front().last_receipt == protocol::receipt_number{1});

        world.pay(990, "k");
        while (world.frames().empty() && world.step()) {
        }
        world.cut_link();  // the terminal undoes ours; its last transaction is the other one
        world.run();
        world.connect();
        world.settle(10);
        CHECK(world.payment(world.only_payment()).status == payment_status::cancelled);
        world.check();
    }
}

TEST_CASE("engine: refunds never exceed the payment, offline or at the terminal") {
    sales_world world;
    ready(world);
    const auto id = paid(world, 1000);
    world.ask(create_refund{400, "", "", "cash", refund_route::offline}, id, "r1");
    world.settle(1);
    CHECK(world.payment(id).refundable() == 600);
    CHECK(world.charged_at_terminal() == 1000);
    world.ask(create_refund{600, "", "", "", refund_route::terminal}, id, "r2");
    const auto third = world.ask(create_refund{1, "", "", "cash", refund_route::offline}, id, "r3");
    world.settle(1);
    CHECK(refusal_of(world, third)->code == refusal_code::refund_exceeds_payment);
    CHECK(world.payment(id).refunded == 1000);
    CHECK(world.charged_at_terminal() == 400);
    const auto voided = world.ask(cancel_payment{}, id, "v");
    world.settle(1);
    CHECK(refusal_of(world, voided)->code == refusal_code::payment_not_cancellable);
}

TEST_CASE("[M6] a request that is repeated while the journal fails is one request") {
    sales_world world;
    ready(world);
    const auto first = world.pay(1234, "k");
    for (int i = 0; i < 4; ++i) world.step();
    const auto id = std::get<payment>(world.reply_to(first)->outcome).id;
    world.refuse_commits(3);
    const auto stop = world.ask(cancel_payment{}, id, "stop");
    world.run();
    const auto again = world.ask(cancel_payment{}, id, "stop");
    world.settle(10);
    REQUIRE(world.reply_to(stop).has_value());
    REQUIRE(world.reply_to(again).has_value());
    CHECK(std::get<payment>(world.reply_to(again)->outcome).id == id);
    CHECK(world.reply_to(again)->replayed);
    world.check();
}

TEST_CASE("engine: a partial approval is captured with what was approved") {
    sales_world world;
    ready(world);
    world.habits.approves_only = 800;
    const auto id = paid(world, 1234);
    CHECK(world.payment(id).captured == 800);
    world.check();
}

TEST_CASE(
    "engine: a capture that came to nothing leaves the reservation's numbers, to capture again") {
    sales_world world;
    ready(world);
    world.capture_mode = capture_mode::manual;
    const auto id = paid(world, 5000);
    const auto reserved = world.payment(id).at_terminal;
    SUBCASE("declined") { world.habits.declines = true; }
    SUBCASE("approved, then reversed by the terminal") {
        world.habits.aborts_after_approval = true;
    }
    world.ask(capture_payment{4200}, id, "first");
    world.settle(10);
    const auto& p = world.payment(id);
    CHECK(p.status == payment_status::authorized);
    CHECK(p.at_terminal.receipt == reserved.receipt);
    CHECK(p.at_terminal.trace == reserved.trace);

    world.habits = {};
    world.ask(capture_payment{4200}, id, "second");
    world.settle(1);
    CHECK(world.payment(id).status == payment_status::captured);
    CHECK(world.payment(id).captured == 4200);
    world.check();
}

TEST_CASE("[M8] the end of day is compared with the journal, and a difference is an alarm") {
    sales_world world;
    ready(world);
    paid(world, 1234);
    bool ties_out = true;
    SUBCASE("it ties out") {}
    SUBCASE("somebody closed the day at the terminal: our sale is not in its totals") {
        world.press_end_of_day_at_terminal();
        ties_out = false;
    }
    SUBCASE("the bridge was restarted meanwhile, and still knows what it sold") {
        world.crash();
        world.restart();
        world.settle(1);
        world.press_end_of_day_at_terminal();
        ties_out = false;
    }
    world.ask(device_action{device_action::kind::end_of_day, "lane-1", {}}, "");
    world.settle(1);
    const auto mismatch = std::find_if(world.events().begin(), world.events().end(),
                                       [](const auto& e) { return e.type == "day.mismatch"; });
    CHECK((mismatch == world.events().end()) == ties_out);
    if (!ties_out) {
        CHECK(
            mismatch->data.find("girocard: the terminal counted 0 with 0.00 EUR, we counted 1 with "
                                "12.34 EUR") != std::string::npos);
        CHECK(mismatch->data.find("exactly what the terminal lacks") != std::string::npos);
    }
    const auto ended = std::find_if(world.events().rbegin(), world.events().rend(),
                                    [](const auto& e) { return e.type == "operation.updated"; });
    REQUIRE(ended != world.events().rend());
    CHECK(ended->data.find("succeeded") != std::string::npos);
}

TEST_CASE("engine: while shutting down nothing new starts, and what runs ends") {
    sales_world world;
    ready(world);
    world.pay(1234, "k");
    for (int i = 0; i < 4; ++i) world.step();
    world.shut_down();
    CHECK_FALSE(world.drained());
    const auto late = world.pay(500, "late");
    world.settle(1);
    REQUIRE(refusal_of(world, late) != nullptr);
    CHECK(refusal_of(world, late)->code == refusal_code::shutting_down);
    CHECK(world.drained());
    CHECK(world.charged_at_terminal() == 1234);
    world.check();
}

TEST_SUITE_END();
