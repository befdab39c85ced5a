// The daemon and the emulator as processes, over TCP and over a pseudo terminal: what a shop does
// all day.

#include <doctest/doctest.h>

#include "tests/support/shop.hpp"

using tests::number_of;
using tests::shop;
using tests::text_of;

namespace {

constexpr std::array wires{shop::wire::tcp, shop::wire::pty};

}  // namespace

TEST_SUITE_BEGIN("integration/sale");

TEST_CASE("a chip sale is captured, printed and booked") {
    for (const auto wire : wires) {
        shop here{wire};
        here.open();
        const auto sale = here.sell(1200, "sale");
        CHECK(text_of(sale, "status") == "captured");
        CHECK(number_of(sale, "amount_captured") == 1200);
        CHECK(text_of(sale.at("card"), "masked_pan").find("******") != std::string::npos);
        CHECK_FALSE(sale.at("receipts").at("merchant").as_array().empty());
        CHECK_FALSE(sale.at("receipts").at("customer").as_array().empty());
        here.check_books();
        CHECK(here.close() == 0);
    }
}

TEST_CASE("the last two digits decide: declined is declined, and says why") {
    shop here{shop::wire::tcp};
    here.open();
    for (const auto amount : {1205, 1251, 1254, 1265, 1275, 1291}) {
        CAPTURE(amount);
        const auto sale = here.sell(amount, "declined-" + std::to_string(amount));
        CHECK(text_of(sale, "status") == "declined");
        CHECK_FALSE(text_of(sale.at("failure"), "message").empty());
    }
    CHECK(text_of(here.sell(1255, "wrong PIN, then right"), "status") == "captured");
    here.check_books();
}

TEST_CASE("authorise, capture a part, release; void; refund at the terminal and offline") {
    for (const auto wire : wires) {
        shop here{wire};
        here.open();
        const auto reserve = [&](const char* key) {
            const auto made = here.sell(5000, key, ",\"capture\":\"manual\"");
            CHECK(text_of(made, "status") == "authorized");
            return text_of(made, "id");
        };
        const auto post = [&](const std::string& id, const std::string& what,
                              const std::string& body, const std::string& key) {
            const auto answer =
                here.api("POST", "/v1/payments/" + id + "/" + what + "?wait=60", body, key);
            CAPTURE(answer.body);
            CHECK(answer.status / 100 == 2);
            return answer.json();
        };
        const auto kept = reserve("reserve-1");
        CHECK(here.charged() == 0);
        CHECK(text_of(post(kept, "capture", R"({"amount":4200})", "capture"), "status") ==
              "captured");
        CHECK(here.charged() == 4200);
        CHECK(text_of(post(reserve("reserve-2"), "cancel", "{}", "release"), "status") ==
              "cancelled");

        const auto wrong = text_of(here.sell(1000, "to be voided"), "id");
        CHECK(text_of(post(wrong, "cancel", "{}", "void"), "status") == "voided");
        const auto sold = text_of(here.sell(2000, "to be refunded"), "id");
        CHECK(text_of(post(sold, "refunds",
                           R"({"amount":500,"reason":"damaged","route":"terminal"})", "r1"),
                      "status") == "succeeded");
        CHECK(here.charged() == 5700);
        CHECK(text_of(
                  post(sold, "refunds",
                       R"({"amount":300,"reason":"late","route":"offline","method":"cash"})", "r2"),
                  "status") == "succeeded");
        CHECK(number_of(here.payment(sold), "amount_refundable") == 1200);
    }
}

TEST_CASE("a running payment stops within a second of asking") {
    shop here{shop::wire::tcp, {"--manual"}};
    here.open();
    const auto begun = here.api("POST", "/v1/payments",
                                R"({"terminal":"lane-1","amount":1200,"currency":"EUR"})", "slow");
    REQUIRE(begun.status == 202);
    const auto id = text_of(begun.json(), "id");
    tests::wait_until("the terminal to ask for a card", [&] {
        return text_of(here.emulator("GET", "/v1/state"), "waits_for") == "card";
    });
    const auto asked = std::chrono::steady_clock::now();
    CHECK(here.api("POST", "/v1/payments/" + id + "/cancel?wait=30", "{}", "stop").status / 100 ==
          2);
    tests::wait_until("the end",
                      [&] { return text_of(here.payment(id), "status") == "cancelled"; });
    // Far above what it takes; the bound is the promise, not a measurement.
    CHECK(std::chrono::steady_clock::now() - asked < std::chrono::seconds{5});
    here.check_books();
}

TEST_CASE("[M8] an end of day ties out; a sale that the terminal lost is an alarm") {
    shop here{shop::wire::tcp};
    here.open();
    here.sell(1200, "a");
    here.sell(700, "b");
    const auto close_day = [&](const std::string& key) {
        return here.api("POST", "/v1/terminals/lane-1/end-of-day?wait=60", "{}", key).json();
    };
    const auto good = close_day("day-1");
    CHECK(text_of(good, "status") == "succeeded");
    CHECK(good.at("differences").as_array().empty());
    here.sell(1300, "c");
    here.add_fault(R"({"name":"totals_differ"})");
    const auto bad = close_day("day-2");
    CHECK_FALSE(bad.at("differences").as_array().empty());
    const auto events = here.api("GET", "/v1/events?after=0&limit=100").body;
    CHECK(events.find("day.mismatch") != std::string::npos);
}

TEST_CASE("[M6] the same key, while it runs, after it and after a crash, is the same payment") {
    shop here{shop::wire::tcp};
    here.open();
    const auto first = text_of(here.sell(1200, "one"), "id");
    CHECK(text_of(here.sell(1200, "one"), "id") == first);
    here.kill_bridge();
    here.open();
    CHECK(text_of(here.sell(1200, "one"), "id") == first);
    const auto other = here.api("POST", "/v1/payments",
                                R"({"terminal":"lane-1","amount":1300,"currency":"EUR"})", "one");
    CHECK(other.status == 409);
    CHECK(text_of(other.json().at("error"), "code") == "idempotency_mismatch");
    CHECK(here.charged() == 1200);
    here.check_books();
}

TEST_SUITE_END();
