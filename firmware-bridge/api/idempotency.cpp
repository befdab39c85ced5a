#include "firmware-bridge/api/idempotency.hpp"

#include <mbedtls/md.h>

#include <algorithm>
#include <array>
#include <boost/json/value.hpp>

#include "firmware-bridge/api/card_guard.hpp"
#include "firmware-bridge/api/json_text.hpp"
#include "protocol/invariant.hpp"

namespace bridge::api {
namespace {

constexpr std::size_t longest_key = 255;
constexpr std::string_view header = "Idempotency-Key";

bool printable(char c) noexcept { return c >= 0x20 && c <= 0x7E; }

}  // namespace

checked<std::optional<std::string>> check_key(const std::optional<std::string>& given,
                                              key_rule rule) {
    if (rule == key_rule::none) return std::optional<std::string>{};
    if (!given && rule == key_rule::required)
        return error{code::idempotency_key_missing, {}, std::string{header}};
    if (!given) return std::optional<std::string>{};
    if (given->empty() || given->size() > longest_key || !std::ranges::all_of(*given, printable))
        return error{code::idempotency_key_invalid, {}, std::string{header}};
    if (carries_card_number(*given))
        return error{code::card_data_not_allowed,
                     "The Idempotency-Key looks like a card number: use another value, for example "
                     "a UUID.",
                     std::string{header}};
    return given;
}

std::string fingerprint(std::string_view method, std::string_view path,
                        const boost::json::object& body) {
    std::string text{method};
    text.append("\n").append(path).append("\n").append(canonical(body));
    std::array<unsigned char, 32> digest{};
    const auto* sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    BRIDGE_INVARIANT(sha256 != nullptr);
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    BRIDGE_INVARIANT(mbedtls_md(sha256, bytes, text.size(), digest.data()) == 0);
    std::string hex;
    for (auto byte : digest) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
}

}  // namespace bridge::api
