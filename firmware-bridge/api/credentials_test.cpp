#include "firmware-bridge/api/credentials.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace bridge::api {

TEST_SUITE("firmware-bridge/api/credentials") {
    TEST_CASE("credentials: root, our own user and the administrators' group are administrators") {
        server_settings settings;
        settings.administrator_group = 50;
        CHECK(role_of(peer_identity{0, {}}, 900, settings) == role::administrator);
        CHECK(role_of(peer_identity{900, {}}, 900, settings) == role::administrator);
        CHECK(role_of(peer_identity{1000, {7, 50}}, 900, settings) == role::administrator);
        CHECK(role_of(peer_identity{1000, {7, 51}}, 900, settings) == role::cashier);
        settings.socket_role = role::viewer;
        CHECK(role_of(peer_identity{1000, {}}, 900, settings) == role::viewer);
        settings.administrator_group.reset();
        CHECK(role_of(peer_identity{1000, {50}}, 900, settings) == role::viewer);
    }

    TEST_CASE("credentials: the kernel tells user and groups of a Unix socket's peer") {
        std::array<int, 2> pair{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) == 0);
        const auto peer = identity_of_peer(pair[0]);
        REQUIRE(peer);
        CHECK(peer->user == ::geteuid());
        CHECK(std::ranges::find(peer->groups, ::getegid()) != peer->groups.end());
        ::close(pair[0]);
        ::close(pair[1]);
    }

    TEST_CASE("credentials: a bearer token has the role that the settings give it") {
        const std::array tokens{server_settings::token{role::viewer, "viewer-token"},
                                server_settings::token{role::administrator, "admin-token"}};
        CHECK(role_of("Bearer admin-token", tokens) == role::administrator);
        CHECK(role_of("bearer viewer-token", tokens) == role::viewer);
        for (const auto* wrong : {"", "Bearer", "Bearer ", "Bearer admin-toke",
                                  "Bearer admin-token ", "Bearer admin-tokens", "Basic admin-token",
                                  "admin-token", "Bearer  admin-token", "Bearer ADMIN-TOKEN"}) {
            CAPTURE(wrong);
            CHECK_FALSE(role_of(wrong, tokens));
        }
        CHECK_FALSE(role_of("Bearer ", std::array{server_settings::token{role::viewer, ""}}));
    }
}

}  // namespace bridge::api
