// An amount as it is typed becomes whole minor units or nothing; written again it is the same
// amount (M10).
#include <algorithm>

#include "protocol/money.hpp"
#include "tests/fuzz/seed_corpus.hpp"

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    // "AMOUNT CURRENCY".
    return fuzz::write_texts(
        *argc, *argv,
        {"12.34 EUR", "12,3 EUR", "1234 JPY", "1.234 KWD", "0 EUR", "92233720368547758.07 EUR",
         "9223372036854775807 JPY", ".5 EUR", "5. EUR", "-1 EUR", "1e3 EUR", "1 eur", "0.001 EUR"});
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const auto blank = text.find(' ');
    if (blank == std::string::npos) return 0;
    const auto amount = text.substr(0, blank), currency = text.substr(blank + 1);
    const auto read = protocol::parse_money(amount, currency);
    if (!read) return 0;
    FUZZ_ASSERT(read->minor >= 0);
    FUZZ_ASSERT(read->unit.code() == currency);
    FUZZ_ASSERT(std::ranges::all_of(
        amount, [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == ','; }));
    const auto written = protocol::format_amount(*read);
    const auto again = protocol::parse_money(written, currency);
    FUZZ_ASSERT(again && *again == *read);

    // The digits are those that were typed: nothing was rounded.
    std::string typed, kept;
    std::ranges::copy_if(amount, std::back_inserter(typed), [](char c) { return c >= '0'; });
    std::ranges::copy_if(written, std::back_inserter(kept), [](char c) { return c >= '0'; });
    const auto point = amount.find_first_of(".,");
    const auto decimals = point == std::string::npos ? 0 : amount.size() - point - 1;
    typed.append(static_cast<std::size_t>(read->unit.exponent()) - decimals, '0');
    typed.erase(0, std::min(typed.find_first_not_of('0'), typed.size()));
    kept.erase(0, std::min(kept.find_first_not_of('0'), kept.size()));
    FUZZ_ASSERT(typed == kept);
    return 0;
}
