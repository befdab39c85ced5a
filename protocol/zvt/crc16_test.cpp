#include "protocol/zvt/crc16.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace protocol::zvt;

TEST_SUITE_BEGIN("protocol/zvt/crc16");

TEST_CASE("crc16: gives the check value of CRC-16/KERMIT") {
    constexpr std::array<std::uint8_t, 9> digits{'1', '2', '3', '4', '5', '6', '7', '8', '9'};
    static_assert(crc16(digits) == 0x2189);
    CHECK(crc16({}) == 0);
}

TEST_CASE("crc16: covers the APDU and the ETX") {
    struct row {
        std::vector<std::uint8_t> apdu;
        std::uint16_t crc;  // goes out low byte first
    };
    for (const auto& row :
         {row{{0x80, 0x00, 0x00}, 0x1FF5}, row{{0x84, 0x9C, 0x00}, 0x41C3},
          row{{0x06, 0xB0, 0x00}, 0xF343},
          row{{0x06, 0x01, 0x07, 0x04, 0x00, 0x00, 0x00, 0x00, 0x10, 0x00}, 0x9162}}) {
        CAPTURE(row.crc);
        CHECK(crc16(crc16(row.apdu), 0x03) == row.crc);
    }
}

TEST_CASE("crc16: can be taken in pieces") {
    const std::vector<std::uint8_t> bytes{0x06, 0x0F, 0x0A, 0x19, 0x10, 0x29, 0x52};
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        CAPTURE(cut);
        const std::span all{bytes};
        CHECK(crc16(all.subspan(cut), crc16(all.first(cut))) == crc16(all));
    }
}

TEST_SUITE_END();
