#include "firmware-bridge/api/roles.hpp"

#include <doctest/doctest.h>

#include <array>

namespace bridge::api {

TEST_SUITE("firmware-bridge/api/roles") {
    TEST_CASE("roles: who may do what") {
        struct row {
            permission what;
            bool nobody, viewer, cashier, administrator;
        };
        constexpr std::array rows{
            row{permission::none, true, true, true, true},
            row{permission::read, false, true, true, true},
            row{permission::move_money, false, false, true, true},
            row{permission::use_terminal, false, false, true, true},
            row{permission::reboot, false, false, false, true},
            row{permission::settle, false, false, false, true},
        };
        for (const auto& row : rows) {
            CAPTURE(static_cast<int>(row.what));
            CHECK(allows(std::nullopt, row.what) == row.nobody);
            CHECK(allows(role::viewer, row.what) == row.viewer);
            CHECK(allows(role::cashier, row.what) == row.cashier);
            CHECK(allows(role::administrator, row.what) == row.administrator);
        }
    }

    TEST_CASE("roles: names are read back, others are not roles") {
        for (auto who : {role::viewer, role::cashier, role::administrator})
            CHECK(role_from(to_string(who)) == who);
        CHECK_FALSE(role_from("root"));
        CHECK_FALSE(role_from("Administrator"));
        CHECK_FALSE(role_from(""));
    }
}

}  // namespace bridge::api
