#include "protocol/zvt/apdu.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <array>
#include <vector>

using namespace protocol;
using namespace protocol::zvt;
using bytes = std::vector<std::uint8_t>;

TEST_SUITE_BEGIN("protocol/zvt/apdu");

namespace {

bytes to_bytes(bytes_view view) { return {view.begin(), view.end()}; }

bytes apdu_of_size(command code, std::size_t size) {
    bytes data(size, 0x5A);
    bytes buffer(size + 5);
    apdu_writer out{buffer, code};
    return to_bytes(out.raw(data).finish().value());
}

}  // namespace

TEST_CASE("apdu: short and extended lengths are split off") {
    struct row {
        const char* name;
        bytes in;
        command code;
        std::size_t data;
        bool extended;
        std::size_t used;
    };
    for (const auto& row : {
             row{"no data", {0x06, 0x0F, 0x00}, command::completion, 0, false, 3},
             row{"one byte", {0x04, 0xFF, 0x01, 0x0A}, command::intermediate_status, 1, false, 4},
             row{"next one follows", {0x80, 0x00, 0x00, 0x04}, command::positive, 0, false, 3},
             row{"extended, empty", {0x80, 0x00, 0xFF, 0x00, 0x00}, command::positive, 0, true, 5},
             row{"extended, small",
                 {6, 0x1E, 0xFF, 1, 0, 0x6C},
                 command::abort_indication,
                 1,
                 true,
                 6},
         }) {
        CAPTURE(row.name);
        const auto split = split_apdu(row.in);
        REQUIRE(split.has_value());
        CHECK(split->apdu.code == row.code);
        CHECK(split->apdu.data.size() == row.data);
        CHECK(split->apdu.extended_length == row.extended);
        CHECK(split->used == row.used);
    }
}

TEST_CASE("apdu: the extended length has its low byte first") {
    bytes in{0x06, 0xD3, 0xFF, 0x02, 0x01};
    in.resize(5 + 0x0102, 0x20);
    const auto split = split_apdu(in);
    REQUIRE(split.has_value());
    CHECK(split->apdu.data.size() == 0x0102);
    CHECK(split->used == in.size());
}

TEST_CASE("apdu: every cut of an APDU waits for more") {
    for (const std::size_t size : {0U, 1U, 0xFEU, 0xFFU, 0x100U, 0x1234U}) {
        CAPTURE(size);
        const auto whole = apdu_of_size(command::print_text_block, size);
        for (std::size_t cut = 0; cut < whole.size(); ++cut) {
            const auto split = split_apdu(std::span{whole}.first(cut));
            REQUIRE(split.has_error());
            REQUIRE(split.error() == errc::truncated);
        }
        CHECK(split_apdu(whole).value().used == whole.size());
    }
}

TEST_CASE("apdu: the largest APDU has 65535 bytes of data") {
    const auto whole = apdu_of_size(command::print_text_block, 0xFFFF);
    CHECK(whole.size() == max_apdu_size);
    CHECK(split_apdu(whole).value().apdu.data.size() == 0xFFFF);

    bytes buffer(0x20000);
    apdu_writer out{buffer, command::print_text_block};
    CHECK(out.raw(bytes(0x10000)).finish().error() == errc::value_out_of_range);
}

TEST_CASE("apdu: responses are told apart") {
    struct row {
        command code;
        bool positive, negative, response;
    };
    for (const auto& row : {
             row{command::positive, true, false, true},
             row{command::positive_alternative, true, false, true},
             row{negative_response(0x9C), false, true, true},
             row{make_command(0x80, 0x05), false, false, true},
             row{command::completion, false, false, false},
             row{command::status_information, false, false, false},
         }) {
        CAPTURE(static_cast<int>(row.code));
        const apdu_view apdu{row.code, {}, false};
        CHECK(apdu.is_positive_response() == row.positive);
        CHECK(apdu.is_negative_response() == row.negative);
        CHECK(apdu.is_response() == row.response);
    }
    CHECK(apdu_view{negative_response(0x83), {}, false}.response_code() == 0x83);
}

TEST_CASE("apdu: a payment is written as the specification shows it") {
    std::array<std::uint8_t, 64> buffer{};
    apdu_writer out{buffer, command::authorization};
    const auto apdu = out.amount(1234).currency(978).byte(bmp::payment_type, 0x40).finish();
    CHECK(to_bytes(apdu.value()) == bytes{0x06, 0x01, 0x0C, 0x04, 0x00, 0x00, 0x00, 0x00, 0x12,
                                          0x34, 0x49, 0x09, 0x78, 0x19, 0x40});
}

TEST_CASE("apdu: a reversal is written as the specification shows it") {
    std::array<std::uint8_t, 64> buffer{};
    apdu_writer out{buffer, command::reversal};
    out.raw_bcd(0, 6).receipt(receipt_number{42}).amount(1234).currency(978);
    CHECK(to_bytes(out.finish().value()) == bytes{0x06, 0x30, 0x10, 0x00, 0x00, 0x00, 0x87, 0x00,
                                                  0x42, 0x04, 0x00, 0x00, 0x00, 0x00, 0x12, 0x34,
                                                  0x49, 0x09, 0x78});
}

TEST_CASE("apdu: every kind of field has its encoding") {
    const bytes long_value(130, 0x41);
    std::array<std::uint8_t, 2048> buffer{};
    apdu_writer out{buffer, command::status_information};
    out.trace(trace_number{123})
        .bcd(bmp::time, 101530)
        .bcd(bmp::date, 514)
        .value(bmp::card_name, bytes{'g', 0x00})
        .value(bmp::additional_data, bytes{'x'})
        .value(bmp::aid_parameter, bytes{1, 2, 3, 4, 5})
        .value(bmp::tlv_container, bytes{0x12, 0x01, 0x24});
    CHECK(to_bytes(out.finish().value()) ==
          bytes{0x04, 0x0F, 0x20, 0x0B, 0x00, 0x01, 0x23, 0x0C, 0x10, 0x15, 0x30, 0x0D,
                0x05, 0x14, 0x8B, 0xF0, 0xF2, 'g',  0x00, 0x3C, 0xF0, 0xF0, 0xF1, 'x',
                0xBA, 1,    2,    3,    4,    5,    0x06, 0x03, 0x12, 0x01, 0x24});

    const auto container = [&](std::size_t size) {
        apdu_writer writer{buffer, command::status_information};
        return to_bytes(writer.value(bmp::tlv_container, bytes(size, 0x07)).finish().value());
    };
    CHECK(container(0x7F)[4] == 0x7F);
    CHECK(container(0x80)[4] == 0x81);
    CHECK(container(0x80)[5] == 0x80);
    CHECK(container(0x123)[5] == 0x06);
    CHECK(container(0x123)[6] == 0x82);
    CHECK(container(0x123)[7] == 0x01);
    CHECK(container(0x123)[8] == 0x23);
}

TEST_CASE("apdu: 254 bytes fit the short length, 255 take the extended one") {
    CHECK(apdu_of_size(command::print_line, 254)[2] == 0xFE);
    const auto extended = apdu_of_size(command::print_line, 255);
    CHECK(extended[2] == 0xFF);
    CHECK(extended[3] == 0xFF);
    CHECK(extended[4] == 0x00);
    CHECK(extended.size() == 260);
}

TEST_CASE("apdu: the extended length can be asked for") {
    std::array<std::uint8_t, 8> buffer{};
    apdu_writer out{buffer, command::abort_indication};
    CHECK(to_bytes(out.raw_byte(0x6C).finish(true).value()) == bytes{6, 0x1E, 0xFF, 1, 0, 0x6C});
}

TEST_CASE("apdu: values that do not fit their field are refused") {
    struct row {
        const char* name;
        void (*write)(apdu_writer&);
    };
    for (const auto& row : {
             row{"negative amount", [](apdu_writer& out) { out.amount(-1); }},
             row{"13 digits", [](apdu_writer& out) { out.amount(1'000'000'000'000); }},
             row{"currency 10000", [](apdu_writer& out) { out.currency(10000); }},
             row{"receipt FFFF", [](apdu_writer& out) { out.receipt(receipt_number{0xFFFF}); }},
             row{"long trace", [](apdu_writer& out) { out.trace(trace_number{1'000'000}); }},
             row{"7 digits in 6", [](apdu_writer& out) { out.raw_bcd(1'000'000, 6); }},
             row{"4 digits in 3", [](apdu_writer& out) { out.raw_bcd(1000, 3); }},
             row{"time of 7 digits", [](apdu_writer& out) { out.bcd(bmp::time, 1'000'000); }},
             row{"BCD in a binary field", [](apdu_writer& out) { out.bcd(bmp::result_code, 0); }},
             row{"BCD in an LL field", [](apdu_writer& out) { out.bcd(bmp::pan, 4); }},
             row{"not a BMP", [](apdu_writer& out) { out.value(bmp{0x5A}, bytes{1}); }},
             row{"BCD of no BMP", [](apdu_writer& out) { out.bcd(bmp{0x5A}, 1); }},
             row{"short fixed value", [](apdu_writer& out) { out.value(bmp::amount, bytes(5)); }},
             row{"long fixed value", [](apdu_writer& out) { out.value(bmp::mac, bytes(9)); }},
             row{"100 bytes of LL", [](apdu_writer& out) { out.value(bmp::pan, bytes(100)); }},
             row{"1000 bytes of LLL",
                 [](apdu_writer& out) { out.value(bmp::additional_data, bytes(1000)); }},
             row{"65536 bytes of TLV",
                 [](apdu_writer& out) { out.value(bmp::tlv_container, bytes(0x10000)); }},
         }) {
        CAPTURE(row.name);
        bytes buffer(0x20000);
        apdu_writer out{buffer, command::status_information};
        row.write(out);
        CHECK(out.finish().error() == errc::value_out_of_range);
    }
}

TEST_CASE("apdu: a buffer too small is told, whichever field it cuts") {
    const auto write = [](std::span<std::uint8_t> buffer) {
        apdu_writer out{buffer, command::authorization};
        out.amount(1).currency(978).byte(bmp::payment_type, 0x40).raw_bcd(0, 6).raw_byte(1);
        return out.value(bmp::card_name, bytes{'a', 'b'}).finish();
    };
    std::array<std::uint8_t, 24> buffer{};
    for (std::size_t size = 0; size < buffer.size(); ++size) {
        CAPTURE(size);
        CHECK(write(std::span{buffer}.first(size)).error() == errc::buffer_full);
    }
    CHECK(write(buffer).has_value());

    std::array<std::uint8_t, 5> no_room_for_extended{};
    apdu_writer out{no_room_for_extended, command::abort_indication};
    CHECK(out.raw_byte(0x6C).finish(true).error() == errc::buffer_full);
}

TEST_CASE("apdu: the first failure is the one reported") {
    std::array<std::uint8_t, 8> buffer{};
    apdu_writer out{buffer, command::authorization};
    CHECK(out.amount(-1).amount(1).amount(1).finish().error() == errc::value_out_of_range);
}

TEST_CASE("apdu: whatever is written splits back") {
    CHECK(rc::check([](std::uint16_t code, const bytes& data, bool extended) {
        bytes buffer(data.size() + 5);
        apdu_writer out{buffer, static_cast<command>(code)};
        const auto written = out.raw(data).finish(extended);
        RC_ASSERT(written.has_value());
        const auto split = split_apdu(*written);
        RC_ASSERT(split.has_value());
        RC_ASSERT(split->used == written->size());
        RC_ASSERT(split->apdu.code == static_cast<command>(code));
        RC_ASSERT(to_bytes(split->apdu.data) == data);
        RC_ASSERT(split->apdu.extended_length == (extended || data.size() > 254));
    }));
}

TEST_SUITE_END();
