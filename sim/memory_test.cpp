#include "sim/memory.hpp"

#include <doctest/doctest.h>

using namespace sim;

namespace {

transaction sale(booking_kind kind, std::int64_t amount, std::uint16_t receipt,
                 std::string card = "visa-credit") {
    transaction one;
    one.kind = kind;
    one.amount = amount;
    one.currency = 978;
    one.receipt = receipt;
    one.trace = receipt;
    one.turnover = receipt;
    one.card = std::move(card);
    return one;
}

transaction about(booking_kind kind, std::int64_t amount, std::uint16_t receipt,
                  std::uint16_t original) {
    auto one = sale(kind, amount, receipt);
    one.original_receipt = original;
    one.original_trace = original;
    return one;
}

constexpr auto visa = static_cast<std::size_t>(brand::visa);
constexpr auto girocard = static_cast<std::size_t>(brand::girocard);

}  // namespace

TEST_SUITE_BEGIN("sim/memory");

TEST_CASE("memory: everything comes back from the store") {
    record_in_memory store;
    terminal_memory written;
    written.agreement = {
        true, 0x9E, true, std::vector<std::uint16_t>{0x06D1, 0x06D3}, protocol::zvt::charset::utf_8,
        40,   1024, true};
    written.terminal_id = 87654321;
    written.last_trace = 77;
    written.language = 3;
    written.clock_offset_s = -60;
    store_transaction(written, sale(booking_kind::payment, 1234, 42, "girocard"));
    store_transaction(written, sale(booking_kind::reservation, 5000, 43));
    written.last_day = totals_of(written);
    written.pending = sale(booking_kind::payment, 99, 44);
    written.undoing = true;
    save_memory(store, written);

    const auto read = load_memory(store);
    record_in_memory again;
    save_memory(again, read);
    CHECK(again.load() == store.load());
    CHECK(read.agreement.permitted == written.agreement.permitted);
    CHECK(read.pending->amount == 99);
    CHECK(read.undoing);
    CHECK(read.last_receipt == 43);
    CHECK(read.last_day->brands[girocard].amount == 1234);
}

TEST_CASE("memory: a new terminal starts empty, unregistered, with the config of a log-off") {
    const auto fresh = load_memory(record_in_memory{});
    CHECK_FALSE(fresh.agreement.registered);
    CHECK(fresh.agreement.config == 0x86);
    CHECK(fresh.last_receipt == 0);
}

TEST_CASE("memory: what is no memory is refused") {
    const auto refuse = [](const std::string& content) {
        CAPTURE(content);
        record_in_memory store;
        store.save(content);
        CHECK_THROWS_WITH_AS((void)load_memory(store), doctest::Contains("cannot be read"),
                             std::runtime_error);
    };
    for (const std::string content : {"", "{", "[]", R"({"version":2})", R"({"version":1})"})
        refuse(content);

    record_in_memory store;
    terminal_memory some;
    store_transaction(some, sale(booking_kind::payment, 1234, 42));
    some.last_day = totals_of(some);
    save_memory(store, some);
    struct row {
        std::string was, is;
    };
    for (const auto& row : {
             row{R"("version":1)", R"("version":0)"},
             row{R"("version":1)", R"("version":"1")"},
             row{R"("agreement":)", R"("agreed":)"},
             row{R"("config":134)", R"("config":256)"},
             row{R"("config":134)", R"("config":-1)"},
             row{R"("config":134)", R"("config":1.5)"},
             row{R"("charset":)", R"("charset":9)"},
             row{R"("last_receipt":42)", R"("last_receipt":65536)"},
             row{R"("last_receipt":42)", R"("last_receipt":null)"},
             row{R"("printer_ready":true)", R"("printer_ready":1)"},
             row{R"("kind":"payment")", R"("kind":"gift")"},
             row{R"("kind":"payment")", R"("kind":7)"},
             row{R"("amount":1234)", R"("amount":1234.5)"},
             row{R"("amount":1234)", R"("amount":9223372036854775808)"},
             row{R"("verified":0)", R"("verified":99)"},
             row{R"("reversed":false)", R"("reserved":false)"},
             row{R"("turnover":[)", R"("turnover":[null,)"},
             row{R"("brands":[)", R"("brands":[],"other":[)"},
         }) {
        CAPTURE(row.is);
        auto content = store.load().value();
        const auto at = content.find(row.was);
        REQUIRE(at != std::string::npos);
        refuse(content.replace(at, row.was.size(), row.is));
    }
}

TEST_CASE("totals: payments and captures add, refunds subtract, reversed ones do not count") {
    terminal_memory memory;
    store_transaction(memory, sale(booking_kind::payment, 1000, 1));
    store_transaction(memory, sale(booking_kind::payment, 2000, 2));
    store_transaction(memory, sale(booking_kind::refund, 300, 3));
    store_transaction(memory, about(booking_kind::reversal, 2000, 4, 2));
    store_transaction(memory, sale(booking_kind::reservation, 5000, 5));
    store_transaction(memory, about(booking_kind::capture, 4200, 6, 5));
    store_transaction(memory, sale(booking_kind::payment, 70, 7, "girocard"));
    const auto totals = totals_of(memory);
    CHECK(totals.first_receipt == 1);
    CHECK(totals.last_receipt == 7);
    CHECK(totals.brands[visa].count == 3);
    CHECK(totals.brands[visa].amount == 4900);
    CHECK(totals.brands[girocard].count == 1);
    CHECK(totals.total() == 4970);
}

TEST_CASE("totals: a brand with more refunds than payments shows 0") {
    terminal_memory memory;
    store_transaction(memory, sale(booking_kind::refund, 300, 1));
    CHECK(totals_of(memory).total() == 0);
    CHECK(totals_of(memory).brands[visa].count == 1);
}

TEST_CASE("unstore: the last transaction is pending again and its number free") {
    terminal_memory memory;
    store_transaction(memory, sale(booking_kind::payment, 1000, 1));
    store_transaction(memory, sale(booking_kind::payment, 2000, 2));
    unstore_last(memory);
    CHECK(memory.last_receipt == 1);
    CHECK(memory.pending->amount == 2000);
    CHECK(memory.undoing);
    CHECK(memory.last->receipt == 1);
}

TEST_CASE("unstore: the effect on the original goes with it") {
    terminal_memory memory;
    store_transaction(memory, sale(booking_kind::payment, 1000, 1));
    store_transaction(memory, about(booking_kind::reversal, 1000, 2, 1));
    CHECK(find_stored(memory, 1)->reversed);
    unstore_last(memory);
    CHECK_FALSE(find_stored(memory, 1)->reversed);

    store_transaction(memory, sale(booking_kind::reservation, 5000, 2));
    store_transaction(memory, about(booking_kind::capture, 4000, 3, 2));
    CHECK(find_reservation(memory, 2) == nullptr);
    unstore_last(memory);
    REQUIRE(find_reservation(memory, 2) != nullptr);
    unstore_last(memory);
    CHECK(find_reservation(memory, 2) == nullptr);
}

TEST_CASE("unstore: receipt number 0001 goes back to 9999") {
    terminal_memory memory;
    memory.last_receipt = 9999;
    store_transaction(memory, sale(booking_kind::payment, 1000, 1));
    unstore_last(memory);
    CHECK(memory.last_receipt == 9999);
}

TEST_SUITE_END();
