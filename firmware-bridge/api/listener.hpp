// Listening sockets: made, or taken over from systemd.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace bridge::api {

/// An open listening socket. Closes it, and removes the file of a Unix socket that it made.
class listener {
public:
    /// Binds and listens. A socket file on which nobody listens is replaced. Throws listen_error.
    [[nodiscard]] static listener on_unix_socket(const std::filesystem::path&, mode_t,
                                                 std::optional<gid_t>);
    /// "HOST:PORT" with a loopback address. Throws listen_error.
    [[nodiscard]] static listener on_tcp(const std::string& address);
    /// A stream socket that listens already, on a Unix path or on loopback TCP; owned from now on,
    /// also when this throws listen_error.
    [[nodiscard]] static listener inherited(int descriptor);

    ~listener();
    listener(listener&&) noexcept;
    listener& operator=(listener&&) = delete;

    [[nodiscard]] int family() const noexcept { return family_; }  // AF_UNIX, AF_INET, AF_INET6
    [[nodiscard]] const std::string& address() const noexcept { return address_; }
    /// Gives the descriptor away.
    [[nodiscard]] int release() noexcept;

private:
    explicit listener(int descriptor) noexcept : descriptor_{descriptor} {}

    int descriptor_{-1};
    int family_{};
    std::string address_;         // "unix:/run/…", "http://127.0.0.1:7707"
    std::filesystem::path made_;  // to be removed; empty when it is not ours
};

}  // namespace bridge::api
