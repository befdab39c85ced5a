#include "sim/acquirer.hpp"

#include <doctest/doctest.h>

using namespace sim;

namespace {

constexpr std::uint16_t eur = 978;
const card& visa = *find_card("visa-credit");

authorisation_request asking(booking_kind kind, std::uint32_t trace, std::int64_t amount) {
    authorisation_request request;
    request.kind = kind;
    request.key = {1, trace};
    request.amount = amount;
    request.currency = eur;
    request.receipt = static_cast<std::uint16_t>(trace);
    request.holder = &visa;
    return request;
}

authorisation_request about(booking_kind kind, std::uint32_t trace, std::int64_t amount,
                            std::uint32_t original) {
    auto request = asking(kind, trace, amount);
    request.holder = nullptr;
    request.original = booking_key{1, original};
    return request;
}

}  // namespace

TEST_SUITE_BEGIN("sim/acquirer");

TEST_CASE("acquirer: an approved payment is charged, a declined one leaves no entry") {
    log_in_memory books;
    acquirer host{books};
    CHECK(host.authorise(asking(booking_kind::payment, 1, 1200)).host_code == 0);
    CHECK(host.authorise(asking(booking_kind::payment, 2, 1205)).host_code == 5);
    CHECK(host.bookings().size() == 1);
    CHECK(host.net_charged("visa-credit", eur) == 1200);
}

TEST_CASE("acquirer: undo strikes an entry once, however often it is asked") {
    log_in_memory books;
    acquirer host{books};
    (void)host.authorise(asking(booking_kind::payment, 1, 1200));
    host.undo({1, 1});
    host.undo({1, 1});
    host.undo({1, 99});
    CHECK(host.net_charged("visa-credit", eur) == 0);
    CHECK(books.load().size() == 2);
}

TEST_CASE(
    "acquirer: a reservation holds, its capture charges what is captured and frees the rest") {
    log_in_memory books;
    acquirer host{books};
    (void)host.authorise(asking(booking_kind::reservation, 1, 5000));
    CHECK(host.balances().at({"visa-credit", eur}).held == 5000);
    CHECK(host.net_charged("visa-credit", eur) == 0);
    CHECK(host.authorise(about(booking_kind::capture, 2, 6000, 1)).host_code != 0);
    CHECK(host.authorise(about(booking_kind::capture, 3, 4200, 1)).host_code == 0);
    CHECK(host.balances().at({"visa-credit", eur}).held == 0);
    CHECK(host.net_charged("visa-credit", eur) == 4200);
    CHECK(host.authorise(about(booking_kind::capture, 4, 100, 1)).host_code != 0);
    host.undo({1, 3});
    CHECK(host.balances().at({"visa-credit", eur}).held == 5000);
    CHECK(host.net_charged("visa-credit", eur) == 0);
}

TEST_CASE("acquirer: a released reservation holds nothing and cannot be captured") {
    log_in_memory books;
    acquirer host{books};
    (void)host.authorise(asking(booking_kind::reservation, 1, 5000));
    CHECK(host.authorise(about(booking_kind::release, 2, 5000, 1)).host_code == 0);
    CHECK(host.balances().at({"visa-credit", eur}).held == 0);
    CHECK(host.authorise(about(booking_kind::capture, 3, 100, 1)).host_code != 0);
}

TEST_CASE("acquirer: a reversal makes a payment void; undoing the reversal brings it back") {
    log_in_memory books;
    acquirer host{books};
    (void)host.authorise(asking(booking_kind::payment, 1, 1200));
    CHECK(host.authorise(about(booking_kind::reversal, 2, 1200, 1)).host_code == 0);
    CHECK(host.net_charged("visa-credit", eur) == 0);
    CHECK(host.authorise(about(booking_kind::reversal, 3, 1200, 1)).host_code != 0);
    host.undo({1, 2});
    CHECK(host.net_charged("visa-credit", eur) == 1200);
}

TEST_CASE("acquirer: refunds lower the net, a partial issue lowers a payment") {
    log_in_memory books;
    acquirer host{books};
    (void)host.authorise(asking(booking_kind::payment, 1, 1200));
    host.lower({1, 1}, 800);
    host.lower({1, 1}, 900);
    (void)host.authorise(asking(booking_kind::refund, 2, 305));
    CHECK(host.net_charged("visa-credit", eur) == 495);
}

TEST_CASE("acquirer: blocked cards and wrong PINs are refused") {
    log_in_memory books;
    acquirer host{books};
    auto blocked = asking(booking_kind::payment, 1, 1200);
    blocked.holder = find_card("blocked");
    CHECK(host.authorise(blocked).host_code == 62);
    auto mistyped = asking(booking_kind::payment, 2, 1200);
    mistyped.online_pin_given = true;
    mistyped.pin_right = false;
    CHECK(host.authorise(mistyped).host_code == 55);
}

TEST_CASE("acquirer: the books read back as they were written") {
    log_in_memory books;
    {
        acquirer host{books};
        (void)host.authorise(asking(booking_kind::payment, 1, 1200));
        (void)host.authorise(asking(booking_kind::reservation, 2, 5000));
        (void)host.authorise(about(booking_kind::capture, 3, 4200, 2));
        host.lower({1, 3}, 4000);
        host.undo({1, 1});
    }
    acquirer again{books};
    CHECK(again.bookings().size() == 3);
    CHECK(again.net_charged("visa-credit", eur) == 4000);
    CHECK_FALSE(again.stands({1, 1}));
}

TEST_CASE("acquirer: damaged books are refused by the line") {
    log_in_memory books;
    books.append(R"({"undo":7})");
    CHECK_THROWS_WITH_AS(acquirer{books}, doctest::Contains("line 1"), std::runtime_error);
}

TEST_CASE("acquirer: [M9] no more of a card number than its first 6 and last 4 is in the books") {
    log_in_memory books;
    acquirer host{books};
    (void)host.authorise(asking(booking_kind::payment, 1, 1200));
    for (const auto& line : books.load()) {
        CHECK(line.find("411111******1111") != std::string::npos);
        CHECK(line.find(visa.pan) == std::string::npos);
    }
}

TEST_SUITE_END();
