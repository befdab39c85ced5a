#include "firmware-bridge/ledger/account.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace bridge::ledger;

TEST_SUITE_BEGIN("ledger/account");

TEST_CASE("account: every account has a code of its own and is found by it") {
    std::set<std::string_view> codes;
    for (const auto& one : chart()) {
        CAPTURE(one.code);
        CHECK(codes.insert(one.code).second);
        CHECK_FALSE(one.name.empty());
        CHECK(account_from_code(one.code).value() == one.id);
        CHECK(&info(one.id) == &one);
    }
    CHECK(codes.size() == 19);
}

TEST_CASE("account: what is not in the chart is unknown") {
    for (const char* code : {"", "ar", "AR ", "A", "UNKNOWN"}) {
        CAPTURE(code);
        CHECK(account_from_code(code).error() == errc::unknown_account);
    }
}

TEST_CASE("account: a client's balance is made of the accounts that have clients") {
    std::set<std::string_view> with_clients;
    for (const auto& one : chart()) {
        if (one.per_client) with_clients.insert(one.code);
    }
    CHECK(with_clients == std::set<std::string_view>{"AR", "CRED", "UNAP", "RFP", "DEP"});
}

TEST_SUITE_END();
