#include "drivers/zvt/translate.hpp"

#include <doctest/doctest.h>

#include "tests/support/hex_bytes.hpp"

using support::hex;
using namespace drivers::zvt;
namespace wire = protocol::zvt;

namespace {

/// The result in a 04 0F with these fields.
drivers::transaction_result result_of(std::string_view fields, bool totals = false) {
    auto data = hex(fields);
    const wire::apdu_view apdu{wire::command::status_information, data};
    return translate(wire::status_information::decode(apdu).value(), text_reader{}, totals);
}

std::optional<agreed_number> number_of(std::string_view fields) {
    auto data = hex(fields);
    const wire::apdu_view apdu{wire::command::status_information, data};
    return synchronisation_number(wire::status_information::decode(apdu).value());
}

}  // namespace

TEST_SUITE_BEGIN("drivers/zvt/translate");

TEST_CASE("translate: an empty result says nothing, least of all approved") {
    const auto told = result_of("");
    CHECK_FALSE(told.result_code.has_value());
    CHECK_FALSE(told.approved());
    CHECK_FALSE(told.amount.has_value());
    CHECK_FALSE(told.receipt.has_value());
    CHECK_FALSE(told.totals.has_value());
    CHECK(told.result_text.empty());
    CHECK(told.terminal_date.empty());
}

TEST_CASE("translate: codes in words, the vendor's own first") {
    CHECK(code_text(0x37).starts_with("host code 55"));
    CHECK_FALSE(code_text(0x6C).empty());
    CHECK(code_text(0x88) == "code 88");
    CHECK(result_of("27 05").result_text.starts_with("host code 5"));
    CHECK(result_of("27 FF | 06 07 1F17 04 4E65696E").result_text == "Nein");
    CHECK(result_of("27 FF | 06 05 1F16 02 0017").result_text == "vendor code 0017");
}

TEST_CASE("translate: dates and times keep their leading zeros") {
    const auto told = result_of("27 00 | 0C 000102 | 0D 0103");
    CHECK(told.terminal_time == "000102");
    CHECK(told.terminal_date == "0103");
}

TEST_CASE("quirk: card name with or without NUL, PAN masked with E or padded with F") {
    for (const auto* name : {"8B F0F4 56697361", "8B F0F5 5669736100"}) {
        CAPTURE(name);
        CHECK(result_of(name).card.brand == "Visa");
    }
    CHECK(result_of("22 F0F8 541333EEEEEE1234").card.masked_pan == "541333******1234");
    CHECK(result_of("22 F1F0 672812EEEEEEEEE3456F").card.masked_pan == "672812*********3456");
    CHECK(result_of("8A 0A | 8B F0F4 56697361").card.brand == "Visa");
    CHECK(result_of("8A FF | 06 04 41 02 0104").card.type == 260);
}

TEST_CASE("translate: how the card was read and its holder checked") {
    struct row {
        const char* fields;
        const char* entry;
        const char* check;
    };
    for (const auto& row :
         {row{"06 0A 2F08 1F1001 02 1F1201 01", "chip", "online_pin"},
          row{"06 0A 2F08 1F1001 00 1F1201 02", "contactless", "none"},
          row{"06 0A 2F08 1F1001 01 1F1201 00", "magstripe", "signature"},
          row{"06 0A 2F08 1F1001 04 1F1201 09", "", "offline_pin"}, row{"", "", ""}}) {
        CAPTURE(row.fields);
        const auto card = result_of(row.fields).card;
        CHECK(card.entry_mode == row.entry);
        CHECK(card.cardholder_verification == row.check);
    }
    const auto chip = result_of("06 10 60 0E 43 07 A0000000041010 42 03 4D4349").card;
    CHECK(chip.application_id == "A0000000041010");
    CHECK(chip.application_label == "MCI");
}

TEST_CASE("translate: totals of a day, with more than 99 and 255 of a brand") {
    const auto told = result_of(
        "27 00 | 04 000000005434 | 60 F0F5F3 0001 0300 FF 000000001234 00000000000000 "
        "64 000000004200 00000000000000 00000000000000 00000000000000 00000000000000",
        true);
    REQUIRE(told.totals.has_value());
    CHECK(told.totals->amount == 5434);
    CHECK(told.totals->brands.at(0).count == 255);
    CHECK(told.totals->brands.at(2).count == 100);
    CHECK(told.totals->last == drivers::receipt_number{300});
}

TEST_CASE("translate: the synchronisation number, by its own digits or by the receipt number") {
    struct row {
        const char* fields;
        int receipt;  // -1: none
    };
    for (const auto& row : {row{"06 05 1F1F 02 0042", 42}, row{"87 0042 | 06 05 1F1F 02 002A", 42},
                            row{"06 05 1F1F 02 00AB", -1}, row{"06 03 1F1F 00", -1},
                            row{"27 00", -1}, row{"06 06 1F1F 03 123456", -1}}) {
        CAPTURE(row.fields);
        const auto number = number_of(row.fields);
        CHECK(number.has_value() == (row.receipt >= 0));
        if (number) CHECK(number->receipt.value() == row.receipt);
    }
    CHECK(result_of("06 05 1F1F 02 0042").receipt == drivers::receipt_number{42});
    CHECK(number_of("06 05 1F1F 02 0042")->bytes == hex("00 42"));
}

TEST_SUITE_END();
