#include "firmware-bridge/sales/day_candidates.hpp"

#include <doctest/doctest.h>

#include "firmware-bridge/sales/day.hpp"

namespace {

using namespace bridge::sales;
using protocol::receipt_number;

const auto unit = protocol::euro();

/// A day as we counted it. Each sale takes the next receipt number, from 0042 on.
struct shop_day {
    terminal_memory memory;
    std::vector<day_item> items;
    std::uint16_t receipt{41};

    void add(std::int64_t amount, std::string row, bool done = true,
             knowledge by = knowledge::dialogue) {
        ++receipt;
        intent settled;
        settled.kind = drivers::money_kind::payment;
        settled.payment = "pay_" + std::to_string(receipt);
        settled.outcome = done ? intent_outcome::done : intent_outcome::not_done;
        settled.result.emplace().receipt = receipt_number{receipt};
        settled.in_day = day_entry{1, std::move(row), amount, by};
        if (done) count(memory, settled);
        items.push_back(item_of(settled));
    }
    [[nodiscard]] std::vector<day_candidate> against(const drivers::day_totals& totals) const {
        return find_candidates(memory, totals, items, unit);
    }
};

drivers::day_totals told(std::vector<drivers::brand_total> brands) {
    drivers::day_totals totals;
    totals.brands = std::move(brands);
    return totals;
}

}  // namespace

TEST_SUITE_BEGIN("sales/day_candidates");

TEST_CASE("[M8] a day that ties out has no candidates") {
    shop_day day;
    day.add(1234, "girocard");
    day.add(4200, "Visa", true, knowledge::recovery);
    CHECK(day.against(told({{"girocard", 1, 1234}, {"Visa", 1, 4200}})).empty());
}

TEST_CASE("[M8] a terminal that counts in one byte ties out behind 255 sales") {
    shop_day day;
    for (int i = 0; i < 300; ++i) day.add(100, "Visa");
    CHECK(day.against(told({{"Visa", 300 - 256, 30000}})).empty());
    CHECK(compare(day.memory, told({{"Visa", 300 - 256, 30000}}), unit).empty());
    CHECK(compare(day.memory, told({{"Visa", 299 - 256, 30000}}), unit).size() == 1);
    CHECK(compare(day.memory, told({{"Visa", 300 - 256, 29900}}), unit).size() == 1);
}

TEST_CASE("[M8] a sale that the terminal lacks is named by its amount") {
    shop_day day;
    day.add(1234, "girocard");
    day.add(1500, "girocard");
    day.add(1500, "Visa");
    const auto found = day.against(told({{"girocard", 1, 1234}, {"Visa", 1, 1500}}));
    REQUIRE(found.size() == 1);
    CHECK(found[0].payment == "pay_43");
    CHECK(found[0].amount.minor == 1500);
    CHECK(found[0].receipt == receipt_number{43});
    CHECK(found[0].why.find("the terminal lacks") != std::string::npos);
}

TEST_CASE("[M8] a sale that we hold as not charged is named when the terminal has it") {
    shop_day day;
    day.add(1234, "girocard");
    day.add(1500, "other", false, knowledge::recovery);
    day.add(700, "other", false);
    const auto found = day.against(told({{"girocard", 1, 1234}, {"Visa", 1, 1500}}));
    REQUIRE(found.size() == 1);
    CHECK(found[0].payment == "pay_43");
    CHECK(found[0].why.find("not charged as far as we know") != std::string::npos);
}

TEST_CASE("[M8] a sale that the terminal counts under another brand is told as that") {
    shop_day day;
    day.add(1234, "girocard");
    const auto found = day.against(told({{"girocard", 0, 0}, {"Mastercard", 1, 1234}}));
    REQUIRE(found.size() == 1);
    CHECK(found[0].why.find("under Mastercard instead of girocard") != std::string::npos);
}

TEST_CASE("[M8] where no amount fits, those whose end was not seen come first") {
    shop_day day;
    day.add(100, "Visa");
    day.add(200, "Visa", true, knowledge::recovery);
    day.add(300, "girocard", true, knowledge::recovery);
    day.add(400, "Visa", false, knowledge::person);
    const auto found = day.against(told({{"Visa", 2, 123}, {"girocard", 1, 300}}));
    REQUIRE(found.size() == 2);
    CHECK(found[0].payment == "pay_43");
    CHECK(found[0].why == "its outcome was not seen but asked for");
    CHECK(found[1].payment == "pay_45");
    CHECK(found[1].why == "its outcome was settled by a person");
}

TEST_CASE("[M8] where nothing else is known, all of the rows in question are candidates") {
    shop_day day;
    day.add(100, "Visa");
    day.add(200, "Visa");
    day.add(300, "girocard");
    const auto found = day.against(told({{"Visa", 2, 123}, {"girocard", 1, 300}}));
    REQUIRE(found.size() == 2);
    CHECK(found[0].payment == "pay_42");
    CHECK(found[1].payment == "pay_43");
}

TEST_CASE("[M8] receipt numbers of the terminal's day that are none of ours are named") {
    shop_day day;
    day.add(100, "Visa");
    ++day.receipt;  // 0043 is somebody else's
    day.add(200, "Visa");
    auto totals = told({{"Visa", 3, 5300}});
    totals.first = receipt_number{42};
    totals.last = receipt_number{44};
    const auto found = day.against(totals);
    REQUIRE_FALSE(found.empty());
    CHECK(found.back().payment.empty());
    CHECK(found.back().receipt == receipt_number{43});
}

TEST_CASE("[M8] a terminal that tells no brands is compared as a whole") {
    shop_day day;
    day.add(100, "Visa");
    day.add(250, "girocard");
    drivers::day_totals totals;
    totals.amount = 100;
    const auto found = day.against(totals);
    REQUIRE(found.size() == 1);
    CHECK(found[0].payment == "pay_43");
}

TEST_CASE("[M8] never more than twenty, whatever the numbers are") {
    shop_day day;
    for (int i = 0; i < 50; ++i) day.add(100, "Visa");
    auto totals = told({{"Visa", 50, 4900}});
    totals.first = receipt_number{9000};
    totals.last = receipt_number{8999};
    CHECK(day.against(totals).size() == 20);
}

TEST_SUITE_END();
