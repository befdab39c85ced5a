#include "protocol/zvt/card_number_search.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/hex_bytes.hpp"
#include "tests/support/received_text.hpp"

using namespace protocol::zvt;
using support::to_hex;
using bytes = std::vector<std::uint8_t>;

TEST_SUITE_BEGIN("protocol/zvt/card_number_search");

namespace {

using hide = std::size_t (*)(std::span<std::uint8_t>) noexcept;

std::string hidden(hide function, std::string_view hex) {
    auto all = support::hex(hex);
    function(all);
    return to_hex(all);
}

std::string printed(hide function, std::string_view text) {
    bytes all(text.begin(), text.end());
    function(all);
    return {all.begin(), all.end()};
}

}  // namespace

TEST_CASE("card_number_search: of a packed card number 6 and 4 digits stay") {
    struct row {
        std::string name;
        std::string before;
        std::string after;
    };
    for (const auto& row : {
             row{"16 digits", "4111111111111111", "411111eeeeee1111"},
             row{"19 digits", "6728120000000003456f", "672812eeeeeeeee3456f"},
             row{"20 digits", "67281200000000034567", "672812eeeeeeeeee4567"},
             row{"13 digits", "4222222222222f", "422222eee2222f"},
             row{"hidden already", "541333eeeeee1234", "541333eeeeee1234"},
             row{"hidden already, padded", "672812eeeeeeeee3456f", "672812eeeeeeeee3456f"},
             row{"hidden in part", "5413330e89e01234", "541333eeeeee1234"},
             row{"short", "1234567890", "eeeeee7890"},
             row{"short, hidden already", "67eeee1234", "67eeee1234"},
             row{"shorter than what stays", "123f", "123f"},
             row{"empty", "", ""},
         }) {
        CAPTURE(row.name);
        CHECK(hidden(hide_packed_track, row.before) == row.after);
    }
}

TEST_CASE("card_number_search: nothing behind a packed separator stays") {
    CHECK(hidden(hide_packed_track, "4111111111111111d25122010000012345678f") ==
          "411111eeeeee1111deeeeeeeeeeeeeeeeeeeef");
    CHECK(hidden(hide_packed_track, "541333eeeeee1234d2512f") == "541333eeeeee1234deeeef");
    // Track 3 begins with a format code: where the last four of the PAN are is not certain.
    CHECK(hidden(hide_packed_track, "016728120000000003456d28000d1234") ==
          "016728eeeeeeeeeeeeeeedeeeeedeeee");
}

TEST_CASE("card_number_search: of an EF_ID only the beginning stays") {
    CHECK(hidden(hide_packed_track, "672200120012345678901225120978") ==
          "672200eeeeeeeeeeeeeeeeeeeeeeee");
}

TEST_CASE("card_number_search: track 1 keeps its separators") {
    CHECK(printed(hide_printed_track, "B4111111111111111^DOE/JANE^25122010000012345?") ==
          "B411111******1111^********^*****************?");
    CHECK(printed(hide_printed_track, "%B541333EEEEEE1234^*^*?") == "%B541333EEEEEE1234^*^*?");
    CHECK(printed(hide_printed_track, "4111111111111111") == "411111******1111");
    CHECK(printed(hide_printed_track, "B41EE1^X^25") == "B41EE1^*^**");
    CHECK(printed(hide_printed_track, "no digits") == "*********");
    CHECK(printed(hide_printed_track, "") == "");
}

TEST_CASE("card_number_search: printed card numbers are found in text") {
    struct row {
        std::string before;
        std::string after;
    };
    for (const auto& row : {
             row{"4111111111111111", "411111******1111"},
             row{"Karte 4111111111111111 ok", "Karte 411111******1111 ok"},
             row{"PAN:4222222222222.", "PAN:422222***2222."},
             row{"4111 1111 1111 1111", "4111 11** **** 1111"},
             row{"4111-1111-1111-1111", "4111-11**-****-1111"},
             row{"0042 4111 1111 1111 1111 0917", "0042 4111 11** **** 1111 0917"},
             row{"12 4111111111111111 35", "12 411111******1111 35"},
             row{"4111111111111111 4222222222222", "411111******1111 422222***2222"},
             row{"4111111111111111=25122011234", "411111******1111=***********"},
             row{"4111111111111111D25122011234", "411111******1111D***********"},
             row{"4111111111111111DANKE", "411111******1111DANKE"},
             row{"B4111111111111111^DOE/J^2512201?", "B411111******1111^*****^*******?"},
             row{"3400 0000 0000 009", "3400 00** ***0 009"},
         }) {
        CAPTURE(row.before);
        CHECK(printed(hide_printed_numbers, row.before) == row.after);
    }
}

TEST_CASE("card_number_search: text without a card number stays") {
    for (const std::string text : {
             "",
             "Betrag EUR 12,34",
             "4111111111111112",             // fails Luhn
             "411111111111",                 // 12 digits
             "41111111111111111111111",      // no card number is that long
             "0000000000000000",             // passes Luhn, but no card begins with 0
             "4111  1111  1111  1111",       // two blanks: columns
             "xxxxxxxxxxxx8074",             // hidden by the terminal
             "411111******1111",             // hidden by us
             "05.04.2023 22:55:58 0042 17",  // a date, a time
             "TA-Nr. 000977 BNr 0331",
         }) {
        CAPTURE(text);
        CHECK(printed(hide_printed_numbers, text) == text);
    }
}

TEST_CASE("card_number_search: packed card numbers are found between other bytes") {
    struct row {
        std::string name;
        std::string before;
        std::string after;
    };
    for (const auto& row : {
             row{"alone", "4111111111111111", "411111eeeeee1111"},
             row{"with pad", "ff4222222222222fff", "ff422222eee2222fff"},
             row{"with its track", "0a4111111111111111d2512201000000000f",
                 "0a411111eeeeee1111deeeeeeeeeeeeeeeef"},
             row{"before letters", "4111111111111111ab", "411111eeeeee1111ab"},
         }) {
        CAPTURE(row.name);
        CHECK(hidden(hide_packed_numbers, row.before) == row.after);
    }
    // Which of the digits belong to it cannot be told: what might, goes.
    const auto among_digits = hidden(hide_packed_numbers, "5a41111111111111110c101530");
    CHECK(among_digits.substr(0, 8) == "5a411111");
    CHECK(among_digits.substr(8, 6) == "eeeeee");
}

TEST_CASE("card_number_search: bytes without a card number stay") {
    for (const std::string hex : {
             "",
             "411111111111",                // 12 digits
             "4111111111111112ff",          // fails Luhn, and so do its beginnings
             "00000000000000000000000000",  // begins with 0
             "411111eeeeee1111",            // hidden already
             "f4111111111111111f",          // does not begin with a byte
             "30303134313430303030303030",  // printed digits look packed
         }) {
        CAPTURE(hex);
        CHECK(hidden(hide_packed_numbers, hex) == hex);
    }
}

TEST_CASE("card_number_search: BMPs with card data are found in bytes without a structure") {
    struct row {
        std::string name;
        std::string before;
        std::string after;
    };
    for (const auto& row : {
             // The digits of none of these pass Luhn.
             row{"22", "5a22f0f84111111111111112aa", "5a22f0f8411111eeeeee1112aa"},
             row{"23", "5a23f1f14111111111111112d25122aa", "5a23f1f1411111eeeeee1112deeeeeaa"},
             row{"24", "5a24f0f1f14111111111111112d25122", "5a24f0f1f1411111eeeeee1112deeeee"},
             row{"hidden already", "5a22f0f8411111eeeeee1112", "5a22f0f8411111eeeeee1112"},
             row{"two of them", "22f0f8411111111111111222f0f84111111111111113",
                 "22f0f8411111eeeeee111222f0f8411111eeeeee1113"},
             row{"too long for what is there", "5a22f0f9411111111111", "5a22f0f9411111111111"},
             row{"not digits", "5a22f0f841a1111111111112", "5a22f0f841a1111111111112"},
         }) {
        CAPTURE(row.name);
        CHECK(hidden(hide_anywhere, row.before) == row.after);
    }
    const std::string track = "B4111111111111112^DOE/J^2512?";
    const auto before = "5a2df2f9" + to_hex(bytes(track.begin(), track.end()));
    const std::string masked = "B411111******1112^*****^****?";
    CHECK(hidden(hide_anywhere, before) ==
          "5a2df2f9" + to_hex(bytes(masked.begin(), masked.end())));
}

TEST_CASE("card_number_search: says how many digits it hid") {
    auto number = support::hex("4111111111111111d2512f");
    CHECK(hide_packed_track(number) == 6 + 4);
    CHECK(hide_packed_track(number) == 0);
    auto digits = support::hex("123f");
    CHECK(hide_packed_digits(digits) == 3);
    CHECK(to_hex(digits) == "eeef");
    std::string text = "4111 1111 1111 1111";
    bytes printed_text(text.begin(), text.end());
    CHECK(hide_printed_numbers(printed_text) == 6);
}

TEST_SUITE_END();
