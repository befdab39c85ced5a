#include "protocol/zvt/messages/completion.hpp"

#include <doctest/doctest.h>

#include <string>

#include "protocol/zvt/tlv.hpp"
#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

namespace {

template <class Message>
Message decoded(const held_apdu& apdu) {
    const auto message = Message::decode(apdu.view());
    REQUIRE(message.has_value());
    return *message;
}

}  // namespace

TEST_SUITE_BEGIN("protocol/zvt/messages/completion");

TEST_CASE("completion: an empty one says nothing") {
    const held_apdu apdu{"06 0F 00"};
    const auto message = decoded<completion>(apdu);
    CHECK(message.shape == completion_shape::empty);
    CHECK_FALSE(message.status);
    CHECK_FALSE(message.block);
}

TEST_CASE("completion: a lone byte is a status, also F0 and F6 which look like a length digit") {
    for (const auto& [hex, status] :
         {std::pair{"06 0F 01 DC", 0xDC}, std::pair{"06 0F 01 00", 0x00},
          std::pair{"06 0F 01 F0", 0xF0}, std::pair{"06 0F 01 F6", 0xF6},
          std::pair{"06 0F 01 27", 0x27}}) {
        const std::string apdu = hex;  // clang 14 captures no structured bindings
        CAPTURE(apdu);
        const held_apdu held{apdu};
        const auto message = decoded<completion>(held);
        CHECK(message.shape == completion_shape::status);
        CHECK(message.status == status);
        CHECK(message.software_version.empty());
    }
}

TEST_CASE("completion: after a registration it has BMPs, among them the status byte") {
    const held_apdu apdu{"06 0F 0F 19 00 29 12345678 49 0978 06 03 120124"};
    const auto message = decoded<completion>(apdu);
    CHECK(message.shape == completion_shape::fields);
    CHECK(message.status == 0x00);
    CHECK(message.block->bcd(bmp::terminal_id) == 12345678);
    CHECK(message.block->currency_number() == 978);
    CHECK(as_bytes(message.block->tlv()) == hex("120124"));

    const held_apdu short_one{"06 0F 0A 19 10 29 52523535 49 0978"};
    CHECK(decoded<completion>(short_one).status == 0x10);
}

TEST_CASE("completion: after a status enquiry it has a version, a status and a container") {
    const held_apdu apdu{
        "06 0F 22 F0F0F6 5054312E3233 00 06 16 1F4404 12345678 340D 1F0E0420260514 1F0F03101500"};
    const auto message = decoded<completion>(apdu);
    CHECK(message.shape == completion_shape::version_and_status);
    CHECK(as_text(message.software_version) == "PT1.23");
    CHECK(message.status == 0x00);
    CHECK(as_bytes(*find_value(message.block->tlv(), 0x1F44)) == hex("12345678"));

    const held_apdu no_container{"06 0F 08 F0F0F4 322E3130 DC"};
    CHECK(as_text(decoded<completion>(no_container).software_version) == "2.10");
    CHECK(decoded<completion>(no_container).status == 0xDC);
    CHECK_FALSE(decoded<completion>(no_container).block);
}

TEST_CASE("completion: a long version with device information, as one maker's terminals send it") {
    const std::string version = "47455231202d204170702d56657273696f6e20312e302e32";  // 24 letters
    const std::string device =
        "E4 2B 1F4010 63564E44204465766963652D54797065 1F410A 47455231204170702E31"
        " 1F4204 0123ABCD 1F4301 00 1F7901 00";
    const held_apdu apdu{"06 0F 4F F0F2F4" + version + "00 06 31" + device};
    const auto message = decoded<completion>(apdu);
    CHECK(message.shape == completion_shape::version_and_status);
    CHECK(message.software_version.size() == 24);
    CHECK(message.status == 0x00);
    CHECK(as_text(*find_value(message.block->tlv(), {0xE4, 0x1F41})) == "GER1 App.1");
}

TEST_CASE("completion: a status without version may have a container behind it") {
    const held_apdu apdu{"06 0F 09 9C 06 06 1F4403 123456"};
    const auto message = decoded<completion>(apdu);
    CHECK(message.shape == completion_shape::status);
    CHECK(message.status == 0x9C);
    CHECK(message.block->has(bmp::tlv_container));
}

TEST_CASE("completion: some terminals put the result in it") {
    const held_apdu apdu{"06 0F 0B 27 00 04 000000001234 8A 05"};
    const auto message = decoded<completion>(apdu);
    CHECK(message.shape == completion_shape::fields);
    CHECK(message.block->result_code() == 0);
    CHECK(message.block->amount() == 1234);
    CHECK_FALSE(message.status);
}

TEST_CASE("completion: what came in is written again") {
    for (const char* apdu : {
             "06 0F 00",
             "06 0F FF 00 00",
             "06 0F 01 DC",
             "06 0F 01 F0",
             "06 0F 0A 19 10 29 52523535 49 0978",
             "06 0F 08 F0F0F4 322E3130 DC",
             "06 0F 04 F0F0F0 00",
             "06 0F 09 9C 06 06 1F4403 123456",
             "06 0F 22 F0F0F6 5054312E3233 00 06 16 1F4404 12345678 340D 1F0E0420260514 "
             "1F0F03101500",
             "06 0F 05 27 6C 61 41 42",
         }) {
        CAPTURE(apdu);
        CHECK(survives<completion>(apdu));
    }
}

TEST_CASE("completion: bytes that are none are refused with the reason") {
    struct row {
        const char* apdu;
        errc error;
    };
    for (const auto& row : {
             row{"06 1E 01 6C", errc::wrong_command},
             row{"04 0F 00", errc::wrong_command},
             row{"06 0F 03 27 00 F0", errc::truncated},
             row{"06 0F 02 29 12", errc::truncated},
             row{"06 0F 05 29 1234567A", errc::bad_bcd},
             row{"06 0F 04 19 00 06 80", errc::bad_tlv_length},
             row{"06 0F 05 F0F0F0 00 27", errc::truncated},
         }) {
        CAPTURE(row.apdu);
        CHECK(refusal<completion>(row.apdu) == make_error_code(row.error));
    }
}

TEST_CASE("completion: each shape is built from its fields") {
    const auto version = hex("322E3130");
    const auto container = hex("06 00");
    CHECK(encoded(completion{}) == hex("06 0F 00"));
    CHECK(encoded(completion{.status = 0xDC, .shape = completion_shape::status}) ==
          hex("06 0F 01 DC"));
    CHECK(encoded(completion{.status = 0x00,
                             .software_version = version,
                             .block = *data_block::parse(container),
                             .shape = completion_shape::version_and_status}) ==
          hex("06 0F 0A F0F0F4 322E3130 00 06 00"));
    CHECK(encode_refusal(completion{.shape = completion_shape::status}) ==
          make_error_code(errc::missing_field));
    const std::vector<std::uint8_t> endless(1000, 'x');
    CHECK(encode_refusal(completion{.status = 0x00,
                                    .software_version = endless,
                                    .shape = completion_shape::version_and_status}) ==
          make_error_code(errc::value_out_of_range));
}

TEST_CASE("abort_indication: the result code has no BMP id; without any it was aborted") {
    const held_apdu stopped{"06 1E 01 6C"};
    CHECK(decoded<abort_indication>(stopped).result_code == 0x6C);
    const held_apdu declined{"06 1E 01 05"};
    CHECK(decoded<abort_indication>(declined).result_code == 0x05);
    const held_apdu empty{"06 1E 00"};
    CHECK(decoded<abort_indication>(empty).result_code == code::aborted);
}

TEST_CASE("abort_indication: a wrong currency is told bare or as BMP 49") {
    struct row {
        const char* apdu;
        std::optional<std::uint16_t> currency;
    };
    for (const auto& row : {row{"06 1E 01 6F", std::nullopt}, row{"06 1E 03 6F 0978", 978},
                            row{"06 1E 04 6F 49 0978", 978}, row{"06 1E 03 6F 0208", 208},
                            row{"06 1E 05 6F 0978 06 00", 978},
                            row{"06 1E 12 6F 49 0978 04 000000001000 04 000000002000", 978},
                            row{"06 1E 0F 6F 04 000000001000 04 000000002000", std::nullopt}}) {
        CAPTURE(row.apdu);
        const held_apdu held{row.apdu};
        const auto message = decoded<abort_indication>(held);
        CHECK(message.result_code == code::wrong_currency);
        CHECK(message.currency == row.currency);
    }
}

TEST_CASE("abort_indication: B8 answers the query for open reservations") {
    struct row {
        const char* apdu;
        std::vector<std::uint16_t> receipts;
    };
    for (const auto& row :
         {row{"06 1E 04 B8 87 FFFF", {}}, row{"06 1E 04 B8 87 0043", {43}}, row{"06 1E 01 B8", {}},
          row{"06 1E 0D B8 06 0A 23 08 08 02 0043 08 02 0051", {43, 51}},
          row{"06 1E 05 B8 06 02 23 00", {}}, row{"06 1E 09 B8 06 06 23 04 08 02 FFFF", {}}}) {
        CAPTURE(row.apdu);
        const held_apdu held{row.apdu};
        const auto message = decoded<abort_indication>(held);
        CHECK(message.result_code == 0xB8);
        std::vector<std::uint16_t> receipts;
        CHECK(message.for_each_open_reservation([&](receipt_number number) {
            receipts.push_back(number.value());
        }) == row.receipts.size());
        CHECK(receipts == row.receipts);
    }
}

TEST_CASE("abort_indication: the maker's code and text explain it") {
    const held_apdu apdu{"06 1E 12 FF 06 0F 1F16 02 0BB8 1F17 07 4E6F2068 6F7374"};
    const auto message = decoded<abort_indication>(apdu);
    CHECK(message.result_code == 0xFF);
    CHECK(message.vendor_code() == 3000);
    CHECK(as_text(message.vendor_text()) == "No host");
    const held_apdu plain{"06 1E 01 6C"};
    CHECK_FALSE(decoded<abort_indication>(plain).vendor_code());
    CHECK(decoded<abort_indication>(plain).vendor_text().empty());
}

TEST_CASE("abort_indication: what came in is written again") {
    for (const char* apdu :
         {"06 1E 00", "06 1E 01 6C", "06 1E FF 01 00 6C", "06 1E 03 6F 0978", "06 1E 04 6F 49 0978",
          "06 1E 04 B8 87 FFFF", "06 1E 05 6F 0978 06 00", "06 1E 05 6C 06 81 00 61",
          "06 1E 0D B8 06 0A 23 08 08 02 0043 08 02 0051", "06 1E 04 6C 00 01 02"}) {
        CAPTURE(apdu);
        CHECK(survives<abort_indication>(apdu));
    }
}

TEST_CASE("abort_indication: bytes that are none are refused with the reason") {
    struct row {
        const char* apdu;
        errc error;
    };
    for (const auto& row : {
             row{"06 0F 01 6C", errc::wrong_command},
             row{"06 B0 00", errc::wrong_command},
             row{"06 1E 02 6C 06", errc::truncated},
             row{"06 1E 03 6C 06 80", errc::bad_tlv_length},
             row{"06 1E 03 6C 87 00", errc::truncated},
             row{"06 1E 04 B8 87 FF00", errc::bad_bcd},
             row{"06 1E 04 6F 04 7800", errc::truncated},
             row{"06 1E 03 6F 097A", errc::bad_bcd},
         }) {
        CAPTURE(row.apdu);
        CHECK(refusal<abort_indication>(row.apdu) == make_error_code(row.error));
    }
}

TEST_CASE("abort_indication: it is built from its code and currency") {
    CHECK(encoded(abort_indication{}) == hex("06 1E 01 6C"));
    CHECK(encoded(abort_indication{.result_code = 0x6F, .currency = 978}) ==
          hex("06 1E 04 6F 49 0978"));
}

TEST_CASE("intermediate_status: the byte behind the code is minutes, unless a container fills it") {
    struct row {
        const char* apdu;
        std::uint8_t code;
        std::optional<std::uint8_t> minutes;
        const char* tlv;
    };
    for (const auto& row :
         {row{"04 FF 01 17", 0x17, std::nullopt, ""}, row{"04 FF 02 04 02", 0x04, 2, ""},
          row{"04 FF 02 0E 06", 0x0E, 6, ""}, row{"04 FF 04 0E 06 06 00", 0x0E, 6, ""},
          row{"04 FF 03 0E 06 00", 0x0E, std::nullopt, ""},
          row{"04 FF 09 FF 06 06 24 04 07 02 4F4B", 0xFF, std::nullopt, "24 04 07 02 4F4B"},
          row{"04 FF 0A FF 03 06 06 24 04 07 02 4F4B", 0xFF, 3, "24 04 07 02 4F4B"},
          row{"04 FF 0A FF 06 06 06 24 04 07 02 4F4B", 0xFF, 6, "24 04 07 02 4F4B"},
          row{"04 FF 02 0A 15", 0x0A, 15, ""}}) {
        CAPTURE(row.apdu);
        const held_apdu held{row.apdu};
        const auto message = decoded<intermediate_status>(held);
        CHECK(message.code == row.code);
        CHECK(message.timeout_minutes == row.minutes);
        CHECK(as_bytes(message.tlv) == hex(row.tlv));
    }
}

TEST_CASE("intermediate_status: its text is read line by line") {
    const held_apdu apdu{"04 FF 14 FF 03 06 10 24 0E 07 05 4269747465 07 05 77617274 65"};
    std::vector<std::string> lines;
    decoded<intermediate_status>(apdu).for_each_line(
        [&](bytes_view line) { lines.push_back(as_text(line)); });
    CHECK(lines == std::vector<std::string>{"Bitte", "warte"});
    const held_apdu plain{"04 FF 01 17"};
    decoded<intermediate_status>(plain).for_each_line([](bytes_view) { FAIL("no line"); });
}

TEST_CASE("intermediate_status: what came in is written again") {
    for (const char* apdu :
         {"04 FF 01 17", "04 FF 02 04 02", "04 FF 03 0E 06 00", "04 FF 04 0E 06 06 00",
          "04 FF 0A FF 03 06 06 24 04 07 02 4F4B", "04 FF FF 01 00 17", "04 FF 04 0A 02 61 41",
          "04 FF 07 FF 06 81 03 24 01 07"}) {
        CAPTURE(apdu);
        CHECK(survives<intermediate_status>(apdu));
    }
}

TEST_CASE("intermediate_status: bytes that are none are refused with the reason") {
    struct row {
        const char* apdu;
        errc error;
    };
    for (const auto& row : {
             row{"04 0F 01 17", errc::wrong_command},
             row{"04 FF 00", errc::truncated},
             row{"04 FF 02 0A 0A", errc::bad_bcd},
             row{"04 FF 02 0A FF", errc::bad_bcd},
             row{"04 FF 04 0A 02 06 05", errc::truncated},
             row{"04 FF 04 0A 02 06 80", errc::bad_tlv_length},
         }) {
        CAPTURE(row.apdu);
        CHECK(refusal<intermediate_status>(row.apdu) == make_error_code(row.error));
    }
}

TEST_CASE("intermediate_status: it is built from its fields") {
    const auto tlv = hex("24 04 07 02 4F4B");
    CHECK(encoded(intermediate_status{.code = 0x0A}) == hex("04 FF 01 0A"));
    CHECK(encoded(intermediate_status{.code = 0xFF, .timeout_minutes = 12, .tlv = tlv}) ==
          hex("04 FF 0A FF 12 06 06 24 04 07 02 4F4B"));
    CHECK(encode_refusal(intermediate_status{.code = 0xFF, .timeout_minutes = 100}) ==
          make_error_code(errc::value_out_of_range));
}

TEST_SUITE_END();
