// An entry that can be made is balanced, and its JSON is, too: whole numbers, one side a line,
// nothing lost (I-01, M10).
#include "firmware-bridge/ledger/json.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <map>

#include "firmware-bridge/ledger/posting.hpp"
#include "tests/fuzz/seed_corpus.hpp"

using namespace bridge::ledger;

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    // Ten bytes a line: account and side, currency, amount (8, big-endian).
    return fuzz::write_seeds(
        *argc, *argv,
        {"00 00 00 00 00 00 00 00 04 D2  81 00 00 00 00 00 00 00 04 D2",
         "02 01 7F FF FF FF FF FF FF FF  83 01 7F FF FF FF FF FF FF FF",
         "00 00 00 00 00 00 00 00 00 01  81 00 00 00 00 00 00 00 00 02",
         "00 00 00 00 00 00 00 00 00 03  81 00 00 00 00 00 00 00 00 01  82 00 00 00 00 00 00 00 00 "
         "02"});
}

namespace {

std::vector<line> lines_of(const std::uint8_t* data, std::size_t size) {
    std::vector<line> lines;
    for (; size >= 10; data += 10, size -= 10) {
        std::uint64_t amount = 0;
        for (int i = 2; i < 10; ++i) amount = amount << 8U | data[i];
        const auto code = data[1] % 2 == 0 ? "EUR" : "JPY";
        const money moved{static_cast<std::int64_t>(amount),
                          protocol::currency::from_code(code).value()};
        const auto where = static_cast<account>((data[0] & 0x3FU) % 19U);
        // A client beside any account: some take none, and make() says so.
        const std::string client =
            (data[0] & 0x40U) != 0 ? std::string(1, static_cast<char>(data[1])) : "";
        lines.push_back((data[0] & 0x80U) != 0 ? credit(where, moved, client)
                                               : debit(where, moved, client));
    }
    return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto lines = lines_of(data, size);
    const auto entry = journal_entry::make({.sequence = size + 1, .description = "fuzz"}, lines);
    if (!entry) return 0;
    FUZZ_ASSERT(sequence_of_entry(entry->id()) == size + 1);
    boost::system::error_code not_json;
    const auto shown = boost::json::parse(boost::json::serialize(to_json(*entry)), not_json);
    if (not_json) {
        // A client's name is a text of the API, which is UTF-8.
        FUZZ_ASSERT(std::any_of(lines.begin(), lines.end(), [](const line& one) {
            return !one.client.empty() && static_cast<unsigned char>(one.client[0]) >= 0x80;
        }));
        return 0;
    }
    const auto& shown_lines = shown.at("lines").as_array();
    FUZZ_ASSERT(shown_lines.size() == lines.size());
    std::map<std::string, __int128> sums;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto& one = shown_lines[i].as_object();
        const bool is_debit = one.contains("debit");
        FUZZ_ASSERT(is_debit != one.contains("credit"));
        FUZZ_ASSERT(is_debit == (lines[i].way == side::debit));
        const auto amount = one.at(is_debit ? "debit" : "credit").as_int64();
        FUZZ_ASSERT(amount > 0 && amount == lines[i].amount.minor);
        sums[std::string{one.at("currency").as_string()}] += is_debit ? amount : -__int128{amount};
    }
    for (const auto& [currency, sum] : sums) FUZZ_ASSERT(sum == 0);
    return 0;
}
