#include "protocol/zvt/bmp.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <set>
#include <string>
#include <vector>

#include "tests/support/hex_bytes.hpp"

using namespace protocol;
using namespace protocol::zvt;
using support::hex;

namespace {

using bytes = std::vector<std::uint8_t>;

bytes as_bytes(bytes_view view) { return {view.begin(), view.end()}; }

/// The fields' whole bytes and what was not understood, put together again.
bytes reassembled(const data_block& block) {
    bytes out;
    for (const field f : block.fields()) out.insert(out.end(), f.whole.begin(), f.whole.end());
    out.insert(out.end(), block.unparsed().begin(), block.unparsed().end());
    return out;
}

// 04 0F of a reservation, from a terminal in service.
const char* const reservation =
    "2700 04000000002500 490978 0c225558 0d0405 22f0f8559883eeeeee8074 8702313b37353030373100000b"
    "000975196029525235350e24058a068c018bf1f14d617374657243617264002a3830343031313932362020202020"
    "20";

}  // namespace

TEST_SUITE_BEGIN("protocol/zvt/bmp");

TEST_CASE("bmp: the table has the 74 of the specification's list, and 4C and 92") {
    std::size_t known = 0;
    for (unsigned id = 0; id <= 0xFF; ++id) {
        const auto* info = find_bmp(static_cast<std::uint8_t>(id));
        if (info == nullptr) continue;
        ++known;
        CAPTURE(info->name);
        CHECK(static_cast<unsigned>(info->id) == id);
        CHECK_FALSE(info->name.empty());
    }
    CHECK(known == known_bmp_count);
    CHECK(find_bmp(0x4C) != nullptr);
    CHECK(find_bmp(0x92) != nullptr);
    CHECK(known - 2 == listed_bmp_count);
    CHECK(listed_bmp_count == 74);
}

TEST_CASE("bmp: each encoding tells where the value starts and ends") {
    struct row {
        const char* in;
        bmp id;
        const char* value;
    };
    for (const auto& row : {
             row{"01 1E", bmp::timeout, "1E"},
             row{"04 000000001234", bmp::amount, "000000001234"},
             row{"06 00", bmp::tlv_container, ""},
             row{"06 03 12 01 24", bmp::tlv_container, "12 01 24"},
             row{"06 81 03 12 01 24", bmp::tlv_container, "12 01 24"},
             row{"06 82 00 03 12 01 24", bmp::tlv_container, "12 01 24"},
             row{"0E 9999", bmp::expiry, "9999"},
             row{"0E EEEE", bmp::expiry, "EEEE"},
             row{"22 F0 F3 541333", bmp::pan, "541333"},
             row{"22 F0F6 72812EEEEEEF", bmp::pan, "72812EEEEEEF"},
             row{"24 F0F0F2 1234", bmp::track_3, "1234"},
             row{"2A 565534373131202020202020202020", bmp::contract_number,
                 "565534373131202020202020202020"},
             row{"3A 123F", bmp::card_verification_value, "123F"},
             row{"3B 3833373634350000", bmp::authorisation_attribute, "3833373634350000"},
             row{"3C F0F0F0", bmp::additional_data, ""},
             row{"4C F0F3 000001", bmp::blocked_goods_groups, "000001"},
             row{"87 FFFF", bmp::receipt_number, "FFFF"},
             row{"8B F0F5 5669736100", bmp::card_name, "5669736100"},
             row{"92 F0F0F1 AA", bmp::offline_aid_parameter, "AA"},
             row{"BA 0102030405", bmp::aid_parameter, "0102030405"},
             row{"E8 F0F1 41", static_cast<bmp>(0xE8), "41"},
             row{"F1 F1F0 30313233343536373839", bmp::text_1_line_1, "30313233343536373839"},
         }) {
        CAPTURE(row.in);
        const auto in = hex(row.in);
        const auto block = data_block::parse(in);
        REQUIRE(block.has_value());
        REQUIRE(block->fields().size() == 1);
        CHECK(block->fields()[0].id == row.id);
        CHECK(as_bytes(block->fields()[0].value) == hex(row.value));
        CHECK(as_bytes(block->fields()[0].whole) == in);
        CHECK(as_bytes(*block->value(row.id)) == hex(row.value));
        CHECK(block->unparsed().empty());
    }
}

TEST_CASE("bmp: a block that breaks its own encoding is refused with the reason") {
    struct row {
        const char* in;
        errc error;
    };
    for (const auto& row : {
             row{"01", errc::truncated},
             row{"04 0000000012", errc::truncated},
             row{"04 00000000123A", errc::bad_bcd},
             row{"04 F00000001234", errc::bad_bcd},
             row{"06", errc::truncated},
             row{"06 01", errc::truncated},
             row{"06 80", errc::bad_tlv_length},
             row{"06 81", errc::truncated},
             row{"06 82 00", errc::truncated},
             row{"06 82 00 02 14", errc::truncated},
             row{"06 83 00 00 01 14", errc::bad_tlv_length},
             row{"06 FF", errc::bad_tlv_length},
             row{"0B 0001", errc::truncated},
             row{"0B 00012E", errc::bad_bcd},
             row{"0E 2A12", errc::bad_bcd},
             row{"22", errc::truncated},
             row{"22 F0", errc::truncated},
             row{"22 F0 F2 54", errc::truncated},
             row{"22 08 541333", errc::bad_length_prefix},
             row{"22 F0 FA 541333", errc::bad_length_prefix},
             row{"24 F0 F0", errc::truncated},
             row{"24 F0 F0 32 1234", errc::bad_length_prefix},
             row{"24 FA", errc::bad_length_prefix},
             row{"29 1234567D", errc::bad_bcd},
             row{"2A 5655", errc::truncated},
             row{"3A C234", errc::bad_bcd},
             row{"49 0A78", errc::bad_bcd},
             row{"60 F9F9F9 00", errc::truncated},
             row{"87 FFF0", errc::bad_bcd},
             row{"87 00FF", errc::bad_bcd},
             row{"88 FFFFFF", errc::bad_bcd},
             row{"8B F0 F5 56697361", errc::truncated},
             row{"BA 01020304", errc::truncated},
             row{"27 00 04 00", errc::truncated},
         }) {
        CAPTURE(row.in);
        const auto in = hex(row.in);
        const auto block = data_block::parse(in);
        REQUIRE(block.has_error());
        CHECK(block.error() == make_error_code(row.error));
        data_block reused;
        CHECK(reused.assign(in).error() == make_error_code(row.error));
        CHECK(reused.empty());
        CHECK(reused.fields().empty());
    }
}

TEST_CASE("bmp: a status information of a terminal in service is understood to its last byte") {
    const auto in = hex(reservation);
    const auto block = data_block::parse(in);
    REQUIRE(block.has_value());
    CHECK(block->fields().size() == 16);
    CHECK(block->unparsed().empty());
    CHECK(block->result_code() == 0);
    CHECK(block->amount() == 2500);
    CHECK(block->currency_number() == 978);
    CHECK(block->receipt() == receipt_number{231});
    CHECK(block->trace() == trace_number{975});
    CHECK(block->bcd(bmp::terminal_id) == 52523535);
    CHECK(block->byte(bmp::card_type) == 6);
    CHECK(block->byte(bmp::network_card_type) == 1);
    CHECK(reassembled(*block) == in);
}

TEST_CASE("bmp: from an unknown BMP on everything is kept raw") {
    const auto in = hex("27 00 04 000000001234 61 F0F1 22 87 0042");
    const auto block = data_block::parse(in);
    REQUIRE(block.has_value());
    CHECK(block->fields().size() == 2);
    CHECK(block->amount() == 1234);
    CHECK_FALSE(block->receipt());
    CHECK(as_bytes(block->unparsed()) == hex("61 F0F1 22 87 0042"));
    CHECK(reassembled(*block) == in);
}

TEST_CASE("bmp: of a repeated BMP the first counts and all are kept") {
    const auto in = hex("04 000000000100 04 000000000200 04 000000000500");
    const auto block = data_block::parse(in);
    REQUIRE(block.has_value());
    CHECK(block->amount() == 100);
    CHECK(block->fields().size() == 3);
    CHECK(reassembled(*block) == in);
}

TEST_CASE("bmp: an absent value is absent, not zero") {
    const auto block = data_block::parse({});
    REQUIRE(block.has_value());
    CHECK(block->empty());
    CHECK_FALSE(block->has(bmp::amount));
    CHECK_FALSE(block->value(bmp::amount));
    CHECK_FALSE(block->byte(bmp::result_code));
    CHECK_FALSE(block->bcd(bmp::amount));
    CHECK_FALSE(block->result_code());
    CHECK_FALSE(block->receipt());
    CHECK_FALSE(block->trace());
    CHECK_FALSE(block->has(static_cast<bmp>(0x61)));
    CHECK(block->tlv().empty());
}

TEST_CASE("bmp: receipt FFFF is no receipt, 0000 is one") {
    const auto none = hex("87 FFFF");
    CHECK_FALSE(data_block::parse(none)->receipt());
    CHECK(data_block::parse(none)->has(bmp::receipt_number));
    const auto zero = hex("87 0000");
    CHECK(data_block::parse(zero)->receipt() == receipt_number{0});
}

TEST_CASE("bmp: the long trace number counts when the short one is zero or absent") {
    struct row {
        const char* in;
        std::uint64_t trace;
    };
    for (const auto& row :
         {row{"0B 000123", 123}, row{"0B 000000", 0},
          row{"0B 000000 06 08 1F2B 05 1234567890", 1234567890},
          row{"06 08 1F2B 05 1234567890", 1234567890},
          row{"0B 000123 06 08 1F2B 05 1234567890", 123}, row{"0B 000000 06 04 1F2B 01 FF", 0}}) {
        CAPTURE(row.in);
        const auto in = hex(row.in);
        CHECK(data_block::parse(in)->trace() == trace_number{row.trace});
    }
}

TEST_CASE("bmp: more fields than any real message has are refused") {
    bytes in;
    for (std::size_t n = 0; n < data_block::max_fields; ++n) in.insert(in.end(), {0x27, 0x00});
    CHECK(data_block::parse(in).has_value());
    in.insert(in.end(), {0x27, 0x00});
    CHECK(data_block::parse(in).error() == make_error_code(errc::too_many_fields));
}

TEST_CASE("bmp: a block as large as an APDU can be is parsed, a larger one is not") {
    bytes in{0x06, 0x82, 0xFF, 0xFB};
    in.resize(0xFFFF);
    const auto block = data_block::parse(in);
    REQUIRE(block.has_value());
    CHECK(block->tlv().size() == 0xFFFB);
    in.resize(0x10000);
    CHECK(data_block::parse(in).error() == make_error_code(errc::value_out_of_range));
}

TEST_CASE("bmp: every block that parses is the sum of its parts") {
    CHECK(rc::check("any bytes", [](const bytes& in) {
        const auto block = data_block::parse(in);
        if (block) RC_ASSERT(reassembled(*block) == in);
    }));
    CHECK(rc::check("known one-byte and amount BMPs in any order, then anything", [] {
        auto in = bytes{};
        const auto ids = *rc::gen::resize(
            20, rc::gen::container<bytes>(rc::gen::element<std::uint8_t>(0x04, 0x19, 0x27, 0x8A)));
        for (const auto id : ids) {
            in.push_back(id);
            in.resize(in.size() + (id == 0x04 ? 6 : 1), 0x11);
        }
        in.push_back(0x00);
        const auto junk = *rc::gen::arbitrary<bytes>();
        in.insert(in.end(), junk.begin(), junk.end());
        const auto block = data_block::parse(in);
        RC_ASSERT(block.has_value());
        RC_ASSERT(block->fields().size() == ids.size());
        RC_ASSERT(block->unparsed().size() == junk.size() + 1);
        RC_ASSERT(reassembled(*block) == in);
    }));
}

TEST_SUITE_END();
