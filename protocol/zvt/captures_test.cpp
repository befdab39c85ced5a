#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "protocol/zvt/describe.hpp"
#include "protocol/zvt/hex_input.hpp"
#include "protocol/zvt/messages/message.hpp"
#include "tests/support/held_apdu.hpp"

using namespace protocol::zvt;
using support::as_bytes;

namespace {

struct capture {
    std::string name;
    std::vector<hex_item> items;
};

std::vector<hex_item> read_file(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream{file}.rdbuf();
    auto items = read_hex_input(text.str());
    REQUIRE(items.has_value());
    return std::move(*items);
}

/// Every file of tests/compat/captures, in the order of the names.
std::vector<capture> all_captures() {
    const std::filesystem::path folder{BRIDGE_SOURCE_DIR "/tests/compat/captures"};
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        if (entry.path().extension() == ".hex") files.insert(entry.path());
    }
    std::vector<capture> captures;
    for (const auto& file : files) {
        captures.push_back({file.filename().string(), read_file(file)});
    }
    return captures;
}

}  // namespace

TEST_SUITE_BEGIN("protocol/zvt/captures");

TEST_CASE("captures: every byte of a terminal in service has a name") {
    const auto captures = all_captures();
    CHECK(captures.size() == 12);
    for (const auto& [file, items] : captures) {
        const auto& name = file;  // clang 14 captures no structured bindings
        CAPTURE(name);
        REQUIRE(items.size() == 1);
        REQUIRE(items[0].what == hex_item::kind::message);
        const auto told = describe(split_apdu(items[0].bytes)->apdu);
        CHECK(told.complete);
        CHECK(told.text.find("??") == std::string::npos);
    }
}

TEST_CASE("captures: each is written again byte for byte") {
    for (const auto& [file, items] : all_captures()) {
        const auto& name = file;  // clang 14 captures no structured bindings
        CAPTURE(name);
        const auto& bytes = items.at(0).bytes;
        const auto apdu = split_apdu(bytes)->apdu;
        const auto decoded = decode_message(apdu);
        REQUIRE(decoded.has_value());
        CHECK_FALSE(std::holds_alternative<apdu_view>(*decoded));
        std::vector<std::uint8_t> out(bytes.size());
        const auto again = encode_message(*decoded, out, apdu.extended_length);
        REQUIRE(again.has_value());
        CHECK(as_bytes(*again) == bytes);
    }
}

TEST_CASE("captures: the reservation, its receipt and the end of day say what happened") {
    const auto captures = all_captures();
    const auto message_of = [&](std::size_t index) {
        return *decode_message(split_apdu(captures.at(index).items.at(0).bytes)->apdu);
    };
    const auto reservation = std::get<status_information>(message_of(5));
    CHECK(reservation.amount() == 2500);
    CHECK(reservation.receipt() == protocol::receipt_number{231});
    CHECK(reservation.pan().view() == "559883******8074");
    CHECK(reservation.card_name() == "MasterCard");

    const auto receipt = std::get<print_text_block>(message_of(8));
    CHECK(receipt.kind == receipt_kind::customer);
    CHECK(receipt.ends_receipt);
    std::size_t lines = 0;
    std::size_t blank = 0;
    CHECK(receipt
              .for_each_line([&](print_attribute, bytes_view text) {
                  ++lines;
                  blank += text.empty() ? 1 : 0;
              })
              .has_value());
    CHECK(lines == 33);
    CHECK(blank == 7);

    const auto day = std::get<status_information>(message_of(9));
    const auto totals = single_totals::decode(*day.block.value(bmp::single_totals));
    REQUIRE(totals.has_value());
    CHECK(totals->brands[2].count == 2);
    CHECK(totals->brands[2].amount == 958);
    CHECK(day.amount() == 958);
}

TEST_CASE("captures: every message of whole dialogues has names and is written again") {
    const auto items = read_file(BRIDGE_SOURCE_DIR "/tests/compat/dialogues.hex");
    CHECK(items.size() == 61);
    for (const auto& item : items) {
        CAPTURE(item.line);
        REQUIRE(item.what == hex_item::kind::message);
        const auto apdu = split_apdu(item.bytes)->apdu;
        const auto told = describe(apdu);
        CAPTURE(told.text);
        CHECK(told.complete);
        const auto decoded = decode_message(apdu);
        REQUIRE(decoded.has_value());
        std::vector<std::uint8_t> out(item.bytes.size());
        const auto again = encode_message(*decoded, out, apdu.extended_length);
        REQUIRE(again.has_value());
        CHECK(as_bytes(*again) == item.bytes);
    }
}

TEST_SUITE_END();
