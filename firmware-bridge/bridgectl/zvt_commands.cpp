#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "firmware-bridge/bridgectl/commands.hpp"
#include "firmware-bridge/bridgectl/zvt_decode.hpp"

namespace bridge::bridgectl {

namespace {

/// The text that was meant: standard input, a file, or the arguments themselves as hex.
std::optional<std::string> text_of_arguments(session& with, const std::vector<std::string>& given) {
    const auto read = [](std::istream& in) {
        return std::string{std::istreambuf_iterator<char>{in}, {}};
    };
    if (given.empty() || (given.size() == 1 && given[0] == "-")) return read(std::cin);
    std::error_code ignored;
    if (given.size() == 1 && std::filesystem::is_regular_file(given[0], ignored)) {
        std::ifstream file{given[0], std::ios::binary};
        if (file) return read(file);
        static_cast<void>(with.wrong(given[0] + " cannot be read"));
        return std::nullopt;
    }
    std::string joined;
    for (const auto& part : given) joined += (joined.empty() ? "" : " ") + part;
    if (joined.find_first_not_of("0123456789abcdefABCDEF |,:\n\t\r") != joined.npos) {
        static_cast<void>(with.wrong("\"" + joined + "\" is neither a file nor hexadecimal"));
        return std::nullopt;
    }
    return joined;
}

exit_code decode(session& with, const std::vector<std::string>& given) {
    const auto text = text_of_arguments(with, given);
    if (!text) return exit_code::error;
    const auto decoded = decode_zvt(*text);
    if (!decoded.error.empty()) return with.wrong(decoded.error);
    if (with.json)
        with.out << boost::json::serialize(to_json(decoded)) << '\n';
    else
        with.out << to_text(decoded);
    if (decoded.items.empty()) return with.wrong("no message in what was given");
    return decoded.complete ? exit_code::ok : exit_code::error;
}

}  // namespace

void define_zvt(commands& all) {
    auto* zvt = all.app.add_subcommand("zvt", "looks into ZVT messages; needs no daemon");
    zvt->require_subcommand(1);
    const auto given = std::make_shared<std::vector<std::string>>();
    auto* command = zvt->add_subcommand(
        "decode", "prints messages as annotated trees; exit 1 when something did not decode");
    command->add_option("input", *given,
                        "a capture or a trace, - for standard input, or hexadecimal bytes");
    command->footer(
        "\nExamples:\n"
        "  bridgectl zvt decode 06 01 07 04 00 00 00 00 12 34\n"
        "  bridgectl zvt decode /var/lib/firmware-bridge/traces/lane-1.trace\n"
        "  xxd -p capture.bin | bridgectl zvt decode -\n");
    command->callback(
        [&all, given] { all.chosen = [&all, given] { return decode(all.with, *given); }; });
}

}  // namespace bridge::bridgectl
