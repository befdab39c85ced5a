#include "firmware-bridge/api/roles.hpp"

namespace bridge::api {

std::string_view to_string(role who) noexcept {
    switch (who) {
        case role::viewer: return "viewer";
        case role::cashier: return "cashier";
        case role::administrator: return "administrator";
    }
    return "";
}

std::optional<role> role_from(std::string_view name) noexcept {
    for (auto who : {role::viewer, role::cashier, role::administrator})
        if (name == to_string(who)) return who;
    return std::nullopt;
}

std::optional<role> least_role(permission needed) noexcept {
    switch (needed) {
        case permission::none: return std::nullopt;
        case permission::read: return role::viewer;
        case permission::move_money: return role::cashier;
        case permission::use_terminal: return role::cashier;
        case permission::reboot: return role::administrator;
        case permission::settle: return role::administrator;
    }
    return role::administrator;
}

bool allows(std::optional<role> caller, permission needed) noexcept {
    auto least = least_role(needed);
    return !least || (caller && *caller >= *least);
}

}  // namespace bridge::api
