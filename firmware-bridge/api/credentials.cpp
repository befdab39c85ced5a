#include "firmware-bridge/api/credentials.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/beast/core/string.hpp>

#include "firmware-bridge/api/token.hpp"

namespace bridge::api {

std::optional<peer_identity> identity_of_peer(int unix_socket) {
    ucred process{};
    socklen_t size = sizeof process;
    if (::getsockopt(unix_socket, SOL_SOCKET, SO_PEERCRED, &process, &size) != 0)
        return std::nullopt;
    peer_identity identity{process.uid, {}};
    // The kernel says how much room it needs; it cannot change: these are the groups of connect().
    socklen_t bytes = 0;
    if (::getsockopt(unix_socket, SOL_SOCKET, SO_PEERGROUPS, nullptr, &bytes) != 0 && bytes != 0) {
        identity.groups.resize(bytes / sizeof(gid_t));
        if (::getsockopt(unix_socket, SOL_SOCKET, SO_PEERGROUPS, identity.groups.data(), &bytes) !=
            0)
            identity.groups.clear();
    }
    identity.groups.push_back(process.gid);
    return identity;
}

role role_of(const peer_identity& peer, uid_t own_user, const server_settings& settings) {
    const bool in_group =
        settings.administrator_group &&
        std::ranges::find(peer.groups, *settings.administrator_group) != peer.groups.end();
    return peer.user == 0 || peer.user == own_user || in_group ? role::administrator
                                                               : settings.socket_role;
}

std::optional<role> role_of(std::string_view authorization,
                            std::span<const server_settings::token> tokens) {
    constexpr std::string_view scheme = "Bearer ";
    if (!boost::beast::iequals(authorization.substr(0, scheme.size()), scheme)) return std::nullopt;
    authorization.remove_prefix(scheme.size());
    std::optional<role> found;
    for (const auto& known : tokens)
        if (same_token(known.value, authorization)) found = known.grants;
    return found;
}

}  // namespace bridge::api
