// Who asks: by the credentials of a Unix socket's peer, or by a bearer token.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "firmware-bridge/api/http_server.hpp"
#include "firmware-bridge/api/roles.hpp"

namespace bridge::api {

/// User and groups of the process at the other end when it connected.
struct peer_identity {
    uid_t user{};
    std::vector<gid_t> groups;
};

/// Nothing when the kernel does not tell.
[[nodiscard]] std::optional<peer_identity> identity_of_peer(int unix_socket);

/// Root, our own user and members of the administrators' group are administrators; others, who can
/// open the socket by its file mode, have the role that the settings give them.
[[nodiscard]] role role_of(const peer_identity&, uid_t own_user, const server_settings&);

/// The role of the token in a header "Bearer TOKEN"; nothing when it is another scheme or token.
[[nodiscard]] std::optional<role> role_of(std::string_view authorization,
                                          std::span<const server_settings::token>);

}  // namespace bridge::api
