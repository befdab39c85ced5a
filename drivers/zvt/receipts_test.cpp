#include "drivers/zvt/receipts.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/hex_bytes.hpp"

using drivers::receipt_text;
using drivers::zvt::receipts;
using support::hex;
namespace wire = protocol::zvt;
using lines = std::vector<std::string>;

namespace {

/// Prints 06 D1 and 06 D3 messages on paper of 12 characters.
struct paper {
    void print(std::string_view text) {
        const auto apdu = hex(text);
        const auto split = wire::split_apdu(apdu);
        REQUIRE(split.has_value());
        if (split->apdu.code == wire::command::print_line) {
            pile.line(wire::print_line::decode(split->apdu).value());
        } else {
            pile.block(wire::print_text_block::decode(split->apdu).value());
        }
    }
    std::vector<receipt_text> torn_off() {
        std::vector<receipt_text> out;
        while (auto receipt = pile.next()) out.push_back(std::move(*receipt));
        return out;
    }

    receipts pile{12};
};

}  // namespace

TEST_SUITE_BEGIN("drivers/zvt/receipts");

TEST_CASE("receipts: lines make one receipt up to its last line") {
    paper printer;
    printer.print("06 D1 03 40 41 42");  // centred
    printer.print("06 D1 03 03 43 44");  // indented by 3
    printer.print("06 D1 01 00");
    CHECK(printer.torn_off().empty());
    printer.print("06 D1 02 81 45");  // last line, indented by 1
    const auto done = printer.torn_off();
    REQUIRE(done.size() == 1);
    CHECK(done[0].lines == lines{"     AB", "   CD", "", " E"});
    CHECK(done[0].kind == receipt_text::kind::unspecified);
}

TEST_CASE("receipts: FF feeds lines and ends nothing, 80 is no last line") {
    paper printer;
    printer.print("06 D1 02 00 41");
    printer.print("06 D1 02 FF 02");
    printer.print("06 D1 02 80 42");
    CHECK(printer.torn_off().empty());
    printer.pile.finish();
    CHECK(printer.torn_off().at(0).lines == lines{"A", "", "", "B"});
}

TEST_CASE("receipts: a block of another kind begins another receipt") {
    paper printer;
    printer.print("06 D3 0B 06 09 1F 07 01 01 25 03 07 01 41");  // merchant
    printer.print("06 D3 0B 06 09 1F 07 01 01 25 03 07 01 42");
    printer.print("06 D3 0B 06 09 1F 07 01 02 25 03 07 01 43");  // customer
    auto done = printer.torn_off();
    REQUIRE(done.size() == 1);
    CHECK(done[0].kind == receipt_text::kind::merchant);
    CHECK(done[0].lines == lines{"A", "B"});
    printer.pile.finish();
    done = printer.torn_off();
    REQUIRE(done.size() == 1);
    CHECK(done[0].kind == receipt_text::kind::customer);
}

TEST_CASE("receipts: a block's end mark ends the receipt, repeated tags 09 and 07 are fine") {
    paper printer;
    printer.print("06 D3 12 06 10 25 0E 09 01 00 09 01 40 07 01 41 07 00 09 01 C0");
    const auto done = printer.torn_off();
    REQUIRE(done.size() == 1);
    CHECK(done[0].lines == lines{"     A", ""});
}

TEST_CASE("receipts: what has no kind is administration when the command is") {
    paper printer;
    printer.pile.begin({}, true);
    printer.print("06 D1 02 C0 41");
    CHECK(printer.torn_off().at(0).kind == receipt_text::kind::administration);
}

TEST_CASE(
    "receipts: the character set is the block's, else the agreed one, else guessed of the whole") {
    paper printer;
    SUBCASE("the block's") {
        printer.pile.begin({wire::charset::cp437}, false);
        printer.print("06 D3 0B 06 09 14 01 01 25 04 07 02 C4 4E");
        printer.pile.finish();
        CHECK(printer.torn_off().at(0).lines == lines{"ÄN"});
    }
    SUBCASE("the agreed one") {
        printer.pile.begin({wire::charset::cp437}, false);
        printer.print("06 D1 02 C0 8E");
        CHECK(printer.torn_off().at(0).lines == lines{"     Ä"});
    }
    SUBCASE("guessed") {
        printer.print("06 D1 06 00 47 72 81 E1 65");
        printer.print("06 D1 02 80 41");
        printer.pile.finish();
        CHECK(printer.torn_off().at(0).lines.at(0) == "Grüße");
    }
}

TEST_CASE("receipts: paper without a character on it is no receipt") {
    paper printer;
    printer.print("06 D1 01 00");
    printer.pile.finish();
    printer.pile.finish();
    CHECK(printer.torn_off().empty());
}

TEST_SUITE_END();
