#include "firmware-bridge/bridgectl/exit_code.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

namespace bridge::bridgectl {

TEST_SUITE("firmware-bridge/bridgectl/exit_code") {
    TEST_CASE("[M4] exit code: the README lists each, and tells unknown from declined") {
        std::ifstream file{BRIDGE_README};
        std::ostringstream text;
        text << file.rdbuf();
        const auto all = text.str();
        const auto begin = all.find("| exit code | of `bridgectl` |");
        REQUIRE(begin != std::string::npos);
        const auto table = all.substr(begin, all.find("\n\n", begin) - begin);
        const auto row = [&](exit_code one) {
            const auto at = table.find("\n| " + std::to_string(static_cast<int>(one)) + " | ");
            REQUIRE(at != std::string::npos);
            return table.substr(at + 1, table.find('\n', at + 1) - at - 1);
        };
        for (const auto one : {exit_code::ok, exit_code::error, exit_code::unreachable}) {
            CHECK_FALSE(row(one).empty());
        }
        CHECK(row(exit_code::declined).find("no money moved") != std::string::npos);
        CHECK(row(exit_code::unknown).find("nobody knows") != std::string::npos);
        CHECK(row(exit_code::refused).find("refused") != std::string::npos);
    }
}

}  // namespace bridge::bridgectl
