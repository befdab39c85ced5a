#include "protocol/zvt/messages/files.hpp"

#include <doctest/doctest.h>

#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

TEST_SUITE_BEGIN("protocol/zvt/messages/files");

TEST_CASE("file_command: writing names the files and their sizes") {
    const held_apdu apdu{
        "08 14 1D 123456 06 18 2D0A 1D0123 1F000400333A47 2D0A 1D0122 1F0004 00000E1B"};
    const auto message = file_command::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK(message->password == password{123456});
    std::vector<file_entry> files;
    CHECK(for_each_file(message->tlv, [&](const file_entry& file) {
              files.push_back(file);
          }).has_value());
    REQUIRE(files.size() == 2);
    CHECK(files[0].id == 0x23);
    CHECK(files[0].size == 0x333A47);
    CHECK_FALSE(files[0].offset);
    CHECK_FALSE(files[0].block);
    CHECK(files[1].id == 0x22);
}

TEST_CASE("file_command: a block is asked for by file and offset") {
    const held_apdu apdu{"04 0C 0D 06 0B 2D 09 1D0123 1E04 0000FDE8"};
    const auto message = file_command::decode(apdu.view());
    REQUIRE(message.has_value());
    CHECK_FALSE(message->password);
    CHECK(for_each_file(message->tlv, [](const file_entry& file) {
              CHECK(file.id == 0x23);
              CHECK(file.offset == 65000);
          }).has_value());
}

TEST_CASE("file_entry: names, blocks and bare ids") {
    const auto tlv = hex("2D0B 1F8003 612E62 1C03 010203 1D01 06");
    std::vector<file_entry> files;
    CHECK(for_each_file(tlv, [&](const file_entry& file) { files.push_back(file); }).has_value());
    REQUIRE(files.size() == 2);
    CHECK(as_text(files[0].name) == "a.b");
    CHECK(as_bytes(*files[0].block) == hex("010203"));
    CHECK(files[1].id == 6);
}

TEST_CASE("file_entry: entries before broken bytes are told, numbers beyond 32 bits are absent") {
    const auto tlv = hex("2D08 1F0005 0100000000 2D 80");
    std::size_t count = 0;
    CHECK(for_each_file(tlv, [&](const file_entry& file) {
              ++count;
              CHECK_FALSE(file.size);
          }).error() == make_error_code(errc::bad_tlv_length));
    CHECK(count == 1);
}

TEST_CASE("file_command: what came in is written again") {
    for (const char* apdu :
         {"08 11 07 06 05 2D 03 1D 01 01", "08 12 05 06 03 1D 01 06", "08 13 04 06 02 2D 00",
          "08 14 07 000000 06 02 2D 00", "04 0C 0D 06 0B 2D 09 1D0123 1E04 0000FDE8",
          "08 11 08 06 81 05 2D 03 1D 01 01", "08 13 05 06 02 FF 00 61"}) {
        CAPTURE(apdu);
        CHECK(survives<file_command>(apdu));
    }
}

TEST_CASE("file_command: bytes that are none are refused with the reason") {
    CHECK(refusal<file_command>("08 10 02 06 00") == make_error_code(errc::wrong_command));
    CHECK(refusal<file_command>("08 11 00") == make_error_code(errc::missing_field));
    CHECK(refusal<file_command>("08 14 03 000000") == make_error_code(errc::missing_field));
    CHECK(refusal<file_command>("08 14 02 0000") == make_error_code(errc::truncated));
    CHECK(refusal<file_command>("08 14 05 00000F 06 00") == make_error_code(errc::bad_bcd));
    CHECK(refusal<file_command>("04 0C 02 06 05") == make_error_code(errc::truncated));
}

TEST_CASE("file_command: it is built from its container") {
    const auto tlv = hex("2D 03 1D 01 01");
    CHECK(encoded(file_command{.code = command::read_file, .tlv = tlv}) ==
          hex("08 11 07 06 05 2D 03 1D 01 01"));
    CHECK(encoded(file_command{.code = command::write_file, .password = password{0}, .tlv = tlv}) ==
          hex("08 14 0A 000000 06 05 2D 03 1D 01 01"));
    CHECK(encode_refusal(file_command{.code = command::write_file, .tlv = tlv}) ==
          make_error_code(errc::missing_field));
    CHECK(encode_refusal(file_command{.code = command::log_off}) ==
          make_error_code(errc::wrong_command));
}

TEST_SUITE_END();
