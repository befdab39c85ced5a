#include "protocol/zvt/messages/message.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/support/held_apdu.hpp"

using namespace protocol;
using namespace protocol::zvt;
using namespace support;

namespace {

using bytes = std::vector<std::uint8_t>;

const command all_typed[] = {command::authorization,
                             command::account_balance,
                             command::procurement,
                             command::prepaid_top_up,
                             command::book_tip,
                             command::reservation,
                             command::reversal,
                             command::refund,
                             command::status_enquiry,
                             command::registration,
                             command::log_off,
                             command::reprint_receipts,
                             command::repeat_receipt,
                             command::end_of_day,
                             command::diagnosis,
                             command::set_date_and_time,
                             command::change_password,
                             command::abort,
                             command::read_card,
                             command::display_text,
                             command::display_text_numeric_input,
                             command::display_text_old,
                             command::pin_verification_old,
                             command::display_image,
                             command::write_file,
                             command::read_file,
                             command::select_language,
                             command::set_date_and_time_in_ecr,
                             command::file_block_request,
                             command::input_request,
                             command::menu_request,
                             command::status_information,
                             command::intermediate_status,
                             command::completion,
                             command::abort_indication,
                             command::menu_with_image,
                             command::print_line,
                             command::print_text_block,
                             command::dial_up,
                             command::transmit_data_via_dial_up,
                             command::blocked_list_query,
                             command::positive,
                             negative_response(0x1E),
                             make_command(0x0F, 0x01),
                             make_command(0x06, 0x77)};

/// One BMP with a random value of the right form.
rc::Gen<bytes> any_bmp() {
    return rc::gen::exec([] {
        const auto id = *rc::gen::suchThat<std::uint8_t>(
            [](std::uint8_t one) { return find_bmp(one) != nullptr; });
        const auto& info = *find_bmp(id);
        const auto digit_pair = rc::gen::map(rc::gen::inRange(0, 100), [](int pair) {
            return static_cast<std::uint8_t>(pair / 10 << 4 | pair % 10);
        });
        bytes out{id};
        const auto append = [&](const bytes& value) {
            out.insert(out.end(), value.begin(), value.end());
        };
        const auto decimal = [&](int digits) {
            const auto value = *rc::gen::resize(60, rc::gen::arbitrary<bytes>());
            auto length = value.size();
            bytes prefix(static_cast<std::size_t>(digits));
            for (auto at = prefix.size(); at-- > 0; length /= 10) {
                prefix[at] = static_cast<std::uint8_t>(0xF0U | length % 10);
            }
            append(prefix);
            append(value);
        };
        switch (info.encoding) {
            case bmp_encoding::binary:
            case bmp_encoding::ascii:
            case bmp_encoding::bits:
                append(*rc::gen::container<bytes>(info.length, rc::gen::arbitrary<std::uint8_t>()));
                break;
            case bmp_encoding::bcd:
                append(*rc::gen::container<bytes>(info.length, digit_pair));
                break;
            case bmp_encoding::ll:
            case bmp_encoding::ll_bcd: decimal(2); break;
            case bmp_encoding::lll:
            case bmp_encoding::lll_bcd: decimal(3); break;
            case bmp_encoding::tlv: {
                // Repeated and unknown tags, lengths longer than they need be.
                bytes content;
                for (const auto tag : *rc::gen::resize(6, rc::gen::arbitrary<bytes>())) {
                    if ((tag & 0x1FU) == 0x1FU) continue;
                    content.insert(content.end(), {tag, 0x81, 0x01, 0x00});
                }
                if (*rc::gen::arbitrary<bool>()) {
                    append({0x82, 0x00, static_cast<std::uint8_t>(content.size())});
                } else {
                    append({static_cast<std::uint8_t>(content.size())});
                }
                append(content);
                break;
            }
        }
        return out;
    });
}

/// Whatever decodes must come out again byte for byte. False: it did not decode.
bool comes_out_again(const apdu_view& apdu) {
    const auto decoded = decode_message(apdu);
    if (!decoded) {
        RC_ASSERT(decoded.error() != make_error_code(errc::wrong_command));
        return false;
    }
    bytes in(apdu.data.size() + 5);
    const auto whole = apdu_writer{in, apdu.code}.raw(apdu.data).finish(apdu.extended_length);
    RC_ASSERT(whole.has_value());
    bytes out(apdu.data.size() + 5);
    const auto again = encode_message(*decoded, out, apdu.extended_length);
    RC_ASSERT(again.has_value());
    RC_ASSERT(as_bytes(*again) == as_bytes(*whole));
    return true;
}

}  // namespace

TEST_SUITE_BEGIN("protocol/zvt/messages/message");

TEST_CASE("message: each command has its type, and what has none stays an APDU") {
    const auto type_of = [](const char* text) {
        const held_apdu apdu{text};
        return decode_message(apdu.view())->index();
    };
    CHECK(std::holds_alternative<apdu_view>(*decode_message({make_command(0x0F, 0x01), {}, {}})));
    CHECK(type_of("06 87 03 010203") == 0);
    CHECK(type_of("06 77 00") == 0);
    CHECK(type_of("06 01 00") == type_of("06 0A 00"));
    CHECK(type_of("06 20 03 000000") == type_of("05 01 00"));
    CHECK(type_of("80 00 00") == type_of("84 9C 00"));
    CHECK(type_of("06 0F 00") != type_of("06 1E 00"));
}

TEST_CASE("message: every command of the table decodes from data that fit it, or says why not") {
    for (unsigned code = 0; code <= 0xFFFF; ++code) {
        const auto* info = find_command(static_cast<command>(code));
        if (info == nullptr) continue;
        CAPTURE(info->name);
        const auto decoded = decode_message({info->code, {}, {}});
        if (!decoded) CHECK(decoded.error() != make_error_code(errc::wrong_command));
    }
}

TEST_CASE("message: what came in is written again, whatever the order and the unknown rest") {
    CHECK(rc::check("BMPs of every kind in any order, behind a password where there is one", [] {
        const auto code =
            *rc::gen::elementOf(bytes{0x01, 0x22, 0x24, 0x30, 0x31, 0x20, 0x50, 0xE0});
        auto data = code == 0x30 || code == 0x31 || code == 0x20 || code == 0x50
                        ? bytes{0x12, 0x34, 0x56}
                        : bytes{};
        const auto fields = *rc::gen::resize(12, rc::gen::container<std::vector<bytes>>(any_bmp()));
        for (const auto& one : fields) data.insert(data.end(), one.begin(), one.end());
        if (*rc::gen::arbitrary<bool>()) {
            data.push_back(0x61);  // an unknown BMP: everything behind it stays raw
            const auto rest = *rc::gen::arbitrary<bytes>();
            data.insert(data.end(), rest.begin(), rest.end());
        }
        RC_ASSERT(comes_out_again({make_command(0x06, code), data, *rc::gen::arbitrary<bool>()}));
    }));
    CHECK(rc::check("status informations of every BMP", [] {
        bytes data;
        const auto fields = *rc::gen::resize(20, rc::gen::container<std::vector<bytes>>(any_bmp()));
        for (const auto& one : fields) data.insert(data.end(), one.begin(), one.end());
        RC_ASSERT(
            comes_out_again({command::status_information, data, *rc::gen::arbitrary<bool>()}));
    }));
    CHECK(rc::check("any bytes as any message", [] {
        const auto code =
            *rc::gen::elementOf(std::vector<command>{std::begin(all_typed), std::end(all_typed)});
        const auto data = *rc::gen::arbitrary<bytes>();
        static_cast<void>(comes_out_again({code, data, *rc::gen::arbitrary<bool>()}));
    }));
}

TEST_SUITE_END();
