#include "protocol/zvt/codes.hpp"

#include <doctest/doctest.h>

using namespace protocol::zvt;

namespace {

template <class Lookup>
std::size_t count(unsigned last, Lookup text_of) {
    std::size_t assigned = 0;
    for (unsigned code = 0; code <= last; ++code) {
        if (!text_of(code).empty()) ++assigned;
    }
    return assigned;
}

std::uint8_t byte(unsigned value) { return static_cast<std::uint8_t>(value); }

}  // namespace

TEST_SUITE_BEGIN("protocol/zvt/codes");

TEST_CASE("codes: each table has as many codes as the specification assigns") {
    // 00, 99 host codes 01-63, and 79 of the terminal's own.
    CHECK(count(0xFF, [](unsigned c) { return result_code_text(byte(c)); }) == 1 + 99 + 79);
    CHECK(count(0xFF, [](unsigned c) { return terminal_status_text(byte(c)); }) == 24);
    // 54 texts; 41-5D, 66 and 67 say one of them and "remove card".
    CHECK(count(0xFF, [](unsigned c) { return intermediate_status_text(byte(c)); }) == 54 + 29 + 2);
    CHECK(count(0xFFFF, [](unsigned c) { return card_type_name(static_cast<std::uint16_t>(c)); }) ==
          112 + 3 + 13 + 3 + 85);
}

TEST_CASE("codes: results are told by their text") {
    CHECK(result_code_text(code::ok) == "no error");
    CHECK(result_code_text(0x05) == "host or network code");
    CHECK(result_code_text(0x63) == "host or network code");
    CHECK(result_code_text(code::aborted) == "stopped by timeout or key");
    CHECK(result_code_text(code::wrong_currency) == "wrong currency");
    CHECK(result_code_text(code::wait) == "please wait");
    CHECK(result_code_text(code::printer_not_ready) == "printer not ready");
    CHECK(result_code_text(0xFF) == "system error");
}

TEST_CASE("codes: intermediate statuses from 41 on also ask to remove the card") {
    CHECK(intermediate_status_text(0x0A) == "insert card");
    CHECK(intermediate_status_text(0x41) == "please watch the PIN pad, remove card");
    CHECK(intermediate_status_text(0x45) == "sending an automatic reversal, remove card");
    CHECK(intermediate_status_text(0x5D) == "declined, remove card");
    CHECK(intermediate_status_text(0x66) == "enter the phone number, remove card");
    CHECK(intermediate_status_text(0x4A) == "remove card");
    CHECK(intermediate_status_text(0x4B) == "remove card");
    CHECK(intermediate_status_text(0xFF) == "see the text");
}

TEST_CASE("codes: terminal statuses and card types are told by their text") {
    CHECK(terminal_status_text(0x00) == "ready");
    CHECK(terminal_status_text(0xDC) == "card inserted");
    CHECK(terminal_status_text(0xF0) == "reconciliation required");
    CHECK(card_type_name(5) == "girocard");
    CHECK(card_type_name(10) == "Visa");
    CHECK(card_type_name(255) == "see tag 41");
    CHECK(card_type_name(260) == "BlueCode");
}

TEST_CASE("codes: what is not assigned has no text") {
    for (const unsigned unassigned : {0x69U, 0x6DU, 0x70U, 0x7FU, 0x80U, 0x9DU, 0xA2U, 0xB6U}) {
        CAPTURE(unassigned);
        CHECK(result_code_text(byte(unassigned)).empty());
    }
    for (const unsigned unassigned : {0x1EU, 0x25U, 0x2DU, 0x40U, 0x5EU, 0x65U, 0x6AU, 0xC6U}) {
        CAPTURE(unassigned);
        CHECK(intermediate_status_text(byte(unassigned)).empty());
    }
    for (const unsigned unassigned : {0x01U, 0x50U, 0x9BU, 0xB3U, 0xE5U, 0xFFU}) {
        CAPTURE(unassigned);
        CHECK(terminal_status_text(byte(unassigned)).empty());
    }
    for (const unsigned unassigned : {0U, 113U, 126U, 143U, 175U, 261U, 0xFFFFU}) {
        CAPTURE(unassigned);
        CHECK(card_type_name(static_cast<std::uint16_t>(unassigned)).empty());
    }
}

TEST_SUITE_END();
