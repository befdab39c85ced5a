// The tables of README.md are those of the code: the chart, and the lines of each booking.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "firmware-bridge/ledger/book.hpp"

namespace bridge::ledger {
namespace {

using journal::booking_kind;

std::string readme() {
    std::ifstream file{LEDGER_README};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void expect(const std::string& text, const std::string& row) {
    CAPTURE(row);
    CHECK(text.find(row) != std::string::npos);
}

std::string_view words(account_kind kind) {
    switch (kind) {
        case account_kind::asset: return "asset";
        case account_kind::liability: return "liability";
        case account_kind::income: return "income";
        case account_kind::expense: return "expense";
    }
    return {};
}

/// "Dr PROC, Cr UNAP"
std::string lines_of(booking_kind kind, std::string invoice, bool offline) {
    journal::stored_event event;
    event.sequence = 7;
    event.content.booking = journal::booking{};
    auto& booking = *event.content.booking;
    booking.kind = kind;
    booking.amount = {1234, protocol::euro()};
    booking.invoice = std::move(invoice);
    booking.offline = offline;
    const auto entry = entry_for(event);
    REQUIRE(entry.has_value());
    std::string text;
    for (const auto& line : entry->lines()) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ",
                            line.way == side::debit ? "Dr" : "Cr", info(line.where).code);
    }
    return text;
}

}  // namespace

TEST_SUITE_BEGIN("ledger/readme");

TEST_CASE("readme: the chart is that of the code") {
    const auto text = readme();
    REQUIRE_FALSE(text.empty());
    for (const auto& one : chart()) {
        expect(text, fmt::format("\n| `{}` | {} | {} | {} |\n", one.code, one.name, words(one.kind),
                                 one.per_client ? "yes" : "no"));
    }
}

TEST_CASE("readme: every kind of booking has the lines that it says") {
    const auto text = readme();
    const auto row = [&](std::string_view kinds, std::string_view when, booking_kind kind,
                         const char* invoice, bool offline) {
        expect(text,
               fmt::format("\n| {} | {} | {} |\n", kinds, when, lines_of(kind, invoice, offline)));
    };
    const auto named = "the payment names an invoice";
    for (const auto kind : {booking_kind::sale, booking_kind::capture}) {
        row("`sale`, `capture`", named, kind, "inv-1", false);
        row("`sale`, `capture`", "it names none", kind, "", false);
    }
    row("`void`", named, booking_kind::void_sale, "inv-1", false);
    row("`void`", "it names none", booking_kind::void_sale, "", false);
    row("`refund`", "at the terminal", booking_kind::refund, "", false);
    row("`refund`", "outside of it", booking_kind::refund, "", true);
    row("`pending`", "the outcome is unknown (M4)", booking_kind::pending, "", false);
    row("`pending_cleared`", "it is known now; a `sale`, `refund` … follows if it happened",
        booking_kind::pending_cleared, "", false);
}

TEST_SUITE_END();

}  // namespace bridge::ledger
