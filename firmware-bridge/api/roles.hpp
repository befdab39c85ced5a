// Who may do what. A role contains the ones below it: an administrator may do what a cashier may, a
// cashier what a viewer may.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bridge::api {

enum class role : std::uint8_t { viewer, cashier, administrator };

/// What a route asks of its caller.
enum class permission : std::uint8_t {
    none,          // health, the description of the API: no token needed
    read,          // payments, terminals, events, books, metrics
    move_money,    // payments, captures, cancellations, refunds
    use_terminal,  // device actions
    reboot,        // … and this one
    settle,        // say what became of an unknown payment (M4)
};

[[nodiscard]] std::string_view to_string(role) noexcept;
/// "administrator", "cashier", "viewer"; nothing for any other text.
[[nodiscard]] std::optional<role> role_from(std::string_view) noexcept;

/// The least role that has the permission; nothing when everybody has.
[[nodiscard]] std::optional<role> least_role(permission) noexcept;
[[nodiscard]] bool allows(std::optional<role> caller, permission) noexcept;

}  // namespace bridge::api
