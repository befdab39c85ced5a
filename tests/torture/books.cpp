#include "tests/torture/books.hpp"

#include <doctest/doctest.h>

#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "sim/card.hpp"
#include "tests/torture/acquirer_list.hpp"

namespace torture {
namespace {

namespace json = boost::json;
using tests::number_of;
using tests::shop;
using tests::text_of;

void check_deal(const deal& one, const json::value& payment, const at_acquirer& list,
                std::int64_t refunded) {
    CAPTURE(one.key);
    CAPTURE(one.payment);
    CAPTURE(static_cast<int>(one.wanted));
    CAPTURE(one.status);
    CAPTURE(one.by_hand);
    CHECK_MESSAGE(list.first_bookings <= 1, "[M2] charged more than once");
    // What was said once stays so.
    CHECK(text_of(payment, "id") == one.payment);
    CHECK(text_of(payment, "status") == one.status);
    CHECK(number_of(payment, "amount_captured") == one.captured);
    CHECK(number_of(payment, "amount") == one.amount);
    const bool charged = one.status == "captured";
    CHECK(one.captured == (!charged ? 0 : one.wanted == wish::capture ? one.capture : one.amount));
    CHECK(refunded == (one.refund_status == "succeeded" ? one.refund : 0));
    // And it is so.
    CHECK(list.charged == one.captured - refunded);
    CHECK(list.refunded == refunded);
    if (one.status == "authorized") CHECK(list.stands);
    if (one.status == "declined") CHECK_FALSE(list.stands);
}

/// Net of the processor's account by payment; no event was posted twice.
std::map<std::string, std::int64_t> ledger_by_payment(const shop& here) {
    std::map<std::string, std::int64_t> net;
    std::set<std::string> events;
    std::string after;
    for (bool more = true; more;) {
        const auto page = here.api("GET", "/v1/journal-entries?limit=100" +
                                              (after.empty() ? "" : "&starting_after=" + after))
                              .json();
        for (const auto& entry : page.at("data").as_array()) {
            after = text_of(entry, "id");
            CHECK_MESSAGE(events.insert(text_of(entry, "event")).second,
                          "[M7] posted twice: " << json::serialize(entry));
            auto& sum = net[text_of(entry, "payment")];
            for (const auto& line : entry.at("lines").as_array()) {
                if (text_of(line, "account") == "PROC")
                    sum += number_of(line, "debit") - number_of(line, "credit");
            }
        }
        more = page.at("has_more").as_bool();
    }
    return net;
}

/// The middle of a card's number in every form in which it could be written.
std::vector<std::string> forms_of(std::string_view pan) {
    const auto hex = [](std::string_view digits, const char* between) {
        std::string text;
        for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
            if (i > 0) text += between;
            text += digits.substr(i, 2);
        }
        return text;
    };
    std::string bcd;
    for (std::size_t i = 0; i + 1 < pan.size(); i += 2) {
        bcd.push_back(static_cast<char>((pan[i] - '0') << 4 | (pan[i + 1] - '0')));
    }
    std::string groups;
    for (std::size_t i = 0; i < pan.size(); ++i) {
        if (i > 0 && i % 4 == 0) groups += ' ';
        groups += pan[i];
    }
    // More digits than may be shown, so many that no amount or identifier looks the same.
    std::vector<std::string> forms{std::string{pan.substr(0, 9)}, bcd.substr(0, 5),
                                   hex(pan.substr(0, 10), " "), groups.substr(0, 11)};
    const auto end = pan.substr(pan.size() - 12);
    if (!end.starts_with("000")) forms.emplace_back(end);
    return forms;
}

}  // namespace

void check_books(const shop& here, const std::vector<deal>& deals) {
    const auto books = here.emulator("GET", "/v1/acquirer");
    std::map<std::string, json::value> by_key;
    for (const auto& one : here.payments()) {
        const auto key = text_of(one, "reference");
        CHECK_MESSAGE(by_key.emplace(key, one).second, "[M6] two payments of one key: " << key);
    }
    here.check_books();  // in all, and waits for the ledger
    auto in_ledger = ledger_by_payment(here);
    for (const auto& one : deals) {
        const auto payment = by_key.find(one.key);
        if (payment == by_key.end()) {
            CHECK_MESSAGE(one.payment.empty(), "lost: " << one.key << " " << one.payment);
            continue;
        }
        const auto refunded = number_of(payment->second, "amount_refunded");
        check_deal(one, payment->second, find(books, one), refunded);
        CHECK(in_ledger[one.payment] == one.captured - refunded);
        by_key.erase(payment);
    }
    for (const auto& [key, one] : by_key) {
        FAIL_CHECK("nobody asked for " << key << ": " << json::serialize(one));
    }
}

void check_no_card_data_in(const std::string& file) {
    std::ifstream in{file, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    for (const auto& card : sim::all_cards()) {
        for (const auto& form : forms_of(card.pan)) {
            CHECK_MESSAGE(
                bytes.find(form) == std::string::npos,
                "[M9] " << file << " shows more of " << card.masked_pan() << " than it may");
        }
    }
}

void check_no_card_data(const std::string& directory) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator{directory}) {
        if (entry.is_regular_file()) check_no_card_data_in(entry.path().string());
    }
}

}  // namespace torture
