#include "firmware-bridge/bridgectl/address.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <system_error>

namespace bridge::bridgectl {

parsed_address parse_address(std::string_view url) {
    constexpr std::string_view unix_scheme = "unix:";
    if (url.starts_with(unix_scheme)) {
        auto path = url.substr(unix_scheme.size());
        // unix:///run/x is unix:/run/x, however many slashes there are.
        while (path.starts_with("//")) path.remove_prefix(1);
        const bool names_file = path.starts_with('/') && path.size() > 1;
        if (!names_file || path.size() > 107 || path.find('\0') != path.npos)
            return {{}, "unix: needs an absolute path of at most 107 characters"};
        return {unix_address{std::string{path}}, {}};
    }
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed || (parsed->scheme() != "http" && parsed->scheme() != "https"))
        return {{}, "use unix:/path/to/api.sock or http://HOST:PORT"};
    if (parsed->scheme() == "https") return {{}, "https is not spoken by this version; use http"};
    const auto path = parsed->encoded_path();
    if (parsed->has_userinfo() || parsed->has_query() || parsed->has_fragment() ||
        (!path.empty() && path != "/"))
        return {{}, "give only the host and the port, as in http://127.0.0.1:7707"};
    std::uint16_t port{80};
    const std::string digits{parsed->port()};
    if (parsed->has_port() &&
        std::from_chars(digits.data(), digits.data() + digits.size(), port).ec != std::errc{})
        port = 0;
    const std::string host{parsed->host_address()};
    // Decoded, a percent sign could stand for anything, also for the end of the host.
    const bool escaped = parsed->encoded_host().find('%') != std::string_view::npos;
    if (host.empty() || escaped || port == 0)
        return {{}, "the host or the port is missing or wrong"};
    return {tcp_address{host, port}, {}};
}

std::string to_string(const address& where) {
    if (const auto* local = std::get_if<unix_address>(&where)) return "unix:" + local->path;
    const auto& tcp = std::get<tcp_address>(where);
    const bool ipv6 = tcp.host.find(':') != tcp.host.npos;
    return "http://" + (ipv6 ? '[' + tcp.host + ']' : tcp.host) + ':' + std::to_string(tcp.port);
}

}  // namespace bridge::bridgectl
