#include "firmware-bridge/bridgectl/zvt_decode.hpp"

#include <doctest/doctest.h>

using namespace bridge::bridgectl;

TEST_SUITE_BEGIN("firmware-bridge/bridgectl/zvt_decode");

TEST_CASE("zvt_decode: a message becomes a tree in which every byte has a name") {
    const auto decoded = decode_zvt("06 01 07 04 00 00 00 00 12 34");
    CHECK(decoded.complete);
    REQUIRE(decoded.items.size() == 1);
    CHECK(decoded.items[0].kind == "message");
    CHECK(decoded.items[0].bytes == "06 01 07 04 00 00 00 00 12 34");
    const auto text = to_text(decoded);
    CAPTURE(text);
    CHECK(text.starts_with("06 01 Authori"));
    CHECK(text.find("12.34") != text.npos);
}

TEST_CASE("zvt_decode: what does not decode is shown, named by its line, and makes it incomplete") {
    for (const auto* wrong : {"06 01 07 04 00", "\n\n06 01 05 04 00 00 00 00"}) {
        CAPTURE(std::string{wrong});
        const auto decoded = decode_zvt(wrong);
        CHECK_FALSE(decoded.complete);
        CHECK(to_text(decoded).find("not decoded") != std::string::npos);
    }
}

TEST_CASE("zvt_decode: text that is no hex is refused with its place") {
    const auto decoded = decode_zvt("06 01\n0x");
    CHECK_FALSE(decoded.complete);
    CHECK(decoded.error.starts_with("line 2, column "));
    CHECK(decoded.items.empty());
}

TEST_CASE("zvt_decode: [M9] a card number in the input is masked in every form of the output") {
    // 04 0F with BMP 22, a public test number in the clear.
    const auto decoded = decode_zvt("04 0F 0D 27 00 22 F0 F8 47 61 73 90 01 01 01 19");
    for (const auto& item : decoded.items) {
        CHECK(item.bytes.find("90 01 01") == std::string::npos);
        CHECK(item.text.find("9001010") == std::string::npos);
    }
    CHECK_FALSE(decoded.items.empty());
}

TEST_CASE("zvt_decode: nothing in, nothing out") {
    CHECK(decode_zvt("").items.empty());
    CHECK(decode_zvt("  # only a comment\n").items.empty());
    CHECK(to_json(decode_zvt("")).at("items").as_array().empty());
}
