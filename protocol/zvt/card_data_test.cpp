#include "protocol/zvt/card_data.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <functional>
#include <string>
#include <vector>

#include "protocol/zvt/apdu.hpp"
#include "protocol/zvt/layout.hpp"
#include "protocol/zvt/tlv.hpp"
#include "tests/support/captures.hpp"
#include "tests/support/hex_bytes.hpp"
#include "tests/support/received_text.hpp"

using namespace protocol::zvt;
using support::to_hex;
using bytes = std::vector<std::uint8_t>;

TEST_SUITE_BEGIN("protocol/zvt/card_data");

namespace {

std::string masked(std::string_view hex) {
    auto apdu = support::hex(hex);
    mask_card_data(apdu);
    return to_hex(apdu);
}

bytes text(std::string_view characters) { return {characters.begin(), characters.end()}; }

bytes operator+(bytes left, const bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

bytes apdu(command code, const bytes& data) {
    bytes buffer(data.size() + 5);
    apdu_writer out{buffer, code};
    const auto whole = out.raw(data).finish().value();
    return {whole.begin(), whole.end()};
}

bytes field(bmp id, const bytes& value) {
    bytes buffer(value.size() + 16);
    apdu_writer out{buffer, command::status_information};
    const auto whole = out.value(id, value).finish().value();
    return {whole.begin() + (whole.size() > 257 ? 5 : 3), whole.end()};
}

bytes tlv(tlv_tag tag, const bytes& value) {
    bytes buffer(value.size() + 8);
    tlv_writer out{buffer};
    const auto whole = out.put(tag, value).finish().value();
    return {whole.begin(), whole.end()};
}

bytes status(const bytes& data) { return apdu(command::status_information, data); }
bytes status_tlv(const bytes& objects) { return status(field(bmp::tlv_container, objects)); }

/// Digits as BCD; an odd number gets the pad F.
bytes packed(std::string digits) {
    if (digits.size() % 2 != 0) digits += 'f';
    return support::hex(digits);
}

/// A card number of 13 to 19 digits that passes Luhn.
rc::Gen<std::string> card_number() {
    return rc::gen::exec([] {
        const auto length = *rc::gen::inRange(13, 20);
        std::string digits{static_cast<char>('0' + *rc::gen::inRange(1, 10))};
        unsigned sum = 0;
        while (static_cast<int>(digits.size()) < length - 1) {
            digits += static_cast<char>('0' + *rc::gen::inRange(0, 10));
        }
        for (std::size_t n = 0; n < digits.size(); ++n) {
            const auto digit = static_cast<unsigned>(digits[digits.size() - 1 - n] - '0');
            sum += n % 2 != 0 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9;
        }
        return digits + static_cast<char>('0' + (10 - sum % 10) % 10);
    });
}

/// In groups of four, as cards show it.
std::string grouped(const std::string& digits, char separator) {
    std::string all;
    for (std::size_t n = 0; n < digits.size(); ++n) {
        if (n != 0 && n % 4 == 0) all += separator;
        all += digits[n];
    }
    return all;
}

struct place {
    const char* name;
    bool is_packed;
    bytes (*message)(const std::string& pan);
};

constexpr auto unknown_command = static_cast<command>(0x0677);

// Every place where a card number can come.
const place places[] = {
    {"BMP 22", true, [](const std::string& pan) { return status(field(bmp::pan, packed(pan))); }},
    {"BMP 22 in a payment", true,
     [](const std::string& pan) {
         return apdu(command::authorization,
                     support::hex("04000000001234") + field(bmp::pan, packed(pan)));
     }},
    {"BMP 22 behind a password", true,
     [](const std::string& pan) {
         return apdu(command::refund, support::hex("000000") + field(bmp::pan, packed(pan)));
     }},
    {"BMP 23", true,
     [](const std::string& pan) {
         return status(field(bmp::track_2, packed(pan + "d25122010000012345")));
     }},
    {"BMP 24", true,
     [](const std::string& pan) {
         return status(field(bmp::track_3, packed(pan + "d280000dd0000000000000300")));
     }},
    {"BMP 2D", false,
     [](const std::string& pan) {
         return status(field(bmp::track_1, text("B" + pan + "^DOE/JANE^25122010000012345")));
     }},
    {"BMP 3C", false,
     [](const std::string& pan) {
         return status(field(bmp::additional_data, text("Kartennr. " + pan + "\r")));
     }},
    {"BMP 2E", true,
     [](const std::string& pan) {
         return status(field(bmp::synchronous_chip_data, support::hex("aa") + packed(pan)));
     }},
    {"BMP A7", true,
     [](const std::string& pan) { return status(field(bmp::ef_id_chip_data, packed(pan))); }},
    {"tag 1F08", false,
     [](const std::string& pan) { return status_tlv(tlv(0x1F08, text("B" + pan + "^X^2512"))); }},
    {"tag 1F09", true,
     [](const std::string& pan) { return status_tlv(tlv(0x1F09, packed(pan + "d2512201"))); }},
    {"tag 1F0A", true,
     [](const std::string& pan) { return status_tlv(tlv(0x1F0A, packed(pan + "d2512201"))); }},
    {"EMV 5A", true, [](const std::string& pan) { return status_tlv(tlv(0x5A, packed(pan))); }},
    {"EMV 57 in an application", true,
     [](const std::string& pan) {
         return status_tlv(tlv(0x62, tlv(0x60, tlv(0x57, packed(pan + "d2512")))));
     }},
    {"card APDU", true,
     [](const std::string& pan) {
         return status_tlv(
             tlv(0x1F46, support::hex("70 5a 0a") + packed(pan) + support::hex("9000")));
     }},
    {"print line", false,
     [](const std::string& pan) { return apdu(command::print_line, text("0" + pan)); }},
    {"print line, grouped", false,
     [](const std::string& pan) {
         return apdu(command::print_line, text("@Karte 12 " + grouped(pan, ' ') + "   "));
     }},
    {"print text block", false,
     [](const std::string& pan) {
         return apdu(command::print_text_block,
                     field(bmp::tlv_container,
                           tlv(0x1F07, {0x01}) +
                               tlv(0x25, tlv(0x09, {0x00}) + tlv(0x07, {}) +
                                             tlv(0x07, text("PAN " + pan)) + tlv(0x09, {0xFF}))));
     }},
    {"EMV customer receipt", false,
     [](const std::string& pan) {
         return status_tlv(tlv(
             0x66, tlv(0x46, text("PAN " + grouped(pan, '-'))) + tlv(0x68, tlv(0x07, text("ok")))));
     }},
    {"intermediate status", false,
     [](const std::string& pan) {
         return apdu(
             command::intermediate_status,
             support::hex("ff03") + field(bmp::tlv_container, tlv(0x24, tlv(0x07, text(pan)))));
     }},
    {"display text", false,
     [](const std::string& pan) {
         return apdu(command::display_text, field(bmp::text_1_line_1, text(pan)));
     }},
    {"display text, old form", false,
     [](const std::string& pan) {
         return apdu(command::display_text_old, support::hex("05") + text(pan) + bytes{0x00});
     }},
    {"typed digits", false,
     [](const std::string& pan) { return apdu(command::positive, text(pan)); }},
    {"vendor error text", false,
     [](const std::string& pan) {
         return apdu(command::abort_indication,
                     support::hex("6c") + field(bmp::tlv_container, tlv(0x1F17, text(pan))));
     }},
    {"BMP 22 behind an unknown BMP", true,
     [](const std::string& pan) {
         return status(support::hex("27005a01") + field(bmp::pan, packed(pan)) +
                       support::hex("870042"));
     }},
    {"packed behind an unknown BMP", true,
     [](const std::string& pan) {
         return status(support::hex("27005a") + packed(pan) + support::hex("870042"));
     }},
    {"printed behind an unknown BMP", false,
     [](const std::string& pan) {
         return status(support::hex("27005a") + text(pan) + support::hex("00870042"));
     }},
    {"unknown tag", true,
     [](const std::string& pan) {
         return status_tlv(tlv(0xFF21, support::hex("c108") + packed(pan)));
     }},
    {"too deep to be a message", true,
     [](const std::string& pan) {
         auto objects = tlv(0x5A, packed(pan));
         for (int depth = 0; depth < 20; ++depth) objects = tlv(0x60, objects);
         return status_tlv(objects);
     }},
    {"TLV that ends too early", true,
     [](const std::string& pan) { return status_tlv(support::hex("120124 5a20") + packed(pan)); }},
    {"BMP that ends too early", true,
     [](const std::string& pan) { return status(support::hex("22f4f0") + packed(pan)); }},
    {"vendor command", true,
     [](const std::string& pan) {
         return apdu(make_command(0x0F, 0x55),
                     support::hex("00") + packed(pan) + support::hex("01"));
     }},
    {"unknown command", true,
     [](const std::string& pan) {
         return apdu(unknown_command, support::hex("ff") + packed(pan));
     }},
    {"data for the host", false,
     [](const std::string& pan) {
         return apdu(command::transmit_data_via_dial_up, text("tx " + pan + " "));
     }},
};

/// Position of every digit of `pan` in `message`, counted in nibbles or in bytes.
std::vector<std::size_t> digits_in(const bytes& message, const std::string& pan, bool is_packed) {
    std::vector<std::size_t> found;
    const auto hex = to_hex(message);
    if (is_packed) {
        const auto at = hex.find(pan);
        if (at == std::string::npos) return found;
        for (std::size_t n = 0; n < pan.size(); ++n) found.push_back(at + n);
        return found;
    }
    for (std::size_t start = 0; start < message.size(); ++start) {
        found.clear();
        for (auto at = start; at < message.size() && found.size() < pan.size(); ++at) {
            if (message[at] == static_cast<std::uint8_t>(pan[found.size()])) {
                found.push_back(at);
            } else if (found.empty() || (message[at] != ' ' && message[at] != '-')) {
                break;
            }
        }
        if (found.size() == pan.size()) return found;
    }
    return {};
}

}  // namespace

TEST_CASE(
    "card_data: [M9] no more than 6 and 4 digits of a card number pass, wherever they stand") {
    for (const auto& place : places) {
        CAPTURE(place.name);
        CHECK(rc::check(place.name, [&] {
            const auto pan = *card_number();
            const auto message = place.message(pan);
            auto out = message;
            const auto hidden = mask_card_data(out);

            RC_ASSERT(hidden >= pan.size() - 10);
            RC_ASSERT(split_apdu(out)->used == message.size());
            const auto at = digits_in(message, pan, place.is_packed);
            RC_ASSERT(at.size() == pan.size());
            const auto hex = to_hex(out);
            for (auto n = std::size_t{6}; n < pan.size() - 4; ++n) {
                const auto shown = place.is_packed ? hex[at[n]] : static_cast<char>(out[at[n]]);
                RC_ASSERT(shown == (place.is_packed ? 'e' : '*'));
            }
            auto again = out;
            RC_ASSERT(mask_card_data(again) == 0U);
            RC_ASSERT(again == out);
        }));
    }
}

TEST_CASE("card_data: a masked message is read as well as before") {
    for (const auto& place : places) {
        CAPTURE(place.name);
        if (place.name == std::string_view{"typed digits"}) continue;  // have no structure
        CHECK(rc::check(place.name, [&] {
            const auto before = place.message(*card_number());
            auto after = before;
            mask_card_data(after);
            const auto blocks = [](const bytes& message) {
                const auto view = split_apdu(message)->apdu;
                const auto fixed = positional_size(view.code, view.data);
                const auto block = data_block::parse(view.data.subspan(fixed));
                return std::pair{fixed, block ? static_cast<int>(block->fields().size())
                                              : -block.error().value()};
            };
            RC_ASSERT(blocks(after) == blocks(before));
        }));
    }
}

TEST_CASE("card_data: what a terminal has masked stays as it came") {
    for (const auto capture :
         {support::captures::status_after_read_card, support::captures::status_of_a_reservation,
          support::captures::receipt_text_block, support::captures::end_of_day_totals}) {
        auto message = support::hex(capture);
        CHECK(mask_card_data(message) == 0);
        CHECK(to_hex(message) == capture);
    }
}

TEST_CASE("card_data: what is no card number stays") {
    struct row {
        std::string name;
        std::string message;
    };
    for (const auto& row : {
             row{"registration", "060006123456de0978"},
             row{"reversal with a password", "063006123456870042"},
             row{"change of password", "069506111111222222"},
             row{"reprint", "06120711111122223333"},
             row{"contract number of 15 digits", "040f10 2a 343131313131313131313131313133"},
             row{"card hash", "040f0f 060d 1f140a 41111111111111111111"},
             row{"UID", "040f0e 060c 4c0a 41111111111111111111"},
             row{"pattern of card numbers", "06c00d 1e 060a 1f1907 4111eeeeeeeeee"},
             row{"bonus points", "040f0e 060c e10a c208 4111111111111111"},
             row{"file block", "800010 060e 2d0c 1d0101 1c07 41111111111111"},
             row{"IBAN too short to hide", "040f0d 060b 1f5e08 4445313232303030"},
         }) {
        CAPTURE(row.name);
        CHECK(masked(row.message) == to_hex(support::hex(row.message)));
    }
}

TEST_CASE("card_data: secrets beside the card number go whole") {
    CHECK(masked("060103 3a123f") == "0601033aeeef");
    CHECK(masked("060904 0012023d") == "0609040012023d");
    CHECK(masked("060907 001202 3d123456") == "0609070012023deeeeee");
    CHECK(masked("06e305 d1f0f21234") == "06e305d1f0f2eeee");
    CHECK(masked("80000b 0609 1f3106 010203040506") == "80000b06091f3106eeeeeeeeeeee");
    CHECK(masked("80000b 0609 1f7506 010203040506") == "80000b06091f7506eeeeeeeeeeee");
}

TEST_CASE("card_data: of an IBAN the middle goes") {
    const auto iban = to_hex(text("DE89370400440532013000"));
    const auto shown = to_hex(text("DE89**************3000"));
    CHECK(masked("040f1b 0619 1f5e16" + iban) == "040f1b06191f5e16" + shown);
}

TEST_CASE("card_data: bytes that are no APDU are searched as they are") {
    CHECK(masked("") == "");
    CHECK(masked("04") == "04");
    CHECK(masked("040f20 22f0f84111111111111112") == "040f2022f0f8411111eeeeee1112");
}

TEST_CASE("card_data: any bytes keep their size and every digit that is hidden is counted") {
    CHECK(rc::check([](const bytes& any) {
        auto message = any;
        const auto hidden = mask_card_data(message);
        RC_ASSERT((hidden == 0) == (message == any));
    }));
}

TEST_CASE("mask_card_numbers: free text loses its card numbers") {
    std::string note = "call about 4111 1111 1111 1111, thanks";
    CHECK(mask_card_numbers(note) == 6);
    CHECK(note == "call about 4111 11** **** 1111, thanks");
    std::string harmless = "order 20240517-000123";
    CHECK(mask_card_numbers(harmless) == 0);
}

TEST_CASE("masked_pan: shows a card number as terminals print it") {
    struct row {
        std::string bcd;
        std::string shown;
    };
    for (const auto& row : {
             row{"541333eeeeee1234", "541333******1234"},
             row{"672812eeeeeeeee3456f", "672812*********3456"},
             row{"67281200000000034567", "672812**********4567"},
             row{"541333eeeeee1234d2512f", "541333******1234"},
             row{"672200120012345678901225120978", ""},
             row{"ffff", ""},
             row{"", ""},
         }) {
        CAPTURE(row.bcd);
        CHECK(masked_pan::from_bcd(support::hex(row.bcd)).view() == row.shown);
    }
}

TEST_CASE("masked_pan: [M9] masks what nobody masked before") {
    CHECK(masked_pan::from_bcd(support::hex("4111111111111111")).view() == "411111******1111");
}

TEST_SUITE_END();
