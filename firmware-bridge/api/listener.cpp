#include "firmware-bridge/api/listener.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>

#include "firmware-bridge/api/http_server.hpp"

namespace bridge::api {
namespace {

constexpr int backlog = 128;

[[noreturn]] void fail(const std::string& address, const std::string& why) {
    throw listen_error{"cannot listen on " + address + ": " + why};
}

[[noreturn]] void fail_with_errno(const std::string& address, const char* step) {
    fail(address, std::string{step} + ": " + std::generic_category().message(errno));
}

template <class Address>
const sockaddr* as_sockaddr(const Address& address) noexcept {
    return reinterpret_cast<const sockaddr*>(&address);
}
template <class Address>
sockaddr* as_sockaddr(Address& address) noexcept {
    return reinterpret_cast<sockaddr*>(&address);
}

int open_socket(int family, const std::string& address) {
    const int descriptor = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) fail_with_errno(address, "socket");
    return descriptor;
}

/// True when a process accepts connections on that socket file.
bool somebody_listens(const sockaddr_un& where, const std::string& address) {
    const int probe = open_socket(AF_UNIX, address);
    const bool connected = ::connect(probe, as_sockaddr(where), sizeof where) == 0;
    const int reason = errno;
    ::close(probe);
    // A full backlog (EAGAIN) and a refusal for lack of rights come from somebody alive, too.
    return connected || reason != ECONNREFUSED;
}

void remove_stale(const std::filesystem::path& path, const sockaddr_un& where,
                  const std::string& address) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno == ENOENT) return;
        fail_with_errno(address, "stat");
    }
    if (!S_ISSOCK(found.st_mode)) fail(address, "there is a file of that name, not a socket");
    if (somebody_listens(where, address))
        fail(address, "another process listens there; stop it or choose another path");
    if (::unlink(path.c_str()) != 0) fail_with_errno(address, "unlink of the stale socket");
}

struct host_port {
    boost::asio::ip::address host;
    std::uint16_t port{};
};

host_port parse(const std::string& text) {
    const auto bad = [&] { fail(text, "give HOST:PORT, such as 127.0.0.1:7707 or [::1]:7707"); };
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) bad();
    auto host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string::npos) {
        bad();
    }
    if (host == "localhost") host = "127.0.0.1";
    host_port parsed;
    const auto* end = text.data() + text.size();
    const auto [stopped, failed] = std::from_chars(text.data() + colon + 1, end, parsed.port);
    if (failed != std::errc{} || stopped != end) bad();
    boost::system::error_code wrong;
    parsed.host = boost::asio::ip::make_address(host, wrong);
    if (wrong) bad();
    if (!parsed.host.is_loopback())
        fail(text,
             "the address is not loopback, and this version has no TLS: use 127.0.0.1 or [::1], or "
             "put a TLS proxy in front");
    return parsed;
}

struct bound_address {
    sockaddr_storage storage{};
    socklen_t size{sizeof(sockaddr_storage)};
};

bound_address name_of(int descriptor, const std::string& address) {
    bound_address name;
    if (::getsockname(descriptor, as_sockaddr(name.storage), &name.size) != 0)
        fail_with_errno(address, "getsockname");
    return name;
}

std::string url_of(const bound_address& name) {
    char text[INET6_ADDRSTRLEN]{};
    if (name.storage.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &name.storage, sizeof v4);
        ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
        return "http://" + std::string{text} + ":" + std::to_string(ntohs(v4.sin_port));
    }
    if (name.storage.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &name.storage, sizeof v6);
        ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
        return "http://[" + std::string{text} + "]:" + std::to_string(ntohs(v6.sin6_port));
    }
    sockaddr_un local{};
    std::memcpy(&local, &name.storage, std::min<std::size_t>(name.size, sizeof local));
    return "unix:" + std::string{local.sun_path};
}

bool is_loopback(const sockaddr_storage& address) {
    if (address.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) != 0;
    }
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
}

}  // namespace

listener::listener(listener&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)},
      family_{other.family_},
      address_{std::move(other.address_)},
      made_{std::exchange(other.made_, {})} {}

listener::~listener() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!made_.empty()) ::unlink(made_.c_str());
}

int listener::release() noexcept { return std::exchange(descriptor_, -1); }

listener listener::on_unix_socket(const std::filesystem::path& path, mode_t mode,
                                  std::optional<gid_t> group) {
    const auto address = "unix:" + path.string();
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    if (path.empty() || path.native().size() >= sizeof where.sun_path)
        fail(address, "the path must have 1 to " + std::to_string(sizeof where.sun_path - 1) +
                          " characters");
    std::memcpy(where.sun_path, path.c_str(), path.native().size());
    remove_stale(path, where, address);

    listener made{open_socket(AF_UNIX, address)};
    made.family_ = AF_UNIX;
    made.address_ = address;
    if (::bind(made.descriptor_, as_sockaddr(where), sizeof where) != 0)
        fail_with_errno(address, "bind");
    made.made_ = path;
    // Nobody can connect before listen(), so the file may get its owner and mode after it is there.
    if (group && ::chown(path.c_str(), static_cast<uid_t>(-1), *group) != 0)
        fail_with_errno(address, "chown to the socket's group");
    if (::chmod(path.c_str(), mode) != 0) fail_with_errno(address, "chmod");
    if (::listen(made.descriptor_, backlog) != 0) fail_with_errno(address, "listen");
    return made;
}

listener listener::on_tcp(const std::string& address) {
    const auto wanted = parse(address);
    const int family = wanted.host.is_v6() ? AF_INET6 : AF_INET;
    listener made{open_socket(family, address)};
    made.family_ = family;
    const int on = 1;
    ::setsockopt(made.descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    int bound{};
    if (family == AF_INET6) {
        sockaddr_in6 where{};
        where.sin6_family = AF_INET6;
        where.sin6_port = htons(wanted.port);
        where.sin6_addr = in6addr_loopback;
        bound = ::bind(made.descriptor_, as_sockaddr(where), sizeof where);
    } else {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(wanted.port);
        where.sin_addr.s_addr = htonl(wanted.host.to_v4().to_uint());
        bound = ::bind(made.descriptor_, as_sockaddr(where), sizeof where);
    }
    if (bound != 0) fail_with_errno(address, "bind");
    if (::listen(made.descriptor_, backlog) != 0) fail_with_errno(address, "listen");
    made.address_ = url_of(name_of(made.descriptor_, address));
    return made;
}

listener listener::inherited(int descriptor) {
    const auto label = "inherited descriptor " + std::to_string(descriptor);
    listener taken{descriptor};
    int listening{}, type{};
    socklen_t size = sizeof listening;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0)
        fail_with_errno(label, "getsockopt");
    size = sizeof type;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) != 0)
        fail_with_errno(label, "getsockopt");
    if (listening == 0 || type != SOCK_STREAM)
        fail(label, "it is not a listening stream socket (systemd: use ListenStream=, Accept=no)");
    const auto name = name_of(descriptor, label);
    taken.family_ = name.storage.ss_family;
    taken.address_ = url_of(name);
    if (taken.family_ != AF_UNIX && taken.family_ != AF_INET && taken.family_ != AF_INET6)
        fail(label, "it is neither a Unix nor a TCP socket");
    if (taken.family_ != AF_UNIX && !is_loopback(name.storage))
        fail(label, taken.address_ + " is not loopback, and this version has no TLS");
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    return taken;
}

}  // namespace bridge::api
