#include "protocol/zvt/tlv.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <array>
#include <set>
#include <vector>

#include "protocol/zvt/tags.hpp"

using namespace protocol::zvt;

namespace {
using bytes = std::vector<std::uint8_t>;

bytes as_bytes(bytes_view view) { return {view.begin(), view.end()}; }
}  // namespace

TEST_SUITE_BEGIN("protocol/zvt/tlv");

TEST_CASE("tlv: the table has every tag of the specification once") {
    std::size_t found = 0;
    std::size_t reserved = 0;
    for (tlv_tag tag = 0; tag <= 0xFFFF; ++tag) {
        const auto* info = find_tag(tag);
        if (info == nullptr) continue;
        ++found;
        CAPTURE(info->name);
        CHECK(info->tag == tag);
        CHECK_FALSE(info->name.empty());
        // Bit 6 of the first byte says constructed; the table must not say otherwise.
        const auto first = tag > 0xFF ? tag >> 8U : tag;
        CHECK((info->format == tlv_format::constructed) == ((first & 0x20U) != 0));
        if (info->name == "reserved") ++reserved;
    }
    CHECK(reserved == reserved_tag_count);
    CHECK(found - reserved == defined_tag_count);
    CHECK(defined_tag_count == 223);
}

TEST_CASE("tlv: tags are found by their number") {
    CHECK(find_tag(tag::text_line)->name == "text line");
    CHECK(find_tag(tag::unique_transaction_id)->name == "unique transaction id");
    CHECK(find_tag(0x1F80)->name == "file name");
    CHECK(find_tag(0x9F5B)->name == "membership number");
    CHECK(find_tag(0xFF04)->name == "voucher data");
    for (const tlv_tag unknown :
         {0x00U, 0x36U, 0x5FU, 0xC6U, 0xEBU, 0x1F7AU, 0x1F84U, 0xFF05U, 0x1F8000U}) {
        CAPTURE(unknown);
        CHECK(find_tag(unknown) == nullptr);
    }
}

TEST_CASE("tlv: objects are read with their tag, length and value") {
    struct row {
        bytes in;
        tlv_tag tag;
        std::size_t head;
        std::size_t length;
        bool constructed;
    };
    bytes long_value{0x07, 0x81, 0x80};
    long_value.resize(3 + 0x80, 'a');
    bytes longer_value{0x1F, 0x46, 0x82, 0x01, 0x00};
    longer_value.resize(5 + 0x100);
    for (const auto& row :
         {row{{0x07, 0x00}, 0x07, 2, 0, false}, row{{0x09, 0x01, 0xFF}, 0x09, 2, 1, false},
          row{{0x1F, 0x07, 0x01, 0x01}, 0x1F07, 3, 1, false},
          row{{0x25, 0x02, 0x07, 0x00}, 0x25, 2, 2, true},
          row{{0x1F, 0x80, 0x01, 0x41}, 0x1F80, 3, 1, false},
          row{{0x1F, 0x83, 0x00}, 0x1F83, 3, 0, false},
          row{{0x1F, 0x84, 0x01, 0x00}, 0x1F8401, 4, 0, false},
          row{{0x9F, 0x5A, 0x01, 0x00}, 0x9F5A, 3, 1, false},
          row{{0xFF, 0x01, 0x01, 0x00}, 0xFF01, 3, 1, true},
          row{{0x07, 0x81, 0x01, 0x41}, 0x07, 3, 1, false},
          row{{0x07, 0x82, 0x00, 0x01, 0x41}, 0x07, 4, 1, false},
          row{long_value, 0x07, 3, 0x80, false}, row{longer_value, 0x1F46, 5, 0x100, false}}) {
        CAPTURE(row.tag);
        auto in = row.in;
        in.insert(in.end(), {0x14, 0x00});
        tlv_reader reader{in};
        const auto object = reader.next();
        REQUIRE(object.has_value());
        CHECK(object->tag == row.tag);
        CHECK(object->value.size() == row.length);
        CHECK(as_bytes(object->whole) == row.in);
        CHECK(object->value.data() == in.data() + row.head);
        CHECK(object->constructed() == row.constructed);
        REQUIRE(reader.next().has_value());
        CHECK(reader.empty());
    }
}

TEST_CASE("tlv: what is not an object is refused where it stands") {
    struct row {
        bytes in;
        errc error;
    };
    for (const auto& row :
         {row{{0x07}, errc::truncated}, row{{0x1F}, errc::truncated},
          row{{0x1F, 0x07}, errc::truncated}, row{{0x07, 0x01}, errc::truncated},
          row{{0x07, 0x81}, errc::truncated}, row{{0x07, 0x82, 0x00}, errc::truncated},
          row{{0x07, 0x82, 0x00, 0x02, 0x41}, errc::truncated},
          row{{0x07, 0x80}, errc::bad_tlv_length},
          row{{0x07, 0x83, 0x00, 0x00, 0x01, 0x41}, errc::bad_tlv_length},
          row{{0x07, 0xFF}, errc::bad_tlv_length}, row{{0x1F, 0x84}, errc::truncated},
          row{{0x1F, 0x84, 0x81, 0x01}, errc::bad_tlv_tag},
          row{{0x1F, 0xFF, 0xFF, 0xFF}, errc::bad_tlv_tag},
          row{{0xFF, 0x80, 0x80, 0x00, 0x00}, errc::bad_tlv_tag}}) {
        CAPTURE(row.in.size());
        tlv_reader reader{row.in};
        const auto object = reader.next();
        REQUIRE(object.has_error());
        CHECK(object.error() == make_error_code(row.error));
        CHECK(as_bytes(reader.rest()) == row.in);
    }
}

TEST_CASE("tlv: values are found by tag and by path, the first of a repeated tag") {
    const bytes in{0x1F, 0x07, 0x01, 0x02, 0xE4, 0x09, 0x1F, 0x40, 0x01, 0x41, 0x1F,
                   0x41, 0x02, 0x31, 0x32, 0x07, 0x01, 0x58, 0x07, 0x01, 0x59};
    CHECK(as_bytes(*find_value(in, tag::receipt_type)) == bytes{0x02});
    CHECK(as_bytes(*find_value(in, {tag::device, tag::software_version})) == bytes{0x31, 0x32});
    CHECK(as_bytes(*find_value(in, tag::text_line)) == bytes{0x58});
    CHECK_FALSE(find_value(in, tag::software_version));
    CHECK_FALSE(find_value(in, {tag::device, tag::serial_number}));
    CHECK_FALSE(find_value(in, {tag::print_texts, tag::text_line}));
}

TEST_CASE("tlv: nothing is found behind an object that cannot be read") {
    CHECK_FALSE(find_value(bytes{0x07, 0x80, 0x14, 0x01, 0xFF}, tag::charset));
    CHECK_FALSE(find_value(bytes{0x07, 0x05, 0x14, 0x01, 0xFF}, tag::charset));
}

TEST_CASE("tlv: objects are written with the shortest length") {
    std::array<std::uint8_t, 64> buffer{};
    tlv_writer out{buffer};
    out.put_bcd(tag::printer_width, 24, 2).put(0x1F04, {0x80}).put_text(tag::text_line, "Hi");
    const auto permitted = out.open(tag::permitted_commands);
    out.put(tag::command, {0x06, 0xD1}).put(tag::command, {0x06, 0xD3});
    out.close(permitted);
    const auto written = out.finish();
    REQUIRE(written.has_value());
    CHECK(as_bytes(*written) == bytes{0x12, 0x01, 0x24, 0x1F, 0x04, 0x01, 0x80,
                                      0x07, 0x02, 'H',  'i',  0x26, 0x08, 0x0A,
                                      0x02, 0x06, 0xD1, 0x0A, 0x02, 0x06, 0xD3});
}

TEST_CASE("tlv: a constructed object's content moves when its length needs more bytes") {
    for (const std::size_t size : {0U, 1U, 0x7DU, 0x7EU, 0x7FU, 0xFCU, 0xFDU, 0x100U, 0x2000U}) {
        CAPTURE(size);
        const bytes value(size, 0x41);
        bytes buffer(size + 16);
        tlv_writer out{buffer};
        const auto outer = out.open(tag::device);
        out.put(tag::text_line, value);
        out.close(outer);
        const auto written = out.finish();
        REQUIRE(written.has_value());
        CHECK(as_bytes(*find_value(*written, {tag::device, tag::text_line})) == value);
    }
}

TEST_CASE("tlv: what does not fit is refused, and everything behind it too") {
    std::array<std::uint8_t, 4> small{};
    CHECK(tlv_writer{small}.put_text(tag::text_line, "Hi").finish().has_value());
    CHECK(tlv_writer{small}.put_text(tag::text_line, "Hi!").finish().error() ==
          make_error_code(errc::buffer_full));
    CHECK(tlv_writer{small}.put(0x1F04, {0x80, 0x00}).put(0x14, {}).finish().error() ==
          make_error_code(errc::buffer_full));
    CHECK(tlv_writer{small}.put_bcd(tag::printer_width, 100, 2).finish().error() ==
          make_error_code(errc::value_out_of_range));
    CHECK(tlv_writer{small}.put(0x1000000, {}).finish().error() ==
          make_error_code(errc::value_out_of_range));
    bytes large(0x10010);
    CHECK(tlv_writer{large}.put(0x1C, bytes(0x10000)).finish().error() ==
          make_error_code(errc::value_out_of_range));
    bytes exact(2 + 2 + 0x7E);
    tlv_writer out{exact};
    const auto mark = out.open(tag::device);
    out.put(0x1C, bytes(0x7E));
    out.close(mark);  // 80 bytes of content: the length needs one byte more than there is
    CHECK(out.finish().error() == make_error_code(errc::buffer_full));
}

TEST_CASE("tlv: what was written is read again") {
    CHECK(rc::check("any known primitive tags with any values", [] {
        const auto objects = *rc::gen::container<std::vector<std::pair<tlv_tag, bytes>>>(
            rc::gen::pair(rc::gen::element<tlv_tag>(0x07, 0x09, 0x41, 0x1F07, 0x1F80, 0x9F5A),
                          rc::gen::arbitrary<bytes>()));
        bytes buffer(0x10000);
        tlv_writer out{buffer};
        for (const auto& [tag, value] : objects) out.put(tag, value);
        const auto written = out.finish();
        RC_ASSERT(written.has_value());
        tlv_reader reader{*written};
        for (const auto& [tag, value] : objects) {
            const auto object = reader.next();
            RC_ASSERT(object.has_value());
            RC_ASSERT(object->tag == tag);
            RC_ASSERT(as_bytes(object->value) == value);
        }
        RC_ASSERT(reader.empty());
    }));
}

TEST_SUITE_END();
