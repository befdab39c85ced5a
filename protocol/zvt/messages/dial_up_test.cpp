#include "protocol/zvt/messages/dial_up.hpp"

#include <doctest/doctest.h>

#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

namespace {

std::string dial(std::string_view text) {
    const std::string digits = "0123456789ABCDEF";
    std::string apdu = "06 D8 ";
    const auto append = [&](unsigned value) {
        apdu += digits[value >> 4U];
        apdu += digits[value & 15U];
    };
    append(static_cast<unsigned>(text.size()));
    for (const char letter : text) append(static_cast<unsigned char>(letter));
    return apdu;
}

}  // namespace

TEST_SUITE_BEGIN("protocol/zvt/messages/dial_up");

TEST_CASE("dial_up: mode, baudrate, number and user data") {
    struct row {
        const char* text;
        char mode;
        std::uint32_t baudrate;
        const char* number;
        const char* user_data;
    };
    for (const auto& row :
         {row{"F9600:0123456789", 'F', 9600, "0123456789", ""},
          row{"P64000:0123,abc", 'P', 64000, "0123", "abc"},
          row{"P64000:0123", 'P', 64000, "0123", ""}, row{"F300:01,23", 'F', 300, "01,23", ""}}) {
        CAPTURE(row.text);
        const held_apdu apdu{dial(row.text)};
        const auto message = dial_up::decode(apdu.view());
        REQUIRE(message.has_value());
        CHECK(message->mode == row.mode);
        CHECK(message->baudrate == row.baudrate);
        CHECK(message->number == row.number);
        CHECK(message->user_data == row.user_data);
        CHECK(survives<dial_up>(dial(row.text)));
        auto built = *message;
        built.text = {};
        CHECK(encoded(built) == apdu.bytes());
    }
    CHECK(survives<dial_up>(dial("F0009600:1")));
}

TEST_CASE("dial_up: what is not of that form is refused") {
    for (const char* text : {"", "F", "F9600", "F:123", "X9600:123", "F96a0:123",
                             "F9600:", "P9600:,abc", "F-960:1", "F1234567890:1", ":1"}) {
        CAPTURE(text);
        CHECK(refusal<dial_up>(dial(text)) == make_error_code(errc::missing_field));
    }
    CHECK(refusal<dial_up>("06 D9 00") == make_error_code(errc::wrong_command));
    CHECK(encode_refusal(dial_up{.mode = 'F', .baudrate = 9600}) ==
          make_error_code(errc::missing_field));
    CHECK(encode_refusal(dial_up{.number = "1"}) == make_error_code(errc::missing_field));
}

TEST_CASE("line_data: the bytes of the line are kept as they are") {
    for (const char* apdu : {"06 D9 03 010203", "06 D9 00", "06 DA 00", "06 DB 00", "06 DD 00"}) {
        CAPTURE(apdu);
        CHECK(survives<line_data>(apdu));
    }
    CHECK(refusal<line_data>("06 D8 00") == make_error_code(errc::wrong_command));
    CHECK(encode_refusal(line_data{.code = command::dial_up}) ==
          make_error_code(errc::wrong_command));
}

TEST_SUITE_END();
