#include "protocol/zvt/messages/status_information.hpp"

#include <doctest/doctest.h>

#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

namespace {

// A payment by girocard, chip and online PIN.
const char* const approved =
    "04 0F 5F 2700 04000000001234 0B000123 0C101530 0D0514 0E2912 170001 1970"
    "22F1F0672812EEEEEEEEE3456F 2912345678 3B3833373634350000 490978 870042 8A05 88000042"
    "8BF0F96769726F6361726400 060E 2F0C1F1001021F1101011F120101";

}  // namespace

TEST_SUITE_BEGIN("protocol/zvt/messages/status_information");

TEST_CASE("status_information: a payment is told by name") {
    const held_apdu apdu{approved};
    const auto message = status_information::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->result_code() == 0);
    CHECK(message->amount() == 1234);
    CHECK(message->receipt() == receipt_number{42});
    CHECK(message->trace() == trace_number{123});
    CHECK_FALSE(message->original_trace());
    CHECK(message->turnover() == turnover_number{42});
    CHECK(message->pan().view() == "672812*********3456");
    CHECK(message->card_type() == 5);
    CHECK(message->card_name() == "girocard");
    CHECK(message->authorisation_attribute() == "837645");
    CHECK(message->terminal_id() == 12345678);
    CHECK(message->tlv().size() == 14);
}

TEST_CASE("status_information: what terminals leave out is absent, never a default") {
    const held_apdu apdu{"04 0F 00"};
    const auto message = status_information::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK_FALSE(message->result_code());
    CHECK_FALSE(message->amount());
    CHECK_FALSE(message->receipt());
    CHECK_FALSE(message->trace());
    CHECK_FALSE(message->turnover());
    CHECK(message->pan().empty());
    CHECK_FALSE(message->card_type());
    CHECK(message->card_name().empty());
    CHECK(message->authorisation_attribute().empty());
    CHECK_FALSE(message->terminal_id());
}

TEST_CASE("status_information: receipt 0000 is a number, FFFF is none") {
    const held_apdu zero{"04 0F 05 27 00 87 0000"};
    CHECK(status_information::decode(zero.view())->receipt() == receipt_number{0});
    const held_apdu none{"04 0F 05 27 00 87 FFFF"};
    CHECK_FALSE(status_information::decode(none.view())->receipt());
}

TEST_CASE("status_information: a reversal names the trace number of what it reverses") {
    const held_apdu apdu{"04 0F 0A 27 00 0B 000127 37 000123"};
    const auto message = status_information::decode(apdu.view());
    CHECK(message->trace() == trace_number{127});
    CHECK(message->original_trace() == trace_number{123});
}

TEST_CASE("status_information: the card name has a NUL behind it, or not") {
    for (const char* apdu : {"04 0F 08 8B F0F5 5669736100", "04 0F 07 8B F0F4 56697361",
                             "04 0F 09 8B F0F6 566973610000"}) {
        CAPTURE(apdu);
        const held_apdu held{apdu};
        CHECK(status_information::decode(held.view())->card_name() == "Visa");
    }
    const held_apdu empty{"04 0F 03 8B F0F0"};
    CHECK(status_information::decode(empty.view())->card_name().empty());
}

TEST_CASE("status_information: the card type is tag 41 when BMP 8A does not say") {
    struct row {
        const char* apdu;
        std::optional<std::uint16_t> type;
    };
    for (const auto& row :
         {row{"04 0F 02 8A 06", 6}, row{"04 0F 08 8A FF 06 04 41 02 0100", 256},
          row{"04 0F 07 8A FF 06 03 41 01 C6", 198}, row{"04 0F 05 06 03 41 01 05", 5},
          row{"04 0F 08 06 06 60 04 41 02 0104", 260}, row{"04 0F 07 8A 0A 06 03 41 01 C6", 10},
          row{"04 0F 02 8A FF", std::nullopt},
          row{"04 0F 08 06 06 41 04 00010000", std::nullopt}}) {
        CAPTURE(row.apdu);
        const held_apdu held{row.apdu};
        CHECK(status_information::decode(held.view())->card_type() == row.type);
    }
}

TEST_CASE("status_information: [M9] the card number is shown masked, whatever its padding") {
    struct row {
        const char* apdu;
        const char* shown;
    };
    for (const auto& row :
         {row{"04 0F 0B 22 F0F8 476173EEEEEE0119", "476173******0119"},
          row{"04 0F 0B 22 F0F8 4761739001010119", "476173******0119"},
          row{"04 0F 0D 22 F1F0 672812EEEEEEEEE3456F", "672812*********3456"},
          row{"04 0F 08 22 F0F5 EEEEEE3456", "******3456"}, row{"04 0F 03 22 F0F0", ""}}) {
        CAPTURE(row.apdu);
        const held_apdu held{row.apdu};
        CHECK(status_information::decode(held.view())->pan().view() == row.shown);
    }
}

TEST_CASE("status_information: what came in is written again") {
    for (const char* apdu : {
             approved,
             "04 0F 00",
             "04 0F FF 02 00 27 00",
             "04 0F 0A 27 00 61 AA BB 04 0000 8C 00",
             "04 0F 06 27 00 06 02 FF 00",
             "04 0F 07 27 00 06 81 02 07 00",
             "04 0F 0A 27 05 87 FFFF 87 0001 27 00",
         }) {
        CAPTURE(apdu);
        CHECK(survives<status_information>(apdu));
    }
}

TEST_CASE("status_information: bytes that are none are refused with the reason") {
    struct row {
        const char* apdu;
        errc error;
    };
    for (const auto& row : {
             row{"04 FF 02 27 00", errc::wrong_command},
             row{"06 0F 02 27 00", errc::wrong_command},
             row{"04 0F 01 27", errc::truncated},
             row{"04 0F 06 04 0000000012", errc::truncated},
             row{"04 0F 07 04 0000000012FF", errc::bad_bcd},
             row{"04 0F 04 0B 00012A", errc::bad_bcd},
             row{"04 0F 03 87 FF01", errc::bad_bcd},
             row{"04 0F 04 22 F0F2 67", errc::truncated},
             row{"04 0F 04 8B 35F2 67", errc::bad_length_prefix},
             row{"04 0F 05 60 F0F5 00 00", errc::bad_length_prefix},
             row{"04 0F 02 06 83", errc::bad_tlv_length},
             row{"04 0F 03 06 7F 00", errc::truncated},
         }) {
        CAPTURE(row.apdu);
        CHECK(refusal<status_information>(row.apdu) == make_error_code(row.error));
    }
}

TEST_CASE("single_totals: a day's totals are told per brand") {
    const auto in =
        hex("0042 0044 01 000000001234 00 000000000000 01 000000004200 00 000000000000"
            "FF 999999999999 00 000000000000 00 000000000000");
    const auto totals = single_totals::decode(in);
    REQUIRE(totals.has_value());
    CHECK(totals->first == receipt_number{42});
    CHECK(totals->last == receipt_number{44});
    CHECK(totals->brands[0].count == 1);
    CHECK(totals->brands[0].amount == 1234);
    CHECK(totals->brands[2].amount == 4200);
    CHECK(totals->brands[4].count == 255);
    CHECK(totals->brands[4].amount == 999'999'999'999);
    CHECK(single_totals::brand_names[2] == "Mastercard");

    std::array<std::uint8_t, single_totals::size> out{};
    REQUIRE(totals->encode(out).has_value());
    CHECK(as_bytes(out) == in);
}

TEST_CASE("single_totals: a day without receipts has neither first nor last") {
    auto in = hex("FFFF FFFF");
    in.resize(single_totals::size);
    const auto totals = single_totals::decode(in);
    REQUIRE(totals.has_value());
    CHECK(totals->first == receipt_number{0});
    CHECK(totals->last == receipt_number{0});
}

TEST_CASE("single_totals: what is no total of a day is refused") {
    std::vector<std::uint8_t> in(single_totals::size);
    CHECK(single_totals::decode(bytes_view{in}.first(52)).error() ==
          make_error_code(errc::truncated));
    CHECK(single_totals::decode({}).error() == make_error_code(errc::truncated));
    in[10] = 0x0A;
    CHECK(single_totals::decode(in).error() == make_error_code(errc::bad_bcd));
    in[10] = 0x00;
    in[0] = 0xFF;
    CHECK(single_totals::decode(in).error() == make_error_code(errc::bad_bcd));
    in[0] = 0x00;
    in.push_back(0x00);
    CHECK(single_totals::decode(in).error() == make_error_code(errc::trailing_bytes));

    std::array<std::uint8_t, single_totals::size> out{};
    const auto refused = make_error_code(errc::value_out_of_range);
    single_totals totals;
    totals.brands[3].count = 256;
    CHECK(totals.encode(out).error() == refused);
    totals.brands[3] = {1, -1};
    CHECK(totals.encode(out).error() == refused);
    totals.brands[3] = {1, 1'000'000'000'000};
    CHECK(totals.encode(out).error() == refused);
    totals = {};
    totals.last = receipt_number{10'000};
    CHECK(totals.encode(out).error() == refused);
}

TEST_SUITE_END();
