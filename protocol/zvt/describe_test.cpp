#include "protocol/zvt/describe.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "protocol/zvt/bmp.hpp"
#include "protocol/zvt/tlv.hpp"
#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using support::held_apdu;

namespace {

description told(const char* apdu) { return describe(held_apdu{apdu}.view()); }

bool says(const char* apdu, std::string_view expected) {
    const auto text = told(apdu).text;
    INFO(text);
    return text.find(expected) != std::string::npos;
}

}  // namespace

TEST_SUITE_BEGIN("protocol/zvt/describe");

TEST_CASE("describe: a payment reads as a person would say it") {
    CHECK(told("06 01 0C 04 000000001234 49 0978 19 40").text ==
          "06 01 Authorization, 12 bytes\n"
          "  04 amount: 12.34 EUR\n"
          "  49 currency: 978 EUR\n"
          "  19 payment type: 40, the terminal decides, without GeldKarte\n");
    CHECK(told("06 01 0A 04 000000001234 49 0392").text ==
          "06 01 Authorization, 10 bytes\n"
          "  04 amount: 1234 JPY\n"
          "  49 currency: 392 JPY\n");
}

TEST_CASE("describe: containers stand below what holds them, indented as asked") {
    const held_apdu apdu{"06 1E 12 FF 06 0F 1F16 02 0BB8 1F17 07 4E6F2068 6F7374"};
    CHECK(describe(apdu.view(), {.texts = {}, .indent = 1}).text ==
          "  06 1E Abort, 18 bytes\n"
          "    result code: FF, system error\n"
          "    06 TLV container\n"
          "      1F16 extended error code: 0B B8\n"
          "      1F17 extended error text: \"No host\"\n");
}

TEST_CASE("describe: positional bytes, codes, dates and bits have their meaning") {
    struct row {
        const char* apdu;
        const char* says;
    };
    for (const auto& row : {
             row{"06 00 06 123456 86 0978", "password: (not shown)"},
             row{"06 00 06 123456 86 0978",
                 "config byte: 86, payment receipts to the ECR, administration receipts to the "
                 "ECR, "
                 "print lines wanted"},
             row{"06 00 06 123456 86 0978", "currency: 978 EUR"},
             row{"06 0F 01 DC", "status: DC, card inserted"},
             row{"06 0F 08 F0F0F4 322E3130 00", "software version: \"2.10\""},
             row{"06 0F 02 19 03", "19 status byte: 03, initialisation needed, diagnosis needed"},
             row{"06 1E 03 6F 0978", "currency: 978 EUR"},
             row{"04 FF 02 0A 15", "status: 0A, insert card"},
             row{"04 FF 02 0A 15", "T4 in minutes: 15"},
             row{"04 FF 01 1E", "status: 1E, not assigned"},
             row{"04 0F 02 19 70", "payment type: 70, with PIN"},
             row{"04 0F 04 0C 101530", "time: 10:15:30"},
             row{"04 0F 03 0D 0514", "date: 05-14"},
             row{"04 0F 03 87 FFFF", "receipt number: none"},
             row{"04 0F 02 8A C6", "card type: 198, CUP"},
             row{"04 0F 02 27 37", "result code: 37, host or network code"},
             row{"06 C0 03 1E 19 10", "timeout: 30 s"},
             row{"06 C0 03 1E 19 10", "card type: 10, chip"},
             row{"06 20 05 000000 03 03",
                 "service byte: 03, send the status information, do not print"},
             row{"06 D1 06 C0 44616E6B65", "attribute: C0, centred, last line"},
             row{"06 D1 06 C0 44616E6B65", "text: \"Danke\""},
             row{"06 D1 02 FF 03", "line feeds: 3"},
             row{"06 09 03 0203 02", "mode: 02, cash"},
             row{"06 95 06 000000 123456", "new password: (not shown)"},
             row{"06 12 05 000000 0042", "from transaction: 0042"},
             row{"06 85 05 01 4F4B 00 0A", "text: \"OK\" at position 01"},
             row{"06 86 15 06 01 000000 01 4B4C 00 02 4D4E 00 AABBCCDDEEFFAABB", "text 2: \"MN\""},
             row{"06 87 08 57 04 01 00 00 41 00 99",
                 "driver code and card data: 1 bytes, not shown"},
             row{"06 D8 07 46393630303A31", "number to dial: \"F9600:1\""},
             row{"06 E0 09 F0 05 F1 F0F2 4F4B F9 01", "F1 text 1 line 1: \"OK\""},
             row{"08 30 01 02", "02, French"},
             row{"08 40 01 07", "07, 115200"},
             row{"80 00 01 0D", "key or status: 0D, OK"},
             row{"80 00 04 31323334", "digits: \"1234\""},
             row{"80 00 05 06 03 19 01 02", "19 return value: 02"},
             row{"84 9C 00", "84 9C Negative Acknowledgement, 0 bytes: please wait"},
             row{"84 9D 07 04 000000000800", "amount: 8.00 EUR"},
             row{"84 1E 03 6F 0978", "currency: 978 EUR"},
             row{"0F 01 03 AABBCC", "vendor data: AA BB CC"},
             row{"06 70 05 06 03 1B 01 02", "1B diagnosis type: 02, extended"},
             row{"06 00 0C 000000 86 0978 06 04 26 02 0A 00", "0A ZVT command"},
             row{"06 00 0E 000000 86 0978 06 06 26 04 0A 02 06D1", "06 D1, Print Line"},
             row{"04 0F 08 06 06 60 04 41 02 0104", "41 card type: 260, BlueCode"},
             row{"04 0F 08 06 06 1F10 01 01 1F 00", "1F10 cardholder verification: 01, signature"},
             row{"04 0F 09 06 07 FF0A 02 0102 14 00", "FF0A vendor data: 01 02"},
         }) {
        CAPTURE(row.apdu);
        CAPTURE(row.says);
        CHECK(says(row.apdu, row.says));
    }
}

TEST_CASE("describe: bytes without a name are told and counted against the whole") {
    struct row {
        const char* apdu;
        const char* says;
    };
    for (const auto& row : {
             row{"06 77 00", "?? unknown: 06 77"},
             row{"04 0F 05 27 00 61 01 02", "?? unknown: 61 01 02"},
             row{"04 0F 06 06 04 1F 7A 01 05", "?? unknown: 1F 7A 01 05"},
             row{"04 0F 03 04 0000", "?? the bytes end inside an element: 04 00 00"},
             row{"04 0F 04 06 02 07 05", "?? the bytes end inside an element: 07 05"},
             row{"04 0F 04 06 02 07 80", "?? a TLV length starts with 80 or 83..FF: 07 80"},
             row{"04 0F 03 87 0A00", "?? a nibble above 9"},
             row{"04 0F 05 60 F0F0F1 00", "?? the bytes end inside an element: 00"},
             row{"06 00 02 0000", "?? the bytes end inside an element"},
             row{"06 85 02 01 41", "?? the bytes end inside an element"},
             row{"06 D1 00", "?? the bytes end inside an element"},
             row{"06 95 07 000000 000000 FF", "?? unknown: FF"},
             row{"08 30 02 00 00", "?? unknown: 00"},
             row{"06 12 06 000000 0042 00", "?? the bytes end inside an element: 00"},
         }) {
        CAPTURE(row.apdu);
        CHECK(says(row.apdu, row.says));
        CHECK_FALSE(told(row.apdu).complete);
    }
}

TEST_CASE("describe: [M9] no card number is printed, wherever it stands") {
    for (const char* apdu : {
             "04 0F 0B 22 F0F8 4761739001010119",
             "04 0F 0F 23 F1F2 4761739001010119D2512201",
             "04 0F 15 06 13 1F0A 10 4761739001010119D25122010000001F",
             "06 D1 11 00 34373631373339303031303130313139",
             "04 0F 0A 61 4761739001010119 00",
             "80 00 10 34373631373339303031303130313139",
             "0F 01 08 4761739001010119",
         }) {
        CAPTURE(apdu);
        const auto text = told(apdu).text;
        CHECK(text.find("4761739001010119") == std::string::npos);
        CHECK(text.find("47 61 73 90 01 01 01 19") == std::string::npos);
    }
}

TEST_CASE("describe: texts are in the character set that was agreed, named or guessed") {
    const held_apdu line{"06 D1 04 00 66 81 72"};
    CHECK(describe(line.view()).text.find("\"für\"") != std::string::npos);
    const held_apdu latin{"06 D1 05 00 48 C4 4E45"};
    CHECK(describe(latin.view()).text.find("\"HÄNE\"") != std::string::npos);
    const held_apdu named{"06 D3 0B 06 09 14 01 00 25 04 07 02 5B5D"};
    CHECK(describe(named.view()).text.find("\"ÄÜ\"") != std::string::npos);
    CHECK(describe(named.view(), {.texts = charset::cp437, .indent = 0}).text.find("\"[]\"") !=
          std::string::npos);
}

TEST_CASE("describe: every BMP of the table is named with its value") {
    for (unsigned id = 0; id <= 0xFF; ++id) {
        const auto* info = find_bmp(static_cast<std::uint8_t>(id));
        if (info == nullptr) continue;
        CAPTURE(info->name);
        std::vector<std::uint8_t> buffer(128);
        apdu_writer out{buffer, command::status_information};
        const std::vector<std::uint8_t> value(info->length != 0 ? info->length : 0, 0x01);
        const auto apdu = out.value(info->id, value).finish();
        REQUIRE(apdu.has_value());
        const auto found = describe(split_apdu(*apdu)->apdu);
        // Totals must be 53 bytes.
        CHECK(found.complete == (info->id != bmp::single_totals));
    }
}

TEST_CASE("describe: every tag of the table is named with its value, long or empty") {
    for (tlv_tag tag = 0; tag <= 0xFFFF; ++tag) {
        const auto* info = find_tag(tag);
        if (info == nullptr) continue;
        CAPTURE(info->name);
        for (const std::size_t size : {0U, 1U, 2U, 9U}) {
            std::vector<std::uint8_t> content(64);
            tlv_writer out{content};
            const std::vector<std::uint8_t> value(
                info->format == tlv_format::constructed ? 0 : size, 0x01);
            out.put(tag, value);
            std::vector<std::uint8_t> buffer(128);
            apdu_writer apdu{buffer, command::status_information};
            apdu.value(bmp::tlv_container, *out.finish());
            const auto found = describe(split_apdu(*apdu.finish())->apdu);
            CHECK(found.complete);
            CHECK(found.text.find(info->name) != std::string::npos);
        }
    }
}

TEST_CASE("describe: any bytes are told, in whole lines") {
    CHECK(rc::check("any command, any data",
                    [](std::uint16_t code, const std::vector<std::uint8_t>& data) {
                        const auto found = describe({static_cast<command>(code), data, false});
                        RC_ASSERT(!found.text.empty());
                        RC_ASSERT(found.text.back() == '\n');
                        RC_ASSERT(found.complete == (found.text.find("??") == std::string::npos));
                    }));
}

TEST_SUITE_END();
