// The tables of README.md are those of the code: outcomes, cards, faults, steps, commands.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "sim/dialogues.hpp"
#include "sim/fault.hpp"
#include "sim/outcome.hpp"

using namespace sim;

namespace {

std::string readme() {
    std::ifstream file{SIM_README};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::size_t rows(const std::string& text, std::string_view heading) {
    const auto section = text.find(heading);
    REQUIRE(section != std::string::npos);
    const auto end = text.find("\n## ", section + heading.size());
    std::size_t count = 0;
    for (auto at = text.find("\n| ", section); at < end; at = text.find("\n| ", at + 1)) ++count;
    return count;
}

void expect(const std::string& text, const std::string& row) {
    CAPTURE(row);
    CHECK(text.find(row) != std::string::npos);
}

std::string_view words(verification how) {
    switch (how) {
        case verification::none: return "none";
        case verification::signature: return "signature";
        case verification::online_pin: return "online PIN";
        case verification::offline_pin: return "offline PIN";
    }
    return {};
}

std::string_view words(entry_mode how) {
    switch (how) {
        case entry_mode::magstripe: return "magstripe";
        case entry_mode::chip: return "chip";
        case entry_mode::contactless: return "contactless";
    }
    return {};
}

}  // namespace

TEST_SUITE_BEGIN("sim/readme");

TEST_CASE("readme: every outcome by amount, and no other") {
    const auto text = readme();
    for (const auto& one : all_amount_outcomes()) {
        const auto proof = one.verified ? words(*one.verified) : "as the card has it";
        expect(text, fmt::format("\n| {:02} | {} | {}{} | {} |\n", one.last_digits, one.host_code,
                                 proof, one.first_pin_wrong ? ", wrong once" : "", one.meaning));
    }
    const std::size_t heading_and_rest = 2;
    CHECK(rows(text, "## Outcome by amount") == all_amount_outcomes().size() + heading_and_rest);
}

TEST_CASE("readme: every card, and no other") {
    const auto text = readme();
    for (const auto& one : all_cards()) {
        expect(text, fmt::format("\n| `{}` | {} | `{}` | {} | {} | {} |\n", one.name, one.product,
                                 one.masked_pan(), one.expiry, words(one.entry), words(one.usual)));
    }
    CHECK(rows(text, "## Cards") == all_cards().size() + 1);
}

TEST_CASE("readme: every fault with its parameters, and whether it is a habit") {
    const auto text = readme();
    for (const auto& one : all_faults()) {
        expect(text,
               fmt::format("\n| `{}` | {} | {} | {} |\n", one.name, one.explanation,
                           one.parameters.empty() ? "–" : one.parameters, one.habit ? "yes" : "–"));
    }
}

TEST_CASE("readme: every step, in order") {
    const auto text = readme();
    std::size_t at = text.find("### Steps");
    for (const auto step : all_steps()) {
        CAPTURE(step);
        at = text.find(fmt::format("\n| `{}` | ", step), at);
        REQUIRE(at != std::string::npos);
    }
}

TEST_CASE("readme: the commands that it lists are those that have a dialogue") {
    const auto text = readme();
    const auto begin = text.find("## Commands");
    REQUIRE(begin != std::string::npos);
    const auto section = text.substr(begin, text.find("\n## ", begin) - begin);
    for (unsigned code = 0; code < 0x10000; ++code) {
        const auto name = fmt::format("{:02X} {:02X}", code >> 8U, code & 0xFFU);
        CAPTURE(name);
        const bool listed = section.find(name + ",") != std::string::npos ||
                            section.find(name + ". ") != std::string::npos;
        const bool known = find_dialogue(static_cast<command>(code)) != nullptr;
        if (listed != known) FAIL_CHECK("listed " << listed << ", known " << known);
    }
}

TEST_SUITE_END();
